import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ServiceId } from '../../domain/exercise/exercise.ts'
import { libraryPath, systemRoot } from '../packs/debian-pack.ts'
import { jarsOf } from '../packs/maven-pack.ts'
import { findCommand } from '../process/find-command.ts'

export interface FoundServer {
  /** The program, or the folder of jars of a server in Java. */
  path: string
  name: string
  /** Folder of the pack it came with; null on PATH. */
  root: string | null
  /** What it needs to start. */
  env: Record<string, string>
}

type Found = 'redis' | 'mysql' | 'mongodb'

const programs: Record<Found, readonly string[]> = {
  redis: ['redis-server', 'valkey-server'],
  mysql: ['mariadbd', 'mysqld'],
  mongodb: ['mongod'],
}

/** Servers stand in sbin, which is not on everybody's PATH. */
const besidePath = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin', '/usr/libexec']

/** A server of this machine: on PATH, else (with the cache given) in its pack. */
export function findServer(id: Extract<ServiceId, Found>, cache?: string): FoundServer | null {
  for (const name of programs[id]) {
    const path = findCommand(name)?.path ?? besidePath.map((folder) => join(folder, name)).find((p) => existsSync(p))
    if (path !== undefined) return { path, name, root: null, env: {} }
  }
  return cache === undefined ? null : inPack(id, cache)
}

function inPack(id: Found, cache: string): FoundServer | null {
  if (id === 'mongodb') {
    const [jars, java] = [jarsOf(cache, id), findCommand('java')]
    return java && existsSync(jars) ? { path: java.path, name: 'mongo-java-server', root: jars, env: {} } : null
  }
  const root = systemRoot(cache, id)
  for (const name of programs[id]) {
    const path = ['usr/bin', 'usr/sbin'].map((folder) => join(root, folder, name)).find((p) => existsSync(p))
    if (path !== undefined) return { path, name, root, env: { LD_LIBRARY_PATH: libraryPath(root) } }
  }
  return null
}
