import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { startChild, type Child } from './child.ts'
import { within } from './deadline.ts'
import { clip, note, StopRun, type RunState } from './run-state.ts'
import type { TestTool } from './run-context.ts'

/** One of the learner's tests, as their tool reported it against one variant. */
export interface LearnerTest {
  name: string
  status: 'passed' | 'failed'
  /** It failed by an assertion, not by a crash or a missing name. */
  byAssertion: boolean
  message: string
}

export interface VariantRun {
  tests: LearnerTest[]
  /** Why nothing could be run, when nothing could: the tests do not load or compile. */
  loadError: string | null
  durationMs: number
}

/**
 * Runs the learner's tests with their own tool, one child per variant, in a fresh folder that holds
 * the tests and that variant under one fixed name. What the child reports is never a credit by itself:
 * a variant counts as caught only when a named test fails by assertion there and passes on the correct ones.
 */
export interface Mutants {
  run: (variant: string) => Promise<VariantRun>
  /** Names of the tests that catch a variant: pass on every correct variant, fail by assertion on this one. */
  caughtBy: (variant: string, correct: readonly string[]) => Promise<string[]>
}

const variantMs = 20_000

export function mutants(run: RunState): Mutants {
  const results = new Map<string, Promise<VariantRun>>()
  const queue = limited(2)
  const runOne = (variant: string): Promise<VariantRun> => {
    const known = results.get(variant)
    if (known) return known
    const result = queue(() => runVariant(run, variant))
    result.catch(() => {})
    results.set(variant, result)
    return result
  }
  const warmUp = (): void => {
    if (results.size === 0) for (const variant of variantsOf(run)) void runOne(variant)
  }
  return {
    run: async (variant) => {
      const result = await runOne(variant)
      note(run, 'your tests', summary(result))
      return result
    },
    caughtBy: async (variant, correct) => {
      warmUp()
      const sound = await Promise.all(correct.map(runOne))
      const result = await runOne(variant)
      const passing = (name: string): boolean => sound.every((r) => r.tests.some((t) => t.name === name && t.status === 'passed'))
      const caught = result.tests.filter((t) => t.status === 'failed' && t.byAssertion && passing(t.name)).map((t) => t.name)
      note(run, 'your tests', summary(result))
      return caught
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

const variantsFolder = (run: RunState): string => join(run.context.exerciseFolder, 'suite', 'variants', run.context.language)

const variantsOf = (run: RunState): string[] => readdirSync(variantsFolder(run)).sort()

function summary(result: VariantRun): string {
  if (result.loadError !== null) return `did not run: ${result.loadError}`
  const failed = result.tests.filter((t) => t.status === 'failed')
  const names = failed.map((t) => `${t.name}${t.byAssertion ? '' : ' (crashed)'}`).join(', ')
  return `${result.tests.length} ran, ${failed.length} failed${failed.length > 0 ? `: ${clip(names, 300)}` : ''}`
}

async function runVariant(run: RunState, variant: string): Promise<VariantRun> {
  const tool = run.context.launch.testTool
  if (!tool) throw new Error('this language has no test tool')
  const folder = join(run.context.scratch, 'variants', variant)
  prepareFolder(run, folder, variant)
  const started = Date.now()
  const compileError = tool.compile ? await compile(run, tool, tool.compile, folder) : null
  const result = compileError === null ? await runTool(run, tool, folder) : { tests: [], loadError: compileError }
  rmSync(folder, { recursive: true, force: true })
  return { ...result, durationMs: Date.now() - started }
}

/** The learner's files without the subject, then the variant in its place: never the catalog's path. */
function prepareFolder(run: RunState, folder: string, variant: string): void {
  const skip = /(^|[\\/])(\.git|node_modules|\.exercise\.json)([\\/]|$)/
  mkdirSync(folder, { recursive: true })
  const root = run.context.workspace
  cpSync(root, folder, { recursive: true, filter: (source) => !skip.test(source.slice(root.length)) })
  cpSync(join(variantsFolder(run), variant), folder, { recursive: true })
}

type Compile = NonNullable<TestTool['compile']>

async function compile(run: RunState, tool: TestTool, how: Compile, folder: string): Promise<string | null> {
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith(how.ending))
  const child = start(run, tool, [...how.command, ...sources.sort(), ...how.extra], folder)
  const exit = await within(run, variantMs, child, 'end of the compiler', child.exited)
  return exit.code === 0 ? null : `they do not compile: ${firstError(child.stderr())}`
}

const firstError = (stderr: string): string => stderr.split('\n').find((line) => /error/i.test(line)) ?? clip(stderr, 200)

function start(run: RunState, tool: TestTool, command: string[], folder: string): Child {
  const child = startChild(run, { command, cwd: folder, env: { ...tool.env, GYM_REPORT: join(folder, 'report.json') } })
  child.stdin.end()
  return child
}

async function runTool(run: RunState, tool: TestTool, folder: string): Promise<Omit<VariantRun, 'durationMs'>> {
  const child = start(run, tool, tool.command, folder)
  const exit = await within(run, variantMs, child, 'end of your tests', child.exited)
  const report = join(folder, 'report.json')
  if (existsSync(report)) return readReport(tool, readFileSync(report, 'utf8'))
  if (exit.signal !== null) throw new StopRun('exited', `The tests were ended by ${exit.signal}.`)
  return { tests: [], loadError: clip(firstError(child.stderr() || child.stdout().toString('utf8')), 300) }
}

/** Every tool's report comes in one shape but vitest's, which has its own JSON. */
function readReport(tool: TestTool, text: string): Omit<VariantRun, 'durationMs'> {
  try {
    const report = JSON.parse(text) as unknown
    return tool.kind === 'vitest' ? fromVitest(report as VitestReport) : (report as Omit<VariantRun, 'durationMs'>)
  } catch {
    return { tests: [], loadError: 'the report of the test tool cannot be read' }
  }
}

interface VitestReport {
  testResults: { message?: string; assertionResults: { fullName: string; status: string; failureMessages?: string[] }[] }[]
}

function fromVitest(report: VitestReport): Omit<VariantRun, 'durationMs'> {
  const results = report.testResults.flatMap((file) => file.assertionResults)
  const tests = results
    .filter((t) => t.status === 'passed' || t.status === 'failed')
    .map((t) => {
      const message = t.failureMessages?.[0] ?? ''
      const byAssertion = /^(Assertion)?Error: .*expected|^AssertionError/i.test(message)
      return { name: t.fullName, status: t.status as 'passed' | 'failed', byAssertion, message: clip(message, 300) }
    })
  const message = report.testResults.find((file) => file.message)?.message
  return { tests, loadError: tests.length === 0 ? clip((message ?? 'no test was found').split('\n')[0] ?? '', 300) : null }
}
