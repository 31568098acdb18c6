import { mutantCases } from '#harness'

mutantCases({
  subject: 'function',
  given: 'as-given',
  correct: {
    rewritten: 'needs the same internals',
    reworded: 'needs the same words',
    'other-comparisons': null,
    'other-sums': null,
  },
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
    {
      id: 'free-above-threshold',
      group: 'limits',
      covers: [4],
      bug: 'a domestic order of exactly 50.00 charged for shipping',
    },
    { id: 'no-discount-cap', group: 'limits', covers: [5], bug: 'a discount of more than 30 percent granted in full' },
    { id: 'rounds-down', group: 'rules', covers: [5], bug: 'a fraction of a cent cut off instead of rounded' },
    { id: 'no-surcharge', group: 'rules', covers: [6], bug: 'an island parcel without the surcharge' },
    { id: 'swapped-zones', group: 'rules', covers: [2], bug: 'a mix-up of the prices for Europe and world' },
    { id: 'wrong-default', group: 'rules', covers: [3], bug: 'a parcel without a zone charged as a European one' },
    {
      id: 'negative-weight',
      group: 'rejections',
      covers: [1],
      bug: 'a negative weight that is charged instead of rejected',
    },
    { id: 'accepts-nan', group: 'rejections', covers: [1], bug: 'a weight of NaN that is charged instead of rejected' },
  ],
})
