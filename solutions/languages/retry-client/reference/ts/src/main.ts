import { randomUUID } from 'node:crypto'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'

const number = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise)

const settings = {
  url: process.env.JOBS_URL ?? '',
  maxAttempts: number('MAX_ATTEMPTS', 5),
  attemptTimeoutMs: number('ATTEMPT_TIMEOUT_MS', 1000),
  deadlineMs: number('DEADLINE_MS', 10_000),
  baseDelayMs: number('BASE_DELAY_MS', 100),
  maxDelayMs: number('MAX_DELAY_MS', 2000),
}

const retriable = new Set([429, 502, 503, 504])

interface Answer {
  status: number
  retryAfter: string | null
  body: string
}

/** One attempt; null when no whole answer came. */
async function send(payload: string, key: string, timeoutMs: number): Promise<Answer | null> {
  try {
    const response = await fetch(settings.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
      body: payload,
      signal: AbortSignal.timeout(Math.max(0, Math.ceil(timeoutMs))),
    })
    return { status: response.status, retryAfter: response.headers.get('Retry-After'), body: await response.text() }
  } catch {
    return null
  }
}

/** A random wait; its ceiling doubles with each failure. */
const backoff = (failures: number): number =>
  Math.random() * Math.min(settings.maxDelayMs, settings.baseDelayMs * 2 ** (failures - 1))

function msUntil(retryAfter: string | null | undefined): number {
  if (retryAfter == null) return 0
  return /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now()
}

async function submit(payload: string): Promise<[exitCode: number, result: object]> {
  const key = randomUUID()
  const deadline = performance.now() + settings.deadlineMs
  for (let attempts = 1; ; attempts++) {
    const answer = await send(payload, key, Math.min(settings.attemptTimeoutMs, deadline - performance.now()))
    if (answer?.status === 201) return [0, { status: 'created', jobId: JSON.parse(answer.body).jobId, attempts }]
    if (answer && !retriable.has(answer.status)) return [65, { status: 'rejected', code: answer.status, attempts }]
    const wait = Math.max(backoff(attempts), msUntil(answer?.retryAfter))
    const vain = attempts >= settings.maxAttempts || performance.now() + wait >= deadline
    if (vain) return [75, { status: 'gave-up', attempts }]
    await sleep(wait)
  }
}

const [exitCode, result] = await submit(await text(process.stdin))
console.log(JSON.stringify(result))
process.exitCode = exitCode
