import type { Attack } from './attack.ts'

/**
 * A work looks for the server itself, past the relay that counts, holds and breaks its connections: on every port that
 * listens in its network, and on every socket that it can see. The relay of its own address has to be there, or the
 * attack has looked at nothing.
 */
const search = (variable: string): string => `import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
const address = new URL(process.env['${variable}']!.replace('@/', '@localhost/'))
const folder = address.searchParams.get('host')
const relay = folder === null ? { host: '127.0.0.1', port: Number(address.port) } : { path: folder + '/.s.PGSQL.5432' }
const lines = (path: string) => { try { return readFileSync(path, 'latin1').trim().split('\\n').slice(1).map((line) => line.trim().split(/\\s+/)) } catch { return [] } }
const ports = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap(lines).filter((line) => line[3] === '0A').map((line) => parseInt(line[1]!.split(':').at(-1)!, 16))
const sockets = lines('/proc/net/unix').map((line) => line[7]).filter(Boolean) as string[]
for (const folder of ['/tmp', '/run', '/var/run', '/var/tmp', '/dev/shm']) try { for (const name of readdirSync(folder, { recursive: true })) sockets.push(folder + '/' + name) } catch {}
const answers = (options: object) => new Promise<boolean>((resolve) => {
  const socket = connect(options as never, () => { socket.destroy(); resolve(true) })
  socket.on('error', () => resolve(false))
  socket.setTimeout(500, () => { socket.destroy(); resolve(false) })
})
const reached: (string | number)[] = []
for (const port of ports) if (port !== relay.port && (await answers({ host: '127.0.0.1', port }))) reached.push(port)
for (const path of sockets) if (path !== relay.path && (await answers({ path: path.replace(/^@/, '\\0') }))) reached.push(path)
throw new Error('RELAY=' + (await answers(relay)) + ' REACHED=' + JSON.stringify(reached))
`

const onServer = (exercise: string, path: string, variable: string): Attack => ({
  id: 'R35',
  title: `a server past its relay, by ${variable}`,
  language: 'ts',
  exercise,
  base: 'reference',
  files: { [path]: search(variable) },
  expected: { verdicts: ['broken'], most: 0, says: /RELAY=true REACHED=\[\]/ },
})

/** Azurite has no relay; its accounts are kept apart in adapters/services/leases.test.ts. */
export const attacks: readonly Attack[] = [
  onServer('mongo-atomic-stock', 'src/shop.ts', 'MONGODB_URL'),
  onServer('redis-cache-stampede', 'src/shop.ts', 'REDIS_URL'),
  onServer('mysql-lost-update', 'src/box-office.ts', 'MYSQL_URL'),
  onServer('pg-transfer-atomic', 'src/bank.ts', 'DATABASE_URL'),
]
