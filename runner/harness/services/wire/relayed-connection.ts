import type { Socket } from 'node:net'
import type { ClientPiece, Command, ServerPiece, Taken } from './codec.ts'
import type { Fault } from './faults.ts'

/** What a connection asks of the relay that it belongs to. */
export interface RelayHooks<C extends Command> {
  take: () => Taken<C>
  /** Nothing may pass at present. */
  isHeld: () => boolean
  /** Something went over the wire. */
  moved: () => void
  sent: (connection: object, command: C) => void
  /** May be told again. */
  answered: (command: C) => void
  faultOf: (command: C) => Fault | null
  cut: (command: C) => void
  closed: (connection: RelayedConnection) => void
}

/** One connection of the learner's program, from its own socket to the server's. */
export interface RelayedConnection {
  pause: () => void
  resume: () => void
  end: () => void
}

interface State<C extends Command> extends RelayedConnection {
  hooks: RelayHooks<C>
  taken: Taken<C>
  client: Socket
  /** Null until it is reached. */
  server: Socket | null
  /** Not yet sent to the server: the first of them is held. */
  outbox: ClientPiece<C>[]
  /** Counted already; it was held before the server could see it. */
  announced: ClientPiece<C> | null
  /** The first of the outbox is held. */
  stands: boolean
  /** Of pieces whose answer is to be held, or whose connection is to be cut then. */
  stops: WeakMap<ClientPiece<C>, Stop>
  /** What is kept from the client, from the first byte of an answer that is held. */
  kept: { bytes: Buffer; stop: Stop | null }[]
  serverGone: boolean
}

/** Where an answer stands still. */
interface Stop {
  fault: Fault
  /** The answer is there in full. */
  reached: boolean
  /** It may go on. */
  open: boolean
}

export function openRelayedConnection<C extends Command>(hooks: RelayHooks<C>, client: Socket): RelayedConnection {
  const state: State<C> = {
    hooks,
    taken: hooks.take(),
    client,
    server: null,
    outbox: [],
    announced: null,
    stands: false,
    stops: new WeakMap(),
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
    // What was written is sent before.
    if (!state.server?.destroyed) state.server?.end()
    state.taken.closed?.()
    hooks.closed(state)
  })
  state.taken.reach(client).then(
    (server) => server && open(state, server),
    () => client.destroy(),
  )
  return state
}

function open<C extends Command>(state: State<C>, server: Socket): void {
  const { client, hooks } = state
  if (client.destroyed) return void server.destroy()
  state.server = server
  hooks.moved()
  server.on('error', () => {})
  server.on('close', () => serverEnded(state))
  server.on(
    'data',
    guarded(state, (chunk) => fromServer(state, chunk), state.end),
  )
  client.on(
    'data',
    guarded(
      state,
      (chunk) => fromClient(state, chunk),
      () => hangUp(state),
    ),
  )
  client.on('drain', () => void (hooks.isHeld() || server.resume()))
  if (hooks.isHeld()) state.pause()
  else state.resume()
}

/** What cannot be read is the program's problem and must not become ours. */
const guarded =
  <C extends Command>({ hooks }: State<C>, read: (chunk: Buffer) => void, give: () => void) =>
  (chunk: Buffer): void => {
    hooks.moved()
    try {
      read(chunk)
    } catch {
      give()
    }
  }

function hangUp<C extends Command>({ taken, client, server, end }: State<C>): void {
  if (taken.codec.nonsense === undefined) return end()
  // Its own end is still to be heard, and nothing else.
  client.removeAllListeners('data').resume()
  client.end(taken.codec.nonsense)
  server?.end()
}

/** What the server said before it closed is delivered first; the rest of an answer that was to be held never comes. */
function serverEnded<C extends Command>(state: State<C>): void {
  state.serverGone = true
  for (const { stop } of state.kept) if (stop && !stop.reached) stop.open = true
  deliverKept(state)
}

function fromClient<C extends Command>(state: State<C>, chunk: Buffer): void {
  state.outbox.push(...state.taken.codec.fromClient(chunk))
  forward(state)
}

/** Sends on what may go. */
function forward<C extends Command>(state: State<C>): void {
  while (!state.stands && state.outbox.length > 0) {
    const piece = state.outbox[0] as ClientPiece<C>
    const fault = announce(state, piece)
    if (fault) return standBefore(state, piece, fault)
    state.outbox.shift()
    if (piece.refusal) refuse(state, piece, piece.refusal)
    else send(state, piece)
  }
}

function send<C extends Command>({ taken, server }: State<C>, piece: ClientPiece<C>): void {
  taken.codec.sent?.(piece)
  server?.write(piece.bytes)
}

/** Now it would be sent: it counts, and it may meet a fault. Returns one that keeps it from the server. */
function announce<C extends Command>(state: State<C>, piece: ClientPiece<C>): Fault | null {
  if (state.announced === piece) return null
  state.announced = piece
  state.taken.codec.announced?.(piece)
  let fault: Fault | null = null
  for (const command of piece.commands) {
    state.hooks.sent(state, command)
    fault ??= state.hooks.faultOf(command)
  }
  if (fault?.when === 'after') state.stops.set(piece, { fault, reached: false, open: false })
  return fault?.when === 'before' ? fault : null
}

function refuse<C extends Command>(state: State<C>, { commands }: ClientPiece<C>, answer: Buffer): void {
  for (const command of commands) state.hooks.answered(command)
  deliver(state, answer, null)
}

function standBefore<C extends Command>(state: State<C>, piece: ClientPiece<C>, fault: Fault): void {
  state.stands = true
  fault.arrive(() => {
    state.stands = false
    forward(state)
  })
  if (fault.act === 'cut') cutOff(state, piece)
}

function cutOff<C extends Command>({ hooks, end }: State<C>, { commands }: ClientPiece<C>): void {
  for (const command of commands) hooks.cut(command)
  end()
}

function fromServer<C extends Command>(state: State<C>, chunk: Buffer): void {
  for (const piece of state.taken.codec.fromServer(chunk)) {
    // Clients may act on the first bytes of an answer: it is written down before.
    for (const command of piece.answered) state.hooks.answered(command)
    deliver(state, piece.bytes, stopOf(state, piece))
    for (const ended of piece.ends) standAfter(state, ended)
  }
}

/** Where this part of an answer has to wait. */
function stopOf<C extends Command>({ stops }: State<C>, { of, ends }: ServerPiece<C>): Stop | null {
  const pieces = of ? [of, ...ends] : ends
  return pieces.map((piece) => stops.get(piece)).find((stop) => stop && !stop.open) ?? null
}

function standAfter<C extends Command>(state: State<C>, piece: ClientPiece<C>): void {
  const stop = state.stops.get(piece)
  if (!stop) return
  stop.reached = true
  stop.fault.arrive(() => {
    stop.open = true
    deliverKept(state)
  })
  if (stop.fault.act === 'cut') cutOff(state, piece)
}

function deliver<C extends Command>(state: State<C>, bytes: Buffer, stop: Stop | null): void {
  if (stop || state.kept.length > 0) state.kept.push({ bytes, stop })
  else if (!state.client.write(bytes)) state.server?.pause()
}

/** In the order in which they came: what stands keeps everything behind it. */
function deliverKept<C extends Command>({ kept, client, serverGone }: State<C>): void {
  for (let next = kept[0]; next && (next.stop?.open ?? true); next = kept[0]) {
    client.write(next.bytes)
    kept.shift()
  }
  if (serverGone && kept.length === 0) client.end()
}
