import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { jarsOf, libraryPath, systemRoot } from '../packs/places.ts'
import { machinesServer, serverPrograms, type ServerPack } from '../packs/server-programs.ts'
import { findCommand } from '../process/find-command.ts'
import { namesInUtf8 } from '../process/locale.ts'

export interface FoundServer {
  /** The program, or the folder of jars of a server in Java. */
  path: string
  name: string
  /** Folder of the pack it came with; null on PATH. */
  root: string | null
  /** What it needs to start. */
  env: Record<string, string>
}

/** The server to start: the machine's own, else its pack's. */
export function findServer(id: ServerPack, cache: string): FoundServer | null {
  const own = machinesServer(id)
  return own ? { ...own, root: null, env: {} } : inPack(id, cache)
}

function inPack(id: ServerPack, cache: string): FoundServer | null {
  if (id === 'mongodb') {
    const [jars, java] = [jarsOf(cache, id), findCommand('java')]
    return java && existsSync(jars)
      ? { path: java.path, name: 'mongo-java-server', root: jars, env: namesInUtf8 }
      : null
  }
  const root = systemRoot(cache, id)
  for (const name of serverPrograms[id]) {
    const path = ['usr/bin', 'usr/sbin'].map((folder) => join(root, folder, name)).find((p) => existsSync(p))
    if (path !== undefined) return { path, name, root, env: { LD_LIBRARY_PATH: libraryPath(root) } }
  }
  return null
}
