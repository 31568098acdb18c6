import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { NetworkWatch } from '../../app/ports.ts'

const sampleMs = 100

/**
 * Looks every 100 ms for sockets of our children (they carry GYM_RUN in their environment) whose other end is
 * not the loopback. A sample: it sees connections that live or hang, not each that fails at once. Linux only;
 * `.ci/run` also runs the gate without any network, which proves the rest.
 */
export const networkWatch: NetworkWatch = {
  start: () => {
    const seen = new Set<string>()
    const timer = setInterval(() => sample(seen), sampleMs)
    timer.unref()
    return {
      stop: () => {
        clearInterval(timer)
        return [...seen]
      },
    }
  },
}

function sample(seen: Set<string>): void {
  if (process.platform !== 'linux') return
  const remote = new Map(['tcp', 'tcp6', 'udp', 'udp6'].flatMap(outsideSockets))
  if (remote.size === 0) return
  for (const pid of readdirSync('/proc').filter((n) => /^\d+$/.test(n))) {
    for (const inode of socketsOf(pid)) {
      const address = remote.get(inode)
      if (address !== undefined && isOurs(pid)) seen.add(address)
    }
  }
}

/** Socket inode → remote address, for sockets whose remote end is outside. */
function outsideSockets(table: string): [string, string][] {
  const lines = readOr('', `/proc/net/${table}`).split('\n').slice(1)
  return lines.flatMap((line): [string, string][] => {
    const fields = line.trim().split(/\s+/)
    const [address = '', inode = ''] = [fields[2], fields[9]]
    return address === '' || isLocal(address.split(':')[0] ?? '') ? [] : [[inode, `${table} ${address}`]]
  })
}

/** Addresses stand in host byte order: 0100007F is 127.0.0.1; zeros mean "not connected". */
function isLocal(hex: string): boolean {
  return (
    /^0+$/.test(hex) ||
    (hex.length === 8 && hex.endsWith('7F')) ||
    /^0{24}01000000$/.test(hex) ||
    /^0{16}FFFF0000.{6}7F$/.test(hex)
  )
}

function socketsOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOr(`/proc/${pid}/fd/${fd}`))?.[1]
      return inode === undefined ? [] : [inode]
    })
  } catch {
    return [] // Gone, or another user's.
  }
}

const isOurs = (pid: string): boolean =>
  Number(pid) !== process.pid && readOr('', `/proc/${pid}/environ`).includes('GYM_RUN=')

function readOr(fallback: string, path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return fallback
  }
}

function linkOr(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
