import { existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Language } from '../../domain/exercise/exercise.ts'
import type { SandboxLaunch } from '../../harness/run-context.ts'
import { writeBeside } from '../files/beside.ts'
import { sha256Of } from '../files/hash.ts'
import { asRoot, giveAway, nobody } from '../process/account.ts'
import { seccompFilter } from './seccomp.ts'

/**
 * The sandbox of one child (docs/security.md): bubblewrap with namespaces of its own for users, processes, mounts,
 * IPC and host name, nothing of the machine but read-only programs, no capability, no environment, and prlimit's
 * bounds. The network is the slot's (slot-view.ts): a loopback on which only this run listens.
 */

export interface SandboxPlace {
  bwrap: string
  prlimit: string
  /** What ends the sandbox with its parent and, as root, drops to an account that owns nothing. */
  drop: readonly string[]
  /** Where a path of this machine is seen from that account: parents that only root may enter are got round. */
  seen: (path: string) => string
  /** Project's root. */
  root: string
  cache: string
  /** Programs outside the system's folders, each with all it needs: a Python's prefix, a JDK. */
  toolFolders: readonly string[]
}

export interface SandboxedRun {
  language: Language
  /** The submission's tree. */
  tree: string
  scratch: string
  /** Children write into folders of the run's own: those of a test tool, copies of repositories. */
  writesScratch: boolean
  /** What the toolchain's launch reads besides: compiled code, packs. */
  needs: readonly string[]
  /** Seconds of processor time for each child. */
  cpuSeconds: number
}

interface Limits {
  dataMb: number
  processes: number
  files: number
}

/** RLIMIT_DATA and not RLIMIT_AS: the latter counts what is only reserved, and breaks WebAssembly. */
const usual: Limits = { dataMb: 768, processes: 256, files: 256 }
const limitsOf: Partial<Record<Language, Limits>> = {
  // A JVM maps its heap at once, and Spring opens every jar and some fifty threads.
  java: { dataMb: 2048, processes: 256, files: 2048 },
}

const systemFolders = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']
const systemFiles = ['/etc/alternatives', '/etc/ld.so.cache', '/etc/localtime', '/etc/ssl/certs', '/etc/nsswitch.conf']

const isolation = [
  ...['--unshare-user', '--unshare-ipc', '--unshare-pid', '--unshare-uts', '--unshare-cgroup-try', '--disable-userns'],
  ...['--die-with-parent', '--new-session', '--cap-drop', 'ALL', '--clearenv', '--hostname', 'gym'],
  ...['--uid', '1000', '--gid', '1000'],
]

const ownFolders = [
  ...['--proc', '/proc', '--dev', '/dev'],
  ...['--size', mb(32), '--tmpfs', '/tmp', '--size', mb(8), '--tmpfs', '/dev/shm'],
]

/** The words that go before a child's own command; the harness adds folder and environment (child.ts). */
export function sandboxLaunch(place: SandboxPlace, run: SandboxedRun): SandboxLaunch {
  const { root, cache } = place
  const home = homeIn(run.scratch)
  const visible = [
    join(root, 'runner/harness/children'),
    join(root, 'node_modules'),
    join(cache, 'runtime'),
    ...place.toolFolders,
    ...run.needs,
  ]
  const own = limitsOf[run.language] ?? usual
  // A test tool starts threads, and V8 reserves some 600 MB of code range for each, which counts as data.
  const limits = run.writesScratch
    ? { ...own, dataMb: Math.max(own.dataMb, 6144), files: Math.max(own.files, 1024) }
    : own
  return {
    before: [
      ...entering(place),
      ...isolation,
      ...systemBinds(),
      ...ownFolders,
      ...inOrder(visible).flatMap((path) => ['--ro-bind-try', place.seen(path), path]),
      '--ro-bind',
      place.seen(run.tree),
      run.tree,
      '--ro-bind',
      place.seen(run.scratch),
      run.scratch,
      '--bind',
      place.seen(home),
      home,
    ],
    after: [
      '--remount-ro',
      '/',
      '--remount-ro',
      '/dev',
      '--',
      place.prlimit,
      `--nproc=${limits.processes}`,
      `--data=${mb(limits.dataMb)}`,
      `--fsize=${mb(16)}`,
      `--cpu=${run.cpuSeconds}`,
      `--nofile=${limits.files}`,
      '--core=0',
      '--',
    ],
    home,
    scratch: place.seen(run.scratch),
    owner: asRoot() ? nobody : null,
  }
}

/** HOME and TMPDIR lie in the run's own folder, as they do in local mode: suites look at what is left there. */
function homeIn(scratch: string): string {
  const home = join(scratch, 'home')
  mkdirSync(home, { recursive: true, mode: 0o700 })
  giveAway(home)
  return home
}

/**
 * Drops, makes sure that the process which grades still lives (the signal at its end is set by now, so that none of its
 * deaths is missed), and hands bubblewrap the filter of system calls on a descriptor.
 */
function entering({ drop, bwrap, cache, seen }: SandboxPlace): string[] {
  const filter = filterFile(cache)
  const check = '[ "$PPID" = "$0" ] || exit 125; filter=$1; shift; exec "$@"'
  const words = [
    ...drop,
    '/bin/sh',
    '-c',
    filter === null ? check : `${check} 9<"$filter"`,
    String(process.pid),
    filter === null ? '' : seen(filter),
    bwrap,
  ]
  return filter === null ? words : [...words, '--seccomp', '9']
}

const written = new Map<string, string | null>()

/** null where there is none for this processor. */
function filterFile(cache: string): string | null {
  const known = written.get(cache)
  if (known !== undefined) return known
  const filter = seccompFilter(process.arch)
  const path = filter === null ? null : join(cache, 'sandbox', `${sha256Of(filter).slice(0, 16)}.bpf`)
  if (path !== null && filter !== null && !existsSync(path)) writeBeside(path, filter, 0o644)
  written.set(cache, path)
  return path
}

function mb(number: number): string {
  return String(number * 1024 * 1024)
}

/** A folder before what lies in it: a later bind covers an earlier one. */
const inOrder = (paths: readonly string[]): string[] => [...new Set(paths)].sort((a, b) => a.length - b.length)

/**
 * Programs and libraries of the system, and the few settings they cannot do without; no account, no secret is among
 * them.
 */
function systemBinds(): string[] {
  const java = existsSync('/etc')
    ? readdirSync('/etc')
        .filter((name) => /^java(-|$)/.test(name))
        .map((name) => `/etc/${name}`)
    : []
  return [
    '--ro-bind',
    '/usr',
    '/usr',
    ...systemFolders.flatMap((path) => {
      const stat = lstatSync(path, { throwIfNoEntry: false })
      if (!stat) return []
      return stat.isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path]
    }),
    ...[...systemFiles, ...java].flatMap((path) => ['--ro-bind-try', path, path]),
  ]
}

/** The folder with everything a program of its own needs: two above `bin/name`; null for a program of the system. */
export function toolFolderOf(program: string): string | null {
  return /^\/(usr|bin|sbin)\//.test(program) ? null : dirname(dirname(program))
}
