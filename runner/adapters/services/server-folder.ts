import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '../files/for-others.ts'
import { giveAway } from '../process/account.ts'

/** A private folder for a server's data and socket. */
export function serverFolder(prefix: string): string {
  const folder = mkdtempSync(join(temporaryFolder(), prefix))
  giveAway(folder)
  return folder
}
