import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from '../alternate.ts'
import { editsOf, type Kind } from '../edits.ts'
import { referenceOf, slugOf } from '../materials.ts'
import { benchExercises, expectCode, makeGymProject, type GymProject } from '../projects.ts'
import { quietMoment } from '../quiet-moment.ts'
import { median, rounded } from '../statistics.ts'
import { ourWatcher } from '../watchers.ts'

/** When something had happened, in ms after the start of the process or the save: the median of several checks. */
export interface Mark {
  name: string
  atMs: number
}

/** Where the time of a check goes, for a process of its own and for one in watch mode. */
export interface Profile {
  coldModule: Mark[]
  coldHttp: Mark[]
  warmModule: Mark[]
  warmHttp: Mark[]
}

/** Marks of one check, in ms since 1970. */
type Marks = Record<string, number>

export async function profile(bench: Bench): Promise<Profile> {
  const project = makeGymProject(bench, benchExercises())
  return {
    coldModule: await coldMarks(bench, project, 'module'),
    coldHttp: await coldMarks(bench, project, 'http'),
    warmModule: await warmMarks(bench, project, 'module'),
    warmHttp: await warmMarks(bench, project, 'http'),
  }
}

const tracing = (file: string): { flags: string[]; env: Record<string, string> } => ({
  flags: ['--import', './runner/bench/trace.mjs'],
  env: { BENCH_TRACE: file },
})

async function coldMarks({ playground, options, say }: Bench, { root, gym }: GymProject, kind: Kind): Promise<Mark[]> {
  await gym(['next', slugOf(kind), '--json'], [0, 1])
  const { flags, env } = tracing(join(root, `cold-${kind}.jsonl`))
  const [starts, ends]: [number[], number[]] = [[], []]
  for (let turn = 0; turn <= options.runs; turn++) {
    say(`cold ${kind}, ${turn} of ${options.runs}`)
    writeFileSync(join(root, 'workspace', slugOf(kind), 'src/main.ts'), `${referenceOf(kind)}// profile ${turn}\n`)
    await quietMoment()
    starts.push(now())
    expectCode(
      await playground.run([process.execPath, ...flags, 'runner/bootstrap.mjs', 'check', slugOf(kind), '--json'], {
        cwd: root,
        env,
      }),
      [0],
      'check',
    )
    ends.push(now())
  }
  const traces = readTraces(env['BENCH_TRACE'] ?? '').map((marks, i) => ({
    ...marks,
    'process ended': ends[i] ?? Number.NaN,
  }))
  return marksOf(traces.slice(1), starts.slice(1))
}

async function warmMarks({ playground, options, say }: Bench, project: GymProject, kind: Kind): Promise<Mark[]> {
  const { flags, env } = tracing(join(project.root, `warm-${kind}.jsonl`))
  const { child, edit } = await ourWatcher(project, kind, flags, env)
  const edits = editsOf(kind, referenceOf(kind), 2 * options.runs + 1)
  const starts: number[] = []
  for (const [i, one] of edits.entries()) {
    say(`warm ${kind}, ${i} of ${edits.length}`)
    await quietMoment()
    starts.push(now())
    await edit(one)
  }
  await playground.stop(child)
  // The first trace is that of the check at the start, the second that of the first save.
  return marksOf(readTraces(env['BENCH_TRACE'] ?? '').slice(2), starts.slice(1))
}

const now = (): number => performance.timeOrigin + performance.now()

const readTraces = (file: string): Marks[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Marks)

/**
 * Medians of each mark after its start, in the order of time. A mark that not every check has is of a few only, and is
 * left out.
 */
export function marksOf(traces: readonly Marks[], starts: readonly number[]): Mark[] {
  const names = Object.keys(traces[0] ?? {}).filter((name) => traces.every((marks) => name in marks))
  return names
    .map((name) => ({
      name,
      atMs: rounded(median(traces.map((marks, i) => (marks[name] ?? Number.NaN) - (starts[i] ?? Number.NaN))), 1),
    }))
    .sort((a, b) => a.atMs - b.atMs)
}
