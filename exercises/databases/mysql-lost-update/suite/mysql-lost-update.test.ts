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

test(
  'a free seat goes to the first who asks, and stays theirs when they ask again',
  { meta: { id: 'answers-for-a-seat', group: 'answers', covers: [1] } },
  async ({ subject, mysql, random, transcript }) => {
    const stage = await open({ subject, mysql, random, transcript })
    const [seat] = (await freeSeats(stage)) as [Seat]
    expect(await reserved(reserve(stage, seat, 7)), 'customer 7 asks for the free seat').toBe(true)
    expect(await reserved(reserve(stage, seat, 8)), 'customer 8 asks for the same seat').toBe(false)
    expect(await reserved(reserve(stage, seat, 7)), 'customer 7 asks again for the seat they have').toBe(true)
    expect(await holderOf(stage, seat), 'who has the seat').toBe(7)
    await close(stage)
  },
)

test(
  'points are added and spent, also none at all, and never fall below zero',
  { meta: { id: 'answers-for-points', group: 'answers', covers: [2, 3] } },
  async ({ subject, mysql, random, transcript }) => {
    const stage = await open({ subject, mysql, random, transcript })
    const start = random.integer(20, 60)
    const customer = await customerWith(stage, start)
    expect(await added(add(stage, customer, 5)), 'adding 5').toBe('added')
    expect(await added(add(stage, customer, 0)), 'adding 0').toBe('added')
    expect(await added(add(stage, customer, -start)), `spending ${start}`).toBe('added')
    expect(await added(add(stage, customer, -6)), 'spending 6 of 5').toBe('error NotEnoughPoints')
    expect(await added(add(stage, customer, -5)), 'spending 5 of 5').toBe('added')
    expect(await pointsOf(stage, customer), 'points in the end').toBe(0)
    await close(stage)
  },
)

test(
  'what does not exist is an error, not a no',
  { meta: { id: 'unknown-is-an-error', group: 'answers', covers: [1, 2] } },
  async ({ subject, mysql, random, transcript }) => {
    const stage = await open({ subject, mysql, random, transcript })
    const [seat] = (await freeSeats(stage)) as [Seat]
    expect(
      await reserved(reserve(stage, { event: seat.event, seat: 'Z99' }, 7)),
      'a seat that the event does not have',
    ).toBe('error UnknownSeat')
    const customer = await customerWith(stage, 3)
    expect(await added(add(stage, customer + 1, 5)), 'points for a customer who does not exist').toBe(
      'error UnknownCustomer',
    )
    expect(await added(add(stage, customer + 1, 0)), '0 points for a customer who does not exist').toBe(
      'error UnknownCustomer',
    )
    await close(stage)
  },
)

test(
  'two customers ask for one seat at the same moment: one gets true, the other false',
  { meta: { id: 'seat-is-sold-once', group: 'seats', gate: true, covers: [4] } },
  async ({ subject, mysql, random, transcript, evidence }) => {
    const stage = await open({ subject, mysql, random, transcript })
    const [seat] = (await freeSeats(stage)) as [Seat]
    const held = mysql.wire.hold(/^\s*select\b/i)
    const first = reserve(stage, seat, 7)
    if (await held.reached(first))
      transcript('meanwhile', 'the answer to this SELECT is on its way, and customer 8 asks')
    const second = reserve(stage, seat, 8)
    if (await mysql.wire.blocked(second)) transcript('meanwhile', 'customer 8 waits for a lock')
    held.release()
    const ends = [await reserved(first, 'The call for customer 7'), await reserved(second, 'The call for customer 8')]
    const holder = await holderOf(stage, seat)
    evidence(
      'soldTwice',
      ends.every((end) => end === true),
    )
    evidence(
      'deadlock',
      ends.some((end) => String(end).includes('DEADLOCK')),
    )
    expect(ends.filter((end) => end === true).length, 'customers who were told that the seat is theirs').toBe(1)
    expect(
      ends.filter((end) => end !== true),
      'what the other one was told',
    ).toEqual([false])
    expect(holder, 'who has the seat').toBe(ends[0] === true ? 7 : 8)
    await close(stage)
  },
)

test(
  'a booking of points that waits for another one counts on top of it',
  { meta: { id: 'adds-on-top', group: 'points', gate: true, covers: [5] } },
  async ({ subject, mysql, random, transcript }) => {
    const stage = await open({ subject, mysql, random, transcript })
    const [start, theirs, ours] = [random.integer(100, 200), random.integer(10, 50), random.integer(3, 9)]
    const customer = await customerWith(stage, start)
    const other = await mysql.connect()
    await other.query('begin')
    await other.query('update customers set points = points + ? where id = ?', [theirs, customer])
    const work = add(stage, customer, ours)
    await mysql.wire.blocked(work)
    await other.query('commit')
    expect(await added(work), 'the answer').toBe('added')
    expect(await pointsOf(stage, customer), `${start} points, ${theirs} and ${ours} added`).toBe(start + theirs + ours)
    await close(stage)
  },
)

test(
  'forty bookings for one customer at once add up',
  { meta: { id: 'forty-at-once', group: 'points', gate: true, covers: [5, 7] } },
  async ({ subject, mysql, random, transcript, evidence }) => {
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
    expect(
      ends.filter((end) => end !== 'added'),
      'calls that ended with an error',
    ).toEqual([])
    expect(await pointsOf(stage, customer), 'points in the end').toBe(amounts.reduce((a, b) => a + b, 0))
    await close(stage)
  },
)

test(
  'the same points are not spent twice',
  { meta: { id: 'spent-once', group: 'points', covers: [3, 5] } },
  async ({ subject, mysql, random, transcript }) => {
    const stage = await open({ subject, mysql, random, transcript })
    const price = random.integer(10, 40)
    const customer = await customerWith(stage, price * 3 + 1)
    const ends = (await soon(
      stage.office.call('addAtOnce', [customer, Array.from({ length: 8 }, () => -price)]),
      'Eight calls of addPoints',
    )) as string[]
    expect(ends.filter((end) => end === 'added').length, `purchases for ${price} points each`).toBe(3)
    expect(new Set(ends.filter((end) => end !== 'added')), 'what the others got').toEqual(new Set(['NotEnoughPoints']))
    expect(await pointsOf(stage, customer), 'points in the end').toBe(1)
    await close(stage)
  },
)

test(
  'a reservation waits for nobody who is busy with another seat or another customer',
  { meta: { id: 'others-do-not-wait', group: 'others', covers: [6] } },
  async ({ subject, mysql, random, transcript }) => {
    const stage = await open({ subject, mysql, random, transcript })
    const [busy, free] = (await freeSeats(stage, 2)) as [Seat, Seat]
    const [busyCustomer, customer] = [await customerWith(stage, 50), await customerWith(stage, 50)]
    const other = await mysql.connect()
    await other.query('begin')
    await other.query('update seats set holder = 1 where event_id = ? and seat = ?', [busy.event, busy.seat])
    await other.query('update customers set points = 0 where id = ?', [busyCustomer])
    const [forSeat, forPoints] = [reserve(stage, free, 7), add(stage, customer, 5)]
    const waits = {
      'the other seat': await mysql.wire.blocked(forSeat),
      'the other customer': await mysql.wire.blocked(forPoints),
    }
    await other.query('rollback')
    expect(waits, 'who waits for a lock, while another session holds one seat and one customer').toEqual({
      'the other seat': false,
      'the other customer': false,
    })
    expect([await reserved(forSeat), await added(forPoints)], 'the answers').toEqual([true, 'added'])
    await close(stage)
  },
)

test(
  'a call that is refused leaves no transaction open and gives its connection back',
  { meta: { id: 'refused-leaves-nothing', group: 'others', covers: [8] } },
  async ({ subject, mysql, random, transcript }) => {
    const stage = await open({ subject, mysql, random, transcript }, 2)
    const [seat] = (await freeSeats(stage)) as [Seat]
    const customer = await customerWith(stage, 5)
    await reserve(stage, seat, 8)
    const refused = [
      () => add(stage, customer, -6),
      () => add(stage, customer + 1, 1),
      () => reserve(stage, seat, 7),
      () => reserve(stage, { ...seat, seat: 'Z99' }, 7),
    ]
    for (const call of refused) await soon(call(), 'A call on a pool of 2 connections')
    expect(
      mysql.wire.sessions().filter((session) => session.transaction === 'open').length,
      'connections with an open transaction',
    ).toBe(0)
    expect(await added(add(stage, customer, 1), 'The next call'), 'the next call').toBe('added')
    expect(await pointsOf(stage, customer), 'points in the end').toBe(6)
    await close(stage)
  },
)
