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
 * @returns processes of the work that are left
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
  return leftOf(slot)
}

/**
 * A sandbox that was still being laid out goes on until it stands, asks whether it may begin, and ends for want of an
 * answer: on a busy machine that takes longer than a moment. What has really been left behind stays.
 */
async function leftOf(slot: GradeSlot): Promise<string[]> {
  const end = performance.now() + 15_000
  while (slot.learnersProcesses().length > 0 && performance.now() < end) await pause(50)
  return slot.learnersProcesses()
}
