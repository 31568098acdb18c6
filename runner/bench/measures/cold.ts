import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { alternate, type Bench } from '../alternate.ts'
import type { Kind } from '../edits.ts'
import { referenceOf, slugOf } from '../materials.ts'
import { benchExercises, expectCode, makeGymProject, makeStandAlone, vitestCommand } from '../projects.ts'
import type { Measure } from '../statistics.ts'

/**
 * One check as a process of its own against one `vitest run` of the same suite. The learner's file is another one at
 * every turn, as it is when somebody types the command again.
 */
export async function coldVsVitestRun(bench: Bench, kind: Kind): Promise<Measure> {
  const { playground } = bench
  const project = makeGymProject(bench, benchExercises())
  await project.gym(['next', slugOf(kind), '--json'], [0, 1])
  const standAlone = makeStandAlone(bench, kind)
  const edited = (turn: number): string => `${referenceOf(kind)}// ${turn}\n`
  return alternate(bench, {
    ours: async (turn) => {
      writeFileSync(join(project.root, 'workspace', slugOf(kind), 'src/main.ts'), edited(turn))
      return (await project.gym(['check', slugOf(kind), '--json'])).ms
    },
    baseline: async (turn) => {
      writeFileSync(join(standAlone, 'src/main.ts'), edited(turn))
      return expectCode(await playground.run(vitestCommand('run'), { cwd: standAlone }), [0], 'vitest run').ms
    },
  })
}
