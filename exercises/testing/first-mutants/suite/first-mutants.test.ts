import { expect, mutantCases, test } from '#harness'

const correct = {
  rewritten: 'needs the same internals',
  reworded: 'needs the same words',
  'other-comparisons': null,
  'other-sums': null,
  'own-error': null,
  'careful-outside': 'goes beyond the rules',
}

mutantCases({
  subject: 'function',
  given: 'half-cent-down',
  mended: 'mended',
  correct,
  nonsense: [
    { variant: 'answers-falling', told: { label: 'nonsense', where: 'every answer is nonsense' } },
    { variant: 'answers-rising' },
    {
      variant: 'rejects-everything',
      told: { label: 'rejected', where: 'every parcel is rejected' },
      evidence: 'minds no error',
    },
  ],
  covers: { load: 7, pass: 8, compare: 9, catch: 10 },
  bugs: [
    { id: 'heavy-at-five', group: 'limits', covers: [2], bug: 'a parcel of exactly 5 kg charged as heavy' },
    { id: 'heavy-from-six', group: 'limits', covers: [2], bug: 'a parcel between 5 and 6 kg charged as light' },
    {
      id: 'free-above-threshold',
      group: 'limits',
      covers: [4],
      bug: 'a domestic order of exactly 50.00 charged for shipping',
    },
    {
      id: 'free-below-threshold',
      group: 'limits',
      covers: [4],
      bug: 'a domestic order of 49.50 to 49.99 shipped for nothing',
    },
    { id: 'no-discount-cap', group: 'limits', covers: [5], bug: 'a discount of more than 30 percent granted in full' },
    { id: 'late-discount-cap', group: 'limits', covers: [5], bug: 'a discount of 31 to 35 percent granted in full' },
    {
      id: 'domestic-heavy-price',
      group: 'rules',
      covers: [2],
      bug: 'a heavy domestic parcel with a wrong price',
    },
    { id: 'swapped-zones', group: 'rules', covers: [2], bug: 'a mix-up of the prices for Europe and world' },
    { id: 'europe-light-price', group: 'rules', covers: [2], bug: 'a light European parcel with a wrong price' },
    { id: 'europe-heavy-price', group: 'rules', covers: [2], bug: 'a heavy European parcel with a wrong price' },
    {
      id: 'world-light-price',
      group: 'rules',
      covers: [2],
      bug: 'a light parcel for the rest of the world with a wrong price',
    },
    {
      id: 'world-heavy-price',
      group: 'rules',
      covers: [2],
      bug: 'a heavy parcel for the rest of the world with a wrong price',
    },
    { id: 'wrong-default', group: 'rules', covers: [3], bug: 'a parcel without a zone charged as a European one' },
    { id: 'free-in-europe', group: 'rules', covers: [4], bug: 'free shipping for a large order to Europe' },
    {
      id: 'free-in-world',
      group: 'rules',
      covers: [4],
      bug: 'free shipping for a large order to the rest of the world',
    },
    {
      id: 'cap-drops-discount',
      group: 'rules',
      covers: [5],
      bug: 'a discount of more than 30 percent that counts as none',
    },
    { id: 'rounds-down', group: 'rules', covers: [5], bug: 'a fraction of a cent cut off instead of rounded' },
    { id: 'rounds-up', group: 'rules', covers: [5], bug: 'a fraction of a cent always rounded up' },
    { id: 'half-cent-down', group: 'rules', covers: [5], bug: 'half a cent rounded down' },
    { id: 'half-cent-even', group: 'rules', covers: [5], bug: 'half a cent rounded to the even cent' },
    { id: 'discount-at-home', group: 'rules', covers: [5], bug: 'a discount that other zones do not get' },
    { id: 'discount-by-default', group: 'rules', covers: [5], bug: 'a discount that nobody asked for' },
    { id: 'no-surcharge', group: 'rules', covers: [6], bug: 'an island parcel without the surcharge' },
    { id: 'small-surcharge', group: 'rules', covers: [6], bug: 'an island parcel with a surcharge of 305 cents' },
    { id: 'discounted-surcharge', group: 'rules', covers: [6], bug: 'a discount on the surcharge' },
    { id: 'free-island', group: 'rules', covers: [6], bug: 'a surcharge that free shipping removes' },
    { id: 'islands-at-home', group: 'rules', covers: [6], bug: 'a surcharge for domestic islands only' },
    { id: 'island-by-default', group: 'rules', covers: [6], bug: 'a surcharge that nobody asked for' },
    {
      id: 'negative-weight',
      group: 'rejections',
      covers: [1],
      bug: 'a negative weight that is charged instead of rejected',
    },
    { id: 'accepts-nan', group: 'rejections', covers: [1], bug: 'a weight of NaN that is charged instead of rejected' },
    {
      id: 'accepts-infinity',
      group: 'rejections',
      covers: [1],
      bug: 'an infinite weight that is charged instead of rejected',
    },
  ],
})

// These two throw where the right code does not, or something else. A test that lets the error through crashes; that is
// how it sees the bug, so a crash counts.
const thrown = [
  { id: 'rejects-zero', bug: 'a weight of 0 that is rejected' },
  { id: 'other-error', bug: 'an error of another kind for a bad weight' },
]

for (const { id, bug } of thrown)
  test(`${bug} is caught`, { meta: { id, group: 'rejections', covers: [1, 10] } }, async ({ mutants }) => {
    const sound = await Promise.all(
      ['mended', ...Object.keys(correct)].map((variant) => mutants.run(variant, { quiet: true })),
    )
    const { tests } = await mutants.run(id)
    const red = tests.filter(
      ({ name, status }) =>
        status === 'failed' && sound.every((run) => run.tests.some((t) => t.name === name && t.status === 'passed')),
    )
    expect(red.length, 'tests that fail').toBeGreaterThan(0)
  })
