import { mutantCases } from '#harness'

mutantCases({
  subject: 'checkout',
  given: 'as-given',
  correct: { batched: null, 'by-events': null, patient: null },
  nonsense: [
    { variant: 'answers-nothing', told: { label: 'nothing', where: 'nothing is done' } },
    { variant: 'does-everything', told: { label: 'everything', where: 'everything is done three times' } },
  ],
  covers: { load: 8, pass: 9, compare: 10, catch: 11 },
  bugs: [
    { id: 'charges-again', group: 'money', covers: [4], bug: 'a second charge when saving fails' },
    {
      id: 'keeps-the-money',
      group: 'money',
      covers: [5],
      bug: 'a charge that is kept although the order could not be saved',
    },
    {
      id: 'pays-on-decline',
      group: 'money',
      covers: [2],
      bug: 'an order marked as paid although the card was declined',
    },
    { id: 'charges-euros', group: 'money', covers: [1], bug: 'an amount in euros where the gateway takes cents' },
    {
      id: 'new-key-each-time',
      group: 'money',
      covers: [3],
      bug: 'a new key for each try, so that a gateway without an answer takes the money twice',
    },
    { id: 'pays-twice', group: 'money', covers: [6], bug: 'a charge for an order that is paid already' },
    { id: 'mails-first', group: 'people', covers: [2, 3, 5], bug: 'a mail about a payment that is not made yet' },
    {
      id: 'timeout-is-decline',
      group: 'people',
      covers: [3],
      bug: 'a customer who is told "declined" when the gateway did not answer',
    },
    { id: 'logs-the-card', group: 'people', covers: [7], bug: 'the number of the card in the log' },
  ],
})
