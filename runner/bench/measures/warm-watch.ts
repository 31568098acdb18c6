import type { Bench } from '../alternate.ts'
import { editsOf, type Kind } from '../edits.ts'
import { referenceOf, slugOf } from '../materials.ts'
import { benchExercises, makeGymProject } from '../projects.ts'
import { quietMoment } from '../quiet-moment.ts'
import { measureOf, type Measure } from '../statistics.ts'
import { ourWatcher, theirWatcher, type Answered } from '../watchers.ts'

export interface WatchMeasure extends Measure {
  /** Verdicts of ours that were not those of the file as it stood, and saves without any. */
  wrongVerdicts: number
  /** The same of the baseline. */
  baselineWrongVerdicts: number
}

/**
 * From a save to its verdict: `watch --json` against `vitest --watch`, both running all the time, saved to by turns.
 */
export async function warmVsVitestWatch(bench: Bench, kind: Kind): Promise<WatchMeasure> {
  const { playground, options, say } = bench
  const project = makeGymProject(bench, benchExercises())
  await project.gym(['next', slugOf(kind), '--json'], [0, 1])
  const [ours, theirs] = [await ourWatcher(project, kind), await theirWatcher(bench, kind)]
  const pairs: { ours: Answered; theirs: Answered }[] = []
  for (const [i, edit] of editsOf(kind, referenceOf(kind), options.edits).entries()) {
    say(`save ${i + 1} of ${options.edits}`)
    await quietMoment()
    pairs.push({ ours: await ours.edit(edit), theirs: await theirs.edit(edit) })
  }
  await Promise.all([playground.stop(ours.child), playground.stop(theirs.child)])
  const whole = pairs.flatMap((p) =>
    p.ours.ms === null || p.theirs.ms === null ? [] : [{ ours: p.ours.ms, theirs: p.theirs.ms }],
  )
  return {
    ...measureOf(
      whole.map((p) => p.ours),
      whole.map((p) => p.theirs),
    ),
    wrongVerdicts: wrongIn(pairs.map((p) => p.ours)),
    baselineWrongVerdicts: wrongIn(pairs.map((p) => p.theirs)),
  }
}

const wrongIn = (answers: readonly Answered[]): number =>
  answers.reduce((sum, { ms, wrong }) => sum + wrong + (ms === null ? 1 : 0), 0)
