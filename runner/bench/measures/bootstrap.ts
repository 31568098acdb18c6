import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { alternate, type Bench } from '../alternate.ts'
import { benchExercises, expectCode, makeGymProject } from '../projects.ts'
import type { Measure } from '../statistics.ts'

const plainStart = "import { main } from './runner/start.ts'\nprocess.exitCode = await main(process.argv.slice(2))\n"

/** `help` through bootstrap.mjs against `help` from start.ts at once, with the same compile cache. */
export async function bootstrapOverhead(bench: Bench): Promise<Measure> {
  const { playground } = bench
  const { root, gym } = makeGymProject(bench, benchExercises())
  writeFileSync(join(root, 'plain-start.mjs'), plainStart)
  const env = { NODE_COMPILE_CACHE: join(root, '.cache', 'compile') }
  return alternate(bench, {
    ours: async () => (await gym(['help'])).ms,
    baseline: async () =>
      expectCode(await playground.run([process.execPath, 'plain-start.mjs', 'help'], { cwd: root, env }), [0], 'help')
        .ms,
  })
}
