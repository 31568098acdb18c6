import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { RunnerError } from '../../errors/runner-error.ts'
import { refusedWrite, writeProblem } from '../files/writing.ts'
import { gitEnvironment, gitFlags } from './git-environment.ts'

/** Far above any honest call; it ends a git that waits for ever, as on a .gitignore that is a named pipe. */
export const gitTimeoutMs = 120_000

export interface GitCall {
  /** An existing folder. */
  readonly cwd: string
  /** Completes the sentence "git could not …". */
  readonly action: string
  /** What the message names when the disk is full or not writable. */
  readonly path: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: Iterable<Buffer>
}

export interface GitResult {
  readonly code: number | null
  readonly stdout: Buffer
  readonly stderr: string
}

/**
 * Runs git in our own environment to its end, whatever its exit code; throws only when it does not start. Byte for byte
 * and with node's own spawn: every check saves a snapshot through it, and loading execa costs 75 ms of CPU, more than
 * all git calls of that snapshot.
 */
export function spawnGit(args: readonly string[], call: GitCall): Promise<GitResult> {
  const { promise, resolve, reject } = Promise.withResolvers<GitResult>()
  const child = spawn('git', [...gitFlags, ...args], {
    cwd: call.cwd,
    env: gitEnvironment(call.env),
    windowsHide: true,
  })
  // Not node's own `timeout`: where there is no git to start, its timer stays, and keeps a process that is done alive.
  const timer = setTimeout(() => child.kill('SIGKILL'), gitTimeoutMs)
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  child.on('error', (error) => reject(startFailure(error, call)))
  child.on('close', (code, signal) => {
    clearTimeout(timer)
    const said = Buffer.concat(stderr).toString()
    resolve({ code, stdout: Buffer.concat(stdout), stderr: signal ? `${said}stopped by ${signal}` : said })
  })
  pipeline(Readable.from(call.input ?? []), child.stdin).catch((error: NodeJS.ErrnoException) => {
    // A git that ends early breaks the pipe and says why on stderr; anything else is a fault of the input.
    if (error.syscall === 'write' || error.code?.startsWith('ERR_STREAM_')) return
    child.kill('SIGKILL')
    reject(error)
  })
  return promise
}

/** Runs git and returns what it printed; a failure becomes an error from the catalogue. */
export async function runGit(args: readonly string[], call: GitCall): Promise<Buffer> {
  const result = await spawnGit(args, call)
  if (result.code !== 0) throw gitFailure(result.stderr, call)
  return result.stdout
}

/** The error that git's own words on stderr stand for. */
export function gitFailure(stderr: string, call: Pick<GitCall, 'action' | 'path'>): RunnerError {
  const reason = complaintOf(stderr)
  const isFull = /No space left on device|Disk quota exceeded|Out of diskspace/.test(stderr)
  if (isFull) return new RunnerError('disk-full', { path: call.path })
  const refusals = /Permission denied|Read-only file system|Operation not permitted|insufficient permission/
  const refusal = refusals.exec(stderr)
  if (refusal) return refusedWrite(call.path, refusal[0].toLowerCase())
  return new RunnerError('git-failed', { action: call.action, reason })
}

/** The error that a failed file operation of our own stands for; anything else is passed on as it is. */
export function diskFailure(error: unknown, path: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  if (error instanceof RunnerError || typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) return error
  const told = writeProblem(path, error)
  return told instanceof RunnerError ? told : refusedWrite(path, message.replace(/^[A-Z]+: /, ''), error)
}

function startFailure(error: NodeJS.ErrnoException, call: GitCall): RunnerError {
  // Node reports a missing working folder with the same code as a missing program.
  if (error.code === 'ENOENT' && existsSync(call.cwd)) return new RunnerError('no-git', {}, { cause: error })
  const reason = error.code === 'ENOENT' ? `the folder ${call.cwd} is missing` : error.message
  return new RunnerError('git-failed', { action: call.action, reason }, { cause: error })
}

/** What git complains of in one line of its stderr, as it is: who shows a stranger's words makes them printable. */
export function complaintOf(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const complaint = lines.find((line) => /^(fatal|error):/.test(line)) ?? lines[0] ?? 'git gave no reason'
  return complaint.replace(/^(fatal|error): /, '')
}
