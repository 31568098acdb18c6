import { expect, test, type Fixtures, type Handle } from '#harness'

type Subject = Fixtures['subject']

const defaults = { notify: true, insured: false, print: { size: 'A6', marks: ['shop'] } }

const settingsFor = (subject: Subject, wishes: Record<string, unknown>): Promise<Handle> =>
  subject.construct('Settings', [wishes])

test(
  'keeps the parcels of each day apart',
  { meta: { id: 'own-days', group: 'routes', covers: [1] } },
  async ({ subject, random }) => {
    const route = await subject.construct('Route')
    const codes = [1, 2, 3].map((n) => `PX-${random.integer(100, 999)}${n}`)
    await route.call('add', ['monday', codes[0]])
    expect(await route.call('parcels', ['tuesday']), 'the parcels of tuesday, after one was added to monday').toEqual(
      [],
    )
    await route.call('add', ['friday', codes[1]])
    await route.call('add', ['monday', codes[2]])
    expect(await route.call('parcels', ['monday']), 'the parcels of monday').toEqual([codes[0], codes[2]])
    expect(await route.call('parcels', ['friday']), 'the parcels of friday').toEqual([codes[1]])
  },
)

test(
  'adds no day to a route by looking at it',
  { meta: { id: 'looking-adds-nothing', group: 'routes', covers: [2] } },
  async ({ subject }) => {
    const route = await subject.construct('Route')
    await route.call('parcels', ['sunday'])
    await route.call('add', ['monday', 'PX-5'])
    await route.call('add', ['friday', 'PX-6'])
    await route.call('add', ['monday', 'PX-7'])
    await route.call('parcels', ['saturday'])
    expect(await route.call('days'), 'the days, after sunday and saturday were only looked at').toEqual([
      'monday',
      'friday',
    ])
  },
)

test(
  'gives the same label each time, and the right one to the next parcel',
  { meta: { id: 'label-again', group: 'labels', covers: [3, 4, 6] } },
  async ({ subject, random }) => {
    const code = `PX-${random.integer(1000, 9999)}`
    const parcel = await subject.construct('Parcel', [code, 'Ada', 'north'])
    expect(await parcel.call('label'), 'the label').toBe(`NORTHPOST ${code} / ADA`)
    expect(await parcel.call('label'), 'the label, asked for again').toBe(`NORTHPOST ${code} / ADA`)
    const next = await subject.construct('Parcel', ['PX-7', 'Bob', 'north'])
    expect(await next.call('label'), 'the label of the next parcel').toBe('NORTHPOST PX-7 / BOB')
  },
)

test(
  'leaves code and customer as they were',
  { meta: { id: 'label-changes-nothing', group: 'labels', covers: [4] } },
  async ({ subject, random }) => {
    const customer = random.pick(['Grace', 'Radia', 'Edsger'])
    const parcel = await subject.construct('Parcel', ['px-3', customer, 'sea'])
    expect(await parcel.call('label'), 'the label').toBe(`SEALINE PX-3 / ${customer.toUpperCase()}`)
    expect(await parcel.get('customer'), 'the customer after label').toBe(customer)
    expect(await parcel.get('code'), 'the code after label').toBe('px-3')
  },
)

test(
  'writes a label where everything is in capital letters already',
  { meta: { id: 'capital-letters', group: 'labels', covers: [3] } },
  async ({ subject }) => {
    const parcel = await subject.construct('Parcel', ['PX-4', 'IDA', 'sea'])
    expect(await parcel.call('label'), 'the label').toBe('SEALINE PX-4 / IDA')
  },
)

test(
  'keeps the settings of two customers apart, and the defaults as they are',
  { meta: { id: 'own-settings', group: 'settings', gate: true, covers: [5, 6] } },
  async ({ subject }) => {
    const ada = await settingsFor(subject, { insured: true })
    expect(await ada.call('all'), "ada's settings").toEqual({ ...defaults, insured: true })
    const bob = await settingsFor(subject, {})
    expect(await bob.call('all'), "bob's settings, made after ada's").toEqual(defaults)
    await bob.call('set', ['notify', false])
    expect(await (await settingsFor(subject, {})).call('all'), 'new settings after bob switched notify off').toEqual(
      defaults,
    )
    expect(await bob.call('all'), "bob's settings").toEqual({ ...defaults, notify: false })
  },
)

test(
  'keeps a mark on the labels of one customer only',
  { meta: { id: 'own-marks', group: 'settings', covers: [5, 6] } },
  async ({ subject, random }) => {
    const mark = random.pick(['fragile', 'this side up', 'gift'])
    const ada = await settingsFor(subject, {})
    await ada.call('mark', [mark])
    expect(await ada.call('all'), "ada's settings after a mark").toEqual({
      ...defaults,
      print: { size: 'A6', marks: ['shop', mark] },
    })
    expect(
      await (await settingsFor(subject, { notify: false })).call('all'),
      "bob's settings after ada's mark",
    ).toEqual({ ...defaults, notify: false })
  },
)

test(
  'takes a stored false or nil for a value',
  { meta: { id: 'stored-false', group: 'settings', covers: [7] } },
  async ({ subject }) => {
    const settings = await settingsFor(subject, { notify: false, express: null })
    expect(await settings.call('value', ['notify', true]), 'notify, stored as false, otherwise true').toBe(false)
    expect(await settings.call('value', ['express', 'yes']), 'express, stored as nil, otherwise "yes"').toBe(null)
    expect(await settings.call('value', ['insured', true]), 'insured, false by default, otherwise true').toBe(false)
    expect(await settings.call('value', ['floor', 3]), 'floor, which is not stored, otherwise 3').toBe(3)
    expect(await settings.call('value', ['floor', false]), 'floor, which is not stored, otherwise false').toBe(false)
  },
)

test(
  'asks the customs office once for each code, also when it says no',
  { meta: { id: 'asks-once', group: 'customs', covers: [8] } },
  async ({ subject, random }) => {
    const asked: string[] = []
    const answers: Record<string, boolean> = { 'PX-1': true, 'PX-2': false, 'PX-3': random.pick([true, false]) }
    const office = (code: string): boolean => {
      asked.push(code)
      return answers[code] ?? false
    }
    const customs = await subject.construct('Customs', [office])
    for (const code of ['PX-1', 'PX-2', 'PX-1', 'PX-2', 'PX-3', 'PX-2', 'PX-3']) {
      expect(await customs.call('cleared', [code]), `whether ${code} is cleared`).toBe(answers[code])
    }
    expect(asked, 'the codes that the office was asked for').toEqual(['PX-1', 'PX-2', 'PX-3'])
  },
)
