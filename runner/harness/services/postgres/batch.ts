import type { Fault } from '../wire/faults.ts'
import { cursor, readBind, readError, strings, typeOf } from './messages.ts'
import type { Statement } from './statement.ts'
import { kindOf } from '../wire/sql-text.ts'

/** What is sent to the server in one go: a Query, or the messages of the extended protocol up to Sync or Flush. */
export interface Batch {
  frames: Buffer[]
  statements: Statement[]
  /** One for each Execute or Query; null for one that only fetches on. */
  executes: (Statement | null)[]
  /** How many of them the server has answered. */
  done: number
  /** What ends its answer: ReadyForQuery, or the answer to its last Execute. */
  ends: 'ready' | 'execute'
  /** Taken as they are and not answered: data of a COPY. */
  raw: boolean
  /** Counted, and its fault looked up. */
  announced: boolean
  fault: Fault | null
}

const batchOf = (more: Partial<Batch>): Batch => ({
  frames: [],
  statements: [],
  executes: [],
  done: 0,
  ends: 'ready',
  raw: false,
  announced: false,
  fault: null,
  ...more,
})

type MakeStatement = (text: string, values: (string | null)[]) => Statement

export const newStatement = (before: Statement['before'], text: string, values: (string | null)[]): Statement => ({
  session: 0,
  text,
  values,
  kind: kindOf(text),
  before,
  tags: [],
  sqlstate: null,
  message: null,
  answered: false,
})

/**
 * Puts the client's messages together into batches. A Bind already fixes what a SELECT will see, so nothing of a
 * batch may reach the server while its Execute is held.
 */
export function batchReader(make: MakeStatement): (frame: Buffer) => Batch | null {
  const prepared = new Map<string, string>()
  const portals = new Map<string, { text: string; values: (string | null)[]; executed: boolean }>()
  let building = batchOf({})
  const finish = (ends: Batch['ends']): Batch => {
    const finished = { ...building, ends }
    building = batchOf({})
    return finished
  }
  const execute = (portalName: string): void => {
    const portal = portals.get(portalName)
    const statement = portal && !portal.executed ? make(portal.text, portal.values) : null
    if (portal) portal.executed = true
    building.executes.push(statement)
    if (statement) building.statements.push(statement)
  }
  const bind = (frame: Buffer): void => {
    const { portal, statement, values } = readBind(frame)
    portals.set(portal, { text: prepared.get(statement) ?? '', values, executed: false })
  }
  const collect: Record<string, (frame: Buffer) => Batch | null | void> = {
    P: (frame) => {
      const [name = '', text = ''] = strings(frame, 5)
      prepared.set(name, text)
    },
    B: bind,
    D: () => {},
    C: () => {},
    E: (frame) => execute(cursor(frame).string()),
    S: () => finish('ready'),
    H: () => finish('execute'),
  }
  return (frame) => {
    const type = typeOf(frame)
    if (type === 'Q') return queryBatch(frame, make)
    if (type === 'F') return batchOf({ frames: [frame] })
    const step = collect[type]
    if (!step) return batchOf({ frames: [frame], raw: true })
    building.frames.push(frame)
    return step(frame) ?? null
  }
}

function queryBatch(frame: Buffer, make: MakeStatement): Batch {
  const statement = make(cursor(frame).string(), [])
  return batchOf({ frames: [frame], statements: [statement], executes: [statement] })
}

/** Reads one message of the server into the batch that it answers. True: the whole batch is answered. */
export function readAnswer(batch: Batch, frame: Buffer): boolean {
  const type = typeOf(frame)
  const statement = batch.executes[Math.min(batch.done, batch.executes.length - 1)] ?? null
  if (type === 'E') {
    if (statement) Object.assign(statement, { ...readError(frame), answered: true })
    return batch.ends === 'execute'
  }
  if (type === 'C') statement?.tags.push(cursor(frame).string())
  // CommandComplete, EmptyQueryResponse, PortalSuspended. A Query may hold several statements and gets several.
  if ('CIs'.includes(type)) {
    batch.done += 1
    if (statement && batch.ends === 'execute') statement.answered = true
  }
  return type === 'Z' || (batch.ends === 'execute' && batch.done >= batch.executes.length)
}
