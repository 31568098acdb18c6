import { createServer, type NetConnectOpts, type Server, type Socket } from 'node:net'
import { reservePort } from '../../run/free-port.ts'
import { openFaults, type Cut, type FaultOptions, type Held } from './faults.ts'
import { openRecorder, type Command } from './recorder.ts'
import { openConnection, type Codec, type Connection, type Host } from './connection.ts'
import { pending, stuck } from './waiting.ts'
import { whenCaseIsOver, type RunState } from '../../run/run-state.ts'

/** Which commands are meant: a pattern on the text, or a look at the whole. */
type CommandMatch<C> = RegExp | ((command: C) => boolean)

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

export interface Relay<C extends Command> {
  port: number
  wire: RelayWire<C>
}

export interface RelayOptions<C extends Command> {
  /** Where the server is; asked for each connection, so that whoever comes early waits. */
  ready: () => Promise<NetConnectOpts>
  codec: () => Codec<C>
  /** What a learner reads before a command: `its redis`. */
  label: string
  /** Name of the evidence that holds the first refusal of a case. */
  evidence: string
}

interface Way {
  connections: Set<Connection>
  /** Null while the server is to be down. */
  listener: Server | null
  /** Nothing passes. */
  held: boolean
  /** When something last went over the wire (performance.now). */
  movedAt: number
}

/**
 * Stands between the learner's program and a server, on a port of 127.0.0.1 that stays the same for the whole run, so
 * that every connection of the program can be counted, held, cut off or refused.
 */
export async function openRelay<C extends Command>(run: RunState, options: RelayOptions<C>): Promise<Relay<C>> {
  const { port, release } = await reservePort()
  const recorder = openRecorder<C>(run, options.label, options.evidence)
  // They look at nothing but the text of what was sent.
  const faults = openFaults() as unknown as Pick<RelayWire<C>, 'hold' | 'cut'> & {
    of: Host<C>['faultOf']
    clear: () => void
  }
  const way: Way = { connections: new Set(), listener: null, held: false, movedAt: 0 }
  const host: Host<C> = {
    ...options,
    ...recorder,
    faultOf: faults.of,
    isHeld: () => way.held,
    moved: () => void (way.movedAt = performance.now()),
    closed: (connection) => void way.connections.delete(connection),
  }
  const take = (client: Socket): void => void way.connections.add(openConnection(host, client))
  const resume = (): Promise<void> => goOn(way, port, take)
  const stop = (): void => {
    faults.clear()
    stopListening(way)
  }
  await resume()
  whenCaseIsOver(run, () => {
    faults.clear()
    resume().catch((error: unknown) =>
      run.warnings.add(`The way to a server could not be opened again: ${String(error)}`),
    )
  })
  run.cleanups.push(async () => {
    stop()
    release()
  })
  return {
    port,
    wire: {
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
    },
  }
}

function endAll({ connections }: Way): void {
  for (const connection of connections) connection.end()
}

function stopListening(way: Way): void {
  way.listener?.close()
  way.listener = null
  endAll(way)
}

/** Nobody else takes the port in between: it is reserved. */
async function goOn(way: Way, port: number, take: (client: Socket) => void): Promise<void> {
  way.held = false
  for (const connection of way.connections) connection.resume()
  if (way.listener) return
  const listener = createServer(take)
  way.listener = listener
  await new Promise<void>((resolve, reject) => {
    listener.on('error', reject)
    listener.listen({ port, host: '127.0.0.1' }, resolve)
  })
  // Closed again while it was being opened.
  if (way.listener !== listener) listener.close()
}
