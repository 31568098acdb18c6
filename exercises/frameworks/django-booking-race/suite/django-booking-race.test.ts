import {
  expect,
  test,
  type Connection,
  type Database,
  type Fixtures,
  type HttpResponse,
  type UpstreamAnswer,
  type UpstreamRequest,
} from '#harness'

interface Ticket {
  booking: number
  show: number
  email: string
}

/** The printer in the foyer, one for all cases. */
const printer = {
  url: '',
  tickets: [] as Ticket[],
  /** What keeps back the ticket of this customer for this show; without an entry it is printed at once. */
  jams: new Map<string, Promise<void>>(),
  /** Called when a ticket of this customer has come in. */
  arrivals: new Map<string, () => void>(),
}

function print({ body }: UpstreamRequest): UpstreamAnswer {
  const ticket = JSON.parse(body) as Ticket
  printer.tickets.push(ticket)
  printer.arrivals.get(ticket.email)?.()
  const jam = printer.jams.get(`${ticket.show} ${ticket.email}`)
  return jam ? { status: 204, after: jam } : { status: 204 }
}

const ticketsOf = (show: number): Ticket[] => printer.tickets.filter((ticket) => ticket.show === show)

type Given = Pick<Fixtures, 'server' | 'database' | 'upstream' | 'random' | 'transcript'>

/** The running server, and the suite's own look at the tables. */
interface Stage extends Given {
  books: Connection
}

async function open(given: Given): Promise<Stage> {
  const { server, database, upstream } = given
  if (printer.url === '') printer.url = (await upstream.start([print], { quiet: true, forAllCases: true })).url
  // It makes the tables before it listens.
  await server.start({ PRINTER_URL: printer.url })
  return { ...given, books: await database.connect({ quiet: true }) }
}

async function newShow({ books, random, transcript }: Stage, seats: number): Promise<number> {
  const title = random.pick(['Hamlet', 'Faust', 'Antigone', 'Tartuffe'])
  const [row] = await books.query('insert into shows (title, seats_left) values ($1, $2) returning id', [title, seats])
  transcript('given', `show ${row?.['id']}, seats left: ${seats}`)
  return Number(row?.['id'])
}

async function newCoupon({ books, random, transcript }: Stage, used: number, most: number): Promise<string> {
  const code = `SPRING-${random.integer(100_000, 999_999_999)}`
  await books.query('insert into coupons (code, used, max_uses) values ($1, $2, $3)', [code, used, most])
  transcript('given', `coupon ${code}, used ${used} of ${most} times`)
  return code
}

const newEmail = (random: Fixtures['random']): string => `guest-${random.integer(100_000, 999_999_999)}@example.org`

/** Long enough for a request that the case holds back. */
const limitMs = 10_000

function book({ server }: Stage, show: number, email: string, coupon?: string): Promise<HttpResponse> {
  const json = coupon === undefined ? { email } : { email, coupon }
  const request = server.request('POST', `/shows/${show}/bookings`, { json, limitMs })
  // A case may fail while it is under way.
  request.catch(() => {})
  return request
}

/** "201", "409 sold-out", or another status. */
function outcomeOf(answer: HttpResponse): string {
  if (answer.status !== 409) return String(answer.status)
  return `409 ${String((answer.json() as Record<string, unknown>)['reason'])}`
}

const outcomesOf = async (requests: Promise<HttpResponse>[]): Promise<string[]> =>
  (await Promise.all(requests)).map(outcomeOf)

/** How often there was each outcome. */
const tally = (outcomes: string[]): Record<string, number> =>
  Object.fromEntries(
    [...new Set(outcomes)].sort().map((outcome) => [outcome, outcomes.filter((o) => o === outcome).length]),
  )

async function count({ books }: Stage, what: string, ...values: unknown[]): Promise<number> {
  const [row] = await books.query(`select count(*)::int as n from ${what}`, values)
  return Number(row?.['n'])
}

async function seatsLeft({ books }: Stage, show: number): Promise<number> {
  const [row] = await books.query('select seats_left from shows where id = $1', [show])
  return Number(row?.['seats_left'])
}

async function usesOf({ books }: Stage, code: string): Promise<number> {
  const [row] = await books.query('select used from coupons where code = $1', [code])
  return Number(row?.['used'])
}

const bookingsOf = (stage: Stage, show: number): Promise<number> => count(stage, 'bookings where show_id = $1', show)
const bookingsWith = (stage: Stage, code: string): Promise<number> =>
  count(stage, 'bookings join coupons on coupons.id = coupon_id where code = $1', code)

/** Who is booked for a show, and with which coupon. */
const rowsOf = ({ books }: Stage, show: number): Promise<unknown[]> =>
  books.query(
    `select email, code from bookings join customers on customers.id = customer_id
       left join coupons on coupons.id = coupon_id where show_id = $1 order by bookings.id`,
    [show],
  )

/** The tables of which the row of a booking is locked. */
async function lockedRows({ books }: Stage, show: number, email: string, code: string): Promise<string[]> {
  const rows: [table: string, sql: string, value: unknown][] = [
    ['shows', 'select 1 from shows where id = $1 for update nowait', show],
    ['customers', 'select 1 from customers where email = $1 for update nowait', email],
    ['coupons', 'select 1 from coupons where code = $1 for update nowait', code],
    ['bookings', 'select 1 from bookings where show_id = $1 for update nowait', show],
  ]
  const locked: string[] = []
  for (const [table, sql, value] of rows) if (!(await books.attempt(sql, [value])).ok) locked.push(table)
  return locked
}

/** A seat or a coupon was changed by a statement that no transaction was around. */
const writesApart = (database: Database): boolean =>
  database.wire.statements().some((s) => s.before === 'none' && /^\s*update\s+"?(shows|coupons)\b/i.test(s.text))

/** More statements than any booking needs. */
const most = 40
const any = (): boolean => true

test(
  'books a seat, counts it and the coupon, and prints a ticket',
  { meta: { id: 'books-a-seat', group: 'booking', covers: [1, 2, 10] } },
  async ({ server, database, upstream, random, transcript, requirement }) => {
    const stage = await open({ server, database, upstream, random, transcript })
    const [show, code, email] = [await newShow(stage, 5), await newCoupon(stage, 2, 9), newEmail(random)]
    requirement(2)
    const answer = await book(stage, show, email, code)
    expect(answer.status, 'status of a booking').toBe(201)
    const { id } = answer.json() as { id: number }
    expect(answer.json(), 'the booking').toEqual({ id, show, email, coupon: code })
    expect(await seatsLeft(stage, show), 'seats left of 5').toBe(4)
    requirement(1)
    expect((await server.request('GET', `/shows/${show}`)).json(), 'the show').toMatchObject({ id: show, seatsLeft: 4 })
    requirement(2)
    expect(await usesOf(stage, code), 'uses of the coupon, which had 2').toBe(3)
    expect(await count(stage, 'bookings where id = $1 and show_id = $2', id, show), 'rows in bookings').toBe(1)
    requirement(10)
    expect(ticketsOf(show), 'tickets').toEqual([{ booking: id, show, email }])
    requirement(2)
    const again = await book(stage, await newShow(stage, 1), email)
    expect(again.status, 'status of a booking of the same customer for another show').toBe(201)
    expect(again.json(), 'a booking without a coupon').toMatchObject({ email, coupon: null })
    expect(await rowsOf(stage, show), 'the rows in bookings').toEqual([{ email, code }])
    expect(await count(stage, 'customers where email = $1', email), 'rows in customers').toBe(1)
  },
)

test(
  'takes the last seat, the last use of a coupon, and emails as they are written',
  { meta: { id: 'last-ones', group: 'booking', covers: [2, 3] } },
  async ({ server, database, upstream, random, transcript, requirement }) => {
    const stage = await open({ server, database, upstream, random, transcript })
    const [one, code] = [await newShow(stage, 1), await newCoupon(stage, 8, 9)]
    requirement(2)
    expect(outcomeOf(await book(stage, one, newEmail(random), code)), 'the last seat with the last use').toBe('201')
    expect([await seatsLeft(stage, one), await usesOf(stage, code)], 'seats left, and uses of 9').toEqual([0, 9])
    const [show, name] = [await newShow(stage, 9), `ada.${random.integer(100_000, 999_999_999)}`]
    const emails = [
      `${name}@example.org`,
      `Ada${name.slice(3)}@Example.org`,
      `${name}+2@example.org`,
      ` ${name}@example.org`,
    ]
    for (const email of emails) {
      const answer = await book(stage, show, email)
      expect(answer.status, 'status for each of four emails that are nearly alike').toBe(201)
      expect(answer.json(), 'the booking of an email that is nearly like another').toMatchObject({ email })
    }
    const rows = (await rowsOf(stage, show)) as { email: string }[]
    expect(
      rows.map((row) => row.email),
      'the customers of the bookings',
    ).toEqual(emails)
    requirement(3)
    const strict = await newCoupon(stage, 0, 5)
    for (const [what, coupon] of [
      ['in small letters', strict.toLowerCase()],
      ['with a blank behind', `${strict} `],
      ['that is an empty text', ''],
    ] as const)
      expect(outcomeOf(await book(stage, show, newEmail(random), coupon)), `the answer to a coupon ${what}`).toBe(
        '409 coupon-not-valid',
      )
    const never = await newCoupon(stage, 0, 0)
    expect(outcomeOf(await book(stage, show, newEmail(random), never)), 'a coupon of 0 uses').toBe(
      '409 coupon-not-valid',
    )
    expect(await seatsLeft(stage, show), 'seats left of 9, after four bookings and four refusals').toBe(5)
  },
)

/** A booking that is to be refused, and what its show and coupon hold. */
interface Hopeless {
  reason: string
  show: number
  email: string
  code: string
  seats: number
  used: number
}

async function refusals(stage: Stage): Promise<Hopeless[]> {
  const { random } = stage
  const [soldOut, booked, open] = [await newShow(stage, 0), await newShow(stage, 4), await newShow(stage, 3)]
  const emails = [newEmail(random), newEmail(random), newEmail(random)] as const
  const [fine, usedUp] = [await newCoupon(stage, 1, 9), await newCoupon(stage, 2, 2)]
  const first = await book(stage, booked, emails[1])
  expect(first.status, 'status of the first booking of a customer').toBe(201)
  return [
    { reason: 'sold-out', show: soldOut, email: emails[0], code: fine, seats: 0, used: 1 },
    { reason: 'already-booked', show: booked, email: emails[1], code: fine, seats: 3, used: 1 },
    { reason: 'coupon-not-valid', show: open, email: emails[2], code: usedUp, seats: 3, used: 2 },
  ]
}

test(
  'says why there is no booking: sold out, already booked, coupon not valid',
  { meta: { id: 'says-why', group: 'booking', covers: [3] } },
  async ({ server, database, upstream, random, transcript }) => {
    const stage = await open({ server, database, upstream, random, transcript })
    for (const { reason, show, email, code } of await refusals(stage)) {
      expect(outcomeOf(await book(stage, show, email, code)), `the answer where the reason is ${reason}`).toBe(
        `409 ${reason}`,
      )
    }
    const show = await newShow(stage, 1)
    const unknown = await book(stage, show, newEmail(random), `NONE-${random.integer(1, 999)}`)
    expect(outcomeOf(unknown), 'the answer to a coupon that does not exist').toBe('409 coupon-not-valid')
  },
)

test(
  'a refused booking leaves seats, coupons and bookings as they were, and prints nothing',
  { meta: { id: 'refused-changes-nothing', group: 'refusals', gate: true, covers: [4, 10] } },
  async ({ server, database, upstream, random, transcript, evidence, requirement }) => {
    const stage = await open({ server, database, upstream, random, transcript })
    for (const { reason, show, email, code, seats, used } of await refusals(stage)) {
      const before = { bookings: await bookingsOf(stage, show), tickets: ticketsOf(show).length }
      const answer = await book(stage, show, email, code)
      evidence('writesApart', writesApart(database))
      expect(answer.status, `status of a booking that is ${reason}`).toBe(409)
      const after = { bookings: await bookingsOf(stage, show), tickets: ticketsOf(show).length }
      const counters = { seatsLeft: await seatsLeft(stage, show), couponUses: await usesOf(stage, code) }
      requirement(4)
      expect({ ...counters, ...after }, `after a refusal (${reason})`).toEqual({
        seatsLeft: seats,
        couponUses: used,
        ...before,
      })
    }
  },
)

test(
  'a booking that is refused in the end takes no seat and no use of a coupon, not even for a moment',
  { meta: { id: 'refused-takes-nothing', group: 'refusals', covers: [4, 9] } },
  async ({ server, database, upstream, random, transcript, requirement }) => {
    const stage = await open({ server, database, upstream, random, transcript })
    for (const [what, seats, uses] of [
      ['the last use of the coupon', 0, 1],
      ['the last seat', 1, 0],
    ] as const) {
      for (let nth = 1, waits = false; nth <= most && !waits; nth++) {
        const [show, another] = [await newShow(stage, seats), await newShow(stage, 1)]
        const code = await newCoupon(stage, 0, uses)
        const held = database.wire.hold(any, { nth })
        const first = book(stage, show, newEmail(random), code)
        if (!(await held.reached(first))) break
        const second = seats === 0 ? book(stage, another, newEmail(random), code) : book(stage, show, newEmail(random))
        const [behindLock, outside] = [database.wire.blocked(second), database.wire.stuck(second)]
        waits = await Promise.race([behindLock.then(() => false), outside])
        held.release()
        const answers = await Promise.all([first, second])
        transcript('then', `the second request came after statement ${nth} of the first, which has to be refused`)
        requirement(9)
        expect(
          answers.map((a) => a.status),
          `a booking that is refused, and one that wants ${what} meanwhile`,
        ).toEqual([409, 201])
        requirement(4)
        const after = [await usesOf(stage, code), await seatsLeft(stage, show)]
        expect(after, `uses and seats left after a refusal, where ${what} was wanted meanwhile`).toEqual([uses, 0])
      }
    }
  },
)

test(
  'every refusal leaves one row in refusals, and a booking leaves none',
  { meta: { id: 'refusals-are-kept', group: 'refusals', covers: [5] } },
  async ({ server, database, upstream, random, transcript }) => {
    const stage = await open({ server, database, upstream, random, transcript })
    for (const { reason, show, email, code } of await refusals(stage)) {
      expect(await count(stage, 'refusals where show_id = $1', show), 'rows in refusals before').toBe(0)
      const answer = await book(stage, show, email, code)
      expect(answer.status, `status of a booking that is ${reason}`).toBe(409)
      const rows = await stage.books.query('select email, reason from refusals where show_id = $1', [show])
      expect(rows, `rows in refusals after a refusal (${reason})`).toEqual([{ email, reason }])
      await book(stage, show, email, code)
      expect(await count(stage, 'refusals where show_id = $1', show), `rows in refusals after two (${reason})`).toBe(2)
    }
    const [show, email] = [await newShow(stage, 3), newEmail(random)]
    await book(stage, show, email, `NONE-${random.integer(1, 999)}`)
    expect(await count(stage, 'refusals where show_id = $1', show), 'rows in refusals for an unknown coupon').toBe(1)
    expect((await book(stage, show, email)).status, 'status of a booking of the same customer').toBe(201)
    expect(await count(stage, 'refusals where show_id = $1', show), 'rows in refusals after a booking').toBe(1)
    expect(await seatsLeft(stage, show), 'seats left of 3').toBe(2)
  },
)

test(
  'the last seat that another server takes at any moment of a booking is not sold twice',
  { meta: { id: 'last-seat', group: 'seats', gate: true, covers: [6] } },
  async ({ server, database, upstream, random, transcript }) => {
    const stage = await open({ server, database, upstream, random, transcript })
    const other = await database.connect()
    for (const seats of [1, 6]) {
      for (let nth = 1; nth <= most; nth++) {
        const show = await newShow(stage, seats)
        const held = database.wire.hold(any, { nth })
        const mine = book(stage, show, newEmail(random))
        if (!(await held.reached(mine))) break
        const theirs = other.send('update shows set seats_left = seats_left - 1 where id = $1 and seats_left > 0', [
          show,
        ])
        await other.blocked()
        held.release()
        const [outcome, taken] = [outcomeOf(await mine), await theirs]
        const sold = (taken.ok ? taken.count : 0) + (await bookingsOf(stage, show))
        const where = 'the other server took a seat in the middle of the booking'
        transcript('then', `the other server took a seat after statement ${nth}`)
        const wanted = { sold: Math.min(2, seats), left: Math.max(0, seats - 2) }
        expect({ sold, left: await seatsLeft(stage, show) }, `sold and left, of ${seats}: ${where}`).toEqual(wanted)
        const late = seats === 1 && taken.ok && taken.count === 1
        expect(outcome, `the answer: ${where}${late ? ' and was first' : ''}`).toBe(late ? '409 sold-out' : '201')
      }
    }
  },
)

test(
  'what another server changes in the show or in the coupon in the middle of a booking stays changed',
  { meta: { id: 'changes-stay', group: 'seats', covers: [6, 7] } },
  async ({ server, database, upstream, random, transcript, requirement }) => {
    const stage = await open({ server, database, upstream, random, transcript })
    const [other, another] = [await database.connect(), await database.connect()]
    for (let nth = 1; nth <= most; nth++) {
      const [show, code] = [await newShow(stage, 6), await newCoupon(stage, 3, 9)]
      const held = database.wire.hold(any, { nth })
      const mine = book(stage, show, newEmail(random), code)
      if (!(await held.reached(mine))) break
      const theirs = other.send("update shows set title = 'Othello', seats_left = seats_left + 4 where id = $1", [show])
      const alsoTheirs = another.send('update coupons set max_uses = 20 where code = $1', [code])
      await Promise.all([other.blocked(), another.blocked()])
      held.release()
      const outcome = outcomeOf(await mine)
      await Promise.all([theirs, alsoTheirs])
      transcript('then', `the other server changed show and coupon after statement ${nth}`)
      requirement(6)
      expect(outcome, 'the answer, when another server changes the show').toBe('201')
      const [row] = await stage.books.query('select title, seats_left from shows where id = $1', [show])
      expect(row, 'the show with 6 seats, of which one was booked, to which another server added 4').toEqual({
        title: 'Othello',
        seats_left: 9,
      })
      requirement(7)
      const [coupon] = await stage.books.query('select used, max_uses from coupons where code = $1', [code])
      expect(coupon, 'the coupon that was used 3 times, and of which another server allowed 20').toEqual({
        used: 4,
        max_uses: 20,
      })
    }
  },
)

test(
  'twenty customers at once get one seat: one 201, nineteen 409, no 500',
  { meta: { id: 'twenty-at-once', group: 'seats', gate: true, covers: [3, 6, 9] } },
  async ({ server, database, upstream, random, transcript, requirement }) => {
    const stage = await open({ server, database, upstream, random, transcript })
    const show = await newShow(stage, 1)
    const outcomes = await outcomesOf(Array.from({ length: 20 }, () => book(stage, show, newEmail(random))))
    requirement(outcomes.includes('500') ? 9 : 6)
    expect(tally(outcomes), 'answers to twenty requests').toEqual({ '201': 1, '409 sold-out': 19 })
    requirement(6)
    expect({ left: await seatsLeft(stage, show), bookings: await bookingsOf(stage, show) }, 'the books').toEqual({
      left: 0,
      bookings: 1,
    })
  },
)

test(
  'a coupon that another server counts at any moment of a booking is counted exactly',
  { meta: { id: 'coupon-count', group: 'coupons', covers: [7] } },
  async ({ server, database, upstream, random, transcript }) => {
    const stage = await open({ server, database, upstream, random, transcript })
    const other = await database.connect()
    for (const uses of [1, 5]) {
      for (let nth = 1; nth <= most; nth++) {
        const [show, code] = [await newShow(stage, 3), await newCoupon(stage, 7, 7 + uses)]
        const held = database.wire.hold(any, { nth })
        const mine = book(stage, show, newEmail(random), code)
        if (!(await held.reached(mine))) break
        const theirs = other.send('update coupons set used = used + 1 where code = $1 and used < max_uses', [code])
        await other.blocked()
        held.release()
        const [outcome, counted] = [outcomeOf(await mine), await theirs]
        const where = 'the other server counted in the middle of the booking'
        transcript('then', `the other server counted the coupon after statement ${nth}`)
        const real = 7 + (counted.ok ? counted.count : 0) + (await bookingsWith(stage, code))
        const wanted = 7 + Math.min(2, uses)
        expect({ real, used: await usesOf(stage, code) }, `uses of 7 + ${uses}: ${where}`).toEqual({
          real: wanted,
          used: wanted,
        })
        const late = uses === 1 && counted.ok && counted.count === 1
        expect(outcome, `the answer: ${where}${late ? ' and was first' : ''}`).toBe(
          late ? '409 coupon-not-valid' : '201',
        )
        expect(await seatsLeft(stage, show), `seats left of 3: ${where}`).toBe(late ? 3 : 2)
      }
    }
  },
)

test(
  'a coupon for four is used four times by ten customers of two shows at once',
  { meta: { id: 'coupon-at-once', group: 'coupons', covers: [3, 4, 7, 9] } },
  async ({ server, database, upstream, random, transcript, requirement }) => {
    const stage = await open({ server, database, upstream, random, transcript })
    const shows = [await newShow(stage, 10), await newShow(stage, 10)] as const
    const code = await newCoupon(stage, 0, 4)
    const requests = Array.from({ length: 10 }, (_, i) =>
      book(stage, shows[i % 2 === 0 ? 0 : 1], newEmail(random), code),
    )
    const outcomes = await outcomesOf(requests)
    requirement(outcomes.includes('500') ? 9 : 7)
    expect(tally(outcomes), 'answers to ten requests').toEqual({
      '201': 4,
      '409 coupon-not-valid': 6,
    })
    const left = (await seatsLeft(stage, shows[0])) + (await seatsLeft(stage, shows[1]))
    expect({ used: await usesOf(stage, code), bookings: await bookingsWith(stage, code), left }, 'the books').toEqual({
      used: 4,
      bookings: 4,
      left: 16,
    })
  },
)

test(
  'a customer whom another server adds at any moment of the first booking is one customer, and gets the seat',
  { meta: { id: 'new-customer', group: 'customers', covers: [8] } },
  async ({ server, database, upstream, random, transcript, evidence }) => {
    const stage = await open({ server, database, upstream, random, transcript })
    const other = await database.connect()
    for (let nth = 1; nth <= most; nth++) {
      const [show, email] = [await newShow(stage, 2), newEmail(random)]
      const held = database.wire.hold(any, { nth })
      const mine = book(stage, show, email)
      if (!(await held.reached(mine))) break
      const theirs = other.send('insert into customers (email) values ($1) on conflict do nothing', [email])
      await other.blocked()
      held.release()
      const answer = await mine
      await theirs
      evidence('whenAdded', answer.status)
      const where = 'the other server added the customer in the middle of the booking'
      transcript('then', `the other server added the customer after statement ${nth}`)
      expect(outcomeOf(answer), `the answer: ${where}`).toBe('201')
      expect(await count(stage, 'customers where email = $1', email), `rows in customers: ${where}`).toBe(1)
    }
  },
)

test(
  'a new customer who books seven shows at once is one customer with seven seats',
  { meta: { id: 'new-customer-at-once', group: 'customers', covers: [8, 9] } },
  async ({ server, database, upstream, random, transcript, requirement }) => {
    const stage = await open({ server, database, upstream, random, transcript })
    for (const round of [1, 2, 3]) {
      const shows: number[] = []
      for (let i = 0; i < 7; i++) shows.push(await newShow(stage, 2))
      const email = newEmail(random)
      const outcomes = await outcomesOf(shows.map((show) => book(stage, show, email)))
      transcript('round', `${round} of 3`)
      requirement(outcomes.includes('500') ? 9 : 8)
      expect(tally(outcomes), 'answers to a new customer who books seven shows at once').toEqual({ '201': 7 })
      requirement(8)
      expect(await count(stage, 'customers where email = $1', email), 'rows in customers').toBe(1)
    }
  },
)

test(
  'of two requests of one customer one is booked and one already booked, whenever they meet',
  { meta: { id: 'pressed-twice', group: 'customers', covers: [3, 4, 5, 8, 9] } },
  async ({ server, database, upstream, random, transcript, evidence, requirement }) => {
    const stage = await open({ server, database, upstream, random, transcript })
    for (let nth = 1, waits = false; nth <= most && !waits; nth++) {
      const [show, code, email] = [await newShow(stage, 5), await newCoupon(stage, 0, 5), newEmail(random)]
      const held = database.wire.hold(any, { nth })
      const first = book(stage, show, email, code)
      if (!(await held.reached(first))) break
      const second = book(stage, show, email, code)
      const [behindLock, outside] = [database.wire.blocked(second), database.wire.stuck(second)]
      // Who waits in the program and not for a lock does so at every moment: one of them is enough.
      waits = await Promise.race([behindLock.then(() => false), outside])
      held.release()
      const answers = await Promise.all([first, second])
      const where = 'the second one came in the middle of the first'
      transcript('then', `the second request came after statement ${nth} of the first`)
      evidence('pressedTwice', Math.max(...answers.map((a) => a.status)))
      requirement(answers.some((a) => a.status >= 500) ? 9 : 3)
      expect(answers.map(outcomeOf).sort(), `both answers: ${where}`).toEqual(['201', '409 already-booked'])
      const after = {
        left: await seatsLeft(stage, show),
        used: await usesOf(stage, code),
        bookings: await bookingsOf(stage, show),
      }
      requirement(4)
      expect(after, `the books of 5 seats: ${where}`).toEqual({ left: 4, used: 1, bookings: 1 })
      requirement(5)
      expect(await count(stage, 'refusals where show_id = $1', show), `rows in refusals: ${where}`).toBe(1)
    }
  },
)

test(
  'while a ticket is printed the booking is committed, no row is locked, and the next customer does not wait',
  { meta: { id: 'prints-unlocked', group: 'locks', covers: [1, 10, 11] } },
  async ({ server, database, upstream, random, transcript, evidence, requirement }) => {
    const stage = await open({ server, database, upstream, random, transcript })
    const [show, email, code] = [await newShow(stage, 4), newEmail(random), await newCoupon(stage, 0, 4)]
    const printed = Promise.withResolvers<void>()
    printer.jams.set(`${show} ${email}`, printed.promise)
    const arrived = new Promise<void>((resolve) => printer.arrivals.set(email, resolve))
    const first = book(stage, show, email, code)
    await Promise.race([arrived, first])
    transcript('then', `the printer has the ticket of ${email} and takes its time`)
    const early = await Promise.race([
      first.then(() => true),
      new Promise<false>((r) => setTimeout(() => r(false), 150)),
    ])
    const committed = await bookingsOf(stage, show)
    const told = (await server.request('GET', `/shows/${show}`)).json() as { seatsLeft: number }
    const locked = await lockedRows(stage, show, email, code)
    const second = book(stage, show, newEmail(random), code)
    const waits = await Promise.race([database.wire.blocked(second), database.wire.stuck(second)])
    const third = book(stage, await newShow(stage, 2), email)
    const sameWaits = await Promise.race([database.wire.blocked(third), database.wire.stuck(third)])
    evidence('waitsForPrinter', waits || committed === 0)
    printed.resolve()
    requirement(11)
    expect(committed, 'committed bookings while the first ticket is printed').toBe(1)
    expect(
      waits ? 'it waited' : 'it did not wait',
      'a booking of the same show and coupon, while the ticket of the first one is printed',
    ).toBe('it did not wait')
    expect(
      sameWaits ? 'it waited' : 'it did not wait',
      'another show for the same customer, while the ticket of the first one is printed',
    ).toBe('it did not wait')
    expect(locked, 'rows that are locked while the ticket is printed').toEqual([])
    requirement(1)
    expect(told.seatsLeft, 'the seats of 4 that are left while the ticket is printed').toBe(3)
    requirement(10)
    expect((await second).status, 'status of the second booking').toBe(201)
    expect((await first).status, 'status of the first booking').toBe(201)
    expect(early ? 'answered' : 'not answered', 'the first booking, while its ticket is not printed yet').toBe(
      'not answered',
    )
    expect(ticketsOf(show).length, 'tickets').toBe(2)
  },
)

test(
  'a booking of another show does not wait for one that is under way',
  { meta: { id: 'other-shows-go-on', group: 'locks', covers: [12] } },
  async ({ server, database, upstream, random, transcript }) => {
    const stage = await open({ server, database, upstream, random, transcript })
    for (let nth = 1; nth <= most; nth++) {
      const shows = [await newShow(stage, 2), await newShow(stage, 2)] as const
      const codes = [await newCoupon(stage, 0, 2), await newCoupon(stage, 0, 2)] as const
      const held = database.wire.hold(any, { nth })
      const first = book(stage, shows[0], newEmail(random), codes[0])
      if (!(await held.reached(first))) break
      const second = book(stage, shows[1], newEmail(random), codes[1])
      const waits = await Promise.race([database.wire.blocked(second), database.wire.stuck(second)])
      if (waits) transcript('meanwhile', `the booking of show ${shows[0]} stands after its statement ${nth}`)
      expect(waits ? 'it waited' : 'it did not wait', 'a booking of another show, while one is under way').toBe(
        'it did not wait',
      )
      expect((await second).status, 'status of the booking of another show').toBe(201)
      held.release()
      expect((await first).status, 'status of the booking that was under way').toBe(201)
    }
  },
)

test(
  'after an evening of forty requests every seat, coupon, refusal and ticket is accounted for',
  { meta: { id: 'whole-evening', group: 'seats', covers: [3, 4, 5, 6, 7, 8, 9, 10] } },
  async ({ server, database, upstream, random, transcript }) => {
    const stage = await open({ server, database, upstream, random, transcript })
    const shows = [await newShow(stage, 3), await newShow(stage, 6)]
    const codes = [await newCoupon(stage, 0, 3), await newCoupon(stage, 0, 20)]
    const emails = Array.from({ length: 8 }, () => newEmail(random))
    const wish = () => ({
      show: random.pick(shows),
      email: random.pick(emails),
      code: random.pick([...codes, undefined]),
    })
    const evening = Array.from({ length: 40 }, wish)
    const outcomes = await outcomesOf(evening.map(({ show, email, code }) => book(stage, show, email, code)))
    const known = ['201', '409 sold-out', '409 already-booked', '409 coupon-not-valid']
    expect(
      [...new Set(outcomes)].filter((o) => !known.includes(o)),
      'answers that have no reason here',
    ).toEqual([])
    for (const [i, show] of shows.entries()) {
      const told = outcomes.filter((_, n) => evening[n]?.show === show)
      const booked = told.filter((o) => o === '201').length
      const seats = i === 0 ? 3 : 6
      const found = {
        left: await seatsLeft(stage, show),
        bookings: await bookingsOf(stage, show),
        refusals: await count(stage, 'refusals where show_id = $1', show),
        tickets: ticketsOf(show).length,
      }
      const wanted = { left: seats - booked, bookings: booked, refusals: told.length - booked, tickets: booked }
      expect(found, `show ${show}, which had ${seats} seats, after ${booked} × 201`).toEqual(wanted)
    }
    for (const code of codes)
      expect(await usesOf(stage, code), `uses of ${code}, against its bookings`).toBe(await bookingsWith(stage, code))
  },
)
