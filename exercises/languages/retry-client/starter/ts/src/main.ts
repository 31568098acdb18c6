import { randomUUID } from 'node:crypto'
import { text } from 'node:stream/consumers'

const number = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise)

const settings = {
  url: process.env.JOBS_URL ?? '',
  maxAttempts: number('MAX_ATTEMPTS', 5),
  attemptTimeoutMs: number('ATTEMPT_TIMEOUT_MS', 1000),
  deadlineMs: number('DEADLINE_MS', 10_000),
  baseDelayMs: number('BASE_DELAY_MS', 100),
  maxDelayMs: number('MAX_DELAY_MS', 2000),
}

function send(payload: string): Promise<Response> {
  return fetch(settings.url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID() },
    body: payload,
  })
}

function finish(exitCode: number, result: object): void {
  console.log(JSON.stringify(result))
  process.exitCode = exitCode
}

const response = await send(await text(process.stdin))
if (response.status === 201) {
  const { jobId } = (await response.json()) as { jobId: string }
  finish(0, { status: 'created', jobId, attempts: 1 })
} else {
  finish(65, { status: 'rejected', code: response.status, attempts: 1 })
}
