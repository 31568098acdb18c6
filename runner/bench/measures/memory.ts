import { spawnSync } from 'node:child_process'
import type { Bench } from '../alternate.ts'
import { editsOf } from '../edits.ts'
import { referenceOf, slugOf } from '../materials.ts'
import { benchExercises, makeGymProject } from '../projects.ts'
import { measureOf, type Measure } from '../statistics.ts'
import { ourWatcher } from '../watchers.ts'

/** After so many saves everything has been loaded. */
const settledAfter = 50
/** Resident memory goes up and down with the collection of garbage: so many saves in a row are looked at. */
const samples = 10

/** Resident memory of `watch` at the end of many saves (ours) against that after 50 (baseline), in MB. */
export async function watchMemory(bench: Bench): Promise<Measure> {
  const { playground, options, say } = bench
  const project = makeGymProject(bench, benchExercises())
  await project.gym(['next', slugOf('module'), '--json'], [0, 1])
  const { child, edit } = await ourWatcher(project, 'module')
  const megabytes: number[] = []
  const edits = editsOf('module', referenceOf('module'), Math.max(options.memoryEdits, settledAfter + samples))
  for (const [i, one] of edits.entries()) {
    say(`save ${i + 1} of ${edits.length}`)
    await edit(one)
    megabytes.push(residentMb(child.pid ?? 0))
  }
  await playground.stop(child)
  return measureOf(megabytes.slice(-samples), megabytes.slice(settledAfter - samples, settledAfter), 'MB')
}

function residentMb(pid: number): number {
  const { stdout } = spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })
  return Number(stdout.trim()) / 1024
}
