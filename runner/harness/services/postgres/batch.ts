import type { ClientPiece } from '../wire/codec.ts'
import { kindOf } from '../wire/sql-text.ts'
import { cursor, readBind, readError, strings, typeOf } from './messages.ts'
import type { SentStatement } from './statement.ts'

/** What is sent to the server in one go: a Query, or the messages of the extended protocol up to Sync or Flush. */
export interface Batch extends ClientPiece<SentStatement> {
  /** One for each Execute or Query; null for one that only fetches on. */
  executes: (SentStatement | null)[]
  /** How many of them the server has answered. */
  done: number
  /** What ends its answer: ReadyForQuery, or the answer to its last Execute. */
  ends: 'ready' | 'execute'
  /** Taken as they are and not answered: data of a COPY, the end of the connection. */
  raw: boolean
  /** In the extended protocol. */
  extended: boolean
}

const batchOf = (frames: readonly Buffer[], more: Partial<Batch> = {}): Batch => ({
  bytes: Buffer.concat(frames),
  commands: [],
  executes: [],
  done: 0,
  ends: 'ready',
  raw: false,
  extended: false,
  ...more,
})

const newStatement = (text: string, values: (string | null)[]): SentStatement => ({
  session: 0,
  text,
  values,
  kind: kindOf(text),
  before: 'none',
  tags: [],
  sqlstate: null,
  message: null,
  answered: false,
})

interface Portal {
  text: string
  values: (string | null)[]
  executed: boolean
}

/**
 * Puts the client's messages together into batches. A Bind already fixes what a SELECT will see, so nothing of a
 * batch may reach the server while its Execute is held.
 */
export function batchReader(): (frame: Buffer) => Batch | null {
  const prepared = new Map<string, string>()
  const portals = new Map<string, Portal>()
  let frames: Buffer[] = []
  let executes: (SentStatement | null)[] = []
  const finish = (ends: Batch['ends']): Batch => {
    const commands = executes.filter((statement) => statement !== null)
    const finished = batchOf(frames, { commands, executes, ends, extended: true })
    frames = []
    executes = []
    return finished
  }
  const collect: Record<string, (frame: Buffer) => Batch | null | void> = {
    P: (frame) => {
      const [name = '', text = ''] = strings(frame, 5)
      prepared.set(name, text)
    },
    B: (frame) => {
      const { portal, statement, values } = readBind(frame)
      portals.set(portal, { text: prepared.get(statement) ?? '', values, executed: false })
    },
    D: () => {},
    C: () => {},
    E: (frame) => void executes.push(executed(portals.get(cursor(frame).string()))),
    S: () => finish('ready'),
    H: () => finish('execute'),
  }
  return (frame) => {
    const type = typeOf(frame)
    if (type === 'Q') return queryBatch(frame)
    if (type === 'F') return batchOf([frame])
    const step = collect[type]
    if (!step) return batchOf([frame], { raw: true })
    frames.push(frame)
    return step(frame) ?? null
  }
}

/** A second Execute of a portal fetches on: it is no statement of its own. */
function executed(portal: Portal | undefined): SentStatement | null {
  if (!portal || portal.executed) return null
  portal.executed = true
  return newStatement(portal.text, portal.values)
}

function queryBatch(frame: Buffer): Batch {
  const statement = newStatement(cursor(frame).string(), [])
  return batchOf([frame], { commands: [statement], executes: [statement] })
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
