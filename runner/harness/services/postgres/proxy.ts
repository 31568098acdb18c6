import { randomBytes, randomInt } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { behindLock, type Admin, type Login } from './connection.ts'
import { openFaults, type Faults } from '../wire/faults.ts'
import { openSession, type Host, type Session } from './protocol.ts'
import type { Statement } from './statement.ts'
import { statementText } from '../wire/sql-text.ts'
import { pending, standsStill, stuck } from '../wire/waiting.ts'
import { note, whenCaseIsOver, type CaseRecord, type RunState } from '../../run/run-state.ts'

/** What the learner's program says to the database, and what may happen to it on the way. */
export interface Wire extends Pick<Faults, 'hold' | 'cut'> {
  /** Statements of the program in this case, in the order in which they came. */
  statements: () => Statement[]
  /** The program's sessions that are open. */
  sessions: () => Pick<Session, 'pid' | 'transaction'>[]
  /**
   * Waits until one of the program's sessions stands still behind the lock of another session: true. False when `work`
   * (the call or request that may have to wait) has settled first.
   */
  blocked: (work: Promise<unknown>) => Promise<boolean>
  /**
   * Waits until `work` has settled: false. True when it has not and nothing has gone over the wire for a second, as
   * when everybody waits for a connection or a lock that nobody gives back.
   */
  stuck: (work: Promise<unknown>) => Promise<boolean>
}

export interface QueryProxy {
  /** For the environment of the program: `postgresql://…`, as libpq and node-postgres read it. */
  url: string
  wire: Wire
}

interface Proxied {
  run: RunState
  sent: WeakMap<CaseRecord, Sent>
  sessions: Set<Session>
  faults: Faults
  /** When something last went over the wire (performance.now). */
  movedAt: number
}

/** What was sent while a case ran. */
interface Sent {
  statements: Statement[]
  /** The sessions that spoke, in this order. */
  sessions: Session[]
}

const name = 'learner'
const database = 'gym'

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
  const proxied: Proxied = { run, sent: new WeakMap(), sessions: new Set(), faults: openFaults(), movedAt: 0 }
  const credentials = { user: name, password: randomBytes(12).toString('hex'), database }
  const folder = socketFolder(serverFolder)
  run.sockets.add(folder)
  const server = listen(join(folder, '.s.PGSQL.5432'), proxied, { ...recorder(proxied), credentials, ready })
  const isBehindLock = behindLock(admin, () => [...proxied.sessions].map((s) => s.pid))
  whenCaseIsOver(run, proxied.faults.clear)
  run.cleanups.push(async () => {
    proxied.faults.clear()
    for (const session of proxied.sessions) session.end()
    await new Promise((resolve) => server.close(resolve))
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    url: `postgresql://${name}:${credentials.password}@/${database}?host=${encodeURIComponent(folder).replaceAll('%2F', '/')}`,
    wire: {
      statements: () => [...sentIn(proxied, run.current).statements],
      sessions: () =>
        [...proxied.sessions].filter((s) => s.pid > 0).map(({ pid, transaction }) => ({ pid, transaction })),
      hold: proxied.faults.hold,
      cut: proxied.faults.cut,
      blocked: (work) => standsStill(isBehindLock, pending(work)),
      stuck: (work) => stuck(() => proxied.movedAt, pending(work)),
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

function listen(path: string, proxied: Proxied, host: Omit<Host, 'closed' | 'moved'>): Server {
  const full: Host = {
    ...host,
    moved: () => void (proxied.movedAt = performance.now()),
    closed: (session) => void proxied.sessions.delete(session),
  }
  const server = createServer((client) => proxied.sessions.add(openSession(full, client)))
  // A proxy that cannot listen is our fault; the program then says that it cannot connect.
  server.on('error', (error) =>
    proxied.run.warnings.add(`The way to the database could not be opened: ${error.message}`),
  )
  return server.listen(path)
}

const shownStatements = 40

function sentIn({ sent }: Proxied, record: CaseRecord): Sent {
  const present = sent.get(record) ?? { statements: [], sessions: [] }
  sent.set(record, present)
  return present
}

/** Counts, and writes the transcript. */
function recorder(proxied: Proxied): Pick<Host, 'sent' | 'answered' | 'faultOf' | 'cut'> {
  const { run, faults } = proxied
  const now = (): Sent => sentIn(proxied, run.current)
  const lineOf = new WeakMap<Statement, object>()
  const told = new WeakSet<Statement>()
  const say = (statement: Statement, outcome: string): void => {
    const line = run.current.transcript.at(-1)
    if (line && lineOf.get(statement) === line) line.text += `   → ${outcome}`
    else note(run, `its answer${whose(statement)}`, `${outcome}   (${clipped(statement)})`)
  }
  return {
    sent: (session, statement) => {
      const { statements, sessions } = now()
      if (!sessions.includes(session)) sessions.push(session)
      statement.session = sessions.indexOf(session) + 1
      const count = statements.push(statement)
      if (count === shownStatements + 1)
        note(run, 'its sql', `… and more; the first ${shownStatements} statements are shown`)
      if (count > shownStatements) return
      note(run, `its sql${whose(statement)}`, statementText(statement))
      lineOf.set(statement, run.current.transcript.at(-1) ?? {})
    },
    answered: (statement) => {
      const place = now().statements.indexOf(statement)
      // What an earlier case has sent says nothing about this one.
      if (place < 0 || told.has(statement)) return
      told.add(statement)
      if (statement.sqlstate !== null) run.current.evidence['sqlstate'] ??= statement.sqlstate
      if (place < shownStatements) say(statement, outcomeOf(statement))
    },
    faultOf: faults.of,
    cut: (statement) =>
      say(
        statement,
        statement.answered
          ? 'executed, and the connection was cut before the answer'
          : 'not executed: the connection was cut before',
      ),
  }
}

/** Enough to recognise it. */
const clipped = (statement: Statement): string => statementText(statement).replace(/^(.{70}).{10,}$/, '$1 …')

const whose = ({ session }: Statement): string => (session === 1 ? '' : `, session ${session}`)

const outcomeOf = ({ sqlstate, message, tags }: Statement): string =>
  sqlstate === null ? tags.join(', ') || 'nothing' : `refused (${sqlstate}): ${message}`
