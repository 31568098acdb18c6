import { availableParallelism, loadavg } from 'node:os'

/**
 * How much longer than on an idle machine an answer may take: the load per processor, from 1 to 4. A right program on
 * a machine that is busy with other things must not be called late; an endless loop is found all the same.
 * (Windows reports no load: 1.)
 */
export function patience(load = loadavg()[0] ?? 0, processors = availableParallelism()): number {
  return Math.min(4, Math.max(1, load / processors))
}
