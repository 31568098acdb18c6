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
  async ({ subject, evidence }) => {
    const route = await subject.construct('Route')
    await route.call('parcels', ['sunday'])
    await route.call('add', ['monday', 'PX-5'])
    await route.call('add', ['friday', 'PX-6'])
    await route.call('add', ['monday', 'PX-7'])
    await route.call('parcels', ['saturday'])
    const days = (await route.call('days')) as string[]
    evidence('looked', days.includes('sunday') || days.includes('saturday'))
    expect(days, 'the days, after sunday and saturday were only looked at').toEqual(['monday', 'friday'])
  },
)

test(
  'gives the same label each time, and the right one to the next parcel',
  { meta: { id: 'label-again', group: 'labels', covers: [3, 4] } },
  async ({ subject, random, requirement }) => {
    const code = `PX-${random.integer(1000, 9999)}`
    const parcel = await subject.construct('Parcel', [code, 'Ada', 'north'])
    expect(await parcel.call('label'), 'the label').toBe(`NORTHPOST ${code} / ADA`)
    expect(await parcel.call('label'), 'the label, asked for again').toBe(`NORTHPOST ${code} / ADA`)
    requirement(4)
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
  async ({ subject, evidence }) => {
    const parcel = await subject.construct('Parcel', ['PX-4', 'IDA', 'sea'])
    const label = await parcel.call('label')
    evidence('labelIsNil', label === null)
    expect(label, 'the label').toBe('SEALINE PX-4 / IDA')
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
  async ({ subject, random, evidence }) => {
    const asked: string[] = []
    const answers: Record<string, boolean> = { 'PX-1': true, 'PX-2': false, 'PX-3': random.pick([true, false]) }
    const office = (code: string): boolean => {
      asked.push(code)
      return answers[code] ?? false
    }
    const customs = await subject.construct('Customs', [office])
    for (const code of ['PX-1', 'PX-2', 'PX-1', 'PX-2', 'PX-3', 'PX-2', 'PX-3']) {
      expect(await customs.call('cleared', [code]), 'whether a code is cleared').toBe(answers[code])
    }
    const again = asked.filter((code, i) => asked.indexOf(code) < i)
    evidence('askedAgainAfterNo', again.length > 0 && again.every((code) => answers[code] === false))
    expect(asked, 'the codes that the office was asked for').toEqual(['PX-1', 'PX-2', 'PX-3'])
  },
)

test(
  'keeps several routes apart, with each code as often as it was added',
  { meta: { id: 'many-routes', group: 'routes', covers: [1, 2] } },
  async ({ subject, random, requirement }) => {
    const days = ['monday', 'friday', 'Monday', '']
    const routes: { route: Handle; plan: [day: string, code: string][] }[] = []
    for (let step = 0; step < 24; step++) {
      if (step % 8 === 0) routes.push({ route: await subject.construct('Route'), plan: [] })
      const chosen = random.pick(routes)
      const entry: [string, string] = [random.pick(days), random.pick(['PX-9', 'PX-10', 'px-9'])]
      chosen.plan.push(entry)
      await chosen.route.call('add', entry)
      for (const { route, plan } of routes) {
        requirement(1)
        for (const day of [...days, 'sunday']) {
          const codes = plan.flatMap(([planned, code]) => (planned === day ? [code] : []))
          expect(await route.call('parcels', [day]), 'the parcels of each day, after each step').toEqual(codes)
        }
        requirement(2)
        const planned = [...new Set(plan.map(([day]) => day))]
        expect(await route.call('days'), 'the days of each route, after each step').toEqual(planned)
      }
    }
  },
)

test(
  'writes labels of several parcels in turn, again and again',
  { meta: { id: 'labels-in-turn', group: 'labels', covers: [3, 4] } },
  async ({ subject, random, requirement }) => {
    const carriers = { north: 'NORTHPOST', sea: 'SEALINE' } as const
    const parcels: { parcel: Handle; code: string; customer: string; label: string }[] = []
    for (const [code, customer, carrier] of [
      ['PX-1', 'Ada', 'north'],
      ['px-2', 'ada', 'north'],
      ['PX-1', 'ADA', 'sea'],
      ['px-a/9', 'Zo\u00eb van Dijk', 'sea'],
      ['PX-5', '\u00c9MILE', 'north'],
      ['PX-6', "O'Neil, jr.", 'north'],
    ] as const) {
      const label = `${carriers[carrier]} ${code.toUpperCase()} / ${customer.toUpperCase()}`
      parcels.push({ parcel: await subject.construct('Parcel', [code, customer, carrier]), code, customer, label })
    }
    for (const each of [...parcels, ...random.shuffle(parcels), ...random.shuffle(parcels)]) {
      requirement(3)
      expect(await each.parcel.call('label'), 'the label of each parcel').toBe(each.label)
      requirement(4)
      for (const { parcel, code, customer } of parcels)
        expect([await parcel.get('code'), await parcel.get('customer')], 'code and customer of each parcel').toEqual([
          code,
          customer,
        ])
    }
  },
)

test(
  'keeps the settings of many customers apart, whatever is set and marked',
  { meta: { id: 'many-settings', group: 'settings', covers: [5, 6] } },
  async ({ subject, random, requirement }) => {
    const wishes: Record<string, unknown>[] = [
      {},
      { notify: false, insured: null },
      { print: { size: 'A5', marks: [] } },
      { print: { size: 'A4', marks: ['gift', 'shop'] }, express: true },
      {},
      { floor: 0, note: '' },
    ]
    const made: { settings: Handle; values: Record<string, unknown> }[] = []
    for (const wished of wishes) {
      made.push({ settings: await settingsFor(subject, wished), values: structuredClone({ ...defaults, ...wished }) })
      for (let step = 0; step < 4; step++) {
        const chosen = random.pick(made)
        const name = random.pick(['notify', 'insured', 'floor', 'new'])
        const value = random.pick([true, false, null, 0, '', 'yes'])
        if (step % 2 === 0) {
          await chosen.settings.call('set', [name, value])
          chosen.values[name] = value
        } else {
          const text = `mark ${random.integer(1, 99)}`
          await chosen.settings.call('mark', [text])
          const print = chosen.values['print'] as { marks: string[] }
          print.marks.push(text)
        }
        requirement(5)
        for (const { settings, values } of made)
          expect(await settings.call('all'), 'the settings of every customer, after each step').toEqual(values)
        requirement(6)
        const fresh = await settingsFor(subject, {})
        expect(await fresh.call('all'), 'new settings without wishes, after each step').toEqual(defaults)
      }
    }
    requirement(5)
    const last = await settingsFor(subject, {})
    await last.call('set', ['print', { size: 'A3', marks: ['own'] }])
    await last.call('mark', ['more'])
    expect(await last.call('all'), 'the settings after print was set and marked').toEqual({
      ...defaults,
      print: { size: 'A3', marks: ['own', 'more'] },
    })
  },
)

test(
  'asks for values without storing any, and knows each that is stored',
  { meta: { id: 'every-value', group: 'settings', covers: [7] } },
  async ({ subject }) => {
    const settings = await settingsFor(subject, { express: null })
    for (const otherwise of [7, 'text', null, false, true])
      expect(await settings.call('value', ['missing', otherwise]), 'a value that is not stored').toBe(otherwise)
    expect(await settings.call('all'), 'the settings after values were asked for').toEqual({
      ...defaults,
      express: null,
    })
    for (const value of [false, null, 0, '', 'yes', true]) {
      await settings.call('set', ['extra', value])
      for (const otherwise of ['otherwise', true, null])
        expect(await settings.call('value', ['extra', otherwise]), 'a value that was set').toBe(value)
    }
    expect(await settings.call('value', ['express', 'otherwise']), 'a wish that is nil').toBe(null)
    expect(await settings.call('value', ['print', null]), 'the value of print').toEqual(defaults.print)
  },
)

test(
  'remembers every answer, nil too, each customs for itself',
  { meta: { id: 'every-answer', group: 'customs', covers: [8] } },
  async ({ subject }) => {
    for (const answers of [
      [true, false, null, 0, ''],
      [null, null, true, 'no', false],
    ]) {
      const asked: string[] = []
      const codes = ['PX-1', 'px-1', 'PX-10', '', 'PX-1 ']
      const office = (code: string): unknown => {
        asked.push(code)
        return answers[codes.indexOf(code)]
      }
      const customs = await subject.construct('Customs', [office])
      for (let round = 0; round < 3; round++) {
        for (const [i, code] of codes.entries())
          expect(await customs.call('cleared', [code]), 'the answer for a code').toBe(answers[i])
        expect(asked, 'the codes that the office was asked for').toEqual(codes)
      }
    }
  },
)
