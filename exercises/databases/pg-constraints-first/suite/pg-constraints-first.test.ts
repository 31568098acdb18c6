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

/** The same address, as telephones and forms write it. */
const otherSpellings = (address: string): string[] => [
  address.toUpperCase(),
  address.charAt(0).toUpperCase() + address.slice(1),
  address.replace('@example', '@Example'),
  address.replace('.com', '.COM'),
]

const insertUser = `insert into users (email) values ($1)`
const insertRoom = `insert into rooms (name) values ($1)`
const insertInvoice = `insert into invoices (user_id, amount, status) values ($1, $2, $3)`
const insertBooking = `insert into bookings (room_id, user_id, starts_at, ends_at) values ($1, $2, $3, $4)`

type Id = unknown
const idOf = (rows: Record<string, unknown>[]): Id => rows[0]?.['id']
const aUser = async (db: Connection, random: Random): Promise<Id> =>
  idOf(await db.query(`${insertUser} returning id`, [anAddress(random)]))
let rooms = 0
const aRoom = async (db: Connection, name: string): Promise<Id> =>
  idOf(await db.query(`${insertRoom} returning id`, [`${name} ${++rooms}`]))
const aBooking = async (db: Connection, ...values: unknown[]): Promise<Id> =>
  idOf(await db.query(`${insertBooking} returning id`, values))
const anInvoice = async (db: Connection, ...values: unknown[]): Promise<Id> =>
  idOf(await db.query(`${insertInvoice} returning id`, values))

const two = (number: number): string => String(number).padStart(2, '0')

let days = 0

/** An hour in UTC, of a day that no other case has: a rule that forgets the room is then told where rooms are tested. */
function hours(random: Random): (hour: number, minute?: number) => string {
  days += random.integer(1, 9)
  const day = new Date(Date.UTC(2032, 0, days)).toISOString().slice(0, 10)
  return (hour, minute = 0) => `${day}T${two(hour)}:${two(minute)}:00Z`
}

const zones = ['UTC', 'Asia/Tokyo', 'America/New_York', 'Asia/Kathmandu']

async function inZone(database: Database, zone: string): Promise<Connection> {
  const db = await database.connect()
  await db.query(`set timezone to '${zone}'`)
  return db
}

/** Microseconds since 1970 of a column, whatever its type: as the session of this reader takes it. */
const instant = (column: string): string => `(extract(epoch from ${column}::timestamptz) * 1000000)::bigint::text`

/** Is one of these columns of the type that drops an offset? For a hint alone: what is judged is what it does. */
const hasNoZone = async (db: Connection): Promise<boolean> =>
  (await count(
    db,
    `information_schema.columns where table_schema = 'public' and data_type like 'timestamp without%'
     and column_name in ('starts_at', 'ends_at', 'created_at')`,
    [],
  )) > 0

const count = async (db: Connection, sql: string, values: unknown[]): Promise<number> =>
  Number((await db.query(`select count(*)::int as n from ${sql}`, values))[0]?.['n'])

const columns: Record<string, string[]> = {
  users: ['id', 'email', 'created_at'],
  rooms: ['id', 'name'],
  bookings: ['id', 'room_id', 'user_id', 'starts_at', 'ends_at'],
  invoices: ['id', 'user_id', 'amount', 'status', 'created_at'],
}

test(
  'the tables have their columns',
  { meta: { id: 'columns-are-there', group: 'users', covers: [1] } },
  async ({ database }) => {
    const db = await migrated(database)
    for (const [table, names] of Object.entries(columns))
      await accepted(db.attempt(`select ${names.join(', ')} from ${table} limit 0`), `the columns of ${table}`)
  },
)

test(
  'an address in other letter case is the same address',
  { meta: { id: 'other-case-is-the-same', group: 'users', covers: [2] } },
  async ({ database, random }) => {
    const db = await migrated(database)
    const address = anAddress(random)
    const mine = await db.query(`${insertUser} returning id`, [address])
    await refused(db.attempt(insertUser, [address]), 'the very same address')
    for (const spelling of otherSpellings(address))
      await refused(db.attempt(insertUser, [spelling]), 'the same address in other letters')
    const large = `X.${anAddress(random).toUpperCase()}`
    await accepted(db.attempt(insertUser, [large]), 'a new address with large letters')
    await refused(db.attempt(insertUser, [large.toLowerCase()]), 'the same address in other letters')
    await refused(
      db.attempt(`insert into users (email) values ($1), ($2)`, [`y.${address}`, `Y.${address}`]),
      'two spellings of one address in one INSERT',
    )
    const other = await aUser(db, random)
    const change = `update users set email = $1 where id = $2`
    await refused(db.attempt(change, [address, other]), 'an UPDATE to an address that is taken')
    for (const spelling of otherSpellings(address))
      await refused(db.attempt(change, [spelling, other]), 'an UPDATE to a taken address in other letters')
    await accepted(
      db.attempt(change, [address.toUpperCase(), idOf(mine)]),
      'an UPDATE of the own address to other letters',
    )
    await db.query(`delete from users where id = $1`, [idOf(mine)])
    await accepted(db.attempt(insertUser, [address]), 'the address of a user who was deleted')
  },
)

test(
  'an address may be any text, and one that is nearly taken is free',
  { meta: { id: 'any-text-is-an-address', group: 'users', covers: [2] } },
  async ({ database, random }) => {
    const db = await migrated(database)
    const name = `n${random.integer(1e6, 1e9)}`
    const long = Array.from({ length: 320 }, () => random.pick([...'abcdefghijklmnopqrstuvwxyz0123456789.-'])).join('')
    const pairs: [string, string[]][] = [
      ['an address that is nearly taken', [`a_b${name}`, `axb${name}`, `ab${name}`, `a.b${name}`, `a+b${name}`]],
      ['an address that is nearly taken', [`${name}@x`, `${name}@x `, ` ${name}@x`, `${name}@x\t`, `${name}@x.`]],
      [
        'an address with unusual characters',
        ['', ' ', 'nobody', '%', `o'brien@${name}`, `"a b"@${name}`, `a\\b${name}`],
      ],
      [
        'an address with unusual characters',
        [`a%${name}`, `abc${name}`, `${name}@a@b`, `<${name}>`, `${name}\nsecond`],
      ],
      ['an address of 320 characters', [long, `${long.slice(0, 319)}#`]],
    ]
    for (const [what, addresses] of pairs)
      for (const address of addresses) {
        const outcome = await db.attempt(`${insertUser} returning email::text as kept`, [address])
        await accepted(Promise.resolve(outcome), what)
        const kept = outcome.ok ? String(outcome.rows[0]?.['kept']) : ''
        expect(kept.toLowerCase(), 'what is kept of an address, apart from the case').toBe(address.toLowerCase())
      }
  },
)

test(
  'amounts are never negative',
  { meta: { id: 'amount-not-negative', group: 'invoices', covers: [3] } },
  async ({ database, random }) => {
    const db = await migrated(database)
    const user = await aUser(db, random)
    for (const amount of ['19.90', '0', '0.01'])
      await accepted(db.attempt(insertInvoice, [user, amount, 'open']), `an amount of ${amount}`)
    for (const amount of ['-0.01', '-1', '-19.90', '-9999999.99'])
      await refused(db.attempt(insertInvoice, [user, amount, 'open']), 'a negative amount')
    for (const amount of ['-0.001', '-0.004', '-0.000001'])
      await refused(db.attempt(insertInvoice, [user, amount, 'open']), 'less than nothing by a part of a cent')
    const invoice = await anInvoice(db, user, '5', 'paid')
    for (const change of ['-0.01', 'amount - 5.01', '-amount'])
      await refused(
        db.attempt(`update invoices set amount = ${change} where id = $1`, [invoice]),
        'an UPDATE to a negative amount',
      )
    await refused(
      db.attempt(`update invoices set amount = amount - 5.003 where id = $1`, [invoice]),
      'an UPDATE to less than nothing by a part of a cent',
    )
    await accepted(
      db.attempt(`update invoices set amount = amount - 5 where id = $1`, [invoice]),
      'an UPDATE to an amount of 0',
    )
  },
)

test(
  'amounts are kept to the cent',
  { meta: { id: 'amount-is-exact', group: 'invoices', gate: true, covers: [3] } },
  async ({ database, random, evidence }) => {
    const db = await migrated(database)
    const small = await aUser(db, random)
    await accepted(
      db.attempt(`insert into invoices (user_id, amount) select $1, 0.10 from generate_series(1, 1000)`, [small]),
      '1000 invoices of 0.10',
    )
    const [sum] = await db.query(
      `select sum(amount)::numeric = 100 as exact, sum(amount)::text as sum, pg_typeof(sum(amount))::text as type
       from invoices where user_id = $1`,
      [small],
    )
    evidence('binary', sum?.['type'] === 'real' || sum?.['type'] === 'double precision')
    expect(sum?.['exact'] === true ? 'exactly 100' : sum?.['sum'], 'the sum of 1000 invoices of 0.10').toBe(
      'exactly 100',
    )
    const user = await aUser(db, random)
    const amounts = ['0.01', '0.05', '0.29', '1.15', '8.20', '119.99', '131072.07', '1048576.33', '8388608.01']
    const drawn = `${random.integer(1_000_000, 9_000_000)}.${random.integer(11, 99)}`
    for (const amount of [...amounts, '9999999.90', '9999999.99', drawn])
      for (const write of [
        `insert into invoices (user_id, amount) values ($1, $2)`,
        `update invoices set amount = $2 where user_id = $1`,
      ]) {
        const outcome = await db.attempt(
          `${write} returning amount::numeric = $3::numeric as same, amount::text as kept`,
          [user, amount, amount],
        )
        await accepted(Promise.resolve(outcome), 'an amount within the range')
        const row = outcome.ok ? outcome.rows[0] : undefined
        expect(row?.['same'] === true ? 'the same' : row?.['kept'], 'what is kept of an amount').toBe('the same')
      }
  },
)

test(
  'the status is open, paid or void, and nothing else',
  { meta: { id: 'status-is-known', group: 'invoices', covers: [4] } },
  async ({ database, random }) => {
    const db = await migrated(database)
    const user = await aUser(db, random)
    for (const status of ['open', 'paid', 'void'])
      await accepted(db.attempt(insertInvoice, [user, '5', status]), `status ${status}`)
    for (const status of ['payed', 'pending', 'cancelled', ''])
      await refused(db.attempt(insertInvoice, [user, '5', status]), 'an unknown status')
    await refused(db.attempt(insertInvoice, [user, '5', null]), 'status NULL')
    await refused(
      db.attempt(`update invoices set status = 'closed' where user_id = $1`, [user]),
      'an UPDATE to an unknown status',
    )
    await refused(
      db.attempt(`update invoices set status = null where user_id = $1`, [user]),
      'an UPDATE to status NULL',
    )
  },
)

test(
  'a status that only looks like one of the three is refused',
  { meta: { id: 'status-nearly-known', group: 'invoices', covers: [4] } },
  async ({ database, random }) => {
    const db = await migrated(database)
    const user = await aUser(db, random)
    const invoice = await anInvoice(db, user, '5', 'open')
    const near: [string, string[]][] = [
      ['a status in other letters', ['Open', 'PAID', 'voiD']],
      ['a status with more around it', ['reopened', 'unpaid', 'avoid', 'opens', 'paid,void', 'open|paid']],
      ['a part of a status', ['o', 'op', 'aid', 'voi', 'void'.slice(1)]],
      ['a status with a blank or a line end', [' open', 'paid ', 'void\n', '\topen']],
    ]
    for (const [what, texts] of near)
      for (const status of texts) {
        await refused(db.attempt(insertInvoice, [user, '5', status]), what)
        await refused(
          db.attempt(`update invoices set status = $1 where id = $2`, [status, invoice]),
          `${what}, by UPDATE`,
        )
      }
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
    await refused(db.attempt(insertRoom, [null]), 'a room with name NULL')
    await refused(db.attempt(`insert into rooms default values`), 'a room without a name')
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
  'no column becomes NULL by an UPDATE',
  { meta: { id: 'nothing-becomes-null', group: 'invoices', covers: [1] } },
  async ({ database, random }) => {
    const db = await migrated(database)
    const at = hours(random)
    const [user, room] = [await aUser(db, random), await aRoom(db, 'Blue')]
    const ids: Record<string, Id> = {
      users: user,
      rooms: room,
      bookings: await aBooking(db, room, user, at(9), at(10)),
      invoices: await anInvoice(db, user, '5', 'open'),
    }
    for (const [table, names] of Object.entries(columns))
      for (const name of names.slice(1))
        await refused(
          db.attempt(`update ${table} set ${name} = null where id = $1`, [ids[table]]),
          `an UPDATE of ${table} to ${name} NULL`,
        )
  },
)

test(
  'an id that is left out is given, and never twice',
  { meta: { id: 'ids-are-given', group: 'invoices', covers: [1] } },
  async ({ database, random }) => {
    const db = await migrated(database)
    const [user, room] = [await aUser(db, random), await aRoom(db, 'Blue')]
    const rows: Record<string, [string, (i: number) => unknown[]]> = {
      users: [`users (email) values ($1)`, () => [anAddress(random)]],
      rooms: [`rooms (name) values ($1)`, (i) => [`Red ${i}`]],
      bookings: [
        `bookings (room_id, user_id, starts_at, ends_at) values ($1, $2, $3, $4)`,
        () => {
          const at = hours(random)
          return [room, user, at(9), at(10)]
        },
      ],
      invoices: [`invoices (user_id, amount) values ($1, $2)`, () => [user, '5']],
    }
    for (const [table, [insert, values]] of Object.entries(rows)) {
      const ids: string[] = []
      for (let i = 0; i < 5; i++) {
        const outcome = await db.attempt(`insert into ${insert} returning id::text as id`, values(i))
        await accepted(Promise.resolve(outcome), `a row of ${table} without an id`)
        if (outcome.ok) ids.push(String(outcome.rows[0]?.['id']))
      }
      expect(new Set(ids).size, `different ids of five rows of ${table}`).toBe(5)
      const twice = insert
        .replace(' (', ' (id, ')
        .replace('values (', `overriding system value values ($${values(9).length + 1}, `)
      const outcome = await db.attempt(`insert into ${twice}`, [...values(9), ids[0]])
      expect(outcome.ok ? 'accepted' : 'not accepted', `an id of ${table} that is taken`).toBe('not accepted')
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
    const booking = await aBooking(db, room, user, at(9), at(10))
    const invoice = await anInvoice(db, user, '5', 'open')
    await refused(
      db.attempt(`update invoices set user_id = $1 where id = $2`, [goneUser, invoice]),
      'an UPDATE of an invoice to a user who does not exist',
    )
    await refused(
      db.attempt(`update bookings set user_id = $1 where id = $2`, [goneUser, booking]),
      'an UPDATE of a booking to a user who does not exist',
    )
    await refused(
      db.attempt(`update bookings set room_id = $1 where id = $2`, [goneRoom, booking]),
      'an UPDATE of a booking to a room that does not exist',
    )
    const [other, otherRoom] = [await aUser(db, random), await aRoom(db, 'Grey')]
    await accepted(
      db.attempt(`update bookings set user_id = $1, room_id = $2 where id = $3`, [other, otherRoom, booking]),
      'an UPDATE of a booking to another user and another room',
    )
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
    const booking = await aBooking(db, room, user, at(10), at(11))
    for (const change of [`ends_at = starts_at`, `starts_at = ends_at`, `starts_at = ends_at, ends_at = starts_at`])
      await refused(
        db.attempt(`update bookings set ${change} where id = $1`, [booking]),
        'an UPDATE that leaves no time',
      )
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
      ['10 to 11', at(10), at(11)],
      ['11 to 12', at(11), at(12)],
      ['8 to 12', at(8), at(12)],
      ['10 to 14', at(10), at(14)],
      ['8 to 14', at(8), at(14)],
    ]
    for (const [what, start, end] of overlaps)
      for (const who of [user, other])
        await refused(db.attempt(insertBooking, [room, who, start, end]), `a booking of the same room from ${what}`)
    await refused(
      db.attempt(`${insertBooking}, ($1, $2, $5, $6)`, [room, user, at(15), at(17), at(16), at(18)]),
      'two bookings in one INSERT that overlap',
    )
  },
)

test(
  'a booking cannot be moved into another one',
  { meta: { id: 'moved-into-another', group: 'bookings', covers: [7] } },
  async ({ database, random }) => {
    const db = await migrated(database)
    const at = hours(random)
    const [user, room, otherRoom] = [await aUser(db, random), await aRoom(db, 'Blue'), await aRoom(db, 'Grey')]
    await aBooking(db, room, user, at(10), at(12))
    const late = await aBooking(db, room, user, at(15), at(16))
    const elsewhere = await aBooking(db, otherRoom, user, at(11), at(13))
    const start = `update bookings set starts_at = $1 where id = $2`
    const end = `update bookings set ends_at = $1 where id = $2`
    await refused(db.attempt(start, [at(11), late]), 'an UPDATE of starts_at into another booking')
    await refused(
      db.attempt(`update bookings set starts_at = $1, ends_at = $2 where id = $3`, [at(9), at(11), late]),
      'an UPDATE of both times into another booking',
    )
    await refused(
      db.attempt(`update bookings set room_id = $1 where id = $2`, [room, elsewhere]),
      'an UPDATE of room_id into another booking',
    )
    await accepted(db.attempt(end, [at(18), late]), 'an UPDATE that makes a booking longer')
    await accepted(db.attempt(start, [at(12), late]), 'an UPDATE up to the end of the booking before')
    await accepted(db.attempt(end, [at(14), late]), 'an UPDATE that makes a booking shorter')
    await accepted(db.attempt(insertBooking, [room, user, at(14), at(18)]), 'a booking of the hours that became free')
    await refused(db.attempt(end, [at(15), late]), 'an UPDATE of ends_at into another booking')
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
    await accepted(db.attempt(insertBooking, [room, user, at(20), at(21)]), 'a booking later on the same day')
    await accepted(db.attempt(insertBooking, [room, user, at(12), at(13)]), 'a booking that begins when the other ends')
    await accepted(db.attempt(insertBooking, [room, user, at(9), at(10)]), 'a booking that ends when the other begins')
  },
)

interface Kept {
  room: number
  start: number
  end: number
}

/** One statement that writes a booking: which one, and what it should be afterwards. */
function aChange(random: Random, kept: Map<Id, Kept>): { id: Id; wanted: Kept; sql: string; values: (keyof Kept)[] } {
  const wanted = { room: random.integer(0, 1), start: random.integer(0, 8), end: random.integer(0, 8) }
  const id = kept.size > 0 ? random.pick([...kept.keys()]) : null
  const was = kept.get(id)
  if (!was || random.integer(0, 2) === 0)
    return { id: null, wanted, sql: `${insertBooking} returning id`, values: ['room', 'start', 'end'] }
  return random.pick([
    { id, wanted: { ...was, start: wanted.start }, sql: 'set starts_at = $2', values: ['start'] },
    { id, wanted: { ...was, end: wanted.end }, sql: 'set ends_at = $2', values: ['end'] },
    { id, wanted: { ...was, room: wanted.room }, sql: 'set room_id = $2', values: ['room'] },
    { id, wanted: { ...wanted, room: was.room }, sql: 'set starts_at = $2, ends_at = $3', values: ['start', 'end'] },
  ] as const) as { id: Id; wanted: Kept; sql: string; values: (keyof Kept)[] }
}

/** The rule of requirement 7, in the plainest words. */
function isRight(id: Id, { room, start, end }: Kept, kept: Map<Id, Kept>): boolean {
  const others = [...kept].filter(([other, booking]) => other !== id && booking.room === room)
  return start < end && others.every(([, other]) => end <= other.start || other.end <= start)
}

test(
  'whatever is booked, moved and cancelled, what is accepted follows the rule',
  { meta: { id: 'any-bookings', group: 'bookings', covers: [7] } },
  async ({ database, random }) => {
    const db = await migrated(database)
    const at = hours(random)
    const user = await aUser(db, random)
    const rooms = [await aRoom(db, 'Blue'), await aRoom(db, 'Grey')]
    const kept = new Map<Id, Kept>()
    for (let step = 0; step < 120; step++) {
      if (kept.size > 4 || (kept.size > 0 && random.integer(0, 9) === 0)) {
        const id = random.pick([...kept.keys()])
        await db.query(`delete from bookings where id = $1`, [id])
        kept.delete(id)
      }
      const { id, wanted, sql, values } = aChange(random, kept)
      const fields = { room: rooms[wanted.room], start: at(wanted.start), end: at(wanted.end) }
      const written = values.map((name) => fields[name])
      const outcome =
        id === null
          ? await db.attempt(sql, [fields.room, user, fields.start, fields.end])
          : await db.attempt(`update bookings ${sql} where id = $1`, [id, ...written])
      expect(saw(outcome), 'the answer to one of many bookings').toBe(
        isRight(id, wanted, kept) ? 'accepted' : 'refused',
      )
      if (outcome.ok) kept.set(id ?? idOf(outcome.rows), wanted)
    }
  },
)

test(
  'what breaks no rule is accepted',
  { meta: { id: 'nothing-more-is-refused', group: 'bookings', covers: [10] } },
  async ({ database, random }) => {
    const db = await migrated(database)
    const at = hours(random)
    const [user, other] = [await aUser(db, random), await aUser(db, random)]
    for (const name of ['Garden', 'Garden', 'garden', '', '12', `Room ${'x'.repeat(300)}`])
      await accepted(db.attempt(insertRoom, [name]), 'a room with any name')
    const [blue, grey] = [await aRoom(db, 'Blue'), await aRoom(db, 'Blue')]
    for (const room of [blue, grey])
      await accepted(
        db.attempt(insertBooking, [room, user, at(10), at(12)]),
        'two rooms for the same hours by one user',
      )
    for (const [from, to] of [
      ['1969-12-31T23:00:00Z', '1970-01-01T01:00:00Z'],
      ['2001-01-01T10:00:00Z', '2001-01-02T10:00:00Z'],
      ['2020-02-29T10:00:00Z', '2020-03-01T10:00:00Z'],
    ])
      await accepted(db.attempt(insertBooking, [blue, user, from, to]), 'a booking in the past')
    await accepted(db.attempt(insertBooking, [blue, other, at(13), at(14)]), 'a booking of the room by another user')
    const invoices = []
    for (let i = 0; i < 3; i++) {
      const outcome = await db.attempt(`${insertInvoice} returning id`, [user, '19.90', 'paid'])
      await accepted(Promise.resolve(outcome), 'the same invoice once more')
      if (outcome.ok) invoices.push(idOf(outcome.rows))
    }
    for (const status of ['open', 'void', 'paid', 'void', 'open', 'paid', 'open'])
      await accepted(
        db.attempt(`update invoices set status = $1 where id = $2`, [status, invoices[0]]),
        'a change of status in any direction',
      )
    await accepted(
      db.attempt(`update invoices set amount = 25, user_id = $1 where id = $2`, [other, invoices[1]]),
      'a change of a paid invoice',
    )
    await accepted(db.attempt(`delete from invoices where id = $1`, [invoices[2]]), 'the deletion of a paid invoice')
    await accepted(db.attempt(`delete from bookings where user_id = $1`, [user]), 'the deletion of bookings')
  },
)

test(
  'a user with invoices cannot be deleted',
  { meta: { id: 'user-with-invoices-stays', group: 'users', gate: true, covers: [6] } },
  async ({ database, random, evidence }) => {
    const db = await migrated(database)
    const at = hours(random)
    const room = await aRoom(db, 'Blue')
    for (const [hour, status] of ['open', 'paid', 'void'].entries()) {
      const [user, without] = [await aUser(db, random), await aUser(db, random)]
      await anInvoice(db, user, hour === 0 ? '0' : '5', status)
      await aBooking(db, room, user, at(hour), at(hour + 1))
      const outcome = await db.attempt(`delete from users where id = $1`, [user])
      const left = await count(db, 'invoices where user_id = $1', [user])
      evidence('invoicesGone', left === 0)
      await refused(Promise.resolve(outcome), 'deleting a user with an invoice')
      expect(left, 'invoices that are left').toBe(1)
      await refused(
        db.attempt(`delete from users where id in ($1, $2)`, [without, user]),
        'deleting two users, one with an invoice',
      )
      expect(await count(db, 'users where id in ($1, $2)', [user, without]), 'users that are left').toBe(2)
      expect(await count(db, 'bookings where user_id = $1', [user]), 'bookings that are left').toBe(1)
    }
    const [from, to] = [await aUser(db, random), await aUser(db, random)]
    const invoice = await anInvoice(db, from, '7', 'open')
    await db.query(`update invoices set user_id = $1 where id = $2`, [to, invoice])
    await refused(db.attempt(`delete from users where id = $1`, [to]), 'deleting a user who was given an invoice')
    await accepted(
      db.attempt(`delete from users where id = $1`, [from]),
      'deleting a user whose only invoice went to another one',
    )
    await db.query(`delete from invoices where id = $1`, [invoice])
    await accepted(db.attempt(`delete from users where id = $1`, [to]), 'deleting a user whose invoice was deleted')
  },
)

test(
  'within a transaction the statement itself is refused, not the commit',
  { meta: { id: 'refused-at-once', group: 'bookings', covers: [2, 4, 5, 6, 7] } },
  async ({ database, random, requirement }) => {
    const db = await migrated(database)
    const at = hours(random)
    const [user, gone, room] = [await aUser(db, random), await aUser(db, random), await aRoom(db, 'Blue')]
    const [goneRoom, address] = [await aRoom(db, 'Grey'), anAddress(random)]
    await db.query(`delete from users where id = $1`, [gone])
    await db.query(`delete from rooms where id = $1`, [goneRoom])
    await db.query(insertUser, [address])
    const booking = await aBooking(db, room, user, at(10), at(12))
    const invoice = await anInvoice(db, user, '5', 'open')
    const statements: [number, string, string, unknown[]][] = [
      [2, 'an address that is taken', insertUser, [address.toUpperCase()]],
      [4, 'an unknown status', insertInvoice, [user, '5', 'closed']],
      [5, 'an invoice for a user who does not exist', insertInvoice, [gone, '5', 'open']],
      [5, 'a booking by a user who does not exist', insertBooking, [room, gone, at(14), at(15)]],
      [5, 'a booking of a room that does not exist', insertBooking, [goneRoom, user, at(14), at(15)]],
      [5, 'an invoice that moves to nobody', `update invoices set user_id = $1 where id = $2`, [gone, invoice]],
      [6, 'the deletion of a user with an invoice', `delete from users where id = $1`, [user]],
      [7, 'a booking that overlaps', insertBooking, [room, user, at(11), at(13)]],
      [7, 'a booking that ends before it begins', insertBooking, [room, user, at(16), at(15)]],
      [7, 'a booking that loses its time', `update bookings set ends_at = starts_at where id = $1`, [booking]],
    ]
    for (const [number, what, sql, values] of statements) {
      requirement(number)
      await db.query('begin')
      await refused(db.attempt(sql, values), `${what}, within a transaction`)
      await db.query('rollback')
    }
  },
)

test(
  'a user without invoices can be deleted, and the bookings go along',
  { meta: { id: 'user-without-invoices-goes', group: 'users', covers: [6] } },
  async ({ database, random }) => {
    const db = await migrated(database)
    const at = hours(random)
    const [user, stays, room] = [await aUser(db, random), await aUser(db, random), await aRoom(db, 'Blue')]
    const other = await aRoom(db, 'Grey')
    await aBooking(db, room, user, at(9), at(10))
    await aBooking(db, room, user, at(14), at(15))
    await aBooking(db, other, user, at(9), at(10))
    await aBooking(db, room, stays, at(12), at(13))
    await accepted(db.attempt(`delete from users where id = $1`, [user]), 'deleting a user without invoices')
    expect(await count(db, 'users where id = $1', [user]), 'users that are left').toBe(0)
    expect(await count(db, 'bookings where room_id in ($1, $2)', [room, other]), 'bookings that are left').toBe(1)
    await accepted(db.attempt(insertBooking, [room, stays, at(9), at(10)]), 'a booking of the hours that became free')
    const alone = await aUser(db, random)
    await accepted(
      db.attempt(`delete from users where id = $1`, [alone]),
      'deleting a user with neither invoices nor bookings',
    )
  },
)

test(
  'what is left out gets its default, whatever the time zone of the session',
  { meta: { id: 'defaults-are-filled', group: 'invoices', covers: [4, 9] } },
  async ({ database, random, requirement, evidence }) => {
    evidence('offsetLost', await hasNoZone(await migrated(database)))
    for (const zone of zones) {
      const db = await inZone(database, zone)
      const [before] = await db.query(`select ${instant('clock_timestamp()')} as now`)
      requirement(4)
      const user = await aUser(db, random)
      const outcome = await db.attempt(`insert into invoices (user_id, amount) values ($1, 5) returning status::text`, [
        user,
      ])
      await accepted(Promise.resolve(outcome), 'an invoice without a status')
      expect(outcome.ok ? outcome.rows : [], 'the status that was left out').toEqual([{ status: 'open' }])
      requirement(9)
      for (const reader of ['UTC', 'Asia/Tokyo']) {
        const other = await inZone(database, reader)
        for (const [table, key] of [
          ['users', 'id'],
          ['invoices', 'user_id'],
        ]) {
          const [row] = await other.query(`select ${instant('created_at')} as at from ${table} where ${key} = $1`, [
            user,
          ])
          const seconds = (Number(row?.['at']) - Number(before?.['now'])) / 1e6
          const away = Math.round(seconds / 360) / 10
          expect(
            Math.abs(seconds) < 600 ? 'now' : `${away} hours off`,
            `created_at of ${table}, read in another time zone`,
          ).toBe('now')
        }
        await other.close()
      }
      await db.close()
    }
  },
)

test(
  'created_at is the time of the insert, and stays what it was',
  { meta: { id: 'created-at-is-the-insert', group: 'invoices', covers: [9] } },
  async ({ database, random }) => {
    const db = await migrated(database)
    const clock = async (): Promise<bigint> =>
      BigInt(String((await db.query(`select ${instant('clock_timestamp()')} as now`))[0]?.['now']))
    const created = async (table: string, id: Id): Promise<bigint> =>
      BigInt(
        String((await db.query(`select ${instant('created_at')} as at from ${table} where id = $1`, [id]))[0]?.['at']),
      )
    const before = await clock()
    const user = await aUser(db, random)
    const ids: Record<string, Id> = { users: user, invoices: await anInvoice(db, user, '5', 'open') }
    const after = await clock()
    for (const [table, change] of [
      ['users', `email = 'new.' || email`],
      ['invoices', `status = 'paid'`],
    ] as const) {
      const at = await created(table, ids[table])
      const when = at < before ? 'before it' : at > after ? 'after it' : 'at the insert'
      expect(when, `created_at of ${table}`).toBe('at the insert')
      await db.query(`update ${table} set ${change} where id = $1`, [ids[table]])
      expect(await created(table, ids[table]), `created_at of ${table} after an UPDATE`).toBe(at)
    }
  },
)

test(
  'times are instants: an offset counts, and readers in any time zone agree',
  { meta: { id: 'times-are-instants', group: 'bookings', covers: [7, 9] } },
  async ({ database, random, requirement, evidence }) => {
    evidence('offsetLost', await hasNoZone(await migrated(database)))
    for (const zone of zones) {
      const db = await inZone(database, zone)
      const [user, room] = [await aUser(db, random), await aRoom(db, 'Blue')]
      requirement(9)
      const outcome = await db.attempt(`${insertBooking} returning id`, [
        room,
        user,
        '2031-06-01 10:00:00+02:00',
        '2031-06-01 09:00:00-01:00',
      ])
      await accepted(Promise.resolve(outcome), 'a booking from 10:00+02:00 to 09:00-01:00')
      const created = '2031-06-01 10:00:00.123456+02:00'
      await db.query(`update users set created_at = $1 where id = $2`, [created, user])
      await db.query(`insert into invoices (user_id, amount, created_at) values ($1, 5, $2)`, [user, created])
      for (const reader of ['UTC', 'Asia/Tokyo']) {
        const other = await inZone(database, reader)
        const read = async (column: string, table: string, key: string, value: Id): Promise<string> => {
          const [row] = await other.query(`select ${instant(column)} as at from ${table} where ${key} = $1`, [value])
          const micros = BigInt(String(row?.['at']))
          return `${new Date(Number(micros / 1000n)).toISOString().slice(0, -1)}${String(micros % 1000n).padStart(3, '0')}Z`
        }
        expect(await read('starts_at', 'bookings', 'room_id', room), 'the instant kept for 10:00+02:00').toBe(
          '2031-06-01T08:00:00.000000Z',
        )
        expect(await read('ends_at', 'bookings', 'room_id', room), 'the instant kept for 09:00-01:00').toBe(
          '2031-06-01T10:00:00.000000Z',
        )
        for (const [table, key] of [
          ['users', 'id'],
          ['invoices', 'user_id'],
        ] as const)
          expect(await read('created_at', table, key, user), `created_at of ${table}, given with an offset`).toBe(
            '2031-06-01T08:00:00.123456Z',
          )
        await refused(
          other.attempt(insertBooking, [room, user, '2031-06-01T09:30:00Z', '2031-06-01T10:30:00Z']),
          'a booking at 09:30 UTC, inside 10:00+02:00 to 09:00-01:00',
        )
        await other.close()
      }
      await db.close()
    }
  },
)

test(
  'the hour that a clock change repeats is two hours',
  { meta: { id: 'clock-change', group: 'bookings', covers: [7, 9] } },
  async ({ database, random, requirement }) => {
    await migrated(database)
    const db = await inZone(database, 'Europe/Zurich')
    const [user, room] = [await aUser(db, random), await aRoom(db, 'Blue')]
    requirement(9)
    const day = '2031-10-26'
    await accepted(
      db.attempt(insertBooking, [room, user, `${day} 02:30+02:00`, `${day} 02:15+01:00`]),
      'a booking of 45 minutes over the clock change',
    )
    await accepted(
      db.attempt(insertBooking, [room, user, `${day} 02:15+01:00`, `${day} 02:45+01:00`]),
      'a booking right after it, in the hour that comes twice',
    )
    requirement(7)
    await refused(
      db.attempt(insertBooking, [room, user, `${day} 02:40+02:00`, `${day} 02:50+02:00`]),
      'a booking inside the first one',
    )
    requirement(9)
    await accepted(
      db.attempt(insertBooking, [room, user, '2031-03-30 01:30+01:00', '2031-03-30 03:30+02:00']),
      'a booking over the hour that is left out',
    )
  },
)

test(
  'bookings may be as short as a microsecond and as long as years',
  { meta: { id: 'any-length', group: 'bookings', covers: [7, 9] } },
  async ({ database, random, requirement }) => {
    const db = await migrated(database)
    const [user, room, longRoom] = [await aUser(db, random), await aRoom(db, 'Blue'), await aRoom(db, 'Grey')]
    const noon = (fraction: string): string => `2031-05-14T12:00:00.${fraction}Z`
    requirement(9)
    const [kept] = await db.query(
      `${insertBooking} returning ${instant('starts_at')} as start, ${instant('ends_at')} as ending`,
      [room, user, noon('123456'), noon('123457')],
    )
    const base = BigInt(Date.parse('2031-05-14T12:00:00Z')) * 1000n
    expect([kept?.['start'], kept?.['ending']], 'what is kept of a booking of one microsecond').toEqual([
      String(base + 123_456n),
      String(base + 123_457n),
    ])
    requirement(7)
    await refused(db.attempt(insertBooking, [room, user, noon('123456'), noon('2')]), 'an overlap of one microsecond')
    await refused(db.attempt(insertBooking, [room, user, noon('1'), noon('123457')]), 'an overlap of one microsecond')
    await accepted(db.attempt(insertBooking, [room, user, noon('123457'), noon('9')]), 'a booking to the microsecond')
    await accepted(db.attempt(insertBooking, [room, user, noon('0'), noon('123456')]), 'a booking to the microsecond')
    const day = (text: string): string => `${text}Z`
    await accepted(
      db.attempt(insertBooking, [longRoom, user, day('2031-12-30T14:00:00'), day('2033-03-01T10:00:00')]),
      'a booking over more than a year',
    )
    for (const [from, to] of [
      ['2032-02-29T15:00:00', '2032-02-29T16:00:00'],
      ['2031-12-31T23:59:59.999999', '2032-01-01T00:00:00'],
      ['2033-03-01T09:59:59', '2033-03-02T10:00:00'],
    ] as const)
      await refused(db.attempt(insertBooking, [longRoom, user, day(from), day(to)]), 'a booking within a long one')
    await accepted(
      db.attempt(insertBooking, [longRoom, user, day('2033-03-01T10:00:00'), day('2033-03-04T08:00:00')]),
      'a booking from the hour at which the long one ends',
    )
  },
)

test(
  'of two sessions that insert one address at the same time, one is refused',
  { meta: { id: 'same-address-at-once', group: 'users', gate: true, covers: [2, 8] } },
  async ({ database, random, requirement }) => {
    const first = await migrated(database)
    const second = await database.connect()
    requirement(8)
    for (const spell of [(a: string) => a, (a: string) => a.toUpperCase()]) {
      const address = anAddress(random)
      await first.query('begin')
      await accepted(first.attempt(insertUser, [address]), 'the first session')
      const waiting = second.send(insertUser, [spell(address)])
      await second.blocked()
      await first.query('commit')
      await refused(waiting, 'the second session, after the first has committed')
      const free = `free.${address}`
      await first.query('begin')
      await accepted(first.attempt(insertUser, [free]), 'the first session')
      const again = second.send(insertUser, [spell(free)])
      await second.blocked()
      await first.query('rollback')
      await accepted(again, 'the second session, after the first has rolled back')
    }
  },
)

test(
  'an address that one session changes or gives up counts for the other one, too',
  { meta: { id: 'changed-address-at-once', group: 'users', covers: [2, 8] } },
  async ({ database, random, requirement }) => {
    const first = await migrated(database)
    const second = await database.connect()
    requirement(8)
    const change = `update users set email = $1 where id = $2`
    for (const end of ['commit', 'rollback']) {
      const [mover, follower] = [await aUser(first, random), await aUser(first, random)]
      const wanted = anAddress(random)
      await first.query('begin')
      await accepted(first.attempt(change, [wanted, mover]), 'an UPDATE of the first session')
      const waiting = second.send(change, [wanted.toUpperCase(), follower])
      await second.blocked()
      await first.query(end)
      if (end === 'commit') await refused(waiting, 'an UPDATE of the second session, after the first has committed')
      else await accepted(waiting, 'an UPDATE of the second session, after the first has rolled back')
    }
    const address = anAddress(random)
    await first.query(insertUser, [address])
    await first.query('begin')
    await first.query(`delete from users where email = $1`, [address])
    const waiting = second.send(insertUser, [address])
    await second.blocked()
    await first.query('rollback')
    await refused(waiting, 'an INSERT of an address whose deletion was rolled back')
  },
)

test(
  'of two sessions that book one room at the same time, one is refused',
  { meta: { id: 'overlap-at-once', group: 'bookings', gate: true, covers: [7, 8] } },
  async ({ database, random, requirement }) => {
    const at = hours(random)
    const first = await migrated(database)
    const second = await database.connect()
    const [user, other] = [await aUser(first, random), await aUser(first, random)]
    requirement(8)
    for (const [start, end] of [
      [11, 13],
      [10, 12],
      [9, 11],
    ] as const) {
      const room = await aRoom(first, 'Blue')
      await first.query('begin')
      await accepted(first.attempt(insertBooking, [room, user, at(10), at(12)]), 'the first session, 10 to 12')
      const waiting = second.send(insertBooking, [room, other, at(start), at(end)])
      await second.blocked()
      await first.query('commit')
      await refused(waiting, 'the second session, after the first has committed')
      const free = await aRoom(first, 'Grey')
      await first.query('begin')
      await accepted(first.attempt(insertBooking, [free, user, at(10), at(12)]), 'the first session, 10 to 12')
      const again = second.send(insertBooking, [free, other, at(start), at(end)])
      await second.blocked()
      await first.query('rollback')
      await accepted(again, 'the second session, after the first has rolled back')
    }
  },
)

test(
  'bookings that two sessions move at the same time do not overlap',
  { meta: { id: 'moved-at-once', group: 'bookings', covers: [7, 8] } },
  async ({ database, random, requirement }) => {
    const at = hours(random)
    const first = await migrated(database)
    const second = await database.connect()
    const user = await aUser(first, random)
    requirement(8)
    for (const end of ['commit', 'rollback']) {
      const [room, grey] = [await aRoom(first, 'Blue'), await aRoom(first, 'Grey')]
      const early = await aBooking(first, room, user, at(8), at(10))
      const late = await aBooking(first, room, user, at(14), at(16))
      const elsewhere = await aBooking(first, grey, user, at(18), at(20))
      const steps: [string, unknown[], string, unknown[]][] = [
        ['ends_at = $1 where id = $2', [at(12), early], 'starts_at = $1 where id = $2', [at(11), late]],
        ['ends_at = $1 where id = $2', [at(20), late], 'room_id = $1 where id = $2', [room, elsewhere]],
      ]
      for (const [mine, myValues, theirs, theirValues] of steps) {
        await first.query('begin')
        await accepted(first.attempt(`update bookings set ${mine}`, myValues), 'an UPDATE of the first session')
        const waiting = second.send(`update bookings set ${theirs}`, theirValues)
        await second.blocked()
        await first.query(end)
        if (end === 'commit') await refused(waiting, 'an UPDATE of the second session, after the first has committed')
        else await accepted(waiting, 'an UPDATE of the second session, after the first has rolled back')
        if (end === 'rollback') break
      }
    }
  },
)

test(
  'a user who goes while an invoice or a booking comes leaves none behind',
  { meta: { id: 'user-goes-at-once', group: 'bookings', covers: [5, 6, 8] } },
  async ({ database, random, requirement }) => {
    const at = hours(random)
    const first = await migrated(database)
    const second = await database.connect()
    const room = await aRoom(first, 'Blue')
    const remove = `delete from users where id = $1`
    let hour = 0
    const rows: Record<string, (user: Id) => [string, unknown[]]> = {
      invoice: (user) => [insertInvoice, [user, '5', 'open']],
      booking: (user) => [insertBooking, [room, user, at(hour), at(++hour)]],
    }
    requirement(8)
    for (const [what, row] of Object.entries(rows)) {
      for (const end of ['commit', 'rollback']) {
        const user = await aUser(first, random)
        await first.query('begin')
        await first.query(remove, [user])
        const waiting = second.send(...row(user))
        await second.blocked()
        await first.query(end)
        if (end === 'commit') await refused(waiting, `the ${what} of a user whom another session has deleted`)
        else await accepted(waiting, `the ${what} of a user whose deletion was rolled back`)
      }
    }
    for (const end of ['commit', 'rollback']) {
      const user = await aUser(first, random)
      await first.query('begin')
      await first.query(...(rows['invoice']?.(user) ?? ['', []]))
      const waiting = second.send(remove, [user])
      await second.blocked()
      await first.query(end)
      if (end === 'commit') await refused(waiting, 'deleting a user who got an invoice in another session')
      else await accepted(waiting, 'deleting a user whose only invoice was rolled back')
    }
    const user = await aUser(first, random)
    await first.query('begin')
    await first.query(...(rows['booking']?.(user) ?? ['', []]))
    const waiting = second.send(remove, [user])
    await second.blocked()
    await first.query('commit')
    await accepted(waiting, 'deleting a user who got a booking in another session')
    expect(await count(first, 'bookings where user_id = $1', [user]), 'bookings of a user who is gone').toBe(0)
  },
)
