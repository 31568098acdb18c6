import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { connect as connectSocket, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, Pool } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startPostgres, type PostgresServer } from '../../../adapters/services/postgres.ts'
import { database, openPostgres, type Database } from './database.ts'
import { cString, int32, message, messageReader, readError, startupMessage, typeOf } from './messages.ts'
import { kindOf } from '../wire/sql-text.ts'
import { writeFiles } from '../../../testing/write-files.ts'
import { nextCase, runOf } from '../../run/run-fixtures.ts'
import { closeRun, environmentOf, type RunState } from '../../run/run-state.ts'

const home = mkdtempSync(join(tmpdir(), 'gym-query-proxy-'))
const cleanups: (() => Promise<unknown> | void)[] = []
let server: PostgresServer
let runs = 0

beforeAll(async () => {
  server = await startPostgres({ folder: home })
})

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

afterAll(async () => {
  if (shared) await closeRun((await shared).run)
  await server.stop()
  rmSync(home, { recursive: true, force: true })
})

const schema = `create table accounts (id int primary key, cents int not null check (cents >= 0)); insert into accounts values (1, 100), (2, 100);`

interface Stage {
  run: RunState
  db: Database
  url: string
}

let shared: Promise<Stage> | null = null

/** A case of its own in one run for all. */
async function stage(): Promise<Stage> {
  const present = await (shared ??= newRun())
  nextCase(present.run)
  await (await present.db.connect()).query('truncate accounts; insert into accounts values (1, 100), (2, 100)')
  nextCase(present.run)
  return present
}

async function newRun(): Promise<Stage> {
  const folder = join(home, `run-${runs}`)
  writeFiles(folder, { 'schema.sql': schema })
  const run = runOf({ runId: `proxy-${runs++}`, workspace: folder, postgres: server.lease })
  openPostgres(run)
  const db = database(run)
  await db.migrate('schema.sql')
  return { run, db, url: environmentOf(run)['DATABASE_URL'] ?? '' }
}

async function clientOf({ url }: Stage): Promise<Client> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  cleanups.push(() => client.end().catch(() => {}))
  await client.connect()
  return client
}

const centsOf = async ({ db }: Stage, id: number): Promise<unknown> =>
  (await (await db.connect()).query('select cents from accounts where id = $1', [id]))[0]?.['cents']

const lines = (run: RunState): string[] =>
  run.current.transcript.filter((t) => t.label.startsWith('its')).map((t) => `${t.label}: ${t.text}`)

/** A client by hand, for what no library sends. */
async function rawClient({ url }: Stage): Promise<{
  socket: Socket
  frames: Buffer[]
  closed: Promise<void>
  until: (type: string) => Promise<Buffer>
}> {
  const socket = connectSocket(`${new URL(url.replace('@/', '@x/')).searchParams.get('host')}/.s.PGSQL.5432`)
  const frames: Buffer[] = []
  const waiting: { type: string; resolve: (frame: Buffer) => void }[] = []
  const read = messageReader()
  socket.on('data', (chunk) => {
    for (const frame of read(chunk)) {
      frames.push(frame)
      const i = waiting.findIndex((w) => w.type === typeOf(frame))
      if (i >= 0) waiting.splice(i, 1)[0]?.resolve(frame)
    }
  })
  socket.on('error', () => {})
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  cleanups.push(() => void socket.destroy())
  return { socket, frames, closed, until: (type) => new Promise((resolve) => waiting.push({ type, resolve })) }
}

const passwordOf = ({ url }: Stage): Buffer => message('p', cString(new URL(url.replace('@/', '@x/')).password))
const hello = startupMessage([
  ['user', 'learner'],
  ['database', 'gym'],
  ['application_name', 'by hand'],
])

async function loggedIn(s: Stage) {
  const raw = await rawClient(s)
  const ready = raw.until('Z')
  raw.socket.write(hello)
  raw.socket.write(passwordOf(s))
  await ready
  return raw
}

const parse = (name: string, sql: string): Buffer => message('P', cString(name), cString(sql), Buffer.from([0, 0]))
const bind = (portal: string, name: string, values: string[]): Buffer =>
  message(
    'B',
    cString(portal),
    cString(name),
    Buffer.from([0, 0, 0, values.length]),
    ...values.flatMap((v) => [int32(v.length), Buffer.from(v)]),
    Buffer.from([0, 0]),
  )
const execute = (portal: string, rows = 0): Buffer => message('E', cString(portal), int32(rows))
const sync = message('S')
const flush = message('H')

describe('the address', () => {
  test('is a URL on a private socket; the login behind it is weak and sees the present clone', async () => {
    const s = await stage()
    expect(s.url).toMatch(/^postgresql:\/\/learner:[0-9a-f]{24}@\/gym\?host=\//)
    const client = await clientOf(s)
    const { rows } = await client.query(
      `select sum(cents)::int as cents, (select rolsuper from pg_roles where rolname = current_user) as super from accounts`,
    )
    expect(rows).toEqual([{ cents: 200, super: false }])
  })

  test('who comes before the database is there waits for it', async () => {
    const s = await newRun()
    cleanups.push(() => closeRun(s.run))
    const [client, other] = await Promise.all([clientOf(s), clientOf(s)])
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    expect((await other.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })

  test.each([
    ['another password', (url: string) => url.replace(/:[0-9a-f]{24}@/, ':wrong@'), '28P01'],
    ['another role', (url: string) => url.replace('learner:', 'gym:'), '28000'],
    ['another database', (url: string) => url.replace('/gym?', '/postgres?'), '3D000'],
  ])('%s is refused', async (_, change, code) => {
    const client = new Client({ connectionString: change((await stage()).url) })
    await expect(client.connect()).rejects.toMatchObject({ code })
  })

  test('its password does not lead around the proxy', async () => {
    const s = await stage()
    const { password } = new URL(s.url.replace('@/', '@x/'))
    await clientOf(s)
    const direct = new Client({
      host: server.lease.host,
      user: `gym_learner_${s.run.context.runId.replace('-', '_')}`,
      password,
      database: 'postgres',
    })
    await expect(direct.connect()).rejects.toThrow('password authentication failed')
  })

  test('nothing is left when the run ends, open sessions and held answers included', async () => {
    const s = await newRun()
    const client = await clientOf(s)
    s.db.wire.hold(/select/)
    const answer = client.query('select 1')
    answer.catch(() => {})
    const folder = new URL(s.url.replace('@/', '@x/')).searchParams.get('host') as string
    expect(existsSync(folder)).toBe(true)
    await closeRun(s.run)
    await expect(answer).rejects.toThrow()
    expect(existsSync(folder)).toBe(false)
    expect(readdirSync(server.lease.host).filter((n) => n.startsWith('q')).length).toBe(shared ? 1 : 0)
  })
})

describe('the login by hand', () => {
  test('SSLRequest and GSSENCRequest are declined, and the login goes on', async () => {
    const s = await stage()
    const raw = await rawClient(s)
    raw.socket.removeAllListeners('data')
    const answerTo = (bytes: Buffer): Promise<string> => {
      const answer = new Promise<string>((resolve) =>
        raw.socket.once('data', (chunk: Buffer) => resolve(typeOf(chunk))),
      )
      raw.socket.write(bytes)
      return answer
    }
    expect(await answerTo(Buffer.concat([int32(8), int32(80_877_103)]))).toBe('N')
    expect(await answerTo(Buffer.concat([int32(8), int32(80_877_104)]))).toBe('N')
    expect(await answerTo(hello)).toBe('R')
  })

  test('a newer protocol version is negotiated down', async () => {
    const s = await stage()
    const raw = await rawClient(s)
    const newer = Buffer.from(
      startupMessage([
        ['user', 'learner'],
        ['database', 'gym'],
        ['_pq_.oddity', '1'],
      ]),
    )
    newer.writeUInt16BE(2, 6)
    const [told, asked] = [raw.until('v'), raw.until('R')]
    raw.socket.write(newer)
    expect((await told).subarray(5)).toEqual(Buffer.concat([int32(196_608), int32(1), cString('_pq_.oddity')]))
    await asked
    const ready = raw.until('Z')
    raw.socket.write(passwordOf(s))
    await ready
    expect(raw.frames.map(typeOf).filter((t) => t === 'S').length).toBeGreaterThan(5)
  })

  test.each([
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['version 2', Buffer.concat([int32(8), int32(131_072)])],
    ['a length of zero', Buffer.alloc(16)],
  ])('%s gets an error and an end', async (_, bytes) => {
    const raw = await rawClient(await stage())
    const error = raw.until('E')
    raw.socket.write(bytes)
    expect(readError(await error).sqlstate).toBe('08P01')
    await raw.closed
  })

  test('a broken Bind ends the session and nothing else', async () => {
    const s = await stage()
    const raw = await loggedIn(s)
    const error = raw.until('E')
    raw.socket.write(message('B', Buffer.from([1, 2, 3])))
    expect(readError(await error).sqlstate).toBe('08P01')
    await raw.closed
    expect((await (await clientOf(s)).query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })

  test('statements that come together with the password wait for the login, whole or in part', async () => {
    const s = await stage()
    const raw = await rawClient(s)
    const query = message('Q', cString('select 3'))
    raw.socket.write(Buffer.concat([hello, passwordOf(s), query, query.subarray(0, 7)]))
    await expect.poll(() => s.db.wire.statements().map((x) => x.tags.join())).toEqual(['SELECT 1'])
    raw.socket.write(query.subarray(7))
    await expect.poll(() => s.db.wire.statements().map((x) => x.tags.join())).toEqual(['SELECT 1', 'SELECT 1'])
  })

  test('one connection too many is refused in the server’s words', async () => {
    const s = await stage()
    const clients = await Promise.all(Array.from({ length: 20 }, () => clientOf(s))).catch((error: unknown) => error)
    // The suite's own session of this case counts.
    expect(clients).toMatchObject({ code: '53300' })
  })

  test('a client that goes away in the middle of its login leaves nothing', async () => {
    const s = await stage()
    const raw = await rawClient(s)
    raw.socket.write(Buffer.concat([hello, passwordOf(s)]))
    raw.socket.destroy()
    await raw.closed
    await expect.poll(() => s.db.wire.sessions()).toEqual([])
    expect((await (await clientOf(s)).query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })

  test('startup parameters reach the server', async () => {
    const s = await stage()
    const client = new Client({
      connectionString: s.url,
      application_name: 'parcel desk',
      options: '-c statement_timeout=1234',
    })
    cleanups.push(() => client.end())
    await client.connect()
    expect(
      (
        await client.query(
          `select current_setting('application_name') as name, current_setting('statement_timeout') as ms`,
        )
      ).rows,
    ).toEqual([{ name: 'parcel desk', ms: '1234ms' }])
  })

  test('a statement can be cancelled', async () => {
    const s = await stage()
    const raw = await loggedIn(s)
    const key = raw.frames.find((f) => typeOf(f) === 'K') as Buffer
    const [error, ready] = [raw.until('E'), raw.until('Z')]
    raw.socket.write(message('Q', cString('select pg_sleep(20)')))
    await expect.poll(() => s.db.wire.statements().length).toBe(1)
    const canceller = await rawClient(s)
    canceller.socket.write(Buffer.concat([int32(16), int32(80_877_102), key.subarray(5)]))
    await canceller.closed
    expect(readError(await error).sqlstate).toBe('57014')
    await ready
    expect(s.db.wire.statements()[0]).toMatchObject({ answered: true, sqlstate: '57014' })
  })
})

describe('statements', () => {
  test.each([
    ['BEGIN', 'begin'],
    ['start  transaction isolation level serializable', 'begin'],
    ['-- now\n /* go */ begin;', 'begin'],
    ['COMMIT', 'commit'],
    ['end', 'commit'],
    ['rollback', 'rollback'],
    ['ABORT', 'rollback'],
    ['rollback to savepoint a', 'savepoint'],
    ['savepoint a', 'savepoint'],
    ['release a', 'savepoint'],
    ['select commit from beginnings', 'other'],
    ['beginning', 'other'],
    ['', 'other'],
  ])('%j is %s', (text, kind) => {
    expect(kindOf(text)).toBe(kind)
  })

  test('are counted with texts, values, tags and the state of their transaction', async () => {
    const s = await stage()
    const client = await clientOf(s)
    await client.query('begin')
    await client.query('update accounts set cents = cents - $1 where id = $2', [30, 1])
    await client.query({
      name: 'credit',
      text: 'update accounts set cents = cents + $1 where id = $2',
      values: [30, 2],
    })
    await client.query({ name: 'credit', text: 'update accounts set cents = cents + $1 where id = $2', values: [0, 7] })
    await client.query('commit')
    await expect(client.query('update accounts set cents = -1')).rejects.toMatchObject({ code: '23514' })
    const seen = s.db.wire.statements()
    expect(seen.map((x) => [x.kind, x.before, x.tags.join(), x.values.join()])).toEqual([
      ['begin', 'none', 'BEGIN', ''],
      ['other', 'open', 'UPDATE 1', '30,1'],
      ['other', 'open', 'UPDATE 1', '30,2'],
      ['other', 'open', 'UPDATE 0', '0,7'],
      ['commit', 'open', 'COMMIT', ''],
      ['other', 'none', '', ''],
    ])
    expect(seen[2]?.text).toBe('update accounts set cents = cents + $1 where id = $2')
    expect(seen[5]).toMatchObject({ sqlstate: '23514', answered: true, session: 1 })
    expect(s.run.current.evidence).toEqual({ sqlstate: '23514' })
    expect(lines(s.run)).toEqual([
      'its sql: begin   → BEGIN',
      'its sql: update accounts set cents = cents - $1 where id = $2   -- 30, 1   → UPDATE 1',
      'its sql: update accounts set cents = cents + $1 where id = $2   -- 30, 2   → UPDATE 1',
      'its sql: update accounts set cents = cents + $1 where id = $2   -- 0, 7   → UPDATE 0',
      'its sql: commit   → COMMIT',
      'its sql: update accounts set cents = -1   → refused (23514): new row for relation "accounts" violates check constraint "accounts_cents_check"',
    ])
  })

  test('belong to the case in which they came, and a storm does not fill the transcript', async () => {
    const s = await stage()
    const client = await clientOf(s)
    for (let i = 0; i < 100; i++) await client.query('select 1')
    expect(s.db.wire.statements()).toHaveLength(100)
    expect(lines(s.run)).toHaveLength(41)
    nextCase(s.run)
    expect(s.db.wire.statements()).toEqual([])
    await client.query('select 2')
    expect(lines(s.run)).toEqual(['its sql: select 2   → SELECT 1'])
  })

  test('several in one text, none in an empty one', async () => {
    const s = await stage()
    const client = await clientOf(s)
    await client.query('begin; update accounts set cents = 5; rollback')
    await client.query('')
    expect(s.db.wire.statements().map((x) => x.tags)).toEqual([['BEGIN', 'UPDATE 2', 'ROLLBACK'], []])
    expect(s.db.wire.statements().every((x) => x.answered)).toBe(true)
  })

  test('a pipeline: the refused one and what is skipped after it are told apart', async () => {
    const s = await stage()
    const raw = await loggedIn(s)
    const ready = raw.until('Z')
    raw.socket.write(
      Buffer.concat([
        parse('', 'update accounts set cents = $1 where id = 1'),
        bind('', '', ['70']),
        execute(''),
        parse('', 'update accounts set cents = $1 where id = 2'),
        bind('', '', ['-1']),
        execute(''),
        parse('', 'update accounts set cents = 9'),
        bind('', '', []),
        execute(''),
        sync,
      ]),
    )
    await ready
    expect(s.db.wire.statements().map((x) => [x.tags.join(), x.sqlstate, x.answered])).toEqual([
      ['UPDATE 1', null, true],
      ['', '23514', true],
      ['', null, false],
    ])
    expect(await centsOf(s, 1)).toBe(100)
  })

  test('flushed without Sync, errors included, the session stays in step', async () => {
    const s = await stage()
    const raw = await loggedIn(s)
    let done = raw.until('C')
    raw.socket.write(Buffer.concat([parse('a', 'select 1'), bind('', 'a', []), execute(''), flush]))
    await done
    expect(s.db.wire.statements()).toMatchObject([{ answered: true, tags: ['SELECT 1'] }])
    done = raw.until('E')
    raw.socket.write(Buffer.concat([parse('b', 'select 1/0'), bind('', 'b', []), execute(''), flush]))
    await done
    const ready = raw.until('Z')
    raw.socket.write(Buffer.concat([bind('', 'a', []), execute(''), flush, sync]))
    await ready
    const after = raw.until('Z')
    raw.socket.write(message('Q', cString('select 3')))
    await after
    expect(s.db.wire.statements().map((x) => [x.text, x.sqlstate, x.answered])).toEqual([
      ['select 1', null, true],
      ['select 1/0', '22012', true],
      ['select 1', null, false],
      ['select 3', null, true],
    ])
  })

  test('fetching on from a portal is one statement', async () => {
    const s = await stage()
    const raw = await loggedIn(s)
    const ready = raw.until('Z')
    raw.socket.write(
      Buffer.concat([
        parse('', 'select generate_series(1, 5)'),
        bind('p', '', []),
        execute('p', 2),
        execute('p', 2),
        execute('p', 2),
        sync,
      ]),
    )
    await ready
    expect(s.db.wire.statements().map((x) => [x.text, x.tags.join()])).toEqual([['select generate_series(1, 5)', '']])
  })

  test.each(['simple', 'extended'])('COPY from the client in the %s protocol', async (how) => {
    const s = await stage()
    const raw = await loggedIn(s)
    const asked = raw.until('G')
    raw.socket.write(
      how === 'simple'
        ? message('Q', cString('copy accounts from stdin'))
        : Buffer.concat([parse('', 'copy accounts from stdin'), bind('', '', []), execute(''), sync]),
    )
    await asked
    const ready = raw.until('Z')
    raw.socket.write(
      Buffer.concat([message('d', Buffer.from('3\t7\n4\t8\n')), message('c'), ...(how === 'simple' ? [] : [sync])]),
    )
    await ready
    expect(await centsOf(s, 4)).toBe(8)
    const after = raw.until('Z')
    raw.socket.write(message('Q', cString('select 3')))
    await after
    expect(s.db.wire.statements().map((x) => x.tags.join())).toEqual(['COPY 2', 'SELECT 1'])
  })

  test('large answers and large values pass whole', async () => {
    const s = await stage()
    const client = await clientOf(s)
    const big = 'x'.repeat(3_000_000)
    const { rows } = await client.query(`select $1::text || repeat('y', 5000000) as big from generate_series(1, 3)`, [
      big,
    ])
    expect(rows.map((r: { big: string }) => r.big.length)).toEqual([8_000_000, 8_000_000, 8_000_000])
  })

  test('sessions tell their open transactions, and end with the program’s connections', async () => {
    const s = await stage()
    const pool = new Pool({ connectionString: s.url, max: 3 })
    const clients = await Promise.all([pool.connect(), pool.connect(), pool.connect()])
    await clients[1]?.query('begin')
    await clients[2]?.query('begin; select 1')
    await expect(clients[2]?.query('select 1/0')).rejects.toThrow()
    expect(
      s.db.wire
        .sessions()
        .map((x) => x.transaction)
        .sort(),
    ).toEqual(['failed', 'none', 'open'])
    for (const client of clients) client.release()
    await pool.end()
    await expect.poll(() => s.db.wire.sessions()).toEqual([])
  })
})

describe('hold', () => {
  test('after: it is done, and its answer waits for the release', async () => {
    const s = await stage()
    const client = await clientOf(s)
    const held = s.db.wire.hold(/update/, { nth: 2 })
    await client.query('update accounts set cents = 1 where id = 1')
    let answered = false
    const second = client.query('update accounts set cents = $1 where id = 2', [2]).then(() => (answered = true))
    expect(await held.reached(second)).toBe(true)
    expect([await centsOf(s, 2), answered]).toEqual([2, false])
    held.release()
    await second
    await client.query('update accounts set cents = 3 where id = 2')
    expect(await centsOf(s, 2)).toBe(3)
  })

  test('before: the server has seen nothing of it, not even what it will read', async () => {
    const s = await stage()
    const client = await clientOf(s)
    const held = s.db.wire.hold(/select cents/, { when: 'before' })
    const read = client.query('select cents from accounts where id = $1', [1])
    expect(await held.reached(read)).toBe(true)
    await (await s.db.connect()).query('update accounts set cents = 42 where id = 1')
    held.release()
    expect((await read).rows).toEqual([{ cents: 42 }])
  })

  test('what comes meanwhile waits behind it, in order', async () => {
    const s = await stage()
    const client = await clientOf(s)
    for (const when of ['before', 'after'] as const) {
      const held = s.db.wire.hold(/as first/, { when })
      const [a, b] = [client.query('select 1 as first'), client.query('select 2 as second')]
      expect(await held.reached(a)).toBe(true)
      held.release()
      expect([(await a).rows, (await b).rows]).toEqual([[{ first: 1 }], [{ second: 2 }]])
    }
  })

  test('not reached: false as soon as the other thing is settled; a release beforehand lets it pass', async () => {
    const s = await stage()
    const client = await clientOf(s)
    expect(await s.db.wire.hold(/nothing/).reached(client.query('select 1'))).toBe(false)
    await client.query('select 1 as nothing')
    expect(await s.db.wire.hold(/nothing/).reached(Promise.reject(new Error('failed')))).toBe(false)
    const held = s.db.wire.hold((x) => x.kind === 'begin')
    held.release()
    await client.query('begin')
  })

  test('ends with its case', async () => {
    const s = await stage()
    const client = await clientOf(s)
    const held = s.db.wire.hold(/select 1/)
    s.db.wire.cut(/select 2/)
    const one = client.query('select 1 as one')
    await held.reached(one)
    nextCase(s.run)
    expect((await one).rows).toEqual([{ one: 1 }])
    expect((await client.query('select 2 as two')).rows).toEqual([{ two: 2 }])
    expect(s.run.current.transcript.map((t) => t.text)).toEqual(['select 2 as two   → SELECT 1'])
  })

  test('two answers of one session can be held, and go on in their order', async () => {
    const s = await stage()
    const client = await clientOf(s)
    const [a, b] = [s.db.wire.hold(/as first/), s.db.wire.hold(/as second/)]
    const order: string[] = []
    const first = client.query('select 1 as first').then(() => order.push('first'))
    const second = client.query('select 2 as second').then(() => order.push('second'))
    expect(await a.reached(first)).toBe(true)
    b.release()
    expect(order).toEqual([])
    a.release()
    await Promise.all([first, second])
    expect(order).toEqual(['first', 'second'])
  })

  test('a session that is ended while a statement is held: the server has not seen it', async () => {
    const s = await stage()
    const client = await clientOf(s)
    const [{ pid } = { pid: 0 }] = s.db.wire.sessions()
    const held = s.db.wire.hold(/update/, { when: 'before' })
    const work = client.query('update accounts set cents = 0')
    expect(await held.reached(work)).toBe(true)
    await (await s.db.connect()).query('select pg_terminate_backend($1)', [pid])
    await expect(work).rejects.toMatchObject({ code: '57P01' })
    expect(s.db.wire.statements()).toMatchObject([{ answered: false, sqlstate: null }])
    expect(await centsOf(s, 1)).toBe(100)
  })

  test('a session that is ended before its held answer is there: the program hears why', async () => {
    const s = await stage()
    const client = await clientOf(s)
    const [{ pid } = { pid: 0 }] = s.db.wire.sessions()
    const held = s.db.wire.hold(/pg_sleep/)
    const work = client.query('select pg_sleep(20)')
    await expect.poll(() => s.db.wire.statements().length).toBe(1)
    await (await s.db.connect()).query('select pg_terminate_backend($1)', [pid])
    await expect(work).rejects.toMatchObject({ code: '57P01' })
    expect(await held.reached(work)).toBe(false)
  })

  test('two sessions interleave at a chosen moment; blocked() tells who stands behind a lock', async () => {
    const s = await stage()
    const [a, b] = [await clientOf(s), await clientOf(s)]
    const held = s.db.wire.hold(/update/)
    const first = a.query('begin; update accounts set cents = 0 where id = 1')
    await held.reached(first)
    const second = b.query('update accounts set cents = 1 where id = 1')
    const other = b.query('select 1')
    expect(await s.db.wire.blocked(second)).toBe(true)
    held.release()
    await first
    await a.query('commit')
    expect(await s.db.wire.blocked(other)).toBe(false)
    await second
    expect(lines(s.run)).toContain('its answer, session 2: UPDATE 1   (update accounts set cents = 1 where id = 1)')
  })
})

describe('stuck', () => {
  test('a call that waits for a connection nobody gives back; not one that is only long', async () => {
    const s = await stage()
    const pool = new Pool({ connectionString: s.url, max: 1 })
    cleanups.push(() => pool.end())
    const long = (async () => {
      for (let i = 0; i < 6; i++) await pool.query('select pg_sleep(0.25)')
    })()
    expect(await s.db.wire.stuck(long)).toBe(false)
    const taken = await pool.connect()
    const second = pool.query('select 1')
    expect(await s.db.wire.stuck(second)).toBe(true)
    taken.release()
    await second
  })
})

describe('cut', () => {
  test('after the commit: it happened, and the answer is lost', async () => {
    const s = await stage()
    const client = await clientOf(s)
    const cut = s.db.wire.cut((x) => x.kind === 'commit')
    await client.query('begin')
    await client.query('update accounts set cents = 7 where id = 1')
    expect(cut.happened()).toBe(false)
    await expect(client.query('commit')).rejects.toThrow('Connection terminated unexpectedly')
    expect([cut.happened(), await centsOf(s, 1)]).toEqual([true, 7])
    expect(lines(s.run).at(-1)).toBe(
      'its sql: commit   → COMMIT   → executed, and the connection was cut before the answer',
    )
  })

  test('released: it does not wait any more', async () => {
    const s = await stage()
    const cut = s.db.wire.cut(/one/)
    cut.release()
    await (await clientOf(s)).query('select 1 as one')
    expect(cut.happened()).toBe(false)
  })

  test('before the commit: nothing of it happened', async () => {
    const s = await stage()
    const client = await clientOf(s)
    const cut = s.db.wire.cut(/^commit/i, { when: 'before' })
    await client.query('begin')
    await client.query('update accounts set cents = 7 where id = 1')
    await expect(client.query('commit')).rejects.toThrow('Connection terminated unexpectedly')
    expect([cut.happened(), await centsOf(s, 1)]).toEqual([true, 100])
    expect(lines(s.run).at(-1)).toBe('its sql: commit   → not executed: the connection was cut before')
    expect((await (await clientOf(s)).query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })

  test('a session that the server ends by force gets the server’s own words', async () => {
    const s = await stage()
    const client = await clientOf(s)
    const [{ pid } = { pid: 0 }] = s.db.wire.sessions()
    const ended = new Promise<Error & { code?: string }>((resolve) => client.once('error', resolve))
    await (await s.db.connect()).query('select pg_terminate_backend($1)', [pid])
    expect((await ended).code).toBe('57P01')
  })
})
