import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'

/** Commands of the instructor's on a class, as processes that can be killed. */

const root = join(import.meta.dirname, '..', '..', '..')

export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

export interface Running {
  child: ChildProcess
  ended: Promise<Ended>
}

export function startGym(args: readonly string[], startedIn: string, env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, ['runner/bootstrap.mjs', ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', INIT_CWD: startedIn, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk: Buffer) => (said.stdout += chunk.toString('utf8')))
  child.stderr?.on('data', (chunk: Buffer) => (said.stderr += chunk.toString('utf8')))
  return { child, ended: new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal, ...said }))) }
}

/** Runs a command to its end; its JSON. Rejects when it does not end with one of `codes`. */
export async function gym(args: readonly string[], startedIn: string, { codes = [0], env = {} }: { codes?: readonly number[]; env?: Record<string, string> } = {}): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await startGym([...args, '--json'], startedIn, env).ended
  if (code === null || !codes.includes(code)) throw new Error(`${args[0]} ended with ${code}: ${stdout.slice(-2_000)}${stderr.slice(-2_000)}`)
  return JSON.parse(stdout) as Record<string, unknown>
}
