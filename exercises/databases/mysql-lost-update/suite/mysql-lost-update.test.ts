import { expect, patience, test, type Fixtures, type Handle, type MysqlConnection, type Outcome } from '#harness'

/** A box office with its pool, and the suite's own look at its tables. */
interface Stage extends Pick<Fixtures, 'mysql' | 'random' | 'transcript'> {
  office: Handle
  tables: MysqlConnection
}

async function open(
  { subject, ...rest }: Pick<Fixtures, 'subject' | 'mysql' | 'random' | 'transcript'>,
  connections = 10,
): Promise<Stage> {
  const { mysql } = rest
  await mysql.migrate('schema.sql')
  // Connections that an earlier case has lost end with their process.
  if (mysql.wire.sessions().length > 0) await subject.restart()
  return {
    ...rest,
    office: await subject.create('openBoxOffice', [connections]),
    tables: await mysql.connect({ quiet: true }),
  }
}

async function close({ office, mysql }: Stage): Promise<void> {
  await office.call('close')
  for (let tries = 0; tries < 100 && mysql.wire.sessions().length > 0; tries++)
    await new Promise((resolve) => setTimeout(resolve, 5))
}

interface Seat {
  event: number
  seat: string
}

/** A new event with these seats, all free. */
async function newEvent({ tables, random, transcript }: Stage, names: string[]): Promise<number> {
  const [row] = await tables.query('select coalesce(max(event_id), 0) as last from seats')
  const event = Number(row?.['last']) + random.integer(1, 9)
  await tables.query('insert into seats (event_id, seat) values ?', [names.map((seat) => [event, seat])])
  transcript('free seats', `${names.join(', ')} at event ${event}`)
  return event
}

/** All seats of these events: who has which. */
async function holders({ tables }: Stage, events: number[]): Promise<string[]> {
  const rows = await tables.query('select event_id, seat, holder from seats where event_id in (?) order by 1, 2', [
    events,
  ])
  return rows.map(
    (row) => `event ${events.indexOf(Number(row['event_id'])) + 1} ${row['seat']}: ${row['holder'] ?? 'free'}`,
  )
}

/** Free seats of an event of its own. */
async function freeSeats({ tables, random, transcript }: Stage, count = 1): Promise<Seat[]> {
  const [row] = await tables.query('select coalesce(max(event_id), 0) as last from seats')
  const event = Number(row?.['last']) + random.integer(1, 9)
  const seats = Array.from({ length: count }, (_, i) => ({
    event,
    seat: `${random.pick(['A', 'B', 'C', 'D'])}${i * 9 + random.integer(1, 9)}`,
  }))
  await tables.query('insert into seats (event_id, seat) values ?', [seats.map(({ event, seat }) => [event, seat])])
  transcript('free seats', seats.map(({ event, seat }) => `${seat} at event ${event}`).join(', '))
  return seats
}

async function holderOf({ tables }: Stage, { event, seat }: Seat): Promise<unknown> {
  const [row] = await tables.query('select holder from seats where event_id = ? and seat = ?', [event, seat])
  return row?.['holder']
}

async function customerWith({ tables, random, transcript }: Stage, points: number): Promise<number> {
  const [row] = await tables.query('select coalesce(max(id), 100) as last from customers')
  const id = Number(row?.['last']) + random.integer(1, 9)
  await tables.query('insert into customers (id, name, points) values (?, ?, ?)', [id, 'Ida', points])
  transcript('customer', `${id} has ${points} points`)
  return id
}

async function pointsOf({ tables }: Stage, customer: number): Promise<unknown> {
  const [row] = await tables.query('select points from customers where id = ?', [customer])
  return row?.['points']
}

const reserve = ({ office }: Stage, seat: Seat, customer: number): Promise<Outcome> =>
  office.attempt('reserveSeat', [{ ...seat, customer }])
const add = ({ office }: Stage, customer: number, points: number): Promise<Outcome> =>
  office.attempt('addPoints', [{ customer, points }])

/** Waits for what has to end; a case whose wait is in vain ends, and the others go on. */
async function soon<T>(work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>(
    (_, reject) => (timer = setTimeout(() => reject(new Error(`${what} never ended.`)), 1_500 * patience())),
  )
  work.catch(() => {})
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** The answer, or the error by its name or MySQL's code. */
const endOf = (outcome: Outcome): unknown =>
  outcome.ok ? outcome.value : `error ${outcome.error.code ?? outcome.error.name}`
const reserved = async (call: Promise<Outcome>, what = 'The call of reserveSeat'): Promise<unknown> =>
  endOf(await soon(call, what))
const added = async (call: Promise<Outcome>, what = 'The call of addPoints'): Promise<unknown> => {
  const outcome = await soon(call, what)
  return outcome.ok ? 'added' : endOf(outcome)
}

/** More statements than any call needs. */
const most = 12
const any = (): boolean => true

/** Does the call wait: behind a lock of the database, or without asking it anything? */
const waitsFor = ({ mysql }: Stage, call: Promise<unknown>): Promise<boolean> =>
  Promise.race([mysql.wire.blocked(call), mysql.wire.stuck(call)])

/**
 * Holds the call at each of its statements in turn, before the server has got it and after, and does something meanwhile.
 * `play` gets a fresh call each time and says what is to be seen.
 */
async function atEachStatement(
  { mysql }: Stage,
  play: (round: { reached: (call: Promise<unknown>) => Promise<boolean>; release: () => void }) => Promise<boolean>,
): Promise<void> {
  for (const when of ['after', 'before'] as const)
    for (let nth = 1; nth <= most; nth++) {
      const held = mysql.wire.hold(any, { when, nth })
      const wasReached = await play({ reached: (call) => held.reached(call), release: () => held.release() })
      held.release()
      if (!wasReached) break
    }
}

/** How many statements of the program's write something, so far in this case. */
const writesOf = (mysql: Fixtures['mysql']): number =>
  mysql.wire.commands().filter(({ sql }) => /^\s*update\b/i.test(sql)).length

/** An UPDATE of these has found its row. For a hint alone. */
const foundTheRow = (commands: { sql: string; outcome: string | null }[]): boolean =>
  commands.some(({ sql, outcome }) => /^\s*update\b/i.test(sql) && outcome?.startsWith('1 row') === true)

/** An error of the database, as against one of the contract. */
const isOfTheDatabase = (end: unknown): boolean => /^error (ER_|PROTOCOL_)/.test(String(end))

test(
  'a free seat goes to the first who asks, and stays theirs when they ask again',
  { meta: { id: 'answers-for-a-seat', group: 'answers', covers: [1] } },
  async ({ subject, mysql, random, transcript, evidence }) => {
    const stage = await open({ subject, mysql, random, transcript })
    const [seat] = (await freeSeats(stage)) as [Seat]
    expect(await reserved(reserve(stage, seat, 7)), 'customer 7 asks for the free seat').toBe(true)
    expect(await reserved(reserve(stage, seat, 8)), 'customer 8 asks for the same seat').toBe(false)
    const before = mysql.wire.commands().length
    const again = await reserved(reserve(stage, seat, 7))
    evidence('foundTheRow', foundTheRow(mysql.wire.commands().slice(before)))
    expect(again, 'customer 7 asks again for the seat they have').toBe(true)
    expect(await reserved(reserve(stage, seat, 8)), 'customer 8 asks once more').toBe(false)
    expect(await holderOf(stage, seat), 'who has the seat').toBe(7)
    await close(stage)
  },
)

test(
  'any customer can have a seat, also number 0',
  { meta: { id: 'seat-of-customer-zero', group: 'answers', covers: [1] } },
  async ({ subject, mysql, random, transcript }) => {
    const stage = await open({ subject, mysql, random, transcript })
    for (const customer of [0, 1, 2_147_483_647]) {
      const [seat] = (await freeSeats(stage)) as [Seat]
      expect(await reserved(reserve(stage, seat, customer)), 'the customer asks for a free seat').toBe(true)
      expect(await reserved(reserve(stage, seat, 8)), 'customer 8 asks for the same seat').toBe(false)
      expect(await reserved(reserve(stage, seat, customer)), 'the customer asks again').toBe(true)
      expect(await holderOf(stage, seat), 'who has the seat').toBe(customer)
    }
    await close(stage)
  },
)

test(
  'a call changes its own seat and its own customer, and nothing else',
  { meta: { id: 'others-untouched', group: 'answers', covers: [1, 2] } },
  async ({ subject, mysql, random, transcript, requirement }) => {
    const stage = await open({ subject, mysql, random, transcript })
    const events = [await newEvent(stage, ['A1', 'A2', 'B1']), await newEvent(stage, ['A1', 'A2'])]
    const [one = 0, two = 0] = events
    requirement(1)
    expect(await reserved(reserve(stage, { event: one, seat: 'A1' }, 7)), 'seat A1 of the first event').toBe(true)
    expect(await holders(stage, events), 'all seats after one reservation').toEqual([
      'event 1 A1: 7',
      'event 1 A2: free',
      'event 1 B1: free',
      'event 2 A1: free',
      'event 2 A2: free',
    ])
    expect(await reserved(reserve(stage, { event: two, seat: 'A1' }, 8)), 'seat A1 of the second event').toBe(true)
    expect(await reserved(reserve(stage, { event: one, seat: 'A2' }, 7)), 'a second seat for one customer').toBe(true)
    expect(await reserved(reserve(stage, { event: two, seat: 'B1' }, 7)), 'a seat that only the other event has').toBe(
      'error UnknownSeat',
    )
    expect(await holders(stage, events), 'all seats in the end').toEqual([
      'event 1 A1: 7',
      'event 1 A2: 7',
      'event 1 B1: free',
      'event 2 A1: 8',
      'event 2 A2: free',
    ])
    requirement(2)
    const customers = [await customerWith(stage, 40), await customerWith(stage, 40), await customerWith(stage, 0)]
    expect(await added(add(stage, customers[1] as number, -15)), 'spending 15 of 40').toBe('added')
    expect(await added(add(stage, customers[2] as number, -1)), 'spending 1 of 0').toBe('error NotEnoughPoints')
    const points = []
    for (const customer of customers) points.push(await pointsOf(stage, customer))
    expect(points, 'points of all customers').toEqual([40, 25, 0])
    await close(stage)
  },
)

test(
  'points are added and spent, also none at all, and never fall below zero',
  { meta: { id: 'answers-for-points', group: 'answers', covers: [2, 3] } },
  async ({ subject, mysql, random, transcript, evidence, requirement }) => {
    const stage = await open({ subject, mysql, random, transcript })
    const customer = await customerWith(stage, 40)
    requirement(2)
    expect(await added(add(stage, customer, 5)), 'adding 5').toBe('added')
    const before = mysql.wire.commands().length
    const nothing = await added(add(stage, customer, 0))
    evidence('foundTheRow', foundTheRow(mysql.wire.commands().slice(before)))
    expect(nothing, 'adding 0').toBe('added')
    expect(await pointsOf(stage, customer), 'points after adding 5 and 0 to 40').toBe(45)
    requirement(3)
    expect(await added(add(stage, customer, -46)), 'spending 46 of 45').toBe('error NotEnoughPoints')
    expect(await pointsOf(stage, customer), 'points after spending too many').toBe(45)
    requirement(2)
    expect(await added(add(stage, customer, -44)), 'spending 44 of 45').toBe('added')
    expect(await added(add(stage, customer, -1)), 'spending all there is').toBe('added')
    expect(await added(add(stage, customer, 0)), 'adding 0 to no points').toBe('added')
    requirement(3)
    expect(await added(add(stage, customer, -1)), 'spending 1 of no points').toBe('error NotEnoughPoints')
    requirement(2)
    for (const points of [2_000_000_000, 147_000_000, -2_147_000_000, 3])
      expect(await added(add(stage, customer, points)), 'adding and spending very many').toBe('added')
    expect(await pointsOf(stage, customer), 'points in the end').toBe(3)
    await close(stage)
  },
)

test(
  'what does not exist is an error, not a no',
  { meta: { id: 'unknown-is-an-error', group: 'answers', covers: [1, 2] } },
  async ({ subject, mysql, random, transcript, requirement }) => {
    const stage = await open({ subject, mysql, random, transcript })
    const [seat] = (await freeSeats(stage)) as [Seat]
    requirement(1)
    expect(
      await reserved(reserve(stage, { event: seat.event, seat: 'Z99' }, 7)),
      'a seat that the event does not have',
    ).toBe('error UnknownSeat')
    expect(
      await reserved(reserve(stage, { event: seat.event + 1_000, seat: seat.seat }, 7)),
      'a seat of an event that does not exist',
    ).toBe('error UnknownSeat')
    requirement(2)
    const customer = await customerWith(stage, 3)
    for (const points of [5, 0, -5])
      expect(await added(add(stage, customer + 1, points)), `${points} points for a customer who does not exist`).toBe(
        'error UnknownCustomer',
      )
    await close(stage)
  },
)

test(
  'two customers ask for one seat, at any moment of each other: one gets true, the other false',
  { meta: { id: 'seat-is-sold-once', group: 'seats', gate: true, covers: [4, 7] } },
  async ({ subject, mysql, random, transcript, evidence, requirement }) => {
    const stage = await open({ subject, mysql, random, transcript })
    await atEachStatement(stage, async (held) => {
      const [seat] = (await freeSeats(stage)) as [Seat]
      const first = reserve(stage, seat, 7)
      const wasReached = await held.reached(first)
      if (wasReached) transcript('meanwhile', 'this statement of customer 7 is on its way, and customer 8 asks')
      const second = reserve(stage, seat, 8)
      if (await waitsFor(stage, second)) transcript('meanwhile', 'customer 8 waits')
      held.release()
      const ends = [await reserved(first, 'The call for customer 7'), await reserved(second, 'The call for customer 8')]
      const won = ends.filter((end) => end === true).length
      evidence('soldTwice', won === 2)
      evidence(
        'deadlock',
        ends.some((end) => String(end).includes('DEADLOCK')),
      )
      requirement(7)
      expect(ends.filter(isOfTheDatabase), 'errors of the database that reach a caller').toEqual([])
      requirement(4)
      expect(won, 'customers who were told that the seat is theirs').toBe(1)
      expect(
        ends.filter((end) => end !== true),
        'what the other one was told',
      ).toEqual([false])
      expect(await holderOf(stage, seat), 'who has the seat').toBe(ends[0] === true ? 7 : 8)
      return wasReached
    })
    await close(stage)
  },
)

test(
  'of ten who ask for one seat at the same moment one gets it',
  { meta: { id: 'ten-for-one-seat', group: 'seats', gate: true, covers: [4, 7] } },
  async ({ subject, mysql, random, transcript, evidence, requirement }) => {
    const stage = await open({ subject, mysql, random, transcript })
    for (let round = 0; round < 3; round++) {
      const [seat] = (await freeSeats(stage)) as [Seat]
      const customers = Array.from({ length: 10 }, (_, i) => 20 + i)
      const calls = customers.map((customer) => reserve(stage, seat, customer))
      const ends = await Promise.all(calls.map((call) => reserved(call, 'One of ten calls of reserveSeat')))
      const won = customers.filter((_, i) => ends[i] === true)
      evidence('soldTwice', won.length > 1)
      evidence(
        'deadlock',
        ends.some((end) => String(end).includes('DEADLOCK')),
      )
      requirement(7)
      expect(ends.filter(isOfTheDatabase), 'errors of the database that reach a caller').toEqual([])
      requirement(4)
      expect(won.length, 'customers who were told that the seat is theirs').toBe(1)
      expect(ends.filter((end) => end === false).length, 'customers who were told that it is not').toBe(9)
      expect(await holderOf(stage, seat), 'who has the seat').toBe(won[0])
    }
    await close(stage)
  },
)

test(
  'a customer who asks twice at the same moment has the seat, and is told so twice',
  { meta: { id: 'one-customer-twice', group: 'seats', covers: [1, 7] } },
  async ({ subject, mysql, random, transcript, requirement }) => {
    const stage = await open({ subject, mysql, random, transcript })
    await atEachStatement(stage, async (held) => {
      const [seat] = (await freeSeats(stage)) as [Seat]
      const first = reserve(stage, seat, 7)
      const wasReached = await held.reached(first)
      const second = reserve(stage, seat, 7)
      await waitsFor(stage, second)
      held.release()
      const ends = [await reserved(first), await reserved(second)]
      requirement(7)
      expect(ends.filter(isOfTheDatabase), 'errors of the database that reach a caller').toEqual([])
      requirement(1)
      expect(ends, 'what the two calls of one customer were told').toEqual([true, true])
      expect(await holderOf(stage, seat), 'who has the seat').toBe(7)
      return wasReached
    })
    await close(stage)
  },
)

test(
  'a seat that another program is about to take is theirs when it commits, and free when it does not',
  { meta: { id: 'seat-of-another-program', group: 'seats', covers: [4, 7] } },
  async ({ subject, mysql, random, transcript, requirement }) => {
    const stage = await open({ subject, mysql, random, transcript })
    for (const end of ['commit', 'rollback']) {
      const [seat] = (await freeSeats(stage)) as [Seat]
      const other = await mysql.connect()
      await other.query('begin')
      await other.query('update seats set holder = 9 where event_id = ? and seat = ?', [seat.event, seat.seat])
      const work = reserve(stage, seat, 7)
      await mysql.wire.blocked(work)
      await other.query(end)
      const answer = await reserved(work)
      requirement(7)
      expect(isOfTheDatabase(answer) ? answer : 'no error', 'an error of the database that reaches the caller').toBe(
        'no error',
      )
      requirement(4)
      if (end === 'commit') expect(answer, 'the answer after another program took the seat').toBe(false)
      else expect(answer, 'the answer after another program gave the seat up').toBe(true)
      expect(await holderOf(stage, seat), 'who has the seat').toBe(end === 'commit' ? 9 : 7)
    }
    await atEachStatement(stage, async (held) => {
      const [seat] = (await freeSeats(stage)) as [Seat]
      const other = await mysql.connect()
      const work = reserve(stage, seat, 7)
      const wasReached = await held.reached(work)
      const theirs = other.send('update seats set holder = 9 where event_id = ? and seat = ? and holder is null', [
        seat.event,
        seat.seat,
      ])
      await other.blocked()
      held.release()
      const [answer, taken] = [await reserved(work), await theirs]
      const isTheirs = taken.ok && taken.count === 1
      requirement(4)
      expect(answer, 'the answer, when another program asks during the call').toBe(!isTheirs)
      expect(await holderOf(stage, seat), 'who has the seat').toBe(isTheirs ? 9 : 7)
      await other.close()
      return wasReached
    })
    await close(stage)
  },
)

test(
  'a booking of points that waits for another one counts on top of it',
  { meta: { id: 'adds-on-top', group: 'points', gate: true, covers: [5] } },
  async ({ subject, mysql, random, transcript, evidence }) => {
    const stage = await open({ subject, mysql, random, transcript })
    for (const end of ['commit', 'rollback']) {
      const [start, theirs, ours] = [random.integer(100, 200), random.integer(10, 50), random.integer(3, 9)]
      const customer = await customerWith(stage, start)
      const other = await mysql.connect()
      await other.query('begin')
      await other.query('update customers set points = points + ? where id = ?', [theirs, customer])
      const work = add(stage, customer, ours)
      await mysql.wire.blocked(work)
      await other.query(end)
      const answer = String(await added(work).catch(String))
      evidence('turnsInACircle', answer.includes('never ended') && writesOf(mysql) > 5)
      expect(answer, 'the answer').toBe('added')
      if (end === 'commit')
        expect(await pointsOf(stage, customer), 'points after theirs and ours').toBe(start + theirs + ours)
      else expect(await pointsOf(stage, customer), 'points after theirs was rolled back').toBe(start + ours)
    }
    await close(stage)
  },
)

test(
  'points that another program books at any moment of a call are not lost',
  { meta: { id: 'booked-meanwhile', group: 'points', gate: true, covers: [5] } },
  async ({ subject, mysql, random, transcript }) => {
    const stage = await open({ subject, mysql, random, transcript })
    const other = await mysql.connect()
    await atEachStatement(stage, async (held) => {
      const customer = await customerWith(stage, 100)
      const work = add(stage, customer, 5)
      const wasReached = await held.reached(work)
      const theirs = other.send('update customers set points = points + 20 where id = ?', [customer])
      await other.blocked()
      held.release()
      const answer = await added(work)
      await theirs
      expect(answer, 'the answer').toBe('added')
      expect(await pointsOf(stage, customer), 'points after 20 and 5 were added to 100').toBe(125)
      return wasReached
    })
    await close(stage)
  },
)

test(
  'points that another program spends first cannot be spent again',
  { meta: { id: 'spent-meanwhile', group: 'points', covers: [3, 5] } },
  async ({ subject, mysql, random, transcript, requirement }) => {
    const stage = await open({ subject, mysql, random, transcript })
    const other = await mysql.connect()
    requirement(3)
    for (const end of ['commit', 'rollback']) {
      const customer = await customerWith(stage, 40)
      await other.query('begin')
      await other.query('update customers set points = points - 30 where id = ?', [customer])
      const work = add(stage, customer, -20)
      await mysql.wire.blocked(work)
      await other.query(end)
      const answer = await added(work)
      if (end === 'commit') expect(answer, 'spending 20 of 40, after 30 are gone').toBe('error NotEnoughPoints')
      else expect(answer, 'spending 20 of 40, after the 30 came back').toBe('added')
      expect(await pointsOf(stage, customer), 'points that are left').toBe(end === 'commit' ? 10 : 20)
    }
    await atEachStatement(stage, async (held) => {
      const customer = await customerWith(stage, 40)
      const work = add(stage, customer, -20)
      const wasReached = await held.reached(work)
      const theirs = other.send('update customers set points = points - 30 where id = ? and points >= 30', [customer])
      await other.blocked()
      held.release()
      const [answer, taken] = [await added(work), await theirs]
      const isTheirs = taken.ok && taken.count === 1
      expect(answer, 'spending 20 of 40, when another program spends 30 during the call').toBe(
        isTheirs ? 'error NotEnoughPoints' : 'added',
      )
      expect(await pointsOf(stage, customer), 'points that are left').toBe(isTheirs ? 10 : 20)
      return wasReached
    })
    await close(stage)
  },
)

test(
  'points that arrive while a call lacks them are spent, or the call is told that it lacks them',
  { meta: { id: 'paid-in-meanwhile', group: 'points', covers: [3, 5] } },
  async ({ subject, mysql, random, transcript, requirement }) => {
    const stage = await open({ subject, mysql, random, transcript })
    const other = await mysql.connect()
    await atEachStatement(stage, async (held) => {
      const customer = await customerWith(stage, 10)
      const work = add(stage, customer, -20)
      const wasReached = await held.reached(work)
      const theirs = other.send('update customers set points = points + 50 where id = ?', [customer])
      await other.blocked()
      held.release()
      const answer = await added(work)
      await theirs
      requirement(3)
      expect(['added', 'error NotEnoughPoints'], 'how spending 20 of 10 may end, when 50 arrive').toContain(answer)
      requirement(5)
      expect(await pointsOf(stage, customer), `points after a call that ended with: ${String(answer)}`).toBe(
        answer === 'added' ? 40 : 60,
      )
      return wasReached
    })
    await close(stage)
  },
)

test(
  'forty bookings for one customer at once add up',
  { meta: { id: 'forty-at-once', group: 'points', gate: true, covers: [5, 7] } },
  async ({ subject, mysql, random, transcript, evidence, requirement }) => {
    const stage = await open({ subject, mysql, random, transcript })
    const amounts = Array.from({ length: 40 }, () => random.integer(1, 9))
    const customer = await customerWith(stage, 0)
    const ends = (await soon(
      stage.office.call('addAtOnce', [customer, amounts]),
      'Forty calls of addPoints',
    )) as string[]
    evidence(
      'deadlock',
      ends.some((end) => end.includes('DEADLOCK')),
    )
    requirement(7)
    expect(
      ends.filter((end) => end !== 'added'),
      'calls that ended with an error',
    ).toEqual([])
    requirement(5)
    expect(await pointsOf(stage, customer), 'points in the end').toBe(amounts.reduce((a, b) => a + b, 0))
    await close(stage)
  },
)

test(
  'the same points are not spent twice',
  { meta: { id: 'spent-once', group: 'points', gate: true, covers: [3, 5] } },
  async ({ subject, mysql, random, transcript, requirement }) => {
    const stage = await open({ subject, mysql, random, transcript })
    const price = random.integer(10, 40)
    const customer = await customerWith(stage, price * 3 + 1)
    const ends = (await soon(
      stage.office.call('addAtOnce', [customer, Array.from({ length: 8 }, () => -price)]),
      'Eight calls of addPoints',
    )) as string[]
    requirement(3)
    expect(ends.filter((end) => end === 'added').length, 'purchases for which the points suffice').toBe(3)
    expect(new Set(ends.filter((end) => end !== 'added')), 'what the others got').toEqual(new Set(['NotEnoughPoints']))
    expect(await pointsOf(stage, customer), 'points in the end').toBe(1)
    await close(stage)
  },
)

test(
  'however a call ends, no transaction is open and its connection is back',
  { meta: { id: 'every-end-is-tidy', group: 'others', covers: [8] } },
  async ({ subject, mysql, random, transcript, evidence }) => {
    const stage = await open({ subject, mysql, random, transcript }, 1)
    const [seat] = (await freeSeats(stage)) as [Seat]
    const customer = await customerWith(stage, 5)
    const calls: [string, () => Promise<Outcome>][] = [
      ['points were added', () => add(stage, customer, 6)],
      ['a seat was reserved', () => reserve(stage, seat, 8)],
      ['a seat was reserved again', () => reserve(stage, seat, 8)],
      ['a seat was refused', () => reserve(stage, seat, 7)],
      ['too many points', () => add(stage, customer, -12)],
      ['an unknown customer', () => add(stage, customer + 1, 1)],
      ['an unknown seat', () => reserve(stage, { ...seat, seat: 'Z99' }, 7)],
      ['points were spent', () => add(stage, customer, -6)],
    ]
    let last = 'the first call'
    for (const [what, call] of [...calls, ...calls]) {
      const sent = mysql.wire.commands().length
      const isOver = await soon(call(), 'A call').then(
        () => true,
        () => false,
      )
      evidence('connectionsAway', !isOver && mysql.wire.commands().length === sent)
      expect(isOver ? 'it ends' : `it waits for ever, after this end: ${last}`, 'the next call on a pool of one').toBe(
        'it ends',
      )
      const unfinished = mysql.wire.sessions().filter((session) => session.transaction === 'open').length
      evidence('wasRefused', !what.startsWith('points') && !what.includes('reserved'))
      expect(unfinished > 0 ? `open, after this end: ${what}` : 'none', 'a transaction after the call').toBe('none')
      last = what
    }
    await close(stage)
  },
)

test(
  'a call answers when all of its statements are done',
  { meta: { id: 'answers-when-done', group: 'others', covers: [8] } },
  async ({ subject, mysql, random, transcript }) => {
    const stage = await open({ subject, mysql, random, transcript })
    const taken = { event: await newEvent(stage, ['A1']), seat: 'A1' }
    await reserve(stage, taken, 9)
    const poor = await customerWith(stage, 2)
    const calls: (() => Promise<Promise<Outcome>[]>)[] = [
      async () => [reserve(stage, { event: await newEvent(stage, ['A1']), seat: 'A1' }, 7)],
      async () => [add(stage, await customerWith(stage, 10), -5)],
      async () => [reserve(stage, taken, 7)],
      async () => [reserve(stage, { ...taken, seat: 'Z99' }, 7)],
      async () => [add(stage, poor, -5)],
    ]
    for (const call of calls)
      await atEachStatement(stage, async (held) => {
        const [work] = (await call()) as [Promise<Outcome>]
        let isOver = false
        void work.then(() => (isOver = true))
        // What is sent without being waited for comes at the same time as the answer, or a little later.
        const later = work.then(async () => {
          await subject.settle()
          await stage.tables.query('select 1')
          await subject.settle()
        })
        const wasReached = await held.reached(later)
        if (wasReached) {
          await subject.settle()
          expect(isOver, 'answered although a statement of the call was under way').toBe(false)
        }
        held.release()
        await soon(work, 'The call')
        return wasReached
      })
    await close(stage)
  },
)

test(
  'a reservation waits for nobody who is busy with another seat or another customer',
  { meta: { id: 'others-do-not-wait', group: 'others', covers: [6] } },
  async ({ subject, mysql, random, transcript }) => {
    const stage = await open({ subject, mysql, random, transcript })
    const [event, elsewhere] = [await newEvent(stage, ['A1', 'A2', 'A3']), await newEvent(stage, ['A2', 'B1'])]
    const [low, customer, poor, high] = [
      await customerWith(stage, 50),
      await customerWith(stage, 50),
      await customerWith(stage, 50),
      await customerWith(stage, 50),
    ]
    const other = await mysql.connect()
    await other.query('begin')
    for (const [busyEvent, seat] of [
      [event, 'A1'],
      [event, 'A3'],
      [elsewhere, 'A2'],
    ])
      await other.query('update seats set holder = 1 where event_id = ? and seat = ?', [busyEvent, seat])
    for (const busy of [low, high]) await other.query('update customers set points = 0 where id = ?', [busy])
    const calls: [string, () => Promise<Outcome>][] = [
      ['a free seat beside theirs', () => reserve(stage, { event, seat: 'A2' }, 7)],
      ['a seat that does not exist', () => reserve(stage, { event, seat: 'Z9' }, 7)],
      ['points of another customer', () => add(stage, customer, 5)],
      ['too many points of another customer', () => add(stage, poor, -500)],
    ]
    const waiting: string[] = []
    const work: Promise<Outcome>[] = []
    for (const [what, call] of calls) {
      const begun = call()
      work.push(begun)
      if (await mysql.wire.blocked(begun)) waiting.push(what)
    }
    await other.query('rollback')
    expect(waiting, 'calls that wait for a session with other seats and other customers').toEqual([])
    const [seat, noSeat, points, noPoints] = work as [
      Promise<Outcome>,
      Promise<Outcome>,
      Promise<Outcome>,
      Promise<Outcome>,
    ]
    const ends = [await reserved(seat), await reserved(noSeat), await added(points), await added(noPoints)]
    expect(ends, 'the answers').toEqual([true, 'error UnknownSeat', 'added', 'error NotEnoughPoints'])
    await close(stage)
  },
)

test(
  'calls for other seats and other customers go on while one is under way',
  { meta: { id: 'others-go-on', group: 'others', covers: [6] } },
  async ({ subject, mysql, random, transcript }) => {
    const stage = await open({ subject, mysql, random, transcript })
    await atEachStatement(stage, async (held) => {
      const event = await newEvent(stage, ['A1', 'A2'])
      const first = reserve(stage, { event, seat: 'A1' }, 7)
      const wasReached = await held.reached(first)
      const second = reserve(stage, { event, seat: 'A2' }, 8)
      expect(await waitsFor(stage, second), 'a call for another seat waits').toBe(false)
      held.release()
      expect([await reserved(first), await reserved(second)], 'the answers for two seats').toEqual([true, true])
      return wasReached
    })
    await atEachStatement(stage, async (held) => {
      const [one, two] = [await customerWith(stage, 50), await customerWith(stage, 50)]
      const first = add(stage, one, -5)
      const wasReached = await held.reached(first)
      const second = add(stage, two, -5)
      expect(await waitsFor(stage, second), 'a call for another customer waits').toBe(false)
      held.release()
      expect([await added(first), await added(second)], 'the answers for two customers').toEqual(['added', 'added'])
      return wasReached
    })
    await close(stage)
  },
)
