import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A machine without a sandbox: `work` sees a PATH on which there is none. No attack: the grader is what is looked at.
 */
export function withoutSandbox<T>(work: () => T): T {
  const path = process.env['PATH']
  const empty = mkdtempSync(join(tmpdir(), 'gym-no-sandbox-'))
  process.env['PATH'] = empty
  try {
    return work()
  } finally {
    process.env['PATH'] = path
    rmSync(empty, { recursive: true, force: true })
  }
}
