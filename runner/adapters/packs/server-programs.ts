import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { PackId } from '../../domain/exercise/exercise.ts'
import { findCommand } from '../process/find-command.ts'

/** Packs that bring a server which the machine may have already. */
export type ServerPack = Extract<PackId, 'redis' | 'mysql' | 'mongodb'>

/** What the server's program may be called, the better one first. */
export const serverPrograms: Record<ServerPack, readonly string[]> = {
  redis: ['redis-server', 'valkey-server'],
  mysql: ['mariadbd', 'mysqld'],
  mongodb: ['mongod'],
}

/** Servers stand in sbin, which is not on everybody's PATH. */
const besidePath = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin', '/usr/libexec']

/** The machine's own server, on PATH or beside it; it makes the pack needless. */
export function machinesServer(id: ServerPack): { path: string; name: string } | null {
  for (const name of serverPrograms[id]) {
    const path = findCommand(name)?.path ?? besidePath.map((folder) => join(folder, name)).find((p) => existsSync(p))
    if (path !== undefined) return { path, name }
  }
  return null
}
