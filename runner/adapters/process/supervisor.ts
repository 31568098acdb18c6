import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { GroupLedger } from './group-ledger.ts'

/**
 * Starts what outlives us for a moment: a shell that waits for our end, however it comes, and then ends every group in
 * the ledger. It reads a pipe that nobody but us writes to, so a kill -9 ends it like a crash does, on Linux and macOS.
 * Where there is no shell the next start does its work (openLedger).
 */
export function supervised(ledger: GroupLedger, temporaryFolder: string): GroupLedger {
  const script = join(import.meta.dirname, 'supervisor.sh')
  const supervisor = spawn('/bin/sh', [script, ledger.folder, temporaryFolder], {
    cwd: '/',
    // A session of its own: a terminal that is closed must not take it along.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  supervisor.on('error', () => {})
  supervisor.stdin.on('error', () => {})
  supervisor.unref()
  ;(supervisor.stdin as unknown as { unref: () => void }).unref()
  return {
    folder: ledger.folder,
    close: () => {
      ledger.close()
      supervisor.stdin.destroy()
    },
  }
}
