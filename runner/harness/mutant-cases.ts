import type { LearnerTest, Mutants, VariantRun } from './mutants.ts'
import { test } from './test.ts'

/** What an exercise about tests says of its variants; each stands in suite/variants/<language>/ under its name. */
export interface MutantCases {
  /** What the learner's tests are about: `function`. */
  subject: string
  /**
   * The variant that the learner has. It is one of the bugs, and the brief tells it: a test that compares with a copy of
   * this code, or with what it answers, believes the bug and is red on correct code.
   */
  given: string
  /** The same code, its bug mended: what the learner's tests have to be green on first. */
  mended: string
  /** The other correct ones. A text is the evidence for hints that a test is red there. */
  correct: Record<string, string | null>
  /** Wrong all over: a test that minds none of them compares nothing. */
  nonsense: readonly Nonsense[]
  /** One mistake each; `bug` is the beginning of "… is caught". */
  bugs: readonly { id: string; group: string; covers: readonly number[]; bug: string }[]
  /** The brief's requirements: the tests load, pass on correct code, compare something, catch what is wrong. */
  covers: Record<'load' | 'pass' | 'compare' | 'catch', number>
}

export interface Nonsense {
  variant: string
  /** How the transcript calls this variant, and what happens in it: `where <where>, it passes`. */
  told?: { label: string; where: string }
  /** The evidence for hints that a test passes here. */
  evidence?: string
}

/**
 * Declares the cases of an exercise about tests: that the learner's tests run, are green on correct code and compare
 * something (groups `sound` and `assertions`), and one for each bug, which a test has to catch.
 */
export function mutantCases(options: MutantCases): void {
  soundCases(options)
  comparingCase(options)
  for (const { id, group, covers, bug } of options.bugs)
    test(
      `${bug} is caught`,
      { meta: { id, group, covers: [...covers, options.covers.catch] } },
      async ({ mutants }) => {
        const caught = await mutants.caughtBy(id, [options.mended, ...Object.keys(options.correct)])
        if (caught.length === 0) throw new Error('No test of yours fails; the bug would ship.')
      },
    )
}

function soundCases({ given, mended, correct, covers }: MutantCases): void {
  test(
    'your tests load, and there is at least one',
    { meta: { id: 'tests-run', group: 'sound', covers: [covers.load] } },
    async ({ mutants, evidence }) => {
      const { loadError } = await mutants.run(mended, { quiet: true })
      if (loadError === null) return
      evidence('does not load', true)
      throw new Error(loadError)
    },
  )
  test(
    'every test passes on the code you were given, with its known bug mended',
    { meta: { id: 'pass-on-given', group: 'sound', covers: [covers.pass] } },
    async ({ mutants, transcript, evidence }) => {
      const { tests } = await mutants.run(mended, { quiet: true })
      if (tests.length === 0) throw new Error('No test ran.')
      const failed = tests.filter((t) => t.status === 'failed')
      for (const { name, message } of failed.slice(0, 3)) transcript('red', `${name}: ${message}`)
      if (failed.some((t) => t.byAssertion)) evidence('an assertion fails', true)
      const before = await mutants.run(given, { quiet: true })
      const believed = failed.some(({ name }) => isGreen(before.tests, name))
      evidence('believes the known bug', believed)
      if (believed) throw new Error('A test is green on the known bug, and red where it is mended.')
      if (failed.length > 0) throw new Error('A test is red although the code is correct.')
    },
  )
  test(
    'every test passes on correct code that is written differently',
    { meta: { id: 'pass-on-others', group: 'sound', covers: [covers.pass] } },
    async ({ mutants, transcript, evidence }) => {
      const before = await passingOn(mutants, mended)
      const lost = new Set<string>()
      for (const [variant, tells] of Object.entries(correct)) {
        const why = whyLost(before, await mutants.run(variant, { quiet: true }))
        if (why.length > 0 && tells !== null) evidence(tells, true)
        for (const words of why) lost.add(words)
      }
      for (const words of [...lost].slice(0, 3)) transcript('red', words)
      if (lost.size > 0) throw new Error('Green on one correct version, red on another.')
    },
  )
}

function comparingCase({ subject, mended, nonsense, covers }: MutantCases): void {
  test(
    `every test compares something: none passes whatever the ${subject} does`,
    { meta: { id: 'every-test-asserts', group: 'assertions', covers: [covers.compare] } },
    async ({ mutants, transcript, evidence }) => {
      const before = await passingOn(mutants, mended)
      const runs = await Promise.all(nonsense.map(({ variant }) => mutants.run(variant, { quiet: true })))
      const empty = before.filter(
        (name) => !runs.some(({ tests }) => tests.some((t) => t.name === name && t.byAssertion)),
      )
      if (empty.length === 0) return
      evidence('compares nothing', true)
      transcript('test', empty.slice(0, 5).join(', '))
      for (const [i, { told, evidence: tells }] of nonsense.entries()) {
        if (told) transcript(told.label, `where ${told.where}, ${fateOf(empty[0], runs[i])}`)
        if (tells && runs[i]?.tests.some((t) => empty.includes(t.name) && t.status === 'passed')) evidence(tells, true)
      }
      throw new Error('No assertion fails either way.')
    },
  )
}

const isGreen = (tests: readonly LearnerTest[], name: string): boolean =>
  tests.some((t) => t.name === name && t.status === 'passed')

async function passingOn(mutants: Mutants, mended: string): Promise<string[]> {
  const { tests } = await mutants.run(mended, { quiet: true })
  const passing = tests.filter((t) => t.status === 'passed').map((t) => t.name)
  if (passing.length === 0) throw new Error('No test of yours passes on correct code.')
  return passing
}

/** What became of tests that were green before and are not on another correct variant. */
function whyLost(before: readonly string[], { tests, loadError }: VariantRun): string[] {
  const red = before.filter((name) => !isGreen(tests, name))
  if (red.length > 0 && tests.length === 0) return [loadError ?? 'nothing ran']
  return red.map((name) => `${name}: ${tests.find((t) => t.name === name)?.message ?? 'it did not run'}`)
}

function fateOf(name: string | undefined, run: VariantRun | undefined): string {
  const test = run?.tests.find((t) => t.name === name)
  return test?.status === 'passed' ? 'it passes' : `it crashes: ${test?.message ?? 'it did not run'}`
}
