import { expect, test, type Connection, type Database, type Fixtures, type Handle, type Outcome } from '#harness'

interface Request {
  from: number
  to: number
  cents: number
}

/** A bank with its pool, and the suite's own look at the books. */
interface Stage {
  database: Database
  bank: Handle
  books: Connection
  random: Fixtures['random']
  transcript: Fixtures['transcript']
}

async function open(
  fixtures: Pick<Fixtures, 'subject' | 'database' | 'random' | 'transcript'>,
  connections = 5,
): Promise<Stage> {
  const { subject, database } = fixtures
  await database.migrate('schema.sql')
  // Connections that an earlier case has lost end with their process.
  if (database.wire.sessions().length > 0) await subject.restart()
  return {
    ...fixtures,
    bank: await subject.create('openBank', [connections]),
    books: await database.connect({ quiet: true }),
  }
}

/** Accounts are new in every case, with what they hold booked as a deposit. */
async function accounts({ books, random, transcript }: Stage, ...cents: number[]): Promise<number[]> {
  const rows = await books.query('select coalesce(max(id), 0) as last from accounts')
  let last = Number(rows[0]?.['last'])
  const ids = cents.map(() => (last += random.integer(1, 9)))
  transcript('accounts', ids.map((id, i) => `${id} holds ${cents[i]} cents`).join(', '))
  await books.query(
    `with opened as (insert into accounts select id, 'customer ' || id, cents from unnest($1::int[], $2::bigint[]) as t (id, cents) returning id, balance_cents)
     insert into ledger (transfer_id, account_id, delta_cents) select gen_random_uuid(), id, balance_cents from opened`,
    [ids, cents],
  )
  return ids
}

interface Account {
  balance: number
  ledger: number
}

/** By account: what it holds, and the sum of its rows in the ledger. */
type Books = Record<string, Account>

async function stateOf({ books }: Stage, ids: number[]): Promise<Books> {
  const rows = await books.query(
    `select accounts.id, balance_cents::int as balance, coalesce(sum(delta_cents), 0)::int as ledger
     from accounts left join ledger on account_id = accounts.id where accounts.id = any($1) group by accounts.id`,
    [ids],
  )
  return Object.fromEntries(
    rows.map(({ id, balance, ledger }) => [`account${id}`, { balance: Number(balance), ledger: Number(ledger) }]),
  )
}

const holding = (ids: number[], ...cents: number[]): Books =>
  Object.fromEntries(ids.map((id, i) => [`account${id}`, { balance: cents[i] ?? 0, ledger: cents[i] ?? 0 }]))

const balanceOf = async (stage: Stage, id: number): Promise<number> =>
  (await stateOf(stage, [id]))[`account${id}`]?.balance ?? 0

const begin = ({ bank }: Stage, request: Request): Promise<Outcome> => bank.attempt('transfer', [request])

/** All of these come to an end; a case that waits for ever is told as that. */
async function settled(stage: Stage, calls: Promise<Outcome>[], what: string): Promise<Outcome[]> {
  const all = Promise.all(calls)
  if (!(await stage.database.wire.stuck(all))) return all
  await stage.bank.call('connections')
  throw new Error(`${what} never ended: nothing moved any more between the program and the database.`)
}

async function transfer(stage: Stage, request: Request): Promise<Outcome> {
  const [outcome] = await settled(stage, [begin(stage, request)], 'The transfer')
  return outcome as Outcome
}

const namesOfTheBrief = ['InvalidTransfer', 'UnknownAccount', 'InsufficientFunds']

/** The name of an error that the brief knows; of any other one also what it says. */
function nameOf(outcome: Outcome): string {
  if (outcome.ok) return 'no error'
  const { name, message } = outcome.error
  return namesOfTheBrief.includes(name) ? name : `${name}: ${message}`
}

/** Of a transfer that has to succeed. */
function idOf(outcome: Outcome, what: string): string {
  if (!outcome.ok) throw new Error(`${what} was rejected: ${outcome.error.name}: ${outcome.error.message}`)
  return (outcome.value as { transferId: string }).transferId
}

/** Every connection is back, and none brings a transaction along. */
async function expectTidyPool({ bank, database }: Stage, evidence: Fixtures['evidence'], when: string): Promise<void> {
  const { open: opened, idle } = (await bank.call('connections')) as { open: number; idle: number }
  const unfinished = database.wire.sessions().filter((session) => session.transaction !== 'none')
  evidence('connectionsAway', opened > idle)
  evidence('transactionsOpen', unfinished.length > 0)
  expect(opened - idle, `connections that are not back in the pool ${when}`).toBe(0)
  expect(unfinished.length, `connections with an open transaction ${when}`).toBe(0)
}

/** A pool with a connection away cannot be closed; the next case then gets a fresh process. */
async function finish({ bank }: Stage): Promise<void> {
  const { open: opened, idle } = (await bank.call('connections')) as { open: number; idle: number }
  if (opened === idle) await bank.call('close')
}

/** More statements than any transfer needs. */
const most = 30
const any = (): boolean => true

test(
  'moves the money, writes two rows into the ledger, and gives the connection back',
  { meta: { id: 'moves-the-money', group: 'atomicity', covers: [1, 7] } },
  async ({ subject, database, random, transcript, evidence }) => {
    const stage = await open({ subject, database, random, transcript })
    const [from = 0, to = 0] = await accounts(stage, 10_000, 250)
    const cents = random.integer(100, 9_000)
    const id = idOf(await transfer(stage, { from, to, cents }), 'The transfer')
    expect(id, 'transferId').toMatch(/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i)
    expect(await stateOf(stage, [from, to]), 'the books').toEqual(holding([from, to], 10_000 - cents, 250 + cents))
    const rows = await stage.books.query(
      'select account_id, delta_cents::int from ledger where transfer_id = $1 order by delta_cents',
      [id],
    )
    expect(rows, 'rows of the ledger with this transfer id').toEqual([
      { account_id: from, delta_cents: -cents },
      { account_id: to, delta_cents: cents },
    ])
    await expectTidyPool(stage, evidence, 'after a transfer')
    await finish(stage)
  },
)

test(
  'a transfer that asks for more than there is changes nothing',
  { meta: { id: 'refused-changes-nothing', group: 'atomicity', gate: true, covers: [3] } },
  async ({ subject, database, random, transcript }) => {
    const stage = await open({ subject, database, random, transcript })
    const held = random.integer(1_000, 5_000)
    const [to = 0, from = 0] = await accounts(stage, 0, held)
    const refused = await transfer(stage, { from, to, cents: held + 1 })
    expect(nameOf(refused), 'the error').toBe('InsufficientFunds')
    expect(await stateOf(stage, [to, from]), 'the books after it').toEqual(holding([to, from], 0, held))
    idOf(await transfer(stage, { from, to, cents: held }), 'A transfer of all there is')
    expect(await stateOf(stage, [to, from]), 'the books after all was moved').toEqual(holding([to, from], held, 0))
    await finish(stage)
  },
)

test(
  'an account that does not exist is told, and nothing changes',
  { meta: { id: 'unknown-account', group: 'answers', covers: [3] } },
  async ({ subject, database, random, transcript }) => {
    const stage = await open({ subject, database, random, transcript })
    const [known = 0] = await accounts(stage, 500)
    const unknown = known + random.integer(1_000, 9_000)
    for (const [from, to, which] of [
      [known, unknown, 'receiver'],
      [unknown, known, 'sender'],
    ] as const) {
      const outcome = await transfer(stage, { from, to, cents: 20 })
      expect(nameOf(outcome), `the error for an unknown ${which}`).toBe('UnknownAccount')
      expect(await stateOf(stage, [known]), 'the books after it').toEqual(holding([known], 500))
    }
    await finish(stage)
  },
)

test(
  'amounts that are no whole cents from 1 up, and an account that pays itself, are refused',
  { meta: { id: 'invalid-transfer', group: 'answers', covers: [3] } },
  async ({ subject, database, random, transcript }) => {
    const stage = await open({ subject, database, random, transcript })
    const [from = 0, to = 0] = await accounts(stage, 10_000, 0)
    for (const cents of [0, -random.integer(1, 900), random.integer(1, 90) + 0.5]) {
      expect(nameOf(await transfer(stage, { from, to, cents })), `the error for ${cents} cents`).toBe('InvalidTransfer')
    }
    expect(
      nameOf(await transfer(stage, { from, to: from, cents: 10 })),
      'the error for an account that pays itself',
    ).toBe('InvalidTransfer')
    expect(await stateOf(stage, [from, to]), 'the books after all of them').toEqual(holding([from, to], 10_000, 0))
    await finish(stage)
  },
)

test(
  'a transfer that the database refuses half-way is undone',
  { meta: { id: 'half-done-is-undone', group: 'atomicity', gate: true, covers: [2] } },
  async ({ subject, database, random, transcript, evidence }) => {
    const stage = await open({ subject, database, random, transcript })
    const ids = await accounts(stage, 900, 900, 900)
    const [a = 0, frozen = 0, b = 0] = ids
    await stage.books.query(
      `alter table ledger add constraint "frozen_${frozen}" check (account_id <> ${frozen}) not valid`,
    )
    for (const [from, to] of [
      [a, frozen],
      [frozen, b],
    ] as const) {
      const outcome = await transfer(stage, { from, to, cents: random.integer(1, 900) })
      const apart = database.wire.statements().filter((s) => s.before === 'none' && /^\s*(update|insert)/i.test(s.text))
      evidence('writesApart', apart.length > 1)
      expect(outcome.ok, 'the transfer resolved although its ledger was refused').toBe(false)
      expect(await stateOf(stage, ids), 'the books after it').toEqual(holding(ids, 900, 900, 900))
    }
    await finish(stage)
  },
)

test(
  'a connection that breaks before or after any statement leaves all or nothing, and the next transfer works',
  { meta: { id: 'break-anywhere', group: 'atomicity', gate: true, covers: [2, 7] } },
  async ({ subject, database, random, transcript, evidence }) => {
    const stage = await open({ subject, database, random, transcript })
    for (const when of ['before', 'after'] as const) {
      for (let nth = 1; nth <= most; nth++) {
        const ids = await accounts(stage, 1_000, 1_000)
        const [from = 0, to = 0] = ids
        const cents = random.integer(1, 400)
        const cut = database.wire.cut(any, { when, nth })
        const outcome = await transfer(stage, { from, to, cents })
        cut.release()
        if (!cut.happened()) break
        const [before, once] = [holding(ids, 1_000, 1_000), holding(ids, 1_000 - cents, 1_000 + cents)]
        const found = await stateOf(stage, ids)
        const sent = await balanceOf(stage, from)
        evidence('movedTwice', sent === 1_000 - 2 * cents)
        const where = `the connection broke ${when} statement ${nth}`
        if (outcome.ok || sent !== 1_000) expect(found, `the books: ${where}`).toEqual(once)
        else expect(found, `the books: ${where}`).toEqual(before)
        idOf(await transfer(stage, { from, to, cents: 1 }), `The next transfer, after ${where},`)
      }
    }
    await finish(stage)
  },
)

test(
  'whatever made a transfer fail, its connection is back in the pool with no transaction open',
  { meta: { id: 'tidy-after-failures', group: 'pool', covers: [7] } },
  async ({ subject, database, random, transcript, evidence }) => {
    const stage = await open({ subject, database, random, transcript })
    const ids = await accounts(stage, 100, 100, 100)
    const [from = 0, to = 0, frozen = 0] = ids
    await stage.books.query(
      `alter table ledger add constraint "frozen_${frozen}" check (account_id <> ${frozen}) not valid`,
    )
    const failures: [string, Request][] = [
      ['after one that was refused for lack of funds', { from, to, cents: 101 }],
      ['after one to an unknown account', { from, to: frozen + 9_999, cents: 5 }],
      ['after one whose ledger was refused', { from, to: frozen, cents: 5 }],
    ]
    for (const [when, request] of failures) {
      expect((await transfer(stage, request)).ok, 'the transfer resolved').toBe(false)
      await expectTidyPool(stage, evidence, when)
    }
    for (let i = 0; i < 20; i++) await transfer(stage, random.pick(failures)[1])
    idOf(await transfer(stage, { from, to, cents: 7 }), 'A good transfer after 23 failures')
    expect(await stateOf(stage, ids), 'the books').toEqual(holding(ids, 93, 107, 100))
    await finish(stage)
  },
)

test(
  'two transfers that share a pool of one connection do not get into each other',
  { meta: { id: 'pool-of-one', group: 'pool', covers: [2, 8] } },
  async ({ subject, database, random, transcript, evidence }) => {
    const stage = await open({ subject, database, random, transcript }, 1)
    const ids = await accounts(stage, 600, 0, 600, 0)
    const [a = 0, b = 0, c = 0, d = 0] = ids
    const cents = random.integer(1, 600)
    const calls = [begin(stage, { from: a, to: b, cents }), begin(stage, { from: c, to: d, cents: 601 })]
    const both = Promise.all(calls)
    const waits = await database.wire.stuck(both)
    evidence('waitsForItself', waits)
    evidence(
      'beginsInsideTransaction',
      database.wire.statements().some((s) => s.kind === 'begin' && s.before !== 'none'),
    )
    if (waits)
      throw new Error('Neither transfer ended: the one that has the only connection of the pool waits for another one.')
    const [good, refused] = await both
    idOf(good as Outcome, 'The first transfer')
    expect(nameOf(refused as Outcome), 'the error of the second transfer').toBe('InsufficientFunds')
    expect(await stateOf(stage, ids), 'the books').toEqual(holding(ids, 600 - cents, cents, 600, 0))
    await expectTidyPool(stage, evidence, 'after both')
    await finish(stage)
  },
)

test(
  'money that another server takes out at any moment of a transfer is not spent twice',
  { meta: { id: 'spent-once', group: 'concurrency', gate: true, covers: [3, 4] } },
  async ({ subject, database, random, transcript }) => {
    const stage = await open({ subject, database, random, transcript })
    const other = await database.connect()
    for (let nth = 1; nth <= most; nth++) {
      const [from = 0, to = 0] = await accounts(stage, 100, 0)
      const held = database.wire.hold(any, { nth })
      const mine = begin(stage, { from, to, cents: 60 })
      if (!(await held.reached(mine))) break
      const theirs = other.send(
        'update accounts set balance_cents = balance_cents - 60 where id = $1 and balance_cents >= 60',
        [from],
      )
      await other.blocked()
      held.release()
      const [outcome] = await settled(stage, [mine], 'The transfer')
      const taken = await theirs
      const where = `the other server came after statement ${nth}`
      expect(await balanceOf(stage, from), `cents left of 100: ${where}`).toBe(40)
      const theyWon = taken.ok && taken.count === 1
      expect(
        nameOf(outcome as Outcome),
        `the transfer's error: ${where}${theyWon ? ' and was first' : ', and came too late'}`,
      ).toBe(theyWon ? 'InsufficientFunds' : 'no error')
    }
    await finish(stage)
  },
)

test(
  'of thirty withdrawals at once as many succeed as there is money for',
  { meta: { id: 'thirty-at-once', group: 'concurrency', gate: true, covers: [3, 4] } },
  async ({ subject, database, random, transcript }) => {
    const stage = await open({ subject, database, random, transcript })
    const cents = random.integer(10, 90)
    const ids = await accounts(stage, 10 * cents, 0)
    const [from = 0, to = 0] = ids
    const outcomes = await settled(
      stage,
      Array.from({ length: 30 }, () => begin(stage, { from, to, cents })),
      'Thirty withdrawals at once',
    )
    expect(await stateOf(stage, ids), 'the books').toEqual(holding(ids, 0, 10 * cents))
    expect(outcomes.filter((o) => o.ok).length, 'transfers that resolved').toBe(10)
    const errors = new Set(outcomes.filter((o) => !o.ok).map(nameOf))
    expect([...errors], 'errors of the others').toEqual(['InsufficientFunds'])
    await finish(stage)
  },
)

test(
  'two transfers in opposite directions both succeed, whenever they meet',
  { meta: { id: 'opposite-directions', group: 'deadlocks', covers: [5] } },
  async ({ subject, database, random, transcript }) => {
    const stage = await open({ subject, database, random, transcript })
    for (let nth = 1; nth <= most; nth++) {
      const ids = await accounts(stage, 1_000, 1_000)
      const [a = 0, b = 0] = random.shuffle(ids)
      const held = database.wire.hold(any, { nth })
      const first = begin(stage, { from: a, to: b, cents: 70 })
      if (!(await held.reached(first))) break
      const second = begin(stage, { from: b, to: a, cents: 20 })
      await Promise.race([database.wire.blocked(second), database.wire.stuck(second)])
      held.release()
      const [there, back] = await settled(stage, [first, second], 'Two transfers in opposite directions')
      idOf(there as Outcome, `The transfer that was met after its statement ${nth}`)
      idOf(back as Outcome, `The transfer that met another one after statement ${nth}`)
      expect(await balanceOf(stage, a), `cents of account ${a}, which held 1000`).toBe(950)
    }
    const [a = 0, b = 0] = await accounts(stage, 1_000, 1_000)
    const storm = Array.from({ length: 30 }, (_, i) =>
      begin(stage, i % 2 === 0 ? { from: a, to: b, cents: 3 } : { from: b, to: a, cents: 2 }),
    )
    const errors = new Set((await settled(stage, storm, 'Thirty transfers in both directions at once')).map(nameOf))
    expect([...errors], 'errors of thirty transfers in both directions at once').toEqual(['no error'])
    await finish(stage)
  },
)

test(
  'a transfer between other accounts does not wait for one that is under way',
  { meta: { id: 'others-go-on', group: 'others', covers: [6] } },
  async ({ subject, database, random, transcript }) => {
    const stage = await open({ subject, database, random, transcript })
    const ids = await accounts(stage, 500, 0, 500, 0)
    const [a = 0, b = 0, c = 0, d = 0] = ids
    for (let nth = 1; nth <= most; nth++) {
      const held = database.wire.hold(any, { nth })
      const first = begin(stage, { from: a, to: b, cents: 1 })
      if (!(await held.reached(first))) break
      const second = begin(stage, { from: c, to: d, cents: 1 })
      const waits = await Promise.race([database.wire.blocked(second), database.wire.stuck(second)])
      if (waits)
        throw new Error(
          `A transfer from ${c} to ${d} waited for one from ${a} to ${b} that stood after its statement ${nth}.`,
        )
      idOf(await second, 'The transfer between other accounts')
      held.release()
      await settled(stage, [first], 'The transfer')
    }
    await finish(stage)
  },
)

test(
  'after a day of mixed transfers every balance is the sum of its ledger, and nothing is lost',
  { meta: { id: 'mixed-day', group: 'atomicity', covers: [1, 2, 4, 5] } },
  async ({ subject, database, random, transcript }) => {
    const stage = await open({ subject, database, random, transcript }, 3)
    const ids = await accounts(stage, 400, 400, 400, 0)
    const day = Array.from({ length: 30 }, (): Request => {
      const [from = 0, to = 0] = random.shuffle(ids)
      return { from, to, cents: random.integer(50, 450) }
    })
    const outcomes = await settled(
      stage,
      day.map((request) => begin(stage, request)),
      'Thirty mixed transfers',
    )
    const names = new Set(outcomes.map(nameOf))
    expect(
      [...names].filter((name) => name !== 'no error' && name !== 'InsufficientFunds'),
      'errors that have no reason here',
    ).toEqual([])
    const found = await stateOf(stage, ids)
    const balances = Object.values(found).map((account) => account.balance)
    expect(found, 'each balance and its ledger').toEqual(
      holding(ids, ...ids.map((id) => found[`account${id}`]?.balance ?? 0)),
    )
    expect(
      balances.reduce((sum, balance) => sum + balance, 0),
      'the sum of all accounts',
    ).toBe(1_200)
    expect(
      balances.filter((balance) => balance < 0),
      'accounts below zero',
    ).toEqual([])
    const booked = await stage.books.query(
      'select distinct transfer_id as id from ledger where account_id = any($1) and delta_cents < 0',
      [ids],
    )
    const told = outcomes.flatMap((o) => (o.ok ? [idOf(o, 'A transfer')] : []))
    expect(
      booked.map((row) => row['id']).sort(),
      'transfer ids in the ledger, against those that were returned',
    ).toEqual(told.sort())
    await finish(stage)
  },
)
