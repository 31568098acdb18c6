import { connect, type NetConnectOpts, type Socket } from 'node:net'
import type { Fault } from './faults.ts'
import type { Command } from './recorder.ts'

/** How a protocol is read: one codec for each connection. Either function throws at what is not its protocol. */
export interface Codec<C extends Command> {
  /** Cuts the client's bytes where a command begins. */
  fromClient: (chunk: Buffer) => ClientPiece<C>[]
  /** Cuts the server's bytes where an answer ends. */
  fromServer: (chunk: Buffer) => ServerPiece<C>[]
  /** The connection is closed. */
  end?: () => void
}

export interface ClientPiece<C extends Command> {
  bytes: Buffer
  /** The command that these bytes are; null for logins and the like, which nobody counts. */
  command: C | null
  /** Given back at once; the server never gets the command. */
  refusal?: Buffer
}

export interface ServerPiece<C extends Command> {
  bytes: Buffer
  /** The command whose answer ends here. */
  answers: C | null
}

/** What a connection asks of the relay that it belongs to. */
export interface Host<C extends Command> {
  /** Where the server is, as soon as the run's part of it is ready. */
  ready: () => Promise<NetConnectOpts>
  codec: () => Codec<C>
  /** Nothing may pass at present. */
  isHeld: () => boolean
  /** Something went over the wire. */
  moved: () => void
  sent: (connection: object, command: C) => void
  answered: (command: C) => void
  faultOf: (command: C) => Fault | null
  cut: (command: C) => void
  closed: (connection: Connection) => void
}

export interface Connection {
  pause: () => void
  resume: () => void
  end: () => void
}

interface State<C extends Command> extends Connection {
  host: Host<C>
  codec: Codec<C>
  client: Socket
  server: Socket | null
  /** Not yet sent to the server: the first of them is held. */
  outbox: (ClientPiece<C> & { announced?: true })[]
  stopped: boolean
  /** Of commands whose answer is to be held, or whose connection is to be cut then. */
  faults: WeakMap<C, Fault>
  /** Answers that are kept back, from the first one that is held. */
  kept: { bytes: Buffer; held: boolean }[]
  serverGone: boolean
}

/** One connection of the learner's program; the server's side is opened as soon as there is one. */
export function openConnection<C extends Command>(host: Host<C>, client: Socket): Connection {
  const state: State<C> = {
    host,
    codec: host.codec(),
    client,
    server: null,
    outbox: [],
    stopped: false,
    faults: new WeakMap(),
    kept: [],
    serverGone: false,
    pause: () => void [client, state.server].forEach((socket) => socket?.pause()),
    resume: () => void [client, state.server].forEach((socket) => socket?.resume()),
    end: () => void [client, state.server].forEach((socket) => socket?.destroy()),
  }
  client.setNoDelay(true)
  client.on('error', () => {})
  client.on('close', () => {
    state.server?.resume()
    state.server?.end()
    state.codec.end?.()
    host.closed(state)
  })
  host.ready().then(
    (place) => open(state, place),
    () => client.destroy(),
  )
  return state
}

function open<C extends Command>(state: State<C>, place: NetConnectOpts): void {
  const { client, host } = state
  if (client.destroyed) return
  const server = connect(place)
  state.server = server
  server.on('error', () => {})
  server.on('close', () => serverEnded(state))
  server.on(
    'data',
    guarded(state, (chunk) => fromServer(state, chunk)),
  )
  client.on(
    'data',
    guarded(state, (chunk) => fromClient(state, chunk)),
  )
  client.on('drain', () => void (host.isHeld() || server.resume()))
  if (host.isHeld()) state.pause()
}

/** What cannot be read is the program's problem and must not become ours. */
const guarded =
  <C extends Command>(state: State<C>, read: (chunk: Buffer) => void) =>
  (chunk: Buffer): void => {
    state.host.moved()
    try {
      read(chunk)
    } catch {
      state.end()
    }
  }

/** What the server said before it closed is delivered first. */
function serverEnded<C extends Command>(state: State<C>): void {
  state.serverGone = true
  if (state.kept.length === 0) state.client.end()
}

function fromClient<C extends Command>(state: State<C>, chunk: Buffer): void {
  state.outbox.push(...state.codec.fromClient(chunk))
  forward(state)
}

/** Sends on what may go. */
function forward<C extends Command>(state: State<C>): void {
  while (!state.stopped && state.outbox.length > 0) {
    const piece = state.outbox[0] as State<C>['outbox'][number]
    const fault = announce(state, piece)
    if (fault) return standBefore(state, piece.command as C, fault)
    state.outbox.shift()
    if (piece.refusal) refuse(state, piece.command, piece.refusal)
    else state.server?.write(piece.bytes)
  }
}

/** Now it would be sent: it counts, and it may meet a fault. Returns one that keeps it from the server. */
function announce<C extends Command>(state: State<C>, piece: State<C>['outbox'][number]): Fault | null {
  if (!piece.command || piece.announced) return null
  piece.announced = true
  state.host.sent(state, piece.command)
  const fault = state.host.faultOf(piece.command)
  if (fault?.when === 'before') return fault
  if (fault) state.faults.set(piece.command, fault)
  return null
}

function refuse<C extends Command>(state: State<C>, command: C | null, answer: Buffer): void {
  if (command) state.host.answered(command)
  deliver(state, answer)
}

function standBefore<C extends Command>(state: State<C>, command: C, fault: Fault): void {
  state.stopped = true
  fault.arrive(() => {
    state.stopped = false
    forward(state)
  })
  if (fault.act === 'cut') cutOff(state, command)
}

function cutOff<C extends Command>(state: State<C>, command: C): void {
  state.host.cut(command)
  state.end()
}

function fromServer<C extends Command>(state: State<C>, chunk: Buffer): void {
  for (const { bytes, answers } of state.codec.fromServer(chunk)) {
    if (answers) complete(state, bytes, answers)
    else deliver(state, bytes)
  }
}

function complete<C extends Command>(state: State<C>, bytes: Buffer, command: C): void {
  command.answered = true
  state.host.answered(command)
  const fault = state.faults.get(command)
  if (!fault) return deliver(state, bytes)
  const answer = { bytes, held: true }
  state.kept.push(answer)
  fault.arrive(() => {
    answer.held = false
    deliverKept(state)
  })
  if (fault.act === 'cut') cutOff(state, command)
}

function deliver<C extends Command>(state: State<C>, bytes: Buffer): void {
  if (state.kept.length > 0) state.kept.push({ bytes, held: false })
  else if (!state.client.write(bytes)) state.server?.pause()
}

function deliverKept<C extends Command>(state: State<C>): void {
  while (state.kept[0]?.held === false) state.client.write((state.kept.shift() as { bytes: Buffer }).bytes)
  if (state.serverGone && state.kept.length === 0) state.client.end()
}
