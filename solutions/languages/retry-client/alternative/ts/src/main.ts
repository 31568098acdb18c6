import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { request, type IncomingHttpHeaders } from 'node:http'

const env = (name: string, otherwise: number): number => (process.env[name] ? Number(process.env[name]) : otherwise)

const maxAttempts = env('MAX_ATTEMPTS', 5)
const attemptTimeout = env('ATTEMPT_TIMEOUT_MS', 1000)
const baseDelay = env('BASE_DELAY_MS', 100)
const maxDelay = env('MAX_DELAY_MS', 2000)

const payload = readFileSync(0)
const idempotencyKey = randomBytes(16).toString('hex')
const started = Date.now()
const timeLeft = (): number => started + env('DEADLINE_MS', 10_000) - Date.now()

interface Reply {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

/** One POST on a connection of its own; rejects when no whole answer comes in time. */
function post(timeout: number): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request(process.env.JOBS_URL!, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json', 'content-length': payload.length, 'idempotency-key': idempotencyKey },
    })
    const timer = setTimeout(() => outgoing.destroy(new Error('no answer in time')), Math.max(1, timeout))
    outgoing.once('close', () => clearTimeout(timer))
    outgoing.once('error', reject)
    outgoing.once('response', (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk) => chunks.push(chunk))
      incoming.once('error', reject)
      incoming.once('end', () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks).toString() }))
    })
    outgoing.end(payload)
  })
}

function askedFor(reply: Reply | undefined): number {
  const value = reply?.headers['retry-after']
  if (value === undefined) return 0
  const seconds = Number(value)
  return Number.isNaN(seconds) ? new Date(value).getTime() - Date.now() : seconds * 1000
}

function done(code: number, result: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(result)}\n`)
  process.exitCode = code
}

async function attempt(n: number): Promise<void> {
  const reply = await post(Math.min(attemptTimeout, timeLeft())).catch(() => undefined)
  const passing = reply === undefined || [429, 502, 503, 504].includes(reply.status)
  if (!passing) {
    const { status, body } = reply
    if (status === 201) return done(0, { status: 'created', ...JSON.parse(body), attempts: n })
    return done(65, { status: 'rejected', code: status, attempts: n })
  }
  const ceiling = Math.min(maxDelay, baseDelay * 2 ** (n - 1))
  const pause = Math.max(Math.random() * ceiling, askedFor(reply))
  if (n === maxAttempts || pause >= timeLeft()) return done(75, { status: 'gave-up', attempts: n })
  setTimeout(() => void attempt(n + 1), pause)
}

void attempt(1)
