// @ts-check
import { open, url } from 'node:inspector'
import { setFlagsFromString } from 'node:v8'

/**
 * Opens this process to the trusted side, which measures it from outside (harness/subject/measure.ts): asked for before
 * anything of the learner's is loaded, and connected to once. What is answered in here could be patched from here.
 *
 * Where steps are counted, no compiler that optimizes takes part: a function that it puts into its caller is no longer
 * counted, and when it does so depends on what else the machine is doing.
 * @param {boolean} counting
 */
export function openToMeasure(counting) {
  for (const flag of counting ? ['--no-opt', '--no-maglev'] : []) setFlagsFromString(flag)
  open(0, '127.0.0.1')
  return url()
}
