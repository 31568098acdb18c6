import { chmodSync, copyFileSync, mkdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { MongodbLease } from '../../harness/run-context.ts'
import { giveAway } from '../process/account.ts'
import { freePort } from '../process/free-port.ts'
import { copyName, forOthers } from '../files/for-others.ts'
import type { GroupLedger } from '../process/group-ledger.ts'
import type { FoundServer } from './find-server.ts'
import { probeMongodb } from './mongodb-features.ts'
import { serverFolder } from './server-folder.ts'
import { startServerProcess } from './server-process.ts'

export interface MongodbServer {
  lease: MongodbLease
  stop: () => Promise<void>
}

/** mongod where the machine has one, else mongo-java-server in memory (what it lacks: decisions/0004-mongodb.md). */
export async function startMongodb(ledger: Pick<GroupLedger, 'folder'>, found: FoundServer): Promise<MongodbServer> {
  const folder = serverFolder('gym-mongo-')
  let port = found.root === null ? await freePort() : 0
  const server = await startServerProcess({
    service: 'mongodb',
    command: found.root === null ? mongod(found.path, folder, port) : inJava(found.path, found.root, folder),
    env: found.env,
    folder,
    ledger,
    stopSignal: 'SIGTERM',
    answers: async (said) => {
      port ||= Number(/^listening on (\d+)$/m.exec(said)?.[1] ?? 0)
      return port !== 0 && accepts(port)
    },
  })
  const url = `mongodb://127.0.0.1:${port}`
  try {
    return { lease: { url, server: found.name, lacks: await probeMongodb(url) }, stop: server.stop }
  } catch (error) {
    await server.stop()
    throw error
  }
}

function mongod(path: string, folder: string, port: number): string[] {
  const data = join(folder, 'data')
  mkdirSync(data)
  giveAway(data)
  return [
    path,
    '--dbpath',
    data,
    '--port',
    String(port),
    '--bind_ip',
    '127.0.0.1',
    '--nounixsocket',
    '--wiredTigerCacheSizeGB',
    '0.25',
    '--quiet',
  ]
}

const launcher = join(import.meta.dirname, 'MongoServer.java')

/**
 * The JVM compiles the few lines of the launcher by itself, from the server's folder: a clone may be closed to its
 * account.
 */
function inJava(java: string, jars: string, folder: string): string[] {
  const copy = join(folder, 'MongoServer.java')
  copyFileSync(launcher, copy)
  chmodSync(copy, 0o644)
  const place = forOthers(jars, copyName('mongo-java-server', [jars]), [jars])
  return [java, '-Xshare:auto', '-XX:TieredStopAtLevel=1', '-Xmx256m', '-cp', join(place, '*'), copy]
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const end = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })
}
