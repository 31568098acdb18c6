import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { reservePort } from '../run/free-port.ts'
import { patience } from '../run/patience.ts'
import { atEndOfCase, note, type RunState } from '../run/run-state.ts'
import { answerText, requestText } from './upstream-text.ts'
import { carryOut, type Answer, type UpstreamRequest } from './upstream-exchange.ts'

export interface Upstream {
  /**
   * Starts a scripted HTTP service on 127.0.0.1. Each request takes the next step of the script; the last step
   * serves all further ones. It stops with `stop`, with the case, or with the run; `forAllCases`: only with the run,
   * for a server under test that keeps its address.
   */
  start: (
    script: readonly [ScriptStep, ...ScriptStep[]],
    options?: { quiet?: boolean; forAllCases?: boolean },
  ) => Promise<UpstreamService>
  /** An address on which nobody listens: connections to it are refused. */
  refusing: () => Promise<string>
}

/** A step that is a function sees the request first; it is called when the request was read. */
export type ScriptStep = Answer | { reset: 'before-request' } | ((request: UpstreamRequest) => Answer)

export interface UpstreamService {
  /** Without a slash at the end. */
  url: string
  /** Every request that was read, in the order of arrival. */
  requests: readonly UpstreamRequest[]
  /** When each connection was accepted, also those that were reset before a request (performance.now). */
  connections: readonly number[]
  /** Takes no more, waits until every answer has its end, and closes what is still open. */
  stop: () => Promise<void>
}

/** How long `stop` waits for answers under way before it closes their connections. */
const settleMs = 500

export function upstream(run: RunState): Upstream {
  const open = new Map<UpstreamService, string | null>()
  const stopAll = async (keep?: string | null): Promise<void> => {
    const old = [...open].filter(([, caseId]) => keep === undefined || caseId !== keep)
    await Promise.all(old.map(([service]) => service.stop()))
  }
  const releases: (() => void)[] = []
  run.cleanups.push(
    () => stopAll(),
    async () => releases.splice(0).forEach((release) => release()),
  )
  atEndOfCase(run, () => stopAll())
  return {
    start: async (script, { quiet = false, forAllCases = false } = {}) => {
      await stopAll(run.currentId) // What a failed case has left.
      const service = await listen(new Script(script), quiet ? () => {} : (label, text) => note(run, label, text))
      if (forAllCases) {
        run.cleanups.push(service.stop)
        return service
      }
      const { stop } = service
      service.stop = async () => {
        open.delete(service)
        await stop()
      }
      open.set(service, run.currentId)
      return service
    },
    refusing: async () => {
      const { port, release } = await reservePort()
      releases.push(release)
      return `http://127.0.0.1:${port}`
    },
  }
}

/** The steps in order; the last one stays. */
class Script {
  private taken = 0
  private readonly steps: readonly [ScriptStep, ...ScriptStep[]]

  constructor(steps: readonly [ScriptStep, ...ScriptStep[]]) {
    this.steps = steps
  }

  take(): ScriptStep {
    return this.steps[Math.min(this.taken++, this.steps.length - 1)] as ScriptStep
  }

  /** Takes the step for a connection of which nothing may be read; false where the next step is another one. */
  takeReset(): boolean {
    if (!resetsBefore(this.steps[Math.min(this.taken, this.steps.length - 1)] as ScriptStep)) return false
    this.taken += 1
    return true
  }
}

const resetsBefore = (step: ScriptStep): step is { reset: 'before-request' } =>
  typeof step === 'object' && 'reset' in step && step.reset === 'before-request'

type Say = (label: string, text: string) => void

async function listen(script: Script, say: Say): Promise<UpstreamService> {
  const requests: UpstreamRequest[] = []
  const connections: number[] = []
  const numbers = new Map<Socket, number>()
  const underWay: UnderWay = { exchanges: [], faults: [], requests }
  const reset = (socket: Socket): void => {
    say('connection', `${numbers.get(socket)}: reset before a request was read`)
    socket.resetAndDestroy()
  }
  const http = createServer({ keepAliveTimeout: 0 }, (incoming, outgoing) => {
    const step = script.take()
    if (resetsBefore(step)) return reset(incoming.socket)
    const request: UpstreamRequest = {
      number: requests.length + 1,
      connection: numbers.get(incoming.socket) ?? 0,
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: headersOf(incoming.rawHeaders),
      body: '',
      bytes: new Uint8Array(),
      at: performance.now(),
      ended: null,
      endedAt: null,
    }
    requests.push(request)
    const before = requests.at(-2)?.endedAt ?? null
    const answerTo = (read: UpstreamRequest): Answer => {
      say(`request ${read.number}`, requestText(read, before))
      return typeof step === 'function' ? step(read) : step
    }
    const exchange = carryOut(incoming, outgoing, request, answerTo).then((answer) =>
      say(`answer ${request.number}`, answerText(request, answer)),
    )
    // A step that throws is the suite's own fault: `stop` says it.
    underWay.exchanges.push(
      exchange.catch((error: unknown) => (underWay.faults.push(error), void incoming.socket.destroy())),
    )
  })
  http.on('connection', (socket: Socket) => {
    numbers.set(socket, connections.push(performance.now()))
    socket.on('error', () => {}) // A client that breaks off is what many suites are about.
    socket.on('close', () => numbers.delete(socket))
    if (script.takeReset()) reset(socket)
  })
  http.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code?.startsWith('HPE_')) say('connection', `closed: what came is not an HTTP request (${error.message})`)
    socket.destroy()
  })
  const port = await bound(http)
  return { url: `http://127.0.0.1:${port}`, requests, connections, stop: () => close(http, numbers, underWay) }
}

function bound(http: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once('error', reject)
    http.listen({ port: 0, host: '127.0.0.1' }, () => resolve((http.address() as AddressInfo).port))
  })
}

interface UnderWay {
  exchanges: Promise<void>[]
  faults: unknown[]
  requests: UpstreamRequest[]
}

async function close(
  http: Server,
  sockets: Map<Socket, number>,
  { exchanges, faults, requests }: UnderWay,
): Promise<void> {
  const closed = new Promise<void>((resolve) => (http.listening ? http.close(() => resolve()) : resolve()))
  http.closeIdleConnections()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, settleMs * patience())))
  await Promise.race([Promise.all(exchanges), late])
  clearTimeout(timer)
  for (const request of requests) request.ended ??= 'given-up'
  for (const socket of sockets.keys()) socket.destroy()
  await Promise.all(exchanges)
  await closed
  if (faults.length > 0) throw faults[0]
}

/** Names in lower case; a header that came more than once is joined with ", ". */
function headersOf(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (let i = 0; i < raw.length; i += 2) {
    const [name, value] = [(raw[i] ?? '').toLowerCase(), raw[i + 1] ?? '']
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value
  }
  return headers
}
