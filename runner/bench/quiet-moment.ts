import { cpus } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'

const lookMs = 200
/** Of the processors' time; our own waiting processes use next to nothing. */
const quietShare = 0.6

/**
 * Waits for a moment in which the machine does little else, but no longer than `mostMs`: a pair begun there tells more.
 */
export async function quietMoment(mostMs = 2_000): Promise<void> {
  for (const until = performance.now() + mostMs; performance.now() < until;) {
    const before = times()
    await pause(lookMs)
    const after = times()
    if (after.idle - before.idle >= (after.all - before.all) * quietShare) return
  }
}

/** What all processors together have done since the start of the machine, in ms. */
function times(): { idle: number; all: number } {
  const each = cpus().map((cpu) => cpu.times)
  const sum = (of: (t: (typeof each)[number]) => number): number => each.reduce((total, t) => total + of(t), 0)
  return { idle: sum((t) => t.idle), all: sum((t) => t.user + t.nice + t.sys + t.irq + t.idle) }
}
