import { createConnection, createPool, type Connection, type ConnectionOptions } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { mysql, type Mysql } from './mysql.ts'
import { closeRun, environmentOf, StopRun, type RunState } from '../../run/run-state.ts'
import { nextCase } from '../../run/run-fixtures.ts'
import { lacksServer, openStand, said, type Stand } from '../service-fixtures.ts'

const schema = `create table seats (id int primary key, holder varchar(20), points int not null default 0);
  create trigger no_minus before update on seats for each row begin if new.points < 0 then signal sqlstate '45000' set message_text = 'too few'; end if; end;`

describe.skipIf(lacksServer('mysql'))('mysql', () => {
  let stand: Stand
  let run: RunState
  let server: Mysql
  let url: string
  const clients: Connection[] = []

  beforeAll(async () => {
    stand = openStand('mysql')
    run = await stand.run({ 'schema.sql': schema })
    server = mysql(run)
    url = environmentOf(run)['MYSQL_URL'] ?? ''
    await server.migrate('schema.sql')
  }, 60_000)

  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy()
    nextCase(run)
    await (await server.connect({ quiet: true })).query('delete from seats')
  })

  afterAll(() => stand.close())

  async function client(options: ConnectionOptions = {}): Promise<Connection> {
    const made = await createConnection({ uri: url, ...options })
    made.on('error', () => {})
    clients.push(made)
    return made
  }

  test('program and suite see one database, in the same weak account', async () => {
    const program = await client()
    await program.query('insert into seats (id, holder) values (1, ?)', ['Ada'])
    const suite = await server.connect()
    expect(await suite.query('select holder, current_user() like ? as weak from seats', ['gym%@localhost'])).toEqual([
      { holder: 'Ada', weak: 1 },
    ])
  })

  test.each([
    [`load data infile '/etc/passwd' into table seats`],
    [`select * from seats into outfile '/tmp/x'`],
    [`create user 'x'@'localhost'`],
    [`select user from mysql.user`],
    [`set global max_connections = 5`],
    [`create database other`],
    [`show engine innodb status`],
    [`shutdown`],
  ])('the program may not: %s', async (sql) => {
    const program = await client()
    await expect(program.query(sql)).rejects.toThrow(/denied|command denied|privilege/i)
  })

  test('of another run nothing can be seen or ended', async () => {
    const other = await stand.run({ 'schema.sql': schema })
    await mysql(other).migrate('schema.sql')
    const theirs = await mysql(other).connect()
    const [row] = await theirs.query('select database() as db, connection_id() as id')
    const program = await client()
    const [databases] = await program.query('show databases')
    expect(JSON.stringify(databases)).not.toContain(String(row?.['db']))
    await expect(program.query(`kill ${row?.['id']}`)).rejects.toThrow(/not owner/i)
    await expect(program.query(`select * from ${row?.['db']}.seats`)).rejects.toThrow(/denied/i)
    expect(await theirs.query('select 1 as still')).toEqual([{ still: 1 }])
  })

  test('statements are counted, prepared ones with their values, and told with their answers', async () => {
    const [one, other] = [await client(), await client()]
    await one.beginTransaction()
    await one.execute('insert into seats (id, holder, points) values (?, ?, ?)', [1, 'Åsa', null]).catch(() => {})
    await one.execute('insert into seats (id, holder, points) values (?, ?, ?)', [1, 'Åsa', 2])
    await one.execute('select holder from seats where id in (?, ?)', [1, 7])
    await other.query('select id from seats where id = 1')
    await one.query('update seats set points = -1 where id = 1').catch(() => {})
    expect(server.wire.sessions().map((s) => s.transaction)).toEqual(['open', 'none'])
    await one.commit()
    expect(server.wire.sessions().map((s) => s.transaction)).toEqual(['none', 'none'])
    expect(said(run)).toEqual([
      'its sql: START TRANSACTION   → 0 rows affected',
      `its sql: insert into seats (id, holder, points) values (?, ?, ?)   -- 1, "Åsa", null   → refused (1048, 23000): Column 'points' cannot be null`,
      'its sql: insert into seats (id, holder, points) values (?, ?, ?)   -- 1, "Åsa", 2   → 1 row affected',
      'its sql: select holder from seats where id in (?, ?)   -- 1, 7   → 1 row',
      'its sql, session 2: select id from seats where id = 1   → 0 rows',
      'its sql: update seats set points = -1 where id = 1   → refused (1644, 45000): too few',
      'its sql: COMMIT   → 0 rows affected',
    ])
    expect(server.wire.commands().map((s) => s.kind)).toEqual([
      'begin',
      'other',
      'other',
      'other',
      'other',
      'other',
      'commit',
    ])
    expect(run.current.evidence).toEqual({ sqlstate: '23000' })
  })

  test('several results, many rows, empty ones and a large value pass unharmed', async () => {
    const program = await client({ multipleStatements: true })
    const large = 'ö'.repeat(200_000)
    const [results] = await program.query('select 1 as one; select 1 as none from seats; do 1; select ? as large', [
      large,
    ])
    expect(results).toEqual([[{ one: 1 }], [], expect.objectContaining({ affectedRows: 0 }), [{ large }]])
    const [rows] = await program.execute(
      'with recursive n as (select 1 as i union all select i + 1 from n where i < 900) select i from n',
    )
    expect(rows).toHaveLength(900)
    expect(server.wire.commands().map((s) => s.outcome)).toEqual(['1 row', '900 rows'])
    await program.ping()
  })

  test('a session of the suite stands behind a lock of the program, and the other way round', async () => {
    const [suite, program] = [await server.connect(), await client()]
    await suite.query(`insert into seats (id) values (1)`)
    await program.beginTransaction()
    await program.query('update seats set points = 1 where id = 1')
    const waits = suite.send('update seats set points = points + 10 where id = 1')
    expect(await suite.blocked()).toBe(true)
    await program.commit()
    expect([await suite.blocked(), await waits]).toEqual([false, { ok: true, rows: [], count: 1 }])
    await suite.query('begin')
    await suite.query('select * from seats for update')
    const work = program.query('update seats set points = 0 where id = 1')
    expect(await server.wire.blocked(work)).toBe(true)
    await suite.query('commit')
    await work
    expect(await server.wire.blocked(work)).toBe(false)
    expect(await suite.query('select points from seats')).toEqual([{ points: 0 }])
  })

  test('behind a lock on a table and behind a lock by name', async () => {
    const [suite, program] = [await server.connect(), await client()]
    await suite.query('begin')
    await suite.query('select * from seats')
    const work = program.query('alter table seats add column extra int')
    expect(await server.wire.blocked(work)).toBe(true)
    await suite.query('commit')
    await work
    await suite.query('alter table seats drop column extra')
    await suite.query(`select get_lock('a', 0)`)
    const named = program.query(`select get_lock('a', 5)`)
    expect(await server.wire.blocked(named)).toBe(true)
    await suite.query(`select release_lock('a')`)
    await named
  })

  test('hold keeps an answer back: the statement is done', async () => {
    const [suite, program] = [await server.connect(), await client()]
    await suite.query(`insert into seats (id, points) values (1, 5)`)
    const read = server.wire.hold(/^select points/)
    const work = program.query('select points from seats where id = 1')
    expect(await read.reached(work)).toBe(true)
    await suite.query('update seats set points = 6')
    read.release()
    expect((await work)[0]).toEqual([{ points: 5 }])
    const write = server.wire.hold(/^update/i, { when: 'before' })
    const change = program.query('update seats set points = 9')
    expect(await write.reached(change)).toBe(true)
    expect(await suite.query('select points from seats')).toEqual([{ points: 6 }])
    write.release()
    await change
  })

  test('cut: a commit whose answer is lost is a commit', async () => {
    const [suite, program] = [await server.connect(), await client()]
    await program.beginTransaction()
    await program.query('insert into seats (id) values (1)')
    server.wire.cut((s) => s.kind === 'commit')
    await expect(program.commit()).rejects.toThrow()
    expect(await suite.query('select id from seats')).toEqual([{ id: 1 }])
  })

  test('refuse and resume', async () => {
    const pool = createPool({ uri: url, connectionLimit: 1 })
    await pool.query('select 1')
    server.wire.refuse()
    await expect(pool.query('select 1')).rejects.toThrow(/ECONNREFUSED|lost|closed/i)
    await expect(pool.query('select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await server.wire.resume()
    await pool.query('select 1')
    await pool.end()
  })

  test('affected rows count what matched; refusals are data', async () => {
    const suite = await server.connect()
    await suite.query(`insert into seats (id, points) values (1, 5)`)
    expect(await suite.attempt('update seats set points = 5')).toEqual({ ok: true, rows: [], count: 1 })
    expect(await suite.attempt('insert into seats (id) values (1)')).toMatchObject({
      ok: false,
      errno: 1062,
      sqlstate: '23000',
    })
    await expect(suite.query('selekt')).rejects.toThrow('The database refused this statement (1064, 42000)')
    expect(await suite.query('insert into seats (id) values (2); select count(*) as n from seats')).toEqual([{ n: 2 }])
    expect(run.current.transcript.map((line) => line.label).slice(0, 4)).toEqual(['sql', 'answer', 'sql', 'answer'])
  })

  test('a file that cannot be applied, and one without an end, stop the run', async () => {
    for (const [sql, reason, message] of [
      ['create table broken (', 'does-not-load', /^schema.sql cannot be applied: /],
      ['select sleep(60)', 'timed-out', /^No answer from the database for schema.sql/],
    ] as const) {
      const other = await stand.run({ 'schema.sql': sql })
      other.endsAt = Date.now() + 500
      await expect(mysql(other).migrate('schema.sql')).rejects.toBeInstanceOf(StopRun)
      expect(other.stop).toMatchObject({ reason, message: expect.stringMatching(message) })
    }
  }, 30_000)

  test('what a case leaves locked is free in the next', async () => {
    const suite = await server.connect()
    await suite.query(`insert into seats (id) values (1)`)
    await suite.query('begin')
    await suite.query('update seats set points = 1')
    nextCase(run)
    expect(await (await server.connect()).attempt('update seats set points = 2')).toMatchObject({ ok: true })
  })

  test('nothing is left when a run ends, open transactions included', async () => {
    const other = await stand.run({ 'schema.sql': schema })
    const theirs = mysql(other)
    await theirs.migrate('schema.sql')
    const program = await createConnection({ uri: environmentOf(other)['MYSQL_URL'] ?? '' })
    program.on('error', () => {})
    await program.beginTransaction()
    await program.query('insert into seats (id) values (1)')
    const { name } = { name: new URL(environmentOf(other)['MYSQL_URL'] ?? '').username }
    await closeRun(other)
    const { socketPath, admin, password } = run.context.mysql!
    const root = await createConnection({ socketPath, user: admin, password })
    clients.push(root)
    const [left] = await root.query(
      'select schema_name as name from information_schema.schemata where schema_name = ? union select user from mysql.user where user = ? union select user from information_schema.processlist where user = ?',
      [name, name, name],
    )
    expect(left).toEqual([])
    expect([...other.warnings]).toEqual([])
    program.destroy()
  })
})
