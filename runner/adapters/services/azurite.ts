import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { AzuriteLease } from '../../harness/run-context.ts'
import { copyName, forOthers } from '../files/for-others.ts'
import { packFolder } from '../packs/places.ts'
import type { GroupLedger } from '../process/group-ledger.ts'
import { serverFolder } from './server-folder.ts'
import { startServerProcess } from './server-process.ts'

export interface AzuriteServer {
  /** An account that nobody had before; null when all are used up. */
  account: () => AzuriteLease | null
  stop: () => Promise<void>
}

/** Accounts have to be named at the start. */
const accountsOfAServer = 200

/**
 * The blob service of the pack `azurite`, in memory, on a free port that it chooses itself. Whoever is there finds it, and
 * needs the key of an account: what one run leaves behind no other can read, change or meet.
 */
export async function startAzurite(ledger: Pick<GroupLedger, 'folder'>, cache: string): Promise<AzuriteServer> {
  const packages = packFolder(cache, 'azurite')
  const samples = [packages, join(packages, 'node_modules')]
  const place = forOthers(packages, copyName('azurite', samples), samples)
  const folder = serverFolder('gym-azurite-')
  const accounts = Array.from({ length: accountsOfAServer }, (_, i) => ({
    account: `gym${i}`,
    key: randomBytes(64).toString('base64'),
  }))
  let port = 0
  const server = await startServerProcess({
    service: 'azurite',
    command: [
      process.execPath,
      join(place, 'node_modules', 'azurite', 'dist', 'src', 'blob', 'main.js'),
      '--inMemoryPersistence',
      '--skipApiVersionCheck',
      '--disableTelemetry',
      '--blobHost',
      '127.0.0.1',
      '--blobPort',
      '0',
    ],
    env: { AZURITE_ACCOUNTS: accounts.map(({ account, key }) => `${account}:${key}`).join(';'), HOME: folder },
    folder,
    ledger,
    stopSignal: 'SIGTERM',
    answers: async (said) => {
      port ||= Number(/successfully listen(?:s|ing)? on http:\/\/127\.0\.0\.1:(\d+)/i.exec(said)?.[1] ?? 0)
      return port !== 0
    },
  })
  return {
    account: () => {
      const next = accounts.shift()
      return next === undefined ? null : { ...next, url: `http://127.0.0.1:${port}` }
    },
    stop: server.stop,
  }
}

export const azuriteInstalled = (cache: string): boolean => existsSync(join(packFolder(cache, 'azurite'), 'pack.json'))
