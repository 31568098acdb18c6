import { execFileSync } from 'node:child_process'

/** The command lines of this machine's processes that fit. */
export const processesLike = (fits: (words: string) => boolean): string[] =>
  execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n').filter(fits)
