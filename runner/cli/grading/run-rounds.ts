import { availableParallelism } from 'node:os'
import { grade } from '../../app/grade.ts'
import type { Lane } from '../../app/grading-ports.ts'
import { work } from '../../app/work.ts'
import type { Rounds } from '../../domain/class/grade-rounds.ts'
import type { GradedResult, SubmittedWork } from '../../domain/class/grading.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import type { OptionValues } from '../command.ts'
import type { Context } from '../context.ts'
import { progressLine } from '../progress-line.ts'
import { treeReader } from './class-work.ts'
import type { OpenGrader } from './open-grader.ts'
import { openQueuePlace } from './queue-place.ts'

export interface RoundsRun {
  folder: string
  works: readonly SubmittedWork[]
  next: Rounds['next']
  lane: Lane
  databaseUrl: string | undefined
  /** Jobs at once in this process; 0 leaves them to `npm run worker` elsewhere. */
  workers: number
  record: (results: readonly GradedResult[]) => void
}

/** Grades round after round, with workers of this process and those of other machines, and shows how far it is. */
export async function runRounds(context: Context, { grader }: OpenGrader, run: RoundsRun): Promise<GradedResult[]> {
  const all: GradedResult[] = []
  let plan = run.next(all)
  if (plan.jobs.length === 0) return all
  const place = await openQueuePlace(context, run.databaseUrl)
  const stop = new AbortController()
  const line = progressLine(context.settings)
  const working =
    run.workers === 0 ? Promise.resolve(0) : work({ queue: place.queue, grader, slots: run.workers, stop: stop.signal })
  const round = {
    queue: place.queue,
    lane: run.lane,
    treeOf: treeReader(run.folder, run.works),
    record: run.record,
    working,
  }
  const shown = { done: 0, before: 0 }
  const onProgress = (done: number, total: number): void => {
    if (shown.before + done > shown.done) line.show(shown.before + done, shown.before + total, 'graded')
    shown.done = shown.before + done
  }
  try {
    while (plan.jobs.length > 0) {
      all.push(...(await grade({ ...round, plan, onProgress })))
      shown.before += plan.jobs.length
      plan = run.next(all)
    }
    return all
  } finally {
    line.clear()
    stop.abort()
    await working.catch(() => {})
    await place.close()
  }
}

/** `--workers N`: by itself one for each processor. */
export function workersOf(command: string, options: OptionValues, least = 0): number {
  const value = options['workers']
  if (value === undefined) return availableParallelism()
  const number = Number(value)
  if (Number.isInteger(number) && number >= least && number <= 64) return number
  throw new RunnerError('option-value', {
    command,
    option: '--workers',
    problem: `must be a whole number from ${least} to 64`,
  })
}

/** `--database-url` or the environment's GYM_DATABASE_URL, which keeps a password out of the list of processes. */
export const databaseUrlOf = (options: OptionValues): string | undefined =>
  (options['database-url'] as string | undefined) ?? (process.env['GYM_DATABASE_URL'] || undefined)
