import { connect, createServer, type ListenOptions, type NetConnectOpts, type Server, type Socket } from 'node:net'
import { reservePort } from '../../run/free-port.ts'
import { whenCaseIsOver, type RunState } from '../../run/run-state.ts'
import type { Command, Taken } from './codec.ts'
import { openRelayedConnection, type RelayedConnection, type RelayHooks } from './relayed-connection.ts'
import { openFaults, type CommandMatch, type Cut, type FaultOptions, type Held } from './faults.ts'
import { openRecorder, type Words } from './recorder.ts'
import { pending, stuck } from './waiting.ts'

/** What the learner's program says to a server, and what may happen to it on the way. */
export interface RelayWire<C extends Command> {
  /** Commands of the program in this case, in the order in which they came. */
  commands: () => C[]
  /** Connections of the program that are open. */
  connections: () => number
  /** The command or its answer waits here until it is released; the same as `database.wire.hold`. */
  hold: (match: CommandMatch<C>, options?: FaultOptions) => Held
  /** The connection breaks at this command; the same as `database.wire.cut`. */
  cut: (match: CommandMatch<C>, options?: FaultOptions) => Cut
  /** Breaks all open connections; new ones are welcome. */
  drop: () => void
  /** The server is down: open connections break, new ones are refused. Until `resume`, or to the end of the case. */
  refuse: () => void
  /**
   * The server is silent: connections stay open and are taken, and nothing passes. Until `resume`, or to the end of the
   * case.
   */
  hang: () => void
  /** The server is there again; what was on its way goes on. */
  resume: () => Promise<void>
  /**
   * Waits until `work` has settled: false. True when it has not and nothing has gone over the wire for a second, as
   * when everybody waits for something that nobody does.
   */
  stuck: (work: Promise<unknown>) => Promise<boolean>
}

export interface RelayOptions<C extends Command> {
  /** Where the program finds it. */
  listen: ListenOptions
  take: () => Taken<C>
  words: Words<C>
}

interface Way {
  listen: ListenOptions
  connections: Set<RelayedConnection>
  /** Null while the server is to be down. */
  listener: Server | null
  /** Nothing passes. */
  held: boolean
  /** When something last went over the wire (performance.now). */
  movedAt: number
}

/**
 * Stands between the learner's program and a server, at an address that stays the same for the whole run, so that every
 * connection of the program can be counted, held, cut off or refused. It listens from the first `resume` on.
 */
export function openRelay<C extends Command>(run: RunState, { listen, take, words }: RelayOptions<C>): RelayWire<C> {
  const recorder = openRecorder(run, words)
  const faults = openFaults<C>()
  const way: Way = { listen, connections: new Set(), listener: null, held: false, movedAt: 0 }
  const hooks: RelayHooks<C> = {
    take,
    sent: recorder.sent,
    answered: recorder.answered,
    cut: recorder.cut,
    faultOf: faults.of,
    isHeld: () => way.held,
    moved: () => void (way.movedAt = performance.now()),
    closed: (connection) => void way.connections.delete(connection),
  }
  const resume = (): Promise<void> =>
    goOn(way, (client) => void way.connections.add(openRelayedConnection(hooks, client)))
  whenCaseIsOver(run, () => {
    faults.clear()
    resume().catch((error: unknown) =>
      run.warnings.add(`The way to a server could not be opened again: ${String(error)}`),
    )
  })
  run.cleanups.push(async () => {
    faults.clear()
    stopListening(way)
  })
  return {
    commands: recorder.commands,
    connections: () => way.connections.size,
    hold: faults.hold,
    cut: faults.cut,
    drop: () => endAll(way),
    refuse: () => stopListening(way),
    hang: () => {
      way.held = true
      for (const connection of way.connections) connection.pause()
    },
    resume,
    stuck: (work) => stuck(() => way.movedAt, pending(work)),
  }
}

export interface PortRelay<C extends Command> {
  port: number
  wire: RelayWire<C>
}

export interface PortRelayOptions<C extends Command> {
  /** Where the server is; asked for each connection, so that whoever comes early waits. */
  ready: () => Promise<NetConnectOpts>
  take: () => Omit<Taken<C>, 'reach'>
  words: Words<C>
}

/** A relay on a port of 127.0.0.1, for servers whose login passes as it is. */
export async function openPortRelay<C extends Command>(
  run: RunState,
  { ready, take, words }: PortRelayOptions<C>,
): Promise<PortRelay<C>> {
  const { port, release } = await reservePort()
  run.cleanups.push(async () => release())
  const reach = async (): Promise<Socket> => connect(await ready()).on('error', () => {})
  const wire = openRelay(run, { listen: { port, host: '127.0.0.1' }, take: () => ({ ...take(), reach }), words })
  await wire.resume()
  return { port, wire }
}

function endAll({ connections }: Way): void {
  for (const connection of connections) connection.end()
}

function stopListening(way: Way): void {
  way.listener?.close()
  way.listener = null
  endAll(way)
}

/** Nobody else takes the address in between: it is reserved. */
async function goOn(way: Way, take: (client: Socket) => void): Promise<void> {
  way.held = false
  for (const connection of way.connections) connection.resume()
  if (way.listener) return
  const listener = createServer(take)
  way.listener = listener
  await new Promise<void>((resolve, reject) => {
    listener.on('error', reject)
    listener.listen(way.listen, resolve)
  })
  // Closed again while it was being opened.
  if (way.listener !== listener) listener.close()
}
