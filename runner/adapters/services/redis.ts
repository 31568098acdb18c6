import { randomBytes } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { RedisLease } from '../../harness/run-context.ts'
import { copyName, forOthers } from '../files/for-others.ts'
import { giveAway } from '../process/account.ts'
import type { GroupLedger } from '../process/group-ledger.ts'
import type { FoundServer } from './find-server.ts'
import { serverFolder } from './server-folder.ts'
import { startServerProcess } from './server-process.ts'

export interface RedisServer {
  lease: RedisLease
  stop: () => Promise<void>
}

/** Nothing is kept, nobody else reaches it: a private socket, and a password for the runner's own account. */
const settings = [
  '--port',
  '0',
  '--save',
  '',
  '--appendonly',
  'no',
  '--maxmemory',
  '256mb',
  '--maxmemory-policy',
  'noeviction',
  '--unixsocketperm',
  '700',
]

/**
 * One server for one run at a time: starting takes some 20 ms, and FLUSHALL or a script of one run never meets another.
 */
export async function startRedis(ledger: Pick<GroupLedger, 'folder'>, found: FoundServer): Promise<RedisServer> {
  const folder = serverFolder('gym-redis-')
  const path = join(folder, 'redis.sock')
  const password = randomBytes(18).toString('hex')
  const program = inPlace(found)
  const server = await startServerProcess({
    service: 'redis',
    command: [program.path, passwordFile(folder, password), ...settings, '--unixsocket', path, '--dir', folder],
    env: program.env,
    folder,
    ledger,
    stopSignal: 'SIGTERM',
    answers: async () => existsSync(path) && pong(path, password),
  })
  return { lease: { path, password }, stop: server.stop }
}

/** Command lines can be read by every account of the machine. */
function passwordFile(folder: string, password: string): string {
  const path = join(folder, 'redis.conf')
  writeFileSync(path, `requirepass ${password}\n`, { mode: 0o600 })
  giveAway(path)
  return path
}

/** When we are root, the pack's files may lie where the server's account cannot go; then a copy is used. */
export function inPlace({ path, root, env }: FoundServer): { path: string; env: Record<string, string> } {
  if (root === null) return { path, env }
  const place = forOthers(root, copyName(path.split('/').at(-1) ?? '', [path, root]), [path, root])
  const moved = (text: string): string => text.replaceAll(root, place)
  return {
    path: moved(path),
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, moved(value)])),
  }
}

function pong(path: string, password: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    let said = ''
    const end = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.on('connect', () => socket.write(`AUTH ${password}\r\nPING\r\n`))
    socket.on('data', (chunk) => {
      said += chunk.toString('latin1')
      if (said.includes('+PONG')) end(true)
      else if (said.includes('-')) end(false)
    })
    socket.on('error', () => end(false))
    socket.setTimeout(1_000, () => end(false))
  })
}
