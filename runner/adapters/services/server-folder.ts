import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '../files/for-others.ts'
import { giveAway } from '../process/account.ts'

/** A private folder for a server's data and socket; in grading on a file system of a fixed size (sandbox/slot-view.ts). */
export function serverFolder(prefix: string): string {
  const folder = mkdtempSync(join(process.env['GYM_SERVERS'] ?? temporaryFolder(), prefix))
  giveAway(folder)
  return folder
}
