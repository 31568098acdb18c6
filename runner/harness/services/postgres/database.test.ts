import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startPostgres, type PostgresServer } from '../../../adapters/services/postgres.ts'
import { database, openPostgres, type Database } from './database.ts'
import { patience } from '../../run/patience.ts'
import { nextCase, runWith } from '../../run/run-fixtures.ts'
import { closeRun, StopRun, type RunState } from '../../run/run-state.ts'

const home = mkdtempSync(join(tmpdir(), 'gym-database-'))
let server: PostgresServer
let runs = 0

beforeAll(async () => {
  server = await startPostgres({ folder: home })
})

afterAll(async () => {
  await server.stop()
  rmSync(home, { recursive: true, force: true })
})

/** A run whose learner wrote `sql` in schema.sql. */
function runOf(sql: string): RunState {
  const run = runWith({ 'schema.sql': sql }, { runId: `unit-${runs++}`, language: 'sql', postgres: server.lease })
  openPostgres(run)
  return run
}

async function migrated(sql: string): Promise<{ db: Database; run: RunState }> {
  const run = runOf(sql)
  const db = database(run)
  await db.migrate('schema.sql')
  return { db, run }
}

async function stopOf(sql: string): Promise<RunState['stop']> {
  const run = runOf(sql)
  await expect(database(run).migrate('schema.sql')).rejects.toBeInstanceOf(StopRun)
  return run.stop
}

const people = `create table people (id int primary key, name text not null check (name <> ''));`

describe('migrate', () => {
  test('a mistake is told with its line, whatever stands before it', async () => {
    const stop = await stopOf(
      `-- 😀 ö\n${people}\n\ncreate table orders (\n  id int,\n  person int refrences people\n);`,
    )
    expect(stop).toMatchObject({
      reason: 'does-not-load',
      message: 'schema.sql cannot be applied: line 6: syntax error at or near "refrences"',
    })
  })

  test.each([
    ['a refused statement', `${people} insert into people values (1, '');`, /violates check constraint/],
    [
      'a problem inside a block',
      `do $$ begin perform 1; raise exception 'stop here'; end $$;`,
      /stop here \(PL\/pgSQL function inline_code_block line 1/,
    ],
    ['BEGIN without COMMIT', `begin; ${people}`, /BEGIN without a COMMIT/],
    ['psql’s own commands', `\\i other.sql`, /line 1: syntax error at or near "\\"/],
    ['COPY from the client', `${people} copy people from stdin;`, /cannot be applied/],
    ['what needs a superuser', `create extension file_fdw;`, /permission denied/],
  ])('%s stops the run', async (_, sql, message) => {
    expect(await stopOf(sql)).toMatchObject({ reason: 'does-not-load', message: expect.stringMatching(message) })
  })

  test('a missing file stops the run', async () => {
    await expect(database(runOf('')).migrate('other.sql')).rejects.toThrow('The file other.sql is missing.')
  })

  test.each([
    ['pg_sleep', `select pg_sleep(60);`],
    ['an endless loop', `do $$ begin loop end loop; end $$;`],
  ])('%s is a time-out, and the server is free again', async (_, sql) => {
    expect(await stopOf(sql)).toMatchObject({
      reason: 'timed-out',
      message: expect.stringMatching(/^No answer from the database for schema.sql within \d/),
    })
  })

  test('transactions of its own, a byte order mark and trusted extensions are fine', async () => {
    const { db } = await migrated(
      `\uFEFFbegin; create extension btree_gist; create extension citext; ${people} commit;`,
    )
    expect(await (await db.fresh()).query(`select count(*)::int as n from people`)).toEqual([{ n: 0 }])
  })

  test('it runs once for all cases', async () => {
    const { db, run } = await migrated(people)
    nextCase(run)
    await db.migrate('schema.sql')
    expect(run.current.transcript).toEqual([])
  })
})

describe('a connection', () => {
  test('tells rows, counts and refusals, and writes the transcript', async () => {
    const { db, run } = await migrated(people)
    nextCase(run)
    const c = await db.fresh()
    expect(await c.attempt(`insert into people values ($1, $2), (2, 'Lin')`, [1, 'Ada'])).toEqual({
      ok: true,
      rows: [],
      count: 2,
    })
    expect(await c.attempt(`insert into people values (3, '')`)).toMatchObject({
      ok: false,
      sqlstate: '23514',
      constraint: 'people_name_check',
    })
    await expect(c.query(`select nothing`)).rejects.toThrow('The database refused this statement (42703)')
    expect(run.current.evidence).toEqual({ sqlstate: '42703' })
    expect(run.current.transcript.map((t) => `${t.label}: ${t.text}`).slice(0, 3)).toEqual([
      `sql: insert into people values ($1, $2), (2, 'Lin')   -- 1, "Ada"`,
      'answer: accepted, 2 rows',
      `sql: insert into people values (3, '')`,
    ])
  })

  test('several statements at once give the last result', async () => {
    const { db } = await migrated(people)
    expect(
      await (await db.fresh()).query(`begin; insert into people values (1, 'Ada'); select name from people`),
    ).toEqual([{ name: 'Ada' }])
  })

  test('fresh() starts from the migration each time, also out of an open transaction', async () => {
    const { db } = await migrated(`${people} insert into people values (1, 'Ada');`)
    const before = await db.fresh()
    await before.query(`begin`)
    await before.query(`delete from people`)
    const after = await db.fresh()
    expect(await after.query(`select name from people`)).toEqual([{ name: 'Ada' }])
  })

  test('a trigger that never ends is a time-out', async () => {
    const { db, run } = await migrated(`${people}
      create function spin() returns trigger language plpgsql as $$ begin loop end loop; end $$;
      create trigger t before insert on people for each row execute function spin();`)
    const c = await db.fresh()
    await expect(c.attempt(`insert into people values (1, 'Ada')`)).rejects.toBeInstanceOf(StopRun)
    expect(run.stop).toMatchObject({ reason: 'timed-out', caseId: 'first' })
  })

  test('a statement that a failed case left waiting does not touch the next case', async () => {
    const { db, run } = await migrated(people)
    const [a, b] = [await db.fresh(), await db.connect()]
    await a.query(`begin`)
    await a.query(`insert into people values (1, 'Ada')`)
    void b.send(`insert into people values (1, 'Lin')`)
    expect(await b.blocked()).toBe(true)
    nextCase(run)
    const c = await db.fresh()
    await new Promise((resolve) => setTimeout(resolve, 3_300 * patience()))
    expect([run.stop, run.current.transcript]).toEqual([null, []])
    expect(await c.query(`select * from people`)).toEqual([])
  })
})

describe('connect', () => {
  test('stays on one clone, and ends what an earlier case left open', async () => {
    const { db, run } = await migrated(people)
    const [a, b] = [await db.connect(), await db.connect()]
    await a.query(`insert into people values (1, 'Ada')`)
    expect(await b.query(`select name from people`)).toEqual([{ name: 'Ada' }])
    await a.query(`begin`)
    await a.query(`update people set name = 'Lin'`)
    nextCase(run)
    const c = await db.connect()
    expect(await c.query(`update people set name = 'Bo' returning name`)).toEqual([{ name: 'Bo' }])
    expect(run.current.transcript.map((t) => t.label)).toEqual(['sql', 'answer'])
  })
})

describe('two sessions', () => {
  test('interleave: the second waits for the first, then is refused or goes on', async () => {
    const { db, run } = await migrated(people)
    for (const [end, accepted] of [
      ['commit', false],
      ['rollback', true],
    ] as const) {
      const [a, b] = [await db.fresh(), await db.connect()]
      await a.query(`begin`)
      await a.query(`insert into people values (1, 'Ada')`)
      const second = b.send(`insert into people values (1, 'Lin')`)
      expect(await b.blocked()).toBe(true)
      await a.query(end)
      expect(await b.blocked()).toBe(false)
      expect((await second).ok).toBe(accepted)
    }
    expect(run.current.transcript.map((t) => t.label)).toContain('answer, session 2')
  })

  test('blocked() is false for what is answered without waiting', async () => {
    const { db } = await migrated(people)
    const c = await db.fresh()
    const slow = c.send(`select pg_sleep(0.1)`)
    expect(await c.blocked()).toBe(false)
    expect((await slow).ok).toBe(true)
  })
})

describe('runs are apart', () => {
  test('another run’s role can neither connect, read, drop, change nor end anything of this one', async () => {
    const [mine, theirs] = [await migrated(people), await migrated(people)]
    const [victim, attacker] = [await mine.db.fresh(), await theirs.db.fresh()]
    const [row] = await victim.query(
      `select current_database() as db, current_user as role, pg_backend_pid() as pid, pg_sleep(0)`,
    )
    const { db, role, pid } = row as { db: string; role: string; pid: number }
    for (const sql of [
      `drop database "${db}"`,
      `alter database "${db}" set default_transaction_read_only = on`,
      `alter role "${role}" set statement_timeout = 1`,
      `alter role "${role}" password 'x'`,
      `set role "${role}"`,
      `create extension dblink`,
      `create extension postgres_fdw`,
    ]) {
      expect(await attacker.attempt(sql), sql).toMatchObject({
        ok: false,
        sqlstate: expect.stringMatching(/^(42501|42704)$/),
      })
    }
    expect(await attacker.attempt(`select pg_terminate_backend($1)`, [pid])).toMatchObject({
      ok: false,
      sqlstate: '42501',
    })
    expect(await attacker.query(`select has_database_privilege($1, 'connect') as may`, [db])).toEqual([{ may: false }])
    expect(await attacker.query(`select query from pg_stat_activity where pid = $1`, [pid])).toEqual([
      { query: '<insufficient privilege>' },
    ])
    expect(await victim.query(`select 1 as still`)).toEqual([{ still: 1 }])
  })

  test('nothing is left when a run ends, not even its role', async () => {
    const { db, run } = await migrated(people)
    const c = await db.fresh()
    await c.query(`begin`)
    await closeRun(run)
    const other = await (await migrated(people)).db.fresh()
    const names = await other.query(`select datname as name from pg_database union all select rolname from pg_roles`)
    expect(names.filter((n) => String(n['name']).includes(run.context.runId.replace('-', '_')))).toEqual([])
  })
})
