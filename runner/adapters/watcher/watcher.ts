import { rmSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import type { FSWatcher } from 'chokidar'

export interface FolderWatch {
  /** Native events do not arrive here (network and some virtual file systems): the folder is read again and again. */
  polling: boolean
  close: () => Promise<void>
}

export interface WatchOptions {
  onChange: (path: string) => void
  /** Forces polling; by itself it is chosen where a test file's own event does not arrive. */
  polling?: boolean
}

const pollMs = 300
const probeMs = 700

/** Watches a workspace: new, changed, deleted and renamed files, in old and new folders. */
export async function watchFolder(folder: string, options: WatchOptions): Promise<FolderWatch> {
  const polling = options.polling === true || !(await nativeEventsArrive(folder))
  const watcher = await open(folder, polling, options.onChange)
  return { polling, close: () => watcher.close() }
}

/**
 * What does not belong to the work: packages, caches, and git's own store. In an exercise about git the store in
 * `repo` is the work, objects excepted: what changes there shows in HEAD, the refs, the index or a log.
 */
export function isIgnored(folder: string, path: string): boolean {
  const parts = relative(folder, path).split(sep)
  if (parts.some((part) => part === 'node_modules' || part === '__pycache__' || part === '.cache')) return true
  const git = parts.indexOf('.git')
  if (git === -1) return parts.at(-1)?.startsWith('.gym-probe-') ?? false
  return parts[0] !== 'repo' || parts[git + 1] === 'objects' || (parts.at(-1)?.endsWith('.lock') ?? false)
}

async function open(folder: string, polling: boolean, onChange: (path: string) => void): Promise<FSWatcher> {
  const { watch } = await import('chokidar')
  const watcher = watch(folder, {
    ignored: (path) => isIgnored(folder, path),
    ignoreInitial: true,
    // A save by renaming is one change, not a deletion and a new file.
    atomic: 10,
    usePolling: polling,
    interval: pollMs,
    binaryInterval: pollMs,
    followSymlinks: false,
  })
  watcher.on('all', (_, path) => onChange(path))
  // A folder that vanishes while it is read is a change like any other.
  watcher.on('error', () => onChange(folder))
  await new Promise<void>((resolve) => watcher.once('ready', () => resolve()))
  return watcher
}

/** Writes a file and waits for its event. */
async function nativeEventsArrive(folder: string): Promise<boolean> {
  const { watch } = await import('node:fs')
  const probe = join(folder, `.gym-probe-${process.pid}`)
  return new Promise((resolve) => {
    const done = (arrived: boolean): void => {
      clearTimeout(timer)
      watcher.close()
      rmSync(probe, { force: true })
      resolve(arrived)
    }
    const timer = setTimeout(() => done(false), probeMs)
    const watcher = watch(folder, () => done(true))
    watcher.on('error', () => done(false))
    try {
      writeFileSync(probe, '')
    } catch {
      done(true) // A folder nobody can write to: native events are as good as polling.
    }
  })
}
