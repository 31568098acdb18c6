import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, lchownSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { sandboxFault, type SandboxLaunch } from '../run-context.ts'
import type { RunState } from '../run/run-state.ts'
import type { Exit, Place, Wanted } from './place.ts'
import { firstChild, killGroup, trySignal } from './processes.ts'

/**
 * The descriptor on which a shell inside says that the sandbox stands, and is told to become the learner's program.
 * Only by now does everything in there end with the grader; had that been killed meanwhile, nobody would answer.
 */
const standsFd = 5
/** The descriptor from which bubblewrap reads the environment: command lines can be read by every account of the machine. */
const environmentFd = 6

/** In bubblewrap (adapters/sandbox/bubblewrap.ts): what is started is its outer half. */
export function sandboxPlace(run: RunState, launch: SandboxLaunch): Place {
  const stood = new WeakSet<ChildProcess>()
  const open = openings(launch)
  return {
    start: (wanted, env) => {
      for (const folder of wanted.writes ?? []) open.giveOnce(folder)
      for (const folder of run.sockets) open.letInOnce(folder)
      const [file = '', ...args] = wordsOf(run, launch, wanted)
      const child = spawn(file, args, {
        cwd: '/',
        env: { PATH: '/usr/bin:/bin' },
        detached: true,
        stdio: pipes(wanted.protocolPipes === true),
        windowsHide: true,
      })
      tellEnvironment(child, wanted.alone === true ? '/tmp' : launch.home, env)
      whenItStands(child, () => stood.add(child))
      return child
    },
    find,
    end,
    exitOf: (exit) => (run.context.language === 'java' ? exit : bySignal(exit)),
    fault: (child, { code, signal }, stderr) =>
      stood.has(child) || signal !== null
        ? null
        : `${sandboxFault}${stderr.trim().split('\n').at(-1)?.slice(0, 200) || `exit code ${code}`}`,
  }
}

/** Bytes of the empty folder that covers the run's own. */
const hidden = String(1024 * 1024)

/** The command of the whole; the child gets its folder and its environment from inside. */
function wordsOf(
  run: RunState,
  sandbox: SandboxLaunch,
  { command, cwd, writes = [], alone = false }: Wanted,
): string[] {
  const writable = writes.flatMap((folder) => [
    '--bind',
    sandbox.scratch + folder.slice(run.context.scratch.length),
    folder,
  ])
  const standing = ['/bin/sh', '-c', `echo >&${standsFd}; read -r go <&${standsFd} && exec "$@" ${standsFd}>&-`, 'sh']
  return [
    ...sandbox.before,
    ...(alone ? ['--unshare-net', '--size', hidden, '--tmpfs', run.context.scratch] : []),
    ...[...run.sockets].flatMap((folder) => ['--ro-bind', folder, folder]),
    ...writable,
    '--chdir',
    cwd,
    // Not secret, and what a process that was left over is known by.
    '--setenv',
    'GYM_RUN',
    run.context.runId,
    '--args',
    String(environmentFd),
    ...sandbox.after,
    ...standing,
    ...command,
  ]
}

const pipes = (protocolPipes: boolean): ('pipe' | 'ignore')[] =>
  Array.from({ length: environmentFd + 1 }, (_, fd) => ((fd === 3 || fd === 4) && !protocolPipes ? 'ignore' : 'pipe'))

/** Passwords of servers are among it. */
function tellEnvironment(child: ChildProcess, home: string, env: Record<string, string>): void {
  const { GYM_RUN: _, ...variables }: Record<string, string> = { ...env, HOME: home, TMPDIR: home }
  const words = Object.entries(variables).flatMap(([name, value]) => ['--setenv', name, value])
  const pipe = (child.stdio as unknown as (Duplex | null | undefined)[])[environmentFd]
  pipe?.on('error', () => {}).end(words.map((word) => `${word}\0`).join(''))
}

/** Hears that the sandbox stands, writes it down, and lets the learner's program begin. */
function whenItStands(child: ChildProcess, stands: () => void): void {
  const pipe = (child.stdio as unknown as (Duplex | null | undefined)[])[standsFd]
  pipe
    ?.on('error', () => {})
    .on('data', () => {
      stands()
      pipe.write('\n')
    })
}

/** What the account inside may write to, or reach, is opened to it once. */
function openings({ owner }: SandboxLaunch) {
  const done = new Set<string>()
  const once = (folder: string, work: () => void): void => {
    if (!done.has(folder)) work()
    done.add(folder)
  }
  return {
    /**
     * Only before a child has been in a folder: what one has changed there, links above all, is not to be walked as
     * root.
     */
    giveOnce: (folder: string) => once(folder, () => owner !== null && give(folder, owner)),
    letInOnce: (folder: string) => once(folder, () => letIn(folder)),
  }
}

function give(path: string, owner: number): void {
  lchownSync(path, owner, owner)
  if (!lstatSync(path).isDirectory()) return
  for (const name of readdirSync(path)) give(join(path, name), owner)
}

/** Sockets of the harness: the program has another account there; a password is what keeps others out. */
function letIn(folder: string): void {
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o777)
  chmodSync(folder, 0o711)
}

/** Our child is bubblewrap, whose child is the sandbox's first process, whose child is the learner's. */
function find(pid: number): number {
  const init = firstChild(pid)
  return (init === null ? null : firstChild(init)) ?? pid
}

/**
 * bubblewrap tells its inner half to end with it only when that has laid everything out: killed before, the inner half
 * would go on alone. So it is held, and the inner half goes first, with all that is in there.
 */
function end(pid: number): void {
  if (pid > 1) {
    trySignal(pid, 'SIGSTOP')
    const init = firstChild(pid)
    if (init !== null) trySignal(init, 'SIGKILL')
  }
  killGroup(pid)
}

/** bubblewrap tells an end by a signal as 128 and its number, as shells do; a JVM ends so by itself. */
function bySignal({ code, signal }: Exit): Exit {
  const name = code === null ? undefined : signals[code - 128]
  return name === undefined ? { code, signal } : { code: null, signal: name }
}

const signals: Record<number, NodeJS.Signals> = {
  2: 'SIGINT',
  6: 'SIGABRT',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  15: 'SIGTERM',
  24: 'SIGXCPU',
  25: 'SIGXFSZ',
}
