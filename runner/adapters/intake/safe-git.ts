import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { printable } from '../../domain/submission/printable.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { strangersEnvironment, strangersFlags } from '../git/git-environment.ts'
import { complaintOf } from '../git/run-git.ts'
import { endGroup } from '../process/signals.ts'
import { IntakeRefusal } from './refusal.ts'

/**
 * git on objects that somebody else made. It runs in a bare repository of our own, never in a folder of a learner's,
 * with an environment that holds nothing of ours and within limits of the system's.
 */
export interface SafeGitCall {
  /** Our own bare repository, or a folder that is to become one. */
  repository: string
  /** Protocols a fetch may use; none without it. */
  protocols?: string
  /** Let ssh find its agent; only for an address the instructor gave. */
  ssh?: boolean
  input?: Buffer
  /** More output than this ends it. */
  mostOutput?: number
  /** Wall clock; the processor's time is limited as well. */
  mostMs?: number
}

export interface SafeGitResult {
  code: number | null
  stdout: Buffer
  stderr: string
}

const usualOutput = 8 * 1024 * 1024
const usualMs = 60_000
/** Blocks of 512 bytes: what a single file may grow to. */
const fileBlocks = 160 * 1024
const cpuSeconds = 20
const memoryKb = 1536 * 1024

/**
 * Constant: the arguments come after it and are never parsed by the shell. Where a system lacks a limit, the others
 * hold.
 */
const limited = 'ulimit -c 0; ulimit -f "$1"; ulimit -t "$2"; ulimit -v "$3" 2>/dev/null; shift 3; exec git "$@"'

/**
 * Runs git to its end. Throws for what goes over a limit; a code other than 0 is an answer like any. Not with execa: over
 * a limit it ends the program alone, and what git has started would go on.
 */
export async function safeGit(args: readonly string[], call: SafeGitCall): Promise<SafeGitResult> {
  const { promise, resolve, reject } = Promise.withResolvers<SafeGitResult>()
  const child = start([...strangersFlags, ...args], call)
  const mostOutput = call.mostOutput ?? usualOutput
  const output = { stdout: [] as Buffer[], stderr: '', bytes: 0 }
  const stop = (refusal: IntakeRefusal): void => {
    endGroup(child.pid)
    reject(refusal)
  }
  const timer = setTimeout(
    () => stop(new IntakeRefusal('too-slow', `git needed more than ${(call.mostMs ?? usualMs) / 1000} s for it.`)),
    call.mostMs ?? usualMs,
  )
  child.stdout?.on('data', (chunk: Buffer) => {
    output.bytes += chunk.length
    if (output.bytes > mostOutput) stop(new IntakeRefusal('too-large', 'It holds far more than a submission may.'))
    else output.stdout.push(chunk)
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    if (output.stderr.length < 100_000) output.stderr += chunk.toString()
  })
  child.on('error', (error) => reject(startProblem(error, call)))
  child.on('close', (code, signal) => {
    clearTimeout(timer)
    running.delete(child)
    if (signal === 'SIGXCPU' || signal === 'SIGXFSZ' || signal === 'SIGKILL')
      return reject(new IntakeRefusal('too-large', 'git went over its limit of time or size on it.'))
    resolve({ code, stdout: Buffer.concat(output.stdout), stderr: output.stderr })
  })
  child.stdin?.on('error', () => {})
  child.stdin?.end(call.input ?? Buffer.of())
  return promise
}

/** The same, where an answer is needed: anything but success is a rejection by the given rule. */
export async function soundGit(
  args: readonly string[],
  call: SafeGitCall,
  rule: string,
  sentence: string,
): Promise<Buffer> {
  const { code, stdout, stderr } = await safeGit(args, call)
  if (code !== 0) throw new IntakeRefusal(rule, `${sentence} (${printable(complaintOf(stderr))})`)
  return stdout
}

function start(args: readonly string[], call: SafeGitCall): ChildProcess {
  const options = {
    cwd: call.repository,
    env: strangersEnvironment({ protocols: 'none', ssh: false, ...call }),
    detached: true,
    stdio: 'pipe',
    windowsHide: true,
  } as const
  const child =
    process.platform === 'win32'
      ? spawn('git', args, { ...options, detached: false })
      : spawn(
          '/bin/sh',
          ['-c', limited, 'sh', String(fileBlocks), String(cpuSeconds), String(memoryKb), ...args],
          options,
        )
  running.add(child)
  return child
}

/** Each git leads a group of its own, so that what it starts ends with it, and with us. */
const running = new Set<ChildProcess>()
process.on('exit', () => running.forEach((child) => endGroup(child.pid)))

function startProblem(error: NodeJS.ErrnoException, { repository }: SafeGitCall): RunnerError {
  if (error.code === 'ENOENT' && existsSync(repository)) return new RunnerError('no-git', {}, { cause: error })
  return new RunnerError('git-failed', { action: 'read a submission', reason: error.message }, { cause: error })
}
