import { expect, test, type Connection, type Database, type Random, type SqlOutcome } from '#harness'

/** A session on what the learner's migration made. The cases share it: each writes and reads rows of its own. */
async function migrated(database: Database): Promise<Connection> {
  await database.migrate('migration.sql')
  return database.connect()
}

/**
 * Errors about the data: constraints (23), values (22), the learner's own triggers (P0001 or a code of their choice),
 * and a session that gives way to another (40, 55). Everything about schema, syntax, rights or the server is none.
 */
const isRefusal = (sqlstate: string): boolean => !/^(0|2[01456789B-F]|3[0-9BDF]|42|5[34678]|F0|HV|XX)/.test(sqlstate)

function saw(outcome: SqlOutcome): string {
  if (outcome.ok) return 'accepted'
  return isRefusal(outcome.sqlstate) ? 'refused' : `error ${outcome.sqlstate}: ${outcome.message}`
}

const refused = async (work: Promise<SqlOutcome>, what: string): Promise<void> =>
  expect(saw(await work), what).toBe('refused')

async function accepted(work: Promise<SqlOutcome>, what: string): Promise<void> {
  const outcome = await work
  expect(outcome.ok ? 'accepted' : `refused (${outcome.sqlstate}): ${outcome.message}`, what).toBe('accepted')
}

const people = ['ida', 'omar', 'lin', 'kofi', 'ana', 'piet', 'mei', 'raj']
const anAddress = (random: Random): string => `${random.pick(people)}.${random.integer(1e6, 1e9)}@example.com`

/** The same address with some letters large, never all as before. */
function inOtherCase(address: string, random: Random): string {
  const letters = [...address].map((c) => (random.integer(0, 1) === 1 ? c.toUpperCase() : c))
  return letters.map((c, i) => (i === 0 ? c.toUpperCase() : c)).join('')
}

const insertUser = `insert into users (email) values ($1)`
const insertInvoice = `insert into invoices (user_id, amount, status) values ($1, $2, $3)`
const insertBooking = `insert into bookings (room_id, user_id, starts_at, ends_at) values ($1, $2, $3, $4)`

type Id = unknown
const idOf = (rows: Record<string, unknown>[]): Id => rows[0]?.['id']
const aUser = async (db: Connection, random: Random): Promise<Id> =>
  idOf(await db.query(`${insertUser} returning id`, [anAddress(random)]))
const aRoom = async (db: Connection, name: string): Promise<Id> =>
  idOf(await db.query(`insert into rooms (name) values ($1) returning id`, [name]))

/** An hour of a day that the seed chooses, in UTC. */
function hours(random: Random): (hour: number, minute?: number) => string {
  const day = `2031-${String(random.integer(1, 12)).padStart(2, '0')}-${String(random.integer(1, 28)).padStart(2, '0')}`
  return (hour, minute = 0) => `${day}T${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00Z`
}

test(
  'an address in other letter case is the same address',
  { meta: { id: 'other-case-is-the-same', group: 'users', covers: [1, 2] } },
  async ({ database, random }) => {
    const db = await migrated(database)
    const address = anAddress(random)
    await accepted(db.attempt(insertUser, [inOtherCase(address, random)]), 'a new address with large letters')
    await refused(db.attempt(insertUser, [address]), 'the same address in other letters')
    const other = idOf(await db.query(`${insertUser} returning id`, [`other.${address}`]))
    await refused(
      db.attempt(`update users set email = $1 where id = $2`, [inOtherCase(address, random), other]),
      'an UPDATE to an address that is taken',
    )
  },
)

test(
  'of two sessions that insert one address at the same time, one is refused',
  { meta: { id: 'same-address-at-once', group: 'users', covers: [2, 8] } },
  async ({ database, random }) => {
    const address = anAddress(random)
    const first = await migrated(database)
    const second = await database.connect()
    await first.query('begin')
    await accepted(first.attempt(insertUser, [address]), 'the first session')
    const waiting = second.send(insertUser, [inOtherCase(address, random)])
    await second.blocked()
    await first.query('commit')
    await refused(waiting, 'the second session, after the first has committed')
    const free = `free.${address}`
    await first.query('begin')
    await accepted(first.attempt(insertUser, [free]), 'the first session')
    const again = second.send(insertUser, [inOtherCase(free, random)])
    await second.blocked()
    await first.query('rollback')
    await accepted(again, 'the second session, after the first has rolled back')
  },
)

test(
  'amounts are never negative',
  { meta: { id: 'amount-not-negative', group: 'invoices', covers: [3] } },
  async ({ database, random }) => {
    const db = await migrated(database)
    const user = await aUser(db, random)
    const amount = `${random.integer(1, 900)}.${random.integer(10, 99)}`
    await accepted(db.attempt(insertInvoice, [user, amount, 'open']), 'a positive amount')
    await accepted(db.attempt(insertInvoice, [user, '0', 'open']), 'an amount of zero')
    await refused(db.attempt(insertInvoice, [user, `-${amount}`, 'open']), 'a negative amount')
    await refused(
      db.attempt(`update invoices set amount = -0.01 where user_id = $1`, [user]),
      'an UPDATE to a negative amount',
    )
  },
)

test(
  'amounts are kept to the cent',
  { meta: { id: 'amount-is-exact', group: 'invoices', covers: [3] } },
  async ({ database, random }) => {
    const db = await migrated(database)
    const user = await aUser(db, random)
    for (const amount of ['9999999.99', `${random.integer(1_000_000, 9_000_000)}.${random.integer(11, 99)}`]) {
      const [row] = await db.query(
        `insert into invoices (user_id, amount) values ($1, $2) returning amount::numeric = $3::numeric as same, amount::text as kept`,
        [user, amount, amount],
      )
      expect(row?.['same'] === true ? 'the same' : row?.['kept'], `what is kept of ${amount}`).toBe('the same')
    }
    const small = await aUser(db, random)
    await db.query(`insert into invoices (user_id, amount) select $1, 0.10 from generate_series(1, 1000)`, [small])
    const [sum] = await db.query(
      `select sum(amount)::numeric = 100 as exact, sum(amount)::text as sum from invoices where user_id = $1`,
      [small],
    )
    expect(sum?.['exact'] === true ? 'exactly 100' : sum?.['sum'], 'the sum of 1000 invoices of 0.10').toBe(
      'exactly 100',
    )
  },
)

test(
  'the status is open, paid or void, and nothing else',
  { meta: { id: 'status-is-known', group: 'invoices', covers: [4] } },
  async ({ database, random }) => {
    const db = await migrated(database)
    const user = await aUser(db, random)
    for (const status of random.shuffle(['open', 'paid', 'void']))
      await accepted(db.attempt(insertInvoice, [user, '5', status]), `status ${status}`)
    await refused(
      db.attempt(insertInvoice, [user, '5', random.pick(['payed', 'pending', 'cancelled'])]),
      'an unknown status',
    )
    await refused(db.attempt(insertInvoice, [user, '5', '']), 'an empty status')
    await refused(db.attempt(insertInvoice, [user, '5', null]), 'status NULL')
    await refused(
      db.attempt(`update invoices set status = null where user_id = $1`, [user]),
      'an UPDATE to status NULL',
    )
  },
)

test(
  'no column is ever NULL',
  { meta: { id: 'nothing-is-null', group: 'invoices', covers: [1] } },
  async ({ database, random }) => {
    const db = await migrated(database)
    const at = hours(random)
    const [user, room] = [await aUser(db, random), await aRoom(db, 'Blue')]
    await refused(db.attempt(insertUser, [null]), 'a user with email NULL')
    await refused(
      db.attempt(`insert into users (email, created_at) values ($1, null)`, [anAddress(random)]),
      'a user with created_at NULL',
    )
    await refused(db.attempt(`insert into rooms (name) values (null)`), 'a room with name NULL')
    await refused(db.attempt(insertInvoice, [null, '5', 'open']), 'an invoice with user_id NULL')
    await refused(db.attempt(insertInvoice, [user, null, 'open']), 'an invoice with amount NULL')
    await refused(
      db.attempt(`insert into invoices (user_id, amount, created_at) values ($1, 5, null)`, [user]),
      'an invoice with created_at NULL',
    )
    const holes = [
      [null, user, at(9), at(10)],
      [room, null, at(9), at(10)],
      [room, user, null, at(10)],
      [room, user, at(9), null],
    ]
    for (const [i, values] of holes.entries()) {
      await refused(
        db.attempt(insertBooking, values),
        `a booking with ${['room_id', 'user_id', 'starts_at', 'ends_at'][i]} NULL`,
      )
    }
  },
)

test(
  'what is left out gets its default, whatever the time zone of the session',
  { meta: { id: 'defaults-are-filled', group: 'invoices', covers: [1, 4, 9] } },
  async ({ database, random }) => {
    const db = await migrated(database)
    await db.query(`set timezone to '${random.pick(['Asia/Tokyo', 'America/New_York', 'Asia/Kathmandu'])}'`)
    const user = await aUser(db, random)
    await db.query(`insert into invoices (user_id, amount) values ($1, 5)`, [user])
    const other = await database.connect()
    await other.query(`set timezone to 'UTC'`)
    const rows = await other.query(`select status::text as status from invoices where user_id = $1`, [user])
    expect(rows, 'the invoice').toEqual([{ status: 'open' }])
    for (const [table, key] of [
      ['users', 'id'],
      ['invoices', 'user_id'],
    ]) {
      const [row] = await other.query(
        `select round(extract(epoch from now()) - extract(epoch from created_at))::int as age from ${table} where ${key} = $1`,
        [user],
      )
      const seconds = Math.abs(Number(row?.['age']))
      expect(
        seconds < 120 ? 'now' : `${Math.round(seconds / 360) / 10} hours off`,
        `created_at of ${table}, read in another time zone`,
      ).toBe('now')
    }
  },
)

test(
  'bookings and invoices name users and rooms that exist',
  { meta: { id: 'references-hold', group: 'bookings', covers: [5] } },
  async ({ database, random }) => {
    const db = await migrated(database)
    const at = hours(random)
    const [user, room] = [await aUser(db, random), await aRoom(db, 'Blue')]
    const [goneUser, goneRoom] = [await aUser(db, random), await aRoom(db, 'Grey')]
    await db.query(`delete from users where id = $1`, [goneUser])
    await db.query(`delete from rooms where id = $1`, [goneRoom])
    await refused(db.attempt(insertInvoice, [goneUser, '5', 'open']), 'an invoice for a user who does not exist')
    await refused(db.attempt(insertBooking, [room, goneUser, at(9), at(10)]), 'a booking by a user who does not exist')
    await refused(db.attempt(insertBooking, [goneRoom, user, at(9), at(10)]), 'a booking of a room that does not exist')
  },
)

test(
  'a user with invoices cannot be deleted',
  { meta: { id: 'user-with-invoices-stays', group: 'users', gate: true, covers: [6] } },
  async ({ database, random }) => {
    const db = await migrated(database)
    const user = await aUser(db, random)
    await db.query(insertInvoice, [user, '5', random.pick(['open', 'paid', 'void'])])
    await refused(db.attempt(`delete from users where id = $1`, [user]), 'deleting a user with an invoice')
    expect(
      await db.query(`select count(*)::int as invoices from invoices where user_id = $1`, [user]),
      'what is left',
    ).toEqual([{ invoices: 1 }])
  },
)

test(
  'a user without invoices can be deleted, and the bookings go along',
  { meta: { id: 'user-without-invoices-goes', group: 'users', covers: [6] } },
  async ({ database, random }) => {
    const db = await migrated(database)
    const at = hours(random)
    const [user, stays, room] = [await aUser(db, random), await aUser(db, random), await aRoom(db, 'Blue')]
    await db.query(insertBooking, [room, user, at(9), at(10)])
    await db.query(insertBooking, [room, stays, at(12), at(13)])
    await accepted(db.attempt(`delete from users where id = $1`, [user]), 'deleting a user without invoices')
    expect(
      await db.query(`select count(*)::int as bookings from bookings where room_id = $1`, [room]),
      'what is left',
    ).toEqual([{ bookings: 1 }])
  },
)

test(
  'bookings of one room do not overlap',
  { meta: { id: 'overlap-refused', group: 'bookings', gate: true, covers: [7] } },
  async ({ database, random }) => {
    const db = await migrated(database)
    const at = hours(random)
    const [user, other, room] = [await aUser(db, random), await aUser(db, random), await aRoom(db, 'Blue')]
    await accepted(db.attempt(insertBooking, [room, user, at(10), at(12)]), 'a booking from 10 to 12')
    const overlaps: [string, string, string][] = [
      ['11 to 13', at(11), at(13)],
      ['9 to 10:01', at(9), at(10, 1)],
      ['10 to 12 again', at(10), at(12)],
      ['10:30 to 11', at(10, 30), at(11)],
      ['8 to 14', at(8), at(14)],
    ]
    for (const [what, start, end] of overlaps)
      await refused(
        db.attempt(insertBooking, [room, random.pick([user, other]), start, end]),
        `a booking of the same room from ${what}`,
      )
    await accepted(db.attempt(insertBooking, [room, user, at(15), at(16)]), 'a booking from 15 to 16')
    await refused(
      db.attempt(`update bookings set starts_at = $1 where room_id = $2 and starts_at = $3`, [at(11), room, at(15)]),
      'moving it to 11 to 16 by UPDATE',
    )
  },
)

test(
  'a booking may begin when the one before it ends, and other rooms are free',
  { meta: { id: 'back-to-back-allowed', group: 'bookings', covers: [7] } },
  async ({ database, random }) => {
    const db = await migrated(database)
    const at = hours(random)
    const [user, room, otherRoom] = [await aUser(db, random), await aRoom(db, 'Blue'), await aRoom(db, 'Grey')]
    await accepted(db.attempt(insertBooking, [room, user, at(10), at(12)]), 'a booking from 10 to 12')
    await accepted(db.attempt(insertBooking, [otherRoom, user, at(10), at(12)]), 'the same hours in another room')
    await accepted(db.attempt(insertBooking, [room, user, at(12), at(13)]), 'a booking that begins when the other ends')
    await accepted(db.attempt(insertBooking, [room, user, at(9), at(10)]), 'a booking that ends when the other begins')
  },
)

test(
  'a booking ends after it begins',
  { meta: { id: 'empty-or-reversed-refused', group: 'bookings', covers: [7] } },
  async ({ database, random }) => {
    const db = await migrated(database)
    const at = hours(random)
    const [user, room] = [await aUser(db, random), await aRoom(db, 'Blue')]
    await refused(db.attempt(insertBooking, [room, user, at(11), at(10)]), 'a booking that ends before it begins')
    await refused(db.attempt(insertBooking, [room, user, at(10), at(10)]), 'a booking that ends when it begins')
    await accepted(db.attempt(insertBooking, [room, user, at(10), at(11)]), 'a booking of one hour')
    await refused(
      db.attempt(`update bookings set ends_at = starts_at where room_id = $1`, [room]),
      'an UPDATE that leaves no time',
    )
  },
)

test(
  'of two sessions that book one room at the same time, one is refused',
  { meta: { id: 'overlap-at-once', group: 'bookings', gate: true, covers: [7, 8] } },
  async ({ database, random }) => {
    const at = hours(random)
    const first = await migrated(database)
    const second = await database.connect()
    const [user, room] = [await aUser(first, random), await aRoom(first, 'Blue')]
    await first.query('begin')
    await accepted(first.attempt(insertBooking, [room, user, at(10), at(12)]), 'the first session, 10 to 12')
    const waiting = second.send(insertBooking, [room, user, at(11), at(13)])
    await second.blocked()
    await first.query('commit')
    await refused(waiting, 'the second session, 11 to 13, after the first has committed')
  },
)

test(
  'times are instants: an offset counts, and readers in any time zone agree',
  { meta: { id: 'times-are-instants', group: 'bookings', covers: [7, 9] } },
  async ({ database, random }) => {
    const db = await migrated(database)
    await db.query(`set timezone to '${random.pick(['Asia/Tokyo', 'America/New_York', 'Asia/Kathmandu'])}'`)
    const [user, room] = [await aUser(db, random), await aRoom(db, 'Blue')]
    await db.query(insertBooking, [room, user, '2031-06-01 10:00:00+02:00', '2031-06-01 12:00:00+02:00'])
    const other = await database.connect()
    await other.query(`set timezone to 'UTC'`)
    const [row] = await other.query(
      `select extract(epoch from starts_at)::bigint::text as at from bookings where room_id = $1`,
      [room],
    )
    const kept = new Date(Number(row?.['at']) * 1000).toISOString()
    expect(kept, 'the instant kept for 10:00+02:00').toBe('2031-06-01T08:00:00.000Z')
    await refused(
      other.attempt(insertBooking, [room, user, '2031-06-01T09:30:00Z', '2031-06-01T10:30:00Z']),
      'a booking at 09:30 UTC, inside 10:00 to 12:00 at +02:00',
    )
  },
)
