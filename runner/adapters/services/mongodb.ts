import { chmodSync, copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { MongodbLease } from '../../harness/run-context.ts'
import { giveAway } from '../process/account.ts'
import { copyName, forOthers } from '../files/for-others.ts'
import type { GroupLedger } from '../process/group-ledger.ts'
import type { FoundServer } from './find-server.ts'
import { probeMongodb } from './mongodb-features.ts'
import { serverFolder } from './server-folder.ts'
import { startServerProcess } from './server-process.ts'

export interface MongodbServer {
  lease: MongodbLease
  /** Nothing of any run is left in it. */
  empty: () => Promise<void>
  stop: () => Promise<void>
}

/**
 * mongod where the machine has one, else mongo-java-server in memory (what it lacks: decisions/0004-mongodb.md). On a
 * unix socket in a folder that no sandbox shows: neither has a password, and a port could be found by whoever looks.
 */
export async function startMongodb(ledger: Pick<GroupLedger, 'folder'>, found: FoundServer): Promise<MongodbServer> {
  const folder = serverFolder('gym-mongo-')
  const path = join(folder, 'mongo.sock')
  const server = await startServerProcess({
    service: 'mongodb',
    command: found.root === null ? mongod(found.path, folder, path) : inJava(found.path, found.root, folder, path),
    env: found.env,
    folder,
    ledger,
    stopSignal: 'SIGTERM',
    answers: async () => existsSync(path) && accepts(path),
  })
  const url = `mongodb://${encodeURIComponent(path)}/`
  try {
    return {
      lease: { path, url, server: found.name, lacks: await probeMongodb(url) },
      empty: () => emptied(url),
      stop: server.stop,
    }
  } catch (error) {
    await server.stop()
    throw error
  }
}

/** What belongs to the server itself; nothing of a program's is in there. */
const ownDatabases = ['admin', 'config', 'local']

async function emptied(url: string): Promise<void> {
  const { MongoClient } = await import('mongodb')
  const client = await new MongoClient(url, { directConnection: true }).connect()
  try {
    const { databases } = await client.db().admin().listDatabases({ nameOnly: true })
    const left = databases.filter(({ name }) => !ownDatabases.includes(name))
    await Promise.all(left.map(({ name }) => client.db(name).dropDatabase()))
  } finally {
    await client.close()
  }
}

function mongod(program: string, folder: string, path: string): string[] {
  const data = join(folder, 'data')
  mkdirSync(data)
  giveAway(data)
  return [
    program,
    '--dbpath',
    data,
    '--bind_ip',
    path,
    '--filePermissions',
    '0700',
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
function inJava(java: string, jars: string, folder: string, path: string): string[] {
  const copy = join(folder, 'MongoServer.java')
  copyFileSync(launcher, copy)
  chmodSync(copy, 0o644)
  const place = forOthers(jars, copyName('mongo-java-server', [jars]), [jars])
  return [java, '-Xshare:auto', '-XX:TieredStopAtLevel=1', '-Xmx256m', '-cp', join(place, '*'), copy, path]
}

function accepts(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    const end = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })
}
