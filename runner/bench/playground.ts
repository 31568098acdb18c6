import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Ended {
  code: number | null
  /** From its start to its end, in milliseconds. */
  ms: number
  stdout: string
  stderr: string
}

export interface StartOptions {
  cwd: string
  env?: Record<string, string>
}

/** Temporary folders and processes of one bench. Nothing of them outlives it, however it ends. */
export interface Playground {
  /** A new folder, whose name has a space and an umlaut as people's folders do. */
  folder: () => string
  /** Starts a command in a process group of its own, with nothing of our environment but what every program needs. */
  start: (command: readonly string[], options: StartOptions) => ChildProcess
  run: (command: readonly string[], options: StartOptions) => Promise<Ended>
  /** Asks a process to end and waits; what is left of its group is killed. */
  stop: (child: ChildProcess) => Promise<void>
  close: () => void
}

const stopMs = 5_000

export function openPlayground(): Playground {
  const folders: string[] = []
  const living = new Set<ChildProcess>()
  const start: Playground['start'] = (command, { cwd, env = {} }) => {
    const [file = '', ...args] = command
    const child = spawn(file, args, {
      cwd,
      env: { ...plainEnvironment(), INIT_CWD: cwd, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    living.add(child)
    child.once('close', () => living.delete(child))
    return child
  }
  const close = (): void => {
    process.off('exit', close)
    for (const child of living) killGroup(child.pid)
    for (const folder of folders.splice(0)) {
      endRecordedGroups(folder)
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
    }
  }
  // Ctrl-C ends the runner at once, and with it whatever stands here.
  process.on('exit', close)
  return {
    folder: () => {
      const folder = realpathSync(mkdtempSync(join(tmpdir(), 'gym-bench ü ')))
      folders.push(folder)
      return folder
    },
    start,
    run: (command, options) => collected(start(command, options)),
    stop,
    close,
  }
}

function plainEnvironment(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'JAVA_HOME', 'SystemRoot']
  const own = names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))
  // As on a person's machine: without a UTF-8 locale Java cannot name a file in our folder.
  return { LANG: process.env['LANG'] ?? 'C.UTF-8', ...Object.fromEntries(own) }
}

function collected(child: ChildProcess): Promise<Ended> {
  const started = performance.now()
  const output = { stdout: '', stderr: '' }
  let ms = 0
  child.stdout?.on('data', (chunk: Buffer) => (output.stdout += chunk.toString('utf8')))
  child.stderr?.on('data', (chunk: Buffer) => (output.stderr += chunk.toString('utf8')))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => (ms = performance.now() - started))
    child.once('close', (code) => resolve({ code, ms, ...output }))
  })
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const timer = setTimeout(() => killGroup(child.pid), stopMs)
  child.kill('SIGTERM')
  await gone
  clearTimeout(timer)
  killGroup(child.pid)
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Gone already.
  }
}

/** A runner that is killed cannot end the learner's programs it started: they are named in the ledger it leaves. */
function endRecordedGroups(project: string): void {
  const running = join(project, '.cache', 'running')
  const groups = namesIn(running).flatMap((ledger) => namesIn(join(running, ledger)))
  for (const name of groups.filter((n) => /^\d+$/.test(n))) killGroup(Number(name))
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
