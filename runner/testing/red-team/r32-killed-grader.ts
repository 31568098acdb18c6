import { setTimeout as pause } from 'node:timers/promises'
import type { GradeSlot } from './grade-slot.ts'

/** Works that outlive a careless grader: one that waits, one that is busy, one that has cut all ties. */
const works = {
  waits: 'setInterval(() => {}, 1000)\n',
  busy: 'for (;;);\n',
  'has left':
    "import { spawn } from 'node:child_process'\nspawn('/bin/sleep', ['600'], { detached: true, stdio: 'ignore' }).unref()\nsetInterval(() => {}, 1000)\n",
} as const

export const killedWorks = Object.keys(works) as (keyof typeof works)[]

/**
 * Kills a grader as soon as a process of the work is seen, or a moment later.
 * @returns processes of the work that are left a second after
 */
export async function killInTheMiddle(slot: GradeSlot, work: keyof typeof works, laterMs: number): Promise<string[]> {
  void slot.grade({
    exercise: 'stdio-sum',
    language: 'ts',
    base: 'nothing',
    files: { 'src/main.ts': works[work] },
    seed: 7,
  })
  const end = performance.now() + 30_000
  while (slot.learnersProcesses().length === 0) {
    if (performance.now() > end) throw new Error('the work was never started')
    await pause(2)
  }
  await pause(laterMs)
  slot.kill()
  await pause(1_000)
  return slot.learnersProcesses()
}
