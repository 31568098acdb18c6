import { cpSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { startChild, type Child } from './child/child.ts'
import { within } from './child/deadline.ts'
import { filesIn } from './run/folder-files.ts'
import { seededRandom } from './run/random.ts'
import { clip, note, StopRun, type RunState } from './run/run-state.ts'
import type { TestTool } from './run-context.ts'

/** One of the learner's tests, as their tool reported it against one variant. */
export interface LearnerTest {
  /** Tells it from every other test of the run. */
  name: string
  status: 'passed' | 'failed'
  /** It failed by an assertion, not by a crash or a missing name. */
  byAssertion: boolean
  message: string
}

export interface VariantRun {
  tests: LearnerTest[]
  /** Why some or all tests could not be run: they do not load or compile, or there is none. */
  loadError: string | null
}

/**
 * Runs the learner's tests with their own tool, in fresh folders that hold the tests and one variant each
 * under a fixed name. What the child reports is never a credit by itself: a variant counts as caught only
 * when a named test fails by assertion there and passes on the correct ones.
 */
export interface Mutants {
  run: (variant: string, options?: { quiet?: boolean }) => Promise<VariantRun>
  /** Names of the tests that catch a variant: pass on every correct variant, fail by assertion on this one. */
  caughtBy: (variant: string, correct: readonly string[]) => Promise<string[]>
}

/** One process with one variant; one process with all of them. */
const limits = { apart: 10_000, together: 20_000 } as const

export function mutants(run: RunState): Mutants {
  const results = new Map<string, Promise<VariantRun>>()
  /** Every variant in one go at the first question; in an order of its own, so that no test can count on it. */
  const startAll = (): void => {
    const tool = run.context.launch.testTool
    if (!tool) throw new Error('this language has no test tool')
    const variants = seededRandom(run.context.seed).shuffle(variantsOf(run))
    // Where marks are given each variant is run by itself: tests that see several go with the majority.
    if (tool.together && !run.context.sandbox) return keepAll(variants, runTogether(run, tool, variants))
    const built = tool.apart ? buildApart(run, tool, tool.apart.build, variants) : Promise.resolve([])
    const queue = limited(2)
    for (const [index, variant] of variants.entries())
      keep(
        variant,
        queue(async () => (await built)[index] ?? runApart(run, tool, index, variant)),
      )
  }
  const keepAll = (variants: readonly string[], all: Promise<VariantRun[]>): void => {
    for (const [at, variant] of variants.entries())
      keep(
        variant,
        all.then((results) => results[at] as VariantRun),
      )
  }
  const keep = (variant: string, result: Promise<VariantRun>): void => {
    result.catch(() => {}) // It is heard when a case asks for it.
    results.set(variant, result)
  }
  const runOne = (variant: string): Promise<VariantRun> => {
    if (results.size === 0) startAll()
    const result = results.get(variant)
    if (!result) throw new Error(`there is no variant "${variant}" in ${variantsFolder(run)}`)
    return result
  }
  return {
    run: async (variant, { quiet = false } = {}) => {
      const result = await runOne(variant)
      if (!quiet) note(run, 'your tests', summary(result))
      return result
    },
    caughtBy: async (variant, correct) => {
      const sound = await Promise.all(correct.map(runOne))
      const result = await runOne(variant)
      const passing = (name: string): boolean =>
        sound.every((r) => r.tests.some((t) => t.name === name && t.status === 'passed'))
      const catches = (t: LearnerTest): boolean => t.byAssertion && passing(t.name)
      const failed = result.tests.filter((t) => t.status === 'failed')
      note(run, 'your tests', summary(result))
      for (const t of failed.filter((f) => !catches(f)).slice(0, 3))
        note(run, 'not counted', notCounted(t, passing(t.name)))
      return failed.filter(catches).map((t) => t.name)
    },
  }
}

/** At most `most` at once, in the order they came. */
function limited(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0
  const waiting: (() => void)[] = []
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve))
    running += 1
    try {
      return await work()
    } finally {
      running -= 1
      waiting.shift()?.()
    }
  }
}

const variantsFolder = (run: RunState): string =>
  join(run.context.exerciseFolder, 'suite', 'variants', run.context.language)

const variantsOf = (run: RunState): string[] => readdirSync(variantsFolder(run)).sort()

function summary({ tests, loadError }: VariantRun): string {
  if (loadError !== null) return `${tests.length === 0 ? 'none ran' : `${tests.length} ran, not all`}: ${loadError}`
  const failed = tests.filter((t) => t.status === 'failed')
  const names = failed.map((t) => t.name).join(', ')
  return `${tests.length} ran, ${failed.length === 0 ? 'none' : failed.length} failed${failed.length > 0 ? `: ${clip(names, 300)}` : ''}`
}

function notCounted(test: LearnerTest, sound: boolean): string {
  if (!sound) return `${test.name}: it does not pass on correct code`
  return `${test.name}: it crashed where an assertion should fail (${test.message})`
}

/** Runs the variants in one process; results in their order. */
async function runTogether(run: RunState, tool: TestTool, variants: readonly string[]): Promise<VariantRun[]> {
  const folder = folderOf(run, 'all')
  try {
    const folders = prepareAll(run, folder, variants)
    const reports = await runTool(run, tool, folder, folders)
    return folders.map((name) => resultOf(reports[name], (text) => shortened(text, folder)))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs one variant, in a process that sees no other. */
async function runApart(run: RunState, tool: TestTool, index: number, variant: string): Promise<VariantRun> {
  const folder = folderOf(run, String(index))
  try {
    const name = tool.apart ? builtIn : prepareAlone(run, tool, folder, variant)
    const command = tool.apart?.run ?? tool.command
    const reports = await runTool(run, { ...tool, command }, folder, [name], limits.apart)
    return resultOf(reports[name], (text) => shortened(text, folder))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Compiles every variant in one process, which runs nothing of the learner's, each in the folder where it is run then.
 * @returns what is known already: why a variant does not compile
 */
async function buildApart(
  run: RunState,
  tool: TestTool,
  command: string[],
  variants: readonly string[],
): Promise<(VariantRun | undefined)[]> {
  for (const [i, variant] of variants.entries()) prepareAlone(run, tool, folderOf(run, String(i)), variant)
  const folders = variants.map((_, i) => `${i}/${builtIn}`)
  const reports = await runTool(run, { ...tool, command }, folderOf(run, ''), folders)
  return folders.map((name) =>
    reports[name]?.loadError == null
      ? undefined
      : resultOf(reports[name], (text) => shortened(text, folderOf(run, ''))),
  )
}

/** Where a tool that runs variants together finds the only one. */
const builtIn = 'variants/0'

/** @returns the folder that the tool is told */
function prepareAlone(run: RunState, tool: TestTool, folder: string, variant: string): string {
  if (tool.together) prepareAll(run, folder, [variant])
  else prepareFolder(run, folder, variant)
  return tool.together ? builtIn : '.'
}

/** Names of variants would tell a test what it runs against; numbers do not. */
function prepareAll(run: RunState, folder: string, variants: readonly string[]): string[] {
  prepareFolder(run, folder, null)
  const folders = variants.map((_, i) => `variants/${i}`)
  for (const [i, variant] of variants.entries()) prepareFolder(run, join(folder, folders[i] as string), variant)
  return folders
}

const folderOf = (run: RunState, name: string): string => join(run.context.scratch, 'mutants', name)

/** The learner's files without the subject, then the variant in its place: never the catalog's path. */
function prepareFolder(run: RunState, folder: string, variant: string | null): void {
  const root = run.context.workspace
  // The learner's configuration of tools is left behind: their tests run as the exercise says.
  const skip =
    /^[\\/]((.*[\\/])?(\.git|node_modules|\.exercise\.json)([\\/]|$)|variants([\\/]|$)|\.env[^\\/]*$|(package|tsconfig)[^\\/]*\.json$)/
  mkdirSync(folder, { recursive: true })
  cpSync(root, folder, { recursive: true, filter: (source) => !skip.test(source.slice(root.length)) })
  for (const path of subjectOf(run)) rmSync(join(folder, path), { force: true })
  if (variant !== null) cpSync(join(variantsFolder(run), variant), folder, { recursive: true })
}

/** Paths of the subject's files: all that any variant brings. */
function subjectOf(run: RunState): string[] {
  return [...new Set(variantsOf(run).flatMap((variant) => filesIn(join(variantsFolder(run), variant))))]
}

type Reports = Record<string, { tests: (LearnerTest & { file: string })[]; loadError: string | null } | undefined>

async function runTool(
  run: RunState,
  tool: TestTool,
  folder: string,
  folders: readonly string[],
  limitMs: number = limits.together,
): Promise<Reports> {
  const place = `${folder}-report`
  const path = join(place, 'report.json')
  mkdirSync(place)
  const child = startChild(run, {
    command: [...tool.command, ...folders],
    cwd: folder,
    env: { ...tool.env, GYM_REPORT: path },
    writes: [folder, place],
    alone: true,
  })
  child.stdin.end()
  const exit = await within(run, limitMs, child, 'end of your tests', child.exited)
  if (child.flooded()) throw new StopRun('exited', 'The tests printed more than 8 MB; they were stopped.')
  if (exit.signal !== null) throw new StopRun('exited', `The tests were ended by ${exit.signal}.`)
  const reports = readReports(path)
  if (reports === null)
    throw new StopRun(
      'exited',
      `The tests ended their process (exit code ${exit.code}) before all of them had run.${lastWords(child)}`,
    )
  return reports
}

function lastWords(child: Child): string {
  const words = child
    .stderr()
    .split('\n')
    .find((line) => /error|exception/i.test(line))
  return words === undefined ? '' : ` ${clip(words.trim(), 200)}`
}

const mostReportBytes = 16 * 1024 * 1024

/** The learner's tests can put anything in its place: a link leads out of the run, and a pipe would be waited for. */
function readReports(path: string): Reports | null {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (!stat?.isFile() || stat.size > mostReportBytes) return null
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Reports
  } catch {
    return null
  } finally {
    rmSync(path, { force: true })
  }
}

function resultOf(report: Reports[string], short: (text: string) => string): VariantRun {
  const { tests = [], loadError = null } = report ?? {}
  if (tests.length === 0 && loadError === null) return { tests: [], loadError: 'no test was found in tests/' }
  return {
    tests: distinct(tests).map((t) => ({ ...t, message: short(t.message) })),
    loadError: loadError === null ? null : short(loadError),
  }
}

/** Paths as the learner knows them. */
const shortened = (text: string, folder: string): string =>
  clip(
    text
      .replaceAll(`file://${folder}/`, '')
      .replaceAll(`${folder}/`, '')
      .replaceAll(/\bvariants\/\d+\//g, ''),
    300,
  )

/** Two tests of one name would stand for each other: the file, then a number, tells them apart. */
function distinct(tests: readonly (LearnerTest & { file: string })[]): LearnerTest[] {
  const named = tests.map(({ file, ...test }) => ({
    ...test,
    name: isTwice(tests, test.name) ? `${test.name} (${file})` : test.name,
  }))
  const seen = new Map<string, number>()
  return named.map((test) => {
    const count = (seen.get(test.name) ?? 0) + 1
    seen.set(test.name, count)
    return count === 1 ? test : { ...test, name: `${test.name} #${count}` }
  })
}

const isTwice = (tests: readonly { name: string }[], name: string): boolean =>
  tests.filter((t) => t.name === name).length > 1
