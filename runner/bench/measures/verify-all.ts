import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { alternate, type Bench } from '../alternate.ts'
import type { Kind } from '../edits.ts'
import { referenceOf } from '../materials.ts'
import { benchExercises, copyOf, expectCode, makeGymProject, makeStandAlone, vitestCommand } from '../projects.ts'
import type { Measure } from '../statistics.ts'

const kinds: Kind[] = ['module', 'http']
/** Of each kind. */
const copies = 8

/** The reference trees of 16 exercises, run in one process, against as many times one `vitest run`. */
export async function verifyAllVsVitestCli(bench: Bench): Promise<Measure> {
  const { playground } = bench
  const { root } = makeGymProject(bench, benchExercises(copies))
  const standAlone = kinds.map((kind) => ({ kind, folder: makeStandAlone(bench, kind) }))
  for (const { kind, folder } of standAlone) writeFileSync(join(folder, 'src/main.ts'), referenceOf(kind))
  const slugs = kinds.flatMap((kind) => Array.from({ length: copies }, (_, i) => copyOf(kind, i + 1)))
  return alternate(bench, {
    ours: async () => {
      const env = { NODE_COMPILE_CACHE: join(root, '.cache', 'compile') }
      return expectCode(
        await playground.run([process.execPath, 'runner/bench/run-trees.ts', ...slugs], { cwd: root, env }),
        [0],
        'run-trees',
      ).ms
    },
    // One run of each kind stands for all its copies: each is the same process again.
    baseline: async () => {
      let ms = 0
      for (const { folder } of standAlone)
        ms += expectCode(await playground.run(vitestCommand('run'), { cwd: folder }), [0], 'vitest run').ms
      return ms * copies
    },
  })
}
