import type { Language } from '../../domain/exercise/exercise.ts'
import type { Verdict } from '../../domain/judging/verdict.ts'

export type VerdictKind = Verdict['kind']

/**
 * One case of the red-team suite, as data: others can run it against a grader of their own. What a file of this folder
 * exports as `attacks` is run by red-team.test.ts in grade mode. Bombs stay inside bounds of their own, traffic on
 * loopback.
 */
export interface Attack {
  /** `R00` … `R32`; permanent. */
  id: string
  title: string
  language: Language
  /** Slug of a fixture (testing/catalog) or of an exercise of the catalog. */
  exercise: string
  /** What the files below are laid over. */
  base: 'nothing' | 'starter' | 'reference'
  /** Path → content. */
  files: Record<string, string>
  /** The same work without the attack, laid over the same base: the attack never has more points. */
  honest?: Record<string, string>
  expected: {
    verdicts: readonly VerdictKind[]
    /** Points it may have at most. */
    most: number
    /** All points: a grader that shuts too much away is as wrong as one that shuts too little. */
    least?: number
    /** What the verdict's own words or a warning must say. */
    says?: RegExp
    /** What has to be found in a transcript: that the attack ran at all. */
    shows?: RegExp
  }
  /** Texts that must not be in anything that comes out of the grader. */
  leakMarkers?: readonly string[]
  seed?: number
}

/**
 * Planted on the machine before the cases run: in a file, in the grader's environment, and by the suites themselves.
 */
export const markers = {
  file: 'gym-canary-in-a-file-5f0c',
  environment: 'gym-canary-in-the-environment-91ab',
  /** Words of the hidden suites and of the reference solutions of the exercises below. */
  suite: ["from '#harness'", 'covers: ['],
} as const

export const everyMarker: readonly string[] = [markers.file, markers.environment, ...markers.suite]

/** Right in the first case of the fixture module-add, wrong in the second: 60 points. */
export const honestModule = 'export const add = (a: number, b: number) => a + b\nexport const record = () => ({})\n'

/** All points of the fixture module-add. */
export const rightModule =
  'export const add = (a: number, b: number) => a + b\nexport const record = (a: number, b: number) => ({ a, b, sum: a + b })\n'

const main = 'src/main.ts'

/** An attack on the fixture module-add: with the honest code's points at most. */
export const onModule = (
  id: string,
  title: string,
  text: string,
  expected: Partial<Attack['expected']> = {},
): Attack => ({
  id,
  title,
  language: 'ts',
  exercise: 'module-add',
  base: 'nothing',
  files: { [main]: text },
  honest: { [main]: honestModule },
  expected: { verdicts: ['failed', 'broken', 'timed-out'], most: 60, ...expected },
})

/** An attack by a program that reads stdin and prints; wrong in both cases of the fixture stdio-sum. */
export const onProgram = (
  id: string,
  title: string,
  text: string,
  expected: Partial<Attack['expected']> = {},
): Attack => ({
  id,
  title,
  language: 'ts',
  exercise: 'stdio-sum',
  base: 'nothing',
  files: { [main]: text },
  expected: { verdicts: ['failed', 'broken', 'timed-out'], most: 0, ...expected },
})
