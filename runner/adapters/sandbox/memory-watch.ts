import { readdirSync, readFileSync } from 'node:fs'
import { endProcess } from '../process/signals.ts'

/**
 * What all sandboxed processes below one may have of memory together; limits of the kernel's without a cgroup bound each by
 * itself. More than any exercise needs, a JVM with Spring and a test tool included.
 */
const mostMb = 1536
/** How often it is looked at: within that time a process that does nothing else takes some hundred megabytes more. */
const everyMs = 100

/** Ends sandboxes whose processes take more together than a run may. Returns what stops the watch. */
export function watchMemory(most = mostMb * 1024 * 1024): () => void {
  const timer = setInterval(() => {
    const boxed = sandboxed(process.pid)
    if (boxed.reduce((sum, { bytes }) => sum + bytes, 0) <= most) return
    for (const { pid, isFirst } of boxed) if (isFirst) endProcess(pid)
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}

interface Boxed {
  pid: number
  bytes: number
  /** The first process of its sandbox, with which all others in there end. */
  isFirst: boolean
}

/** Processes below this one that live in a process namespace of their own, as only those in a sandbox do. */
function sandboxed(root: number): Boxed[] {
  const here = depthOf(statusOf(root))
  const found: Boxed[] = []
  const look = (pid: number, above: number): void => {
    const status = statusOf(pid)
    const depth = depthOf(status)
    if (depth > here) found.push({ pid, bytes: bytesOf(status), isFirst: above === here })
    for (const child of childrenOf(pid)) look(child, depth)
  }
  for (const child of childrenOf(root)) look(child, here)
  return found
}

/** Process namespaces, one in the other, that a process is in. */
const depthOf = (status: string): number => /^NSpid:(.*)$/m.exec(status)?.[1]?.trim().split(/\s+/).length ?? 0

/** Its own and shared memory; pages of files, such as those of programs, can be read again. */
const bytesOf = (status: string): number =>
  ['RssAnon', 'RssShmem'].reduce(
    (sum, name) => sum + Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024,
    0,
  )

const statusOf = (pid: number): string => readOr('', `/proc/${pid}/status`)

/** Each thread has children of its own. */
function childrenOf(pid: number): number[] {
  return threadsOf(pid)
    .flatMap((thread) => readOr('', `/proc/${pid}/task/${thread}/children`).split(' '))
    .flatMap((child) => (child.trim() === '' ? [] : [Number(child)]))
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return [] // Gone.
  }
}

function readOr(fallback: string, path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return fallback // Gone.
  }
}
