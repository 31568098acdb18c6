import { createInterface } from 'node:readline'

interface Hit {
  method: string
  route: string
  status: number
  bytes: number
}

// Inside quotes a backslash takes the next character with it, so \" does not end the field.
const quoted = String.raw`(?:[^"\\]|\\.)*`
const logLine = new RegExp(
  String.raw`^[^ ]+ [^ ]+ [^ ]+ \[[^\]]*\] "(?<request>${quoted})" (?<status>\d{3}) (?<bytes>\d+|-) "${quoted}" "${quoted}"$`,
)
const requestLine = /^(?<method>[A-Z]+) (?<target>.+) HTTP\/[^ ]+$/

function parseHit(line: string): Hit | null {
  const fields = logLine.exec(line)?.groups
  const request = requestLine.exec(fields?.request ?? '')?.groups
  if (!fields || !request) return null
  return {
    method: request.method,
    route: request.target.split('?')[0],
    status: Number(fields.status),
    bytes: fields.bytes === '-' ? 0 : Number(fields.bytes),
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
  if (line === '') continue
  const hit = parseHit(line)
  if (hit) count(hit)
  else totals.skipped += 1
}

console.log(JSON.stringify({ ...totals, serverErrors: Object.fromEntries(serverErrors) }))
