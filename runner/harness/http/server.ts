import { connect } from 'node:net'
import { startChild, type Child } from '../child/child.ts'
import { within } from '../child/deadline.ts'
import { stopIfNotLoadable } from '../child/load-failure.ts'
import type { Exit } from '../child/place.ts'
import { reservePort } from '../run/free-port.ts'
import { requestText, responseText, sendRequest, type HttpRequest, type HttpResponse } from './request.ts'
import { atEndOfCase, keepStderr, note, StopRun, type RunState } from '../run/run-state.ts'

export interface Server {
  /** Starts the server if it does not run, sends the request and notes both in the transcript. */
  request: (method: string, path: string, options?: HttpRequest) => Promise<HttpResponse>
  /** Starts it with more environment; does nothing while it runs. A later start without `env` repeats this one's. */
  start: (env?: Record<string, string>) => Promise<void>
  /** Ends it and starts a fresh process. */
  restart: (env?: Record<string, string>) => Promise<void>
  /** Asks it to end and waits. */
  stop: () => Promise<Exit>
  signal: (signal: NodeJS.Signals) => void
  alive: () => boolean
  /** Where it listens, for connections that the case opens itself; null before the first start. */
  port: () => number | null
  stdout: () => string
  stderr: () => string
}

interface Running {
  child: Child
  port: number
  /** Requests under way. */
  open: number
}

const readyMs = 15_000
const answerMs = 2_000
const stopMs = 5_000

export function server(run: RunState): Server {
  let running: Running | null = null
  let starting: Promise<Running> | null = null
  let lastEnv: Record<string, string> = {}
  /** Requests sent at once share one start; after a crash the next one starts it anew, with the same environment. */
  const start = async (env: Record<string, string> = lastEnv): Promise<void> => {
    if (!starting && running?.child.alive()) return
    lastEnv = env
    starting ??= launch(run, env).finally(() => (starting = null))
    running = await starting
  }
  const stop = async (): Promise<Exit> => {
    await starting?.catch(() => {})
    const current = running
    running = null
    return current ? end(run, current.child) : { code: null, signal: null }
  }
  run.cleanups.push(async () => void (await stop()))
  atEndOfCase(run, async () => {
    if (running) await refuseFlood(running.child)
  })
  return {
    start,
    stop,
    restart: async (env = lastEnv) => {
      await stop()
      await start(env)
    },
    request: async (method, path, options = {}) => {
      await start()
      return exchange(run, running as Running, method, path, options)
    },
    signal: (signal) => running?.child.signal(signal),
    alive: () => running?.child.alive() ?? false,
    port: () => running?.port ?? null,
    stdout: () => running?.child.stdout().toString('utf8') ?? '',
    stderr: () => running?.child.stderr() ?? '',
  }
}

async function launch(run: RunState, env: Record<string, string>, tries = 3): Promise<Running> {
  const { port, release } = await reservePort()
  const { launch: how, workspace } = run.context
  const child = startChild(run, {
    command: [...how.command, ...how.args],
    cwd: workspace,
    env: { ...env, PORT: String(port) },
  })
  void child.exited.finally(release)
  child.onStdout((chunk) => keepStderr(run, chunk.toString('utf8')))
  const waiting = ready(run, child, port, tries > 1)
  const listening = await within(run, readyMs, child, `connection accepted on port ${port} (PORT)`, waiting)
  return listening ? { child, port, open: 0 } : launch(run, env, tries - 1)
}

/** Somebody else took the port between our probe and the learner's bind: no fault of theirs. */
const portTaken = (stderr: string): boolean => /EADDRINUSE|[Aa]ddress already in use/.test(stderr)

/** Polls the port; a program that ends before it listens is broken, with its own words as the reason. */
async function ready(run: RunState, child: Child, port: number, mayRetry: boolean): Promise<boolean> {
  while (child.alive()) {
    if (await accepts(port)) return true
    await new Promise((resolve) => setTimeout(resolve, 3))
  }
  const exit = await child.exited
  if (mayRetry && portTaken(child.stderr())) return false
  stopIfNotLoadable(run, exit, child.stderr())
  const how = exit.signal ? `by ${exit.signal}` : `with exit code ${exit.code}`
  throw new StopRun('exited', `The server ended ${how} before it listened on the port in PORT.`)
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    const settle = (ok: boolean) => () => {
      socket.destroy()
      resolve(ok)
    }
    socket.once('connect', settle(true))
    socket.once('error', settle(false))
  })
}

async function exchange(
  run: RunState,
  running: Running,
  method: string,
  path: string,
  options: HttpRequest,
): Promise<HttpResponse> {
  const { child, port } = running
  note(run, 'sent', requestText(method, path, options))
  running.open += 1
  const answer = sendRequest(port, method, path, options)
  const response = await within(run, options.limitMs ?? answerMs, child, `answer to ${method} ${path}`, answer)
    .catch((error: unknown) => explain(child, error))
    .finally(() => (running.open -= 1))
  // Answers to requests sent at once come in any order: each says whose it is.
  const whose = running.open > 0 ? `to ${method} ${path}: ` : ''
  note(run, 'answer', whose + responseText(method, response))
  run.current.evidence['status'] = response.status
  return response
}

const tooMuchOutput = 'The server wrote more than 8 MB of output; it was stopped.'
const chattyBytes = 64 * 1024
const quietMs = 10

/**
 * Output may still be on its way when the answer is here: at the end of a case it is read until it pauses,
 * and for longer where a lot was written.
 */
async function refuseFlood(child: Child): Promise<void> {
  for (let quiet = 0; !child.flooded() && quiet < (child.outputBytes() > chattyBytes ? 10 : 1);) {
    const before = child.outputBytes()
    await (before === 0 ? nextTurns() : new Promise((resolve) => setTimeout(resolve, quietMs)))
    quiet = child.outputBytes() > before ? 0 : quiet + 1
  }
  if (child.flooded()) throw new Error(tooMuchOutput)
}

/**
 * A server that has not written a byte so far gets two turns of the event loop: what is in the pipe is read in them.
 */
const nextTurns = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

/** A crash of the learner's server is told as a crash, never as ECONNREFUSED. */
async function explain(child: Child, error: unknown): Promise<never> {
  if (error instanceof StopRun) throw error
  await Promise.race([child.exited, new Promise((resolve) => setTimeout(resolve, 200))])
  if (child.flooded()) throw new Error(tooMuchOutput)
  if (!child.alive()) {
    const exit = await child.exited
    throw new Error(`The server ended during this request (${exit.signal ?? `exit code ${exit.code}`}).`)
  }
  throw new Error(`The connection was closed without a whole answer (${(error as Error).message}).`)
}

async function end(run: RunState, child: Child): Promise<Exit> {
  if (!child.alive()) return child.exited
  child.signal(run.context.launch.stopSignal)
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), stopMs).unref())
  const exit = await Promise.race([child.exited, late])
  if (exit) return exit
  await child.kill()
  return child.exited
}
