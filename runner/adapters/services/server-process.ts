import { spawn, type ChildProcess } from 'node:child_process'
import { rmSync } from 'node:fs'
import type { ServiceId } from '../../domain/exercise/exercise.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { identity } from '../process/account.ts'
import { findCommand } from '../process/find-command.ts'
import { recordProcess, type GroupLedger } from '../process/group-ledger.ts'

export interface ServerSpec {
  service: ServiceId
  command: readonly string[]
  env: Record<string, string>
  /** Private folder of the server; deleted when it has ended. */
  folder: string
  ledger: Pick<GroupLedger, 'folder'>
  /** Resolves `true` once the server answers; asked every few milliseconds. */
  answers: (said: string) => Promise<boolean>
  /** The server's way of ending at once without waiting for its clients. */
  stopSignal: 'SIGINT' | 'SIGTERM'
  /** What it gets when this process is gone without having stopped it; SIGKILL where nothing is said. */
  orphanSignal?: 'SIGQUIT'
  startMs?: number
}

export interface ServerProcess {
  stop: () => Promise<void>
}

/** Starts a server, waits until it answers, and ends it with its folder. Rejects in the catalogue's words. */
export async function startServerProcess(spec: ServerSpec): Promise<ServerProcess> {
  const [file = '', ...args] = [...endsWithUs(spec), ...spec.command]
  const env = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC', ...spec.env }
  const server = spawn(file, args, {
    cwd: spec.folder,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...identity(),
  })
  const forget = server.pid === undefined ? () => {} : recordProcess(spec.ledger, server.pid, spec.folder)
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()).once('error', () => resolve()))
  const stop = async (): Promise<void> => {
    await stopServer(server, ended, spec.stopSignal)
    forget()
    rmSync(spec.folder, { recursive: true, force: true })
  }
  try {
    await untilItAnswers(server, spec)
    return { stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/**
 * Linux ends a server with the process that started it, however that ended; elsewhere the next start does
 * (GroupLedger).
 */
function endsWithUs({ orphanSignal }: ServerSpec): string[] {
  const setpriv = process.platform === 'linux' ? findCommand('setpriv') : null
  return setpriv ? [setpriv.path, `--pdeathsig=${orphanSignal === 'SIGQUIT' ? 'QUIT' : 'KILL'}`, '--'] : []
}

/** SIGQUIT is for those that do not listen; PostgreSQL ends at once on it. */
async function stopServer(server: ChildProcess, ended: Promise<void>, signal: NodeJS.Signals): Promise<void> {
  if (server.pid === undefined || hasEnded(server)) return
  const timers = [setTimeout(() => server.kill('SIGQUIT'), 3_000), setTimeout(() => server.kill('SIGKILL'), 6_000)]
  server.kill(signal)
  await ended
  for (const timer of timers) clearTimeout(timer)
}

const hasEnded = (server: ChildProcess): boolean => server.exitCode !== null || server.signalCode !== null

async function untilItAnswers(server: ChildProcess, { service, answers, startMs = 60_000 }: ServerSpec): Promise<void> {
  let said = ''
  const listen = (chunk: Buffer): void => void (said = (said + chunk.toString('utf8')).slice(-4_000))
  server.stderr?.on('data', listen)
  server.stdout?.on('data', listen)
  server.on('error', (error) => listen(Buffer.from(error.message)))
  const until = Date.now() + startMs
  while (Date.now() < until && server.pid !== undefined && !hasEnded(server)) {
    if (await answers(said).catch(() => false)) return
    await new Promise((resolve) => setTimeout(resolve, 15))
  }
  const reason = said.trim().split('\n').at(-1)?.slice(0, 200)
  throw new RunnerError('service-failed', { service, reason: reason || `it did not answer within ${startMs / 1000} s` })
}
