import { createInterface } from 'node:readline'

interface Hit {
  method: string
  route: string
  status: number
  bytes: number
}

function parseHit(line: string): Hit | null {
  const fields = line.split(' ')
  if (fields.length < 12) return null
  const [, , , , , method, target, protocol, status, bytes] = fields
  if (!/^"[A-Z]+$/.test(method) || !/^HTTP\/.+"$/.test(protocol)) return null
  if (!/^\d{3}$/.test(status) || !/^(\d+|-)$/.test(bytes)) return null
  return {
    method: method.slice(1),
    route: target.split('?')[0],
    status: Number(status),
    bytes: bytes === '-' ? 0 : Number(bytes),
  }
}

const totals = { hits: 0, bytes: 0, skipped: 0 }
const serverErrors = new Map<string, number>()

function count(hit: Hit): void {
  totals.hits += 1
  totals.bytes += hit.bytes
  if (hit.status < 500 || hit.status > 599) return
  const key = `${hit.method} ${hit.route}`
  serverErrors.set(key, (serverErrors.get(key) ?? 0) + 1)
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const hit = parseHit(line)
  if (hit) count(hit)
  else totals.skipped += 1
}

console.log(JSON.stringify({ ...totals, serverErrors: Object.fromEntries(serverErrors) }))
