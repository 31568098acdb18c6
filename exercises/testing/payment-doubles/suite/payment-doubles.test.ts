import { test, type Mutants, type VariantRun } from '#harness'

/** Versions of the checkout; each stands in variants/<language>/ under this name. */
const given = 'as-given'
const otherwiseCorrect = ['batched', 'by-events', 'patient'] as const
const correct = [given, ...otherwiseCorrect]
/** Wrong all over: a test that minds neither of them compares nothing. */
const nonsense = ['answers-nothing', 'does-everything']

const listed = (names: readonly string[]): string => names.slice(0, 5).join(', ')

test(
  'your tests load, and there is at least one',
  { meta: { id: 'tests-run', group: 'sound', covers: [8] } },
  async ({ mutants, evidence }) => {
    const { loadError } = await mutants.run(given, { quiet: true })
    if (loadError === null) return
    evidence('does not load', true)
    throw new Error(loadError)
  },
)

test(
  'every test passes on the code you were given',
  { meta: { id: 'pass-on-given', group: 'sound', covers: [9] } },
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
  { meta: { id: 'pass-on-others', group: 'sound', covers: [9] } },
  async ({ mutants, transcript }) => {
    const before = await passingOnGiven(mutants)
    const lost = new Set<string>()
    for (const variant of otherwiseCorrect) {
      const { tests, loadError } = await mutants.run(variant, { quiet: true })
      const red = before.filter((name) => !tests.some((t) => t.name === name && t.status === 'passed'))
      const messages = red.map((name) => tests.find((t) => t.name === name)?.message ?? loadError ?? 'it did not run')
      for (const [i, name] of red.entries()) lost.add(`${name}: ${messages[i]}`)
    }
    for (const words of [...lost].slice(0, 3)) transcript('red', words)
    if (lost.size > 0) throw new Error('Green on your code, red on another correct one.')
  },
)

test(
  'every test compares something: none passes whatever the checkout does',
  { meta: { id: 'every-test-asserts', group: 'assertions', covers: [10] } },
  async ({ mutants, transcript }) => {
    const before = await passingOnGiven(mutants)
    const runs = await Promise.all(nonsense.map((variant) => mutants.run(variant, { quiet: true })))
    const empty = before.filter(
      (name) => !runs.some(({ tests }) => tests.some((t) => t.name === name && t.byAssertion)),
    )
    if (empty.length === 0) return
    const [idle, busy] = runs
    transcript('test', listed(empty))
    transcript('nothing', `where nothing is done, ${fateOf(empty, idle)}`)
    transcript('everything', `where everything is done three times, ${fateOf(empty, busy)}`)
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
  { id: 'charges-again', group: 'money', rules: [4], bug: 'a second charge when saving fails' },
  {
    id: 'keeps-the-money',
    group: 'money',
    rules: [5],
    bug: 'a charge that is kept although the order could not be saved',
  },
  { id: 'pays-on-decline', group: 'money', rules: [2], bug: 'an order marked as paid although the card was declined' },
  { id: 'charges-euros', group: 'money', rules: [1], bug: 'an amount in euros where the gateway takes cents' },
  {
    id: 'new-key-each-time',
    group: 'money',
    rules: [3],
    bug: 'a new key for each try, so that a gateway without an answer takes the money twice',
  },
  { id: 'pays-twice', group: 'money', rules: [6], bug: 'a charge for an order that is paid already' },
  { id: 'mails-first', group: 'people', rules: [2, 3, 5], bug: 'a mail about a payment that is not made yet' },
  {
    id: 'timeout-is-decline',
    group: 'people',
    rules: [3],
    bug: 'a customer who is told "declined" when the gateway did not answer',
  },
  { id: 'logs-the-card', group: 'people', rules: [7], bug: 'the number of the card in the log' },
] as const

for (const { id, group, rules, bug } of bugs) {
  test(`${bug} is caught`, { meta: { id, group, covers: [...rules, 11] } }, async ({ mutants }) => {
    const caught = await mutants.caughtBy(id, correct)
    if (caught.length === 0) throw new Error('No test of yours fails; the bug would ship.')
  })
}
