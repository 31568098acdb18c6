import { onModule, type Attack } from './attack.ts'

/** Other machines, this machine's own loopback, and sockets in folders. */

const reached = (attempts: string): string => `import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { readdirSync, readFileSync } from 'node:fs'
const reached: string[] = Object.keys(networkInterfaces()).filter((name) => name !== 'lo')
const attempt = (options: object, name: string) => new Promise<void>((resolve) => {
  const socket = connect(options as never, () => { reached.push(name); socket.destroy(); resolve() })
  socket.on('error', () => resolve())
  socket.setTimeout(300, () => { socket.destroy(); resolve() })
})
${attempts}
export const add = () => { throw new Error('REACHED=' + JSON.stringify(reached)) }
export const record = add
`

export const attacks: readonly Attack[] = [
  onModule(
    'R20',
    'loopback of the machine',
    reached(
      'await Promise.all([22, 25, 53, 80, 443, 3000, 3306, 5432, 6379, 8080, 27017].map((port) => attempt({ host: "127.0.0.1", port }, "port " + port)))',
    ),
    { most: 0, shows: /REACHED=\[\]/ },
  ),
  // Addresses that are nobody's (RFC 5737): what is looked at is whether the network lets a packet leave at all.
  onModule(
    'R20',
    'other machines',
    reached(
      'await Promise.all(["192.0.2.1", "198.51.100.1", "203.0.113.1"].map((host) => attempt({ host, port: 80 }, host)))\nif (readFileSync("/proc/net/route", "utf8").trim().split("\\n").length > 1) reached.push("a route")',
    ),
    { most: 0, shows: /REACHED=\[\]/ },
  ),
  onModule(
    'R20',
    'sockets in folders, and abstract ones',
    reached(`const sockets = readFileSync('/proc/net/unix', 'utf8').split('\\n').slice(1).map((l) => l.trim().split(/\\s+/)[7]).filter(Boolean) as string[]
for (const folder of ['/tmp', '/run', '/var/run', '/run/postgresql', '/var/run/docker.sock']) try { for (const name of readdirSync(folder)) sockets.push(folder + '/' + name) } catch {}
await Promise.all([...sockets, '/var/run/docker.sock'].map((path) => attempt({ path: path.replace(/^@/, '\\0') }, path)))`),
    { most: 0, shows: /REACHED=\[\]/ },
  ),
]
