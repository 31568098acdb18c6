import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { RunnerError } from '../../errors/runner-error.ts'
import { isAlive } from '../process/signals.ts'
import { writing } from './writing.ts'

const waitMs = 120_000
const pollMs = 100

/**
 * Holds a lock (a folder, made atomically, with the owner's process id in it) while `work` runs.
 * A lock whose owner no longer lives is taken over; a living owner is waited for, and named in the end.
 */
export async function withFolderLock<T>(
  parent: string,
  name: string,
  onWait: () => void,
  work: () => Promise<T>,
): Promise<T> {
  const lock = join(parent, `${name}.lock`)
  await writing(parent, () => {
    mkdirSync(parent, { recursive: true })
    return acquire(lock, onWait)
  })
  try {
    return await work()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

async function acquire(lock: string, onWait: () => void): Promise<void> {
  const until = Date.now() + waitMs
  for (let tries = 0; !tryAcquire(lock); tries++) {
    const owner = ownerOf(lock)
    if (owner !== null && !isAlive(owner)) takeOver(lock)
    else if (Date.now() > until)
      throw new RunnerError('locked', { path: lock, seconds: waitMs / 1000, pid: owner ?? '?' })
    else await wait(tries === 3 ? onWait : () => {})
  }
}

const wait = (first: () => void): Promise<void> => {
  first()
  return new Promise((resolve) => setTimeout(resolve, pollMs))
}

function tryAcquire(lock: string): boolean {
  // Made beside with its owner inside, then renamed: a lock without an owner can never be seen.
  const mine = `${lock}.${process.pid}.${Math.random().toString(36).slice(2)}`
  mkdirSync(mine)
  writeFileSync(join(mine, 'pid'), String(process.pid))
  try {
    renameSync(mine, lock)
    return true
  } catch (error) {
    rmSync(mine, { recursive: true, force: true })
    if (['ENOTEMPTY', 'EEXIST', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}

/** Renamed away first, so that of two that find a dead lock only one removes it. */
function takeOver(lock: string): void {
  const dead = `${lock}.dead.${process.pid}`
  try {
    renameSync(lock, dead)
    rmSync(dead, { recursive: true, force: true })
  } catch {
    // Somebody else was faster.
  }
}

function ownerOf(lock: string): number | null {
  try {
    return Number(readFileSync(join(lock, 'pid'), 'utf8')) || null
  } catch {
    return null
  }
}
