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

/** Did the transfer come to a decision? Another server's lock may be a reason to give up; the brief does not say. */
const isDecided = (outcome: Outcome): boolean => outcome.ok || namesOfTheBrief.includes(outcome.error.name)

/** Neither a deadlock nor a serialization failure: class 40 of the database's codes. */
function expectNoConflict(outcome: Outcome): void {
  const code = outcome.ok ? '' : String(outcome.error.code)
  expect(code.startsWith('40') ? code : 'none', 'a deadlock or a serialization failure').toBe('none')
}

/** Of a transfer that has to succeed. */
function idOf(outcome: Outcome, what: string): string {
  expect(nameOf(outcome), what).toBe('no error')
  return outcome.ok ? String((outcome.value as { transferId?: string } | null)?.transferId) : ''
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

/** Does something while a transfer stands after each of its statements in turn; `play` says whether it came that far. */
async function afterEachStatement(
  { database, transcript }: Stage,
  play: (held: { reached: (call: Promise<unknown>) => Promise<boolean>; release: () => void }) => Promise<boolean>,
): Promise<void> {
  for (let nth = 1; nth <= most; nth++) {
    const held = database.wire.hold(any, { nth })
    const wasReached = await play({
      reached: async (call) => {
        const is = await held.reached(call)
        if (is) transcript('meanwhile', `the transfer stands after its statement ${nth}`)
        return is
      },
      release: () => held.release(),
    })
    held.release()
    if (!wasReached) return
  }
}

/** Does this call wait: for a lock of the database, or for something in the program? */
const waitsFor = ({ database }: Stage, call: Promise<unknown>): Promise<boolean> =>
  Promise.race([database.wire.blocked(call), database.wire.stuck(call)])

test(
  'moves the money, writes two rows into the ledger, and gives the connection back',
  { meta: { id: 'moves-the-money', group: 'atomicity', covers: [1, 7] } },
  async ({ subject, database, random, transcript, evidence, requirement }) => {
    const stage = await open({ subject, database, random, transcript })
    const [other = 0, from = 0, to = 0, another = 0] = await accounts(stage, 700, 10_000, 250, 700)
    const cents = random.integer(100, 9_000)
    requirement(1)
    const id = idOf(await transfer(stage, { from, to, cents }), 'the error of the transfer')
    expect(id, 'transferId').toMatch(/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i)
    expect(await stateOf(stage, [from, to]), 'the books').toEqual(holding([from, to], 10_000 - cents, 250 + cents))
    expect(await stateOf(stage, [other, another]), 'the books of other accounts').toEqual(
      holding([other, another], 700, 700),
    )
    const rows = await stage.books.query(
      'select account_id, delta_cents::int from ledger where transfer_id = $1 order by delta_cents',
      [id],
    )
    expect(rows, 'rows of the ledger with this transfer id').toEqual([
      { account_id: from, delta_cents: -cents },
      { account_id: to, delta_cents: cents },
    ])
    const again = idOf(await transfer(stage, { from, to, cents: 1 }), 'the error of the transfer')
    expect(again === id ? 'the same' : 'a new one', 'the transferId of the next transfer').toBe('a new one')
    const [more] = await stage.books.query('select count(*)::int as rows from ledger where account_id = any($1)', [
      [from, to],
    ])
    expect(more?.['rows'], 'rows of the ledger after two transfers and two deposits').toBe(6)
    requirement(7)
    await expectTidyPool(stage, evidence, 'after a transfer')
    await finish(stage)
  },
)

test(
  'a transfer answers when all of its statements are done',
  { meta: { id: 'answers-when-done', group: 'pool', covers: [1, 7] } },
  async ({ subject, database, random, transcript, requirement }) => {
    const stage = await open({ subject, database, random, transcript })
    const [from = 0, to = 0] = await accounts(stage, 1_000, 0)
    for (const [name, request] of [
      ['no error', { from, to, cents: 5 }],
      ['InsufficientFunds', { from: to, to: from, cents: 900 }],
      ['UnknownAccount', { from, to: to + 5_000, cents: 5 }],
    ] as const) {
      requirement(name === 'no error' ? 1 : 7)
      await afterEachStatement(stage, async (held) => {
        const work = begin(stage, request)
        let isOver = false
        void work.then(() => (isOver = true))
        // What is sent without being waited for comes at the same time as the answer, or a little later.
        const later = work.then(async () => {
          await subject.settle()
          await stage.books.query('select 1')
          await subject.settle()
        })
        const wasReached = await held.reached(later)
        if (wasReached) {
          await subject.settle()
          expect(isOver, 'settled although a statement of the transfer was under way').toBe(false)
        }
        held.release()
        const [outcome] = await settled(stage, [work], 'The transfer')
        expect(nameOf(outcome as Outcome), 'the error of the transfer').toBe(name)
        return wasReached
      })
    }
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
    for (const cents of [1, 3_000_000_000, Number.MAX_SAFE_INTEGER]) {
      const none = await transfer(stage, { from: to, to: from, cents })
      expect(nameOf(none), 'the error for an account that holds nothing').toBe('InsufficientFunds')
    }
    expect(await stateOf(stage, [to, from]), 'the books after all that was refused').toEqual(
      holding([to, from], 0, held),
    )
    idOf(await transfer(stage, { from, to, cents: held }), 'the error of a transfer of all there is')
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
    const [before] = await stage.books.query('select count(*)::int as rows from ledger')
    for (const [from, to, which] of [
      [known, unknown, 'receiver'],
      [unknown, known, 'sender'],
      [unknown, unknown + 1, 'sender and receiver'],
      [known, -known - 1_000, 'receiver with a smaller id'],
      [-known - 1_000, known, 'sender with a smaller id'],
    ] as const) {
      const outcome = await transfer(stage, { from, to, cents: 500 })
      expect(nameOf(outcome), `the error for an unknown ${which}`).toBe('UnknownAccount')
      expect(await stateOf(stage, [known]), 'the books after it').toEqual(holding([known], 500))
    }
    const [after] = await stage.books.query('select count(*)::int as rows from ledger')
    expect(after, 'rows of the ledger after all of them').toEqual(before)
    await finish(stage)
  },
)

test(
  'amounts that are no whole cents from 1 up, and an account that pays itself, are refused',
  { meta: { id: 'invalid-transfer', group: 'answers', covers: [3] } },
  async ({ subject, database, random, transcript }) => {
    const stage = await open({ subject, database, random, transcript })
    const [from = 0, to = 0] = await accounts(stage, 10_000, 0)
    for (const cents of [0, -1, -500, 0.5, 17.25, 1.0000001, -0.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(nameOf(await transfer(stage, { from, to, cents })), `the error for ${cents} cents`).toBe('InvalidTransfer')
    for (const account of [from, to])
      expect(
        nameOf(await transfer(stage, { from: account, to: account, cents: 10 })),
        'the error for an account that pays itself',
      ).toBe('InvalidTransfer')
    expect(await stateOf(stage, [from, to]), 'the books after all of them').toEqual(holding([from, to], 10_000, 0))
    idOf(await transfer(stage, { from, to, cents: 1 }), 'the error for 1 cent')
    expect(await stateOf(stage, [from, to]), 'the books after 1 cent').toEqual(holding([from, to], 9_999, 1))
    await finish(stage)
  },
)

test(
  'sums that no number of JavaScript can hold are moved to the cent',
  { meta: { id: 'large-sums', group: 'answers', covers: [1, 3] } },
  async ({ subject, database, random, transcript, requirement }) => {
    const stage = await open({ subject, database, random, transcript })
    const [from = 0, to = 0] = await accounts(stage, 0, 0)
    const deposit = async (account: number, cents: string): Promise<void> => {
      await stage.books.query('update accounts set balance_cents = $2 where id = $1', [account, cents])
      transcript('account', `${account} holds ${cents} cents`)
    }
    const held = async (): Promise<unknown[]> =>
      (
        await stage.books.query('select balance_cents::text from accounts where id in ($1, $2) order by id', [from, to])
      ).map((row) => row['balance_cents'])
    await deposit(from, '9007199254740997')
    await deposit(to, '9007199254740993')
    requirement(1)
    idOf(await transfer(stage, { from, to, cents: 2 }), 'the error of a transfer between large sums')
    expect(await held(), 'what both hold after 2 cents').toEqual(['9007199254740995', '9007199254740995'])
    idOf(await transfer(stage, { from: to, to: from, cents: 5_000_000_001 }), 'the error of a large transfer')
    expect(await held(), 'what both hold after 5000000001 cents').toEqual(['9007204254740996', '9007194254740994'])
    requirement(3)
    await deposit(from, '9007199254740990')
    const all = Number.MAX_SAFE_INTEGER
    expect(nameOf(await transfer(stage, { from, to, cents: all })), 'the error when one cent is missing').toBe(
      'InsufficientFunds',
    )
    await finish(stage)
  },
)

test(
  'a transfer that the database refuses half-way is undone',
  { meta: { id: 'half-done-is-undone', group: 'atomicity', gate: true, covers: [2] } },
  async ({ subject, database, random, transcript, evidence }) => {
    const stage = await open({ subject, database, random, transcript })
    const ids = await accounts(stage, 900, 900, 900, 900, 900)
    const [low = 0, a = 0, frozen = 0, b = 0, full = 0] = ids
    await stage.books.query(
      `alter table ledger add constraint "frozen_${frozen}" check (account_id <> ${frozen}) not valid`,
    )
    await stage.books.query(
      `alter table accounts add constraint "full_${full}" check (id not in (${low}, ${full}) or balance_cents <= 900)`,
    )
    for (const [from, to] of [
      [a, frozen],
      [frozen, b],
      [a, full],
      [a, low],
    ] as const) {
      const before = database.wire.statements().length
      const outcome = await transfer(stage, { from, to, cents: random.integer(1, 900) })
      const own = database.wire.statements().slice(before)
      const apart = own.filter((s) => s.before === 'none' && /^\s*(update|insert)/i.test(s.text))
      evidence('writesApart', apart.length > 1)
      expect(outcome.ok, 'the transfer resolved although one of its statements was refused').toBe(false)
      expect(await stateOf(stage, ids), 'the books after it').toEqual(holding(ids, 900, 900, 900, 900, 900))
    }
    await finish(stage)
  },
)

test(
  'a transfer whose commit is refused rejects, and nothing is left of it',
  { meta: { id: 'commit-refused', group: 'atomicity', gate: true, covers: [1, 2, 7] } },
  async ({ subject, database, random, transcript, evidence, requirement }) => {
    const stage = await open({ subject, database, random, transcript }, 1)
    const ids = await accounts(stage, 900, 900, 900)
    const [a = 0, late = 0, b = 0] = ids
    // The check runs at the commit: the account has its deposit in the ledger, and no second row may follow.
    await stage.books.query(
      `alter table ledger add constraint "late_${late}" exclude using btree (account_id with =)
       where (account_id = ${late}) deferrable initially deferred`,
    )
    for (const [from, to] of [
      [a, late],
      [late, b],
    ] as const) {
      const outcome = await transfer(stage, { from, to, cents: 50 })
      requirement(1)
      expect(outcome.ok, 'the transfer resolved although its commit was refused').toBe(false)
      requirement(2)
      expect(await stateOf(stage, ids), 'the books after it').toEqual(holding(ids, 900, 900, 900))
      requirement(7)
      await expectTidyPool(stage, evidence, 'after a commit that was refused')
    }
    idOf(await transfer(stage, { from: a, to: b, cents: 50 }), 'the error of the next transfer')
    await finish(stage)
  },
)

test(
  'a connection that breaks before or after any statement leaves all or nothing, and the next transfer works',
  { meta: { id: 'break-anywhere', group: 'atomicity', gate: true, covers: [2, 7] } },
  async ({ subject, database, random, transcript, evidence, requirement }) => {
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
        transcript('cut', `the connection broke ${when} statement ${nth}`)
        const [before, once] = [holding(ids, 1_000, 1_000), holding(ids, 1_000 - cents, 1_000 + cents)]
        const found = await stateOf(stage, ids)
        const sent = await balanceOf(stage, from)
        evidence('movedTwice', sent === 1_000 - 2 * cents)
        requirement(2)
        const isMoved = outcome.ok || sent !== 1_000
        expect(found, `the books after a transfer that ${outcome.ok ? 'resolved' : 'was cut off'}`).toEqual(
          isMoved ? once : before,
        )
        requirement(7)
        idOf(await transfer(stage, { from, to, cents: 1 }), 'the error of the next transfer')
        await expectTidyPool(stage, evidence, 'after a connection broke')
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
      ['after one from an unknown account', { from: frozen + 9_999, to, cents: 5 }],
      ['after one whose ledger was refused', { from, to: frozen, cents: 5 }],
      ['after one of no cents', { from, to, cents: 0 }],
      ['after one to the same account', { from, to: from, cents: 5 }],
    ]
    for (const [when, request] of failures) {
      expect((await transfer(stage, request)).ok, 'the transfer resolved').toBe(false)
      await expectTidyPool(stage, evidence, when)
    }
    for (let i = 0; i < 20; i++) await transfer(stage, random.pick(failures)[1])
    idOf(await transfer(stage, { from, to, cents: 7 }), 'the error of a good transfer after 26 failures')
    expect(await stateOf(stage, ids), 'the books').toEqual(holding(ids, 93, 107, 100))
    await finish(stage)
  },
)

test(
  'two transfers that share a pool of one connection do not get into each other',
  { meta: { id: 'pool-of-one', group: 'pool', covers: [2, 7, 8] } },
  async ({ subject, database, random, transcript, evidence, requirement }) => {
    const stage = await open({ subject, database, random, transcript }, 1)
    const ids = await accounts(stage, 600, 0, 600, 0)
    const [a = 0, b = 0, c = 0, d = 0] = ids
    const cents = random.integer(1, 600)
    const calls = [begin(stage, { from: a, to: b, cents }), begin(stage, { from: c, to: d, cents: 601 })]
    const both = Promise.all(calls)
    const waits = await database.wire.stuck(both)
    evidence('waitsForItself', waits && database.wire.sessions().some((session) => session.transaction === 'open'))
    evidence(
      'beginsInsideTransaction',
      database.wire.statements().some((s) => s.kind === 'begin' && s.before !== 'none'),
    )
    requirement(8)
    expect(waits ? 'neither ends' : 'both end', 'two transfers on a pool of one connection').toBe('both end')
    const [good, refused] = await both
    idOf(good as Outcome, 'the error of the first transfer')
    expect(nameOf(refused as Outcome), 'the error of the second transfer').toBe('InsufficientFunds')
    requirement(2)
    expect(await stateOf(stage, ids), 'the books').toEqual(holding(ids, 600 - cents, cents, 600, 0))
    requirement(7)
    await expectTidyPool(stage, evidence, 'after both')
    await finish(stage)
  },
)

test(
  'many transfers, good and bad ones, get along with one connection',
  { meta: { id: 'many-on-one', group: 'pool', covers: [5, 8] } },
  async ({ subject, database, random, transcript, evidence, requirement }) => {
    const stage = await open({ subject, database, random, transcript }, 1)
    const ids = await accounts(stage, 500, 500, 0)
    const [a = 0, b = 0, empty = 0] = ids
    const kinds: [Request, string][] = [
      [{ from: a, to: b, cents: 10 }, 'no error'],
      [{ from: b, to: a, cents: 10 }, 'no error'],
      [{ from: empty, to: a, cents: 10 }, 'InsufficientFunds'],
      [{ from: a, to: empty + 7_000, cents: 10 }, 'UnknownAccount'],
      [{ from: a, to: a, cents: 10 }, 'InvalidTransfer'],
    ]
    const plan = Array.from({ length: 30 }, (_, i) => kinds[i % kinds.length] as [Request, string])
    const all = Promise.all(plan.map(([request]) => begin(stage, request)))
    const waits = await database.wire.stuck(all)
    evidence('connectionsAway', waits && database.wire.sessions().every((session) => session.transaction === 'none'))
    requirement(8)
    expect(waits ? 'some never end' : 'all end', 'thirty transfers on a pool of one connection').toBe('all end')
    requirement(5)
    expect((await all).map(nameOf), 'how thirty transfers ended').toEqual(plan.map(([, name]) => name))
    expect(await stateOf(stage, ids), 'the books').toEqual(holding(ids, 500, 500, 0))
    await finish(stage)
  },
)

test(
  'money that another server takes out at any moment of a transfer is not spent twice',
  { meta: { id: 'spent-once', group: 'concurrency', gate: true, covers: [3, 4, 5] } },
  async ({ subject, database, random, transcript, requirement }) => {
    const stage = await open({ subject, database, random, transcript })
    const other = await database.connect()
    await afterEachStatement(stage, async (held) => {
      const [from = 0, to = 0] = await accounts(stage, 100, 0)
      const mine = begin(stage, { from, to, cents: 60 })
      const wasReached = await held.reached(mine)
      const theirs = other.send(
        'update accounts set balance_cents = balance_cents - 60 where id = $1 and balance_cents >= 60',
        [from],
      )
      await other.blocked()
      held.release()
      const [outcome] = await settled(stage, [mine], 'The transfer')
      const taken = await theirs
      requirement(5)
      expectNoConflict(outcome as Outcome)
      requirement(4)
      if (!isDecided(outcome as Outcome)) return wasReached
      expect(await balanceOf(stage, from), 'cents left of 100').toBe(40)
      const theyWon = taken.ok && taken.count === 1
      expect(
        nameOf(outcome as Outcome),
        theyWon ? 'the error, when the other server was first' : 'the error, when the other server came too late',
      ).toBe(theyWon ? 'InsufficientFunds' : 'no error')
      return wasReached
    })
    await finish(stage)
  },
)

test(
  'a transfer that waits for another server decides by what is there afterwards',
  { meta: { id: 'decides-after-waiting', group: 'concurrency', gate: true, covers: [4, 5] } },
  async ({ subject, database, random, transcript, requirement }) => {
    const stage = await open({ subject, database, random, transcript })
    const other = await database.connect()
    for (const isSmaller of [true, false])
      for (const end of ['commit', 'rollback']) {
        const ids = await accounts(stage, 100, 100)
        const [from = 0, to = 0] = isSmaller ? ids : ids.toReversed()
        await other.query('begin')
        await other.query('update accounts set balance_cents = balance_cents - 70 where id = $1', [from])
        const work = begin(stage, { from, to, cents: 60 })
        await waitsFor(stage, work)
        await other.query(end)
        const [outcome] = await settled(stage, [work], 'The transfer')
        requirement(5)
        expectNoConflict(outcome as Outcome)
        requirement(4)
        if (!isDecided(outcome as Outcome)) continue
        const isRolledBack = end === 'rollback'
        expect(
          nameOf(outcome as Outcome),
          isRolledBack
            ? 'the error, after the other server rolled back'
            : 'the error, after the other server committed',
        ).toBe(isRolledBack ? 'no error' : 'InsufficientFunds')
        expect([await balanceOf(stage, from), await balanceOf(stage, to)], 'what sender and receiver hold').toEqual(
          isRolledBack ? [40, 160] : [30, 100],
        )
      }
    await finish(stage)
  },
)

test(
  'money that another server pays in at any moment of a transfer is not lost',
  { meta: { id: 'nothing-is-overwritten', group: 'concurrency', gate: true, covers: [4, 5] } },
  async ({ subject, database, random, transcript, requirement }) => {
    const stage = await open({ subject, database, random, transcript })
    const other = await database.connect()
    for (const isSender of [true, false])
      for (const isSmaller of [true, false])
        await afterEachStatement(stage, async (held) => {
          const ids = await accounts(stage, 100, 100)
          const [from = 0, to = 0] = isSmaller ? ids : ids.toReversed()
          const mine = begin(stage, { from, to, cents: 60 })
          const wasReached = await held.reached(mine)
          const theirs = other.send('update accounts set balance_cents = balance_cents + 30 where id = $1', [
            isSender ? from : to,
          ])
          await other.blocked()
          held.release()
          const [outcome] = await settled(stage, [mine], 'The transfer')
          await theirs
          requirement(5)
          expectNoConflict(outcome as Outcome)
          requirement(4)
          if (!isDecided(outcome as Outcome)) return wasReached
          idOf(outcome as Outcome, 'the error of the transfer')
          expect(
            [await balanceOf(stage, from), await balanceOf(stage, to)],
            `what both hold, after another server paid 30 to the ${isSender ? 'sender' : 'receiver'}`,
          ).toEqual(isSender ? [70, 160] : [40, 190])
          return wasReached
        })
    await finish(stage)
  },
)

test(
  'of thirty withdrawals at once as many succeed as there is money for',
  { meta: { id: 'thirty-at-once', group: 'concurrency', gate: true, covers: [3, 4, 5] } },
  async ({ subject, database, random, transcript, requirement }) => {
    const stage = await open({ subject, database, random, transcript })
    const cents = random.integer(10, 90)
    const ids = await accounts(stage, 10 * cents, 0)
    const [from = 0, to = 0] = ids
    const outcomes = await settled(
      stage,
      Array.from({ length: 30 }, () => begin(stage, { from, to, cents })),
      'Thirty withdrawals at once',
    )
    requirement(5)
    expect([...new Set(outcomes.filter((o) => !isDecided(o)).map(nameOf))], 'errors that have no reason here').toEqual(
      [],
    )
    requirement(4)
    expect(await stateOf(stage, ids), 'the books').toEqual(holding(ids, 0, 10 * cents))
    expect(outcomes.filter((o) => o.ok).length, 'transfers that resolved').toBe(10)
    requirement(3)
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
    await afterEachStatement(stage, async (held) => {
      const ids = await accounts(stage, 1_000, 1_000)
      const [a = 0, b = 0] = ids
      const first = begin(stage, { from: a, to: b, cents: 70 })
      const wasReached = await held.reached(first)
      const second = begin(stage, { from: b, to: a, cents: 20 })
      await waitsFor(stage, second)
      held.release()
      const [there, back] = await settled(stage, [first, second], 'Two transfers in opposite directions')
      idOf(there as Outcome, 'the error of the transfer that came first')
      idOf(back as Outcome, 'the error of the transfer in the other direction')
      expect(await balanceOf(stage, a), 'cents of the first account, which held 1000').toBe(950)
      return wasReached
    })
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
  'transfers in a circle all succeed',
  { meta: { id: 'in-a-circle', group: 'deadlocks', covers: [5] } },
  async ({ subject, database, random, transcript }) => {
    const stage = await open({ subject, database, random, transcript })
    await afterEachStatement(stage, async (held) => {
      const [a = 0, b = 0, c = 0] = await accounts(stage, 500, 500, 500)
      const first = begin(stage, { from: a, to: b, cents: 10 })
      const wasReached = await held.reached(first)
      const others = [begin(stage, { from: b, to: c, cents: 20 }), begin(stage, { from: c, to: a, cents: 30 })]
      await waitsFor(stage, Promise.all(others))
      held.release()
      const ends = await settled(stage, [first, ...others], 'Three transfers in a circle')
      expect(ends.map(nameOf), 'errors of three transfers in a circle').toEqual(['no error', 'no error', 'no error'])
      expect(await stateOf(stage, [a, b, c]), 'the books').toEqual(holding([a, b, c], 520, 490, 490))
      return wasReached
    })
    await finish(stage)
  },
)

test(
  'a transfer between other accounts does not wait for one that is under way',
  { meta: { id: 'others-go-on', group: 'others', covers: [6] } },
  async ({ subject, database, random, transcript }) => {
    const stage = await open({ subject, database, random, transcript })
    for (const order of [
      [0, 1, 2, 3],
      [1, 2, 0, 3],
      [3, 0, 2, 1],
    ])
      await afterEachStatement(stage, async (held) => {
        const made = await accounts(stage, 500, 500, 500, 500)
        const [a = 0, b = 0, c = 0, d = 0] = order.map((place) => made[place])
        const first = begin(stage, { from: a, to: b, cents: 1 })
        const wasReached = await held.reached(first)
        const second = begin(stage, { from: c, to: d, cents: 1 })
        expect(await waitsFor(stage, second), 'a transfer between other accounts waits').toBe(false)
        idOf(await second, 'the error of the transfer between other accounts')
        held.release()
        await settled(stage, [first], 'The transfer')
        return wasReached
      })
    await finish(stage)
  },
)

test(
  'after a day of mixed transfers every balance is the sum of its ledger, and nothing is lost',
  { meta: { id: 'mixed-day', group: 'atomicity', covers: [1, 2, 4, 5] } },
  async ({ subject, database, random, transcript, requirement }) => {
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
    requirement(5)
    const names = new Set(outcomes.map(nameOf))
    expect(
      [...names].filter((name) => name !== 'no error' && name !== 'InsufficientFunds'),
      'errors that have no reason here',
    ).toEqual([])
    requirement(2)
    const found = await stateOf(stage, ids)
    const balances = Object.values(found).map((account) => account.balance)
    expect(found, 'each balance and its ledger').toEqual(
      holding(ids, ...ids.map((id) => found[`account${id}`]?.balance ?? 0)),
    )
    requirement(4)
    expect(
      balances.reduce((sum, balance) => sum + balance, 0),
      'the sum of all accounts',
    ).toBe(1_200)
    expect(
      balances.filter((balance) => balance < 0),
      'accounts below zero',
    ).toEqual([])
    requirement(1)
    const booked = await stage.books.query(
      'select distinct transfer_id as id from ledger where account_id = any($1) and delta_cents < 0',
      [ids],
    )
    const told = outcomes.flatMap((o) => (o.ok ? [idOf(o, 'the error of a transfer')] : []))
    expect(
      booked.map((row) => row['id']).sort(),
      'transfer ids in the ledger, against those that were returned',
    ).toEqual(told.sort())
    await finish(stage)
  },
)
