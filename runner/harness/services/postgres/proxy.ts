import { randomBytes, randomInt } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { RunState } from '../../run/run-state.ts'
import { statementText } from '../wire/sql-text.ts'
import type { Words } from '../wire/recorder.ts'
import { openRelay, type RelayWire } from '../wire/relay.ts'
import { pending, standsStill } from '../wire/waiting.ts'
import { behindLock, type Admin, type Login } from './connection.ts'
import { logIn } from './login.ts'
import { postgresCodec, type PostgresSession } from './protocol.ts'
import type { SentStatement } from './statement.ts'

/** What the learner's program says to the database, and what may happen to it on the way. */
export interface Wire extends Pick<RelayWire<SentStatement>, 'hold' | 'cut' | 'stuck'> {
  /** Statements of the program in this case, in the order in which they came. */
  statements: () => SentStatement[]
  /** The program's sessions that are open. */
  sessions: () => PostgresSession[]
  /**
   * Waits until one of the program's sessions stands still behind the lock of another session: true. False when `work`
   * (the call or request that may have to wait) has settled first.
   */
  blocked: (work: Promise<unknown>) => Promise<boolean>
}

export interface QueryProxy {
  /** For the environment of the program: `postgresql://…`, as libpq and node-postgres read it. */
  url: string
  wire: Wire
}

const user = 'learner'
const database = 'gym'

const words: Words<SentStatement> = {
  label: 'its sql',
  evidence: 'sqlstate',
  done: 'executed',
  text: statementText,
  outcome: ({ sqlstate, message, tags }) =>
    sqlstate === null ? tags.join(', ') || 'nothing' : `refused (${sqlstate}): ${message}`,
  refusal: ({ sqlstate }) => sqlstate,
}

/**
 * Stands between the learner's program and the server: on a socket of its own, with a password of its own, so that no
 * way leads around it. It listens at once; whoever comes waits until `ready` has a database for them.
 */
export function openQueryProxy(
  run: RunState,
  serverFolder: string,
  admin: Admin,
  ready: () => Promise<Login>,
): QueryProxy {
  const credentials = { user, password: randomBytes(12).toString('hex'), database }
  const folder = socketFolder(serverFolder)
  run.cleanups.push(async () => rmSync(folder, { recursive: true, force: true }))
  run.sockets.add(folder)
  const sessions = new Set<PostgresSession>()
  const open = (): PostgresSession[] => [...sessions].filter(({ pid }) => pid > 0)
  const take = () => {
    const session: PostgresSession = { pid: 0, transaction: 'none' }
    sessions.add(session)
    return {
      codec: postgresCodec(session),
      reach: (client: Parameters<typeof logIn>[0]) => logIn(client, { credentials, ready, session }),
      closed: () => void sessions.delete(session),
    }
  }
  const wire = openRelay(run, { listen: { path: join(folder, '.s.PGSQL.5432') }, take, words })
  // A relay that cannot listen is our fault; the program then says that it cannot connect.
  wire
    .resume()
    .catch((error: unknown) => run.warnings.add(`The way to the database could not be opened: ${String(error)}`))
  const isBehindLock = behindLock(admin, () => open().map(({ pid }) => pid))
  return {
    url: `postgresql://${user}:${credentials.password}@/${database}?host=${encodeURIComponent(folder).replaceAll('%2F', '/')}`,
    wire: {
      statements: wire.commands,
      sessions: () => open().map((session) => ({ ...session })),
      hold: wire.hold,
      cut: wire.cut,
      blocked: (work) => standsStill(isBehindLock, pending(work)),
      stuck: wire.stuck,
    },
  }
}

/** A path of at most 103 bytes (`temporaryFolder` in postgres.ts leaves room for this much), and of nobody else. */
function socketFolder(serverFolder: string): string {
  for (;;) {
    const folder = join(serverFolder, `q${randomInt(36 ** 3).toString(36)}`)
    try {
      mkdirSync(folder, { mode: 0o700 })
      return folder
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}
