import { test, type Mutants, type VariantRun } from '#harness'

/** Versions of the function; each stands in variants/<language>/ under this name. */
const given = 'as-given'
const otherwiseCorrect = ['rewritten', 'reworded', 'other-comparisons', 'other-sums'] as const
const correct = [given, ...otherwiseCorrect]
/** Wrong all over: a test that minds none of them compares nothing. */
const nonsense = ['answers-falling', 'answers-rising', 'rejects-everything']

const listed = (names: readonly string[]): string => names.slice(0, 5).join(', ')

test(
  'your tests load, and there is at least one',
  { meta: { id: 'tests-run', group: 'sound', covers: [7] } },
  async ({ mutants, evidence }) => {
    const { loadError } = await mutants.run(given, { quiet: true })
    if (loadError === null) return
    evidence('does not load', true)
    throw new Error(loadError)
  },
)

test(
  'every test passes on the code you were given',
  { meta: { id: 'pass-on-given', group: 'sound', covers: [8] } },
  async ({ mutants, transcript, evidence }) => {
    const { tests } = await mutants.run(given, { quiet: true })
    if (tests.length === 0) throw new Error('No test ran.')
    const failed = tests.filter((t) => t.status === 'failed')
    for (const { name, message } of failed.slice(0, 3)) transcript('red', `${name}: ${message}`)
    if (failed.some((t) => t.byAssertion)) evidence('an assertion fails', true)
    if (failed.length > 0) throw new Error('A test is red although the code is correct.')
  },
)

test(
  'every test passes on correct code that is written differently',
  { meta: { id: 'pass-on-others', group: 'sound', covers: [8] } },
  async ({ mutants, transcript, evidence }) => {
    const before = await passingOnGiven(mutants)
    const lost = new Set<string>()
    for (const variant of otherwiseCorrect) {
      const { tests, loadError } = await mutants.run(variant, { quiet: true })
      const red = before.filter((name) => !tests.some((t) => t.name === name && t.status === 'passed'))
      if (red.length > 0 && variant === 'rewritten') evidence('needs the same internals', true)
      if (red.length > 0 && variant === 'reworded') evidence('needs the same words', true)
      if (red.length > 0 && tests.length === 0) lost.add(loadError ?? 'nothing ran')
      else
        for (const name of red) lost.add(`${name}: ${tests.find((t) => t.name === name)?.message ?? 'it did not run'}`)
    }
    for (const words of [...lost].slice(0, 3)) transcript('red', words)
    if (lost.size > 0) throw new Error('Green on your code, red on another correct one.')
  },
)

test(
  'every test compares something: none passes whatever the function does',
  { meta: { id: 'every-test-asserts', group: 'assertions', covers: [9] } },
  async ({ mutants, transcript, evidence }) => {
    const before = await passingOnGiven(mutants)
    const runs = await Promise.all(nonsense.map((variant) => mutants.run(variant, { quiet: true })))
    const empty = before.filter(
      (name) => !runs.some(({ tests }) => tests.some((t) => t.name === name && t.byAssertion)),
    )
    if (empty.length === 0) return
    evidence('compares nothing', true)
    const [nonsensical, , rejecting] = runs
    transcript('test', listed(empty))
    transcript('nonsense', `where every answer is nonsense, ${fateOf(empty, nonsensical)}`)
    transcript('rejected', `where every parcel is rejected, ${fateOf(empty, rejecting)}`)
    if (rejecting?.tests.some((t) => empty.includes(t.name) && t.status === 'passed')) evidence('minds no error', true)
    throw new Error('No assertion fails either way.')
  },
)

async function passingOnGiven(mutants: Mutants): Promise<string[]> {
  const { tests } = await mutants.run(given, { quiet: true })
  const passing = tests.filter((t) => t.status === 'passed').map((t) => t.name)
  if (passing.length === 0) throw new Error('No test of yours passes on the code you were given.')
  return passing
}

function fateOf([name]: readonly string[], run: VariantRun | undefined): string {
  const test = run?.tests.find((t) => t.name === name)
  return test?.status === 'passed' ? 'it passes' : `it crashes: ${test?.message ?? 'it did not run'}`
}

const bugs = [
  { id: 'heavy-at-five', group: 'limits', rule: 2, bug: 'a parcel of exactly 5 kg charged as heavy' },
  {
    id: 'free-above-threshold',
    group: 'limits',
    rule: 4,
    bug: 'a domestic order of exactly 50.00 charged for shipping',
  },
  { id: 'no-discount-cap', group: 'limits', rule: 5, bug: 'a discount of more than 30 percent granted in full' },
  { id: 'rounds-down', group: 'rules', rule: 5, bug: 'a fraction of a cent cut off instead of rounded' },
  { id: 'no-surcharge', group: 'rules', rule: 6, bug: 'an island parcel without the surcharge' },
  { id: 'swapped-zones', group: 'rules', rule: 2, bug: 'a mix-up of the prices for Europe and world' },
  { id: 'wrong-default', group: 'rules', rule: 3, bug: 'a parcel without a zone charged as a European one' },
  { id: 'negative-weight', group: 'rejections', rule: 1, bug: 'a negative weight that is charged instead of rejected' },
  { id: 'accepts-nan', group: 'rejections', rule: 1, bug: 'a weight of NaN that is charged instead of rejected' },
] as const

for (const { id, group, rule, bug } of bugs) {
  test(`${bug} is caught`, { meta: { id, group, covers: [rule, 10] } }, async ({ mutants }) => {
    const caught = await mutants.caughtBy(id, correct)
    if (caught.length === 0) throw new Error('No test of yours fails; the bug would ship.')
  })
}
