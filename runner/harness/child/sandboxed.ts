import { lchownSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { firstChild, killGroup, trySignal } from './processes.ts'
import { sandboxFault, type SandboxLaunch } from '../run-context.ts'
import type { RunState } from '../run/run-state.ts'

/** What is different about a child in the sandbox: how it is started, found, ended and understood. */

interface Wanted {
  command: readonly string[]
  cwd: string
  writes?: readonly string[]
}

interface Started {
  command: readonly string[]
  cwd: string
  env: Record<string, string>
}

interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
}

/**
 * The descriptor on which a shell inside says that the sandbox stands, and is told to become the learner's program.
 * Only by now does everything in there end with the grader; had that been killed meanwhile, nobody would answer.
 */
export const standsFd = 5

/** The same child in the sandbox: it gets its folder and its environment from inside. */
export function sandboxed(
  run: RunState,
  sandbox: SandboxLaunch,
  { command, cwd, writes = [] }: Wanted,
  env: Record<string, string>,
): Started {
  const variables = { ...env, HOME: sandbox.home, TMPDIR: sandbox.home }
  const words = Object.entries(variables).flatMap(([name, value]) => ['--setenv', name, value])
  const sockets = [...run.sockets].flatMap((folder) => ['--ro-bind', folder, folder])
  for (const folder of writes) giveOnce(run, folder)
  const writable = writes.flatMap((folder) => [
    '--bind',
    sandbox.scratch + folder.slice(run.context.scratch.length),
    folder,
  ])
  const standing = ['/bin/sh', '-c', `echo >&${standsFd}; read -r go <&${standsFd} && exec "$@" ${standsFd}>&-`, 'sh']
  return {
    command: [
      ...sandbox.before,
      ...sockets,
      ...writable,
      '--chdir',
      cwd,
      ...words,
      ...sandbox.after,
      ...standing,
      ...command,
    ],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
  }
}

const given = new WeakMap<RunState, Set<string>>()

/**
 * Only before a child has been in a folder: what one has changed there, links above all, is not to be walked as root.
 */
function giveOnce(run: RunState, folder: string): void {
  const known = given.get(run) ?? new Set()
  const owner = run.context.sandbox?.owner ?? null
  if (owner !== null && !known.has(folder)) give(folder, owner)
  given.set(run, known.add(folder))
}

function give(path: string, owner: number): void {
  lchownSync(path, owner, owner)
  if (!lstatSync(path).isDirectory()) return
  for (const name of readdirSync(path)) give(join(path, name), owner)
}

/** In the sandbox our child is bubblewrap, whose child is the sandbox's first process, whose child is the learner's. */
export function inside(run: RunState, pid: number): number {
  if (!run.context.sandbox) return pid
  const init = firstChild(pid)
  return (init === null ? null : firstChild(init)) ?? pid
}

/**
 * bubblewrap tells its inner half to end with it only when that has laid everything out: killed before, the inner half
 * would go on alone. So it is held, and the inner half goes first, with all that is in there.
 */
export function endChild(run: RunState, pid: number): void {
  if (run.context.sandbox && pid > 1) {
    trySignal(pid, 'SIGSTOP')
    const init = firstChild(pid)
    if (init !== null) trySignal(init, 'SIGKILL')
  }
  killGroup(pid)
}

/** A sandbox that did not come to stand is our fault or the machine's, and no verdict on anybody's work. */
export function checkStood(run: RunState, stood: boolean, { code, signal }: Ended, stderr: string): void {
  if (!run.context.sandbox || stood || signal !== null) return
  run.warnings.add(`${sandboxFault}${stderr.trim().split('\n').at(-1)?.slice(0, 200) || `exit code ${code}`}`)
}

/** bubblewrap tells an end by a signal as 128 and its number, as shells do; a JVM ends so by itself. */
export function exitInside(run: RunState, { code, signal }: Ended): Ended {
  if (!run.context.sandbox || code === null || run.context.language === 'java') return { code, signal }
  const name = bySignal[code - 128]
  return name === undefined ? { code, signal } : { code: null, signal: name }
}

const bySignal: Record<number, NodeJS.Signals> = {
  2: 'SIGINT',
  6: 'SIGABRT',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  15: 'SIGTERM',
  24: 'SIGXCPU',
  25: 'SIGXFSZ',
}
