// A job service with bad days, to try a client by hand:
//   node try/flaky-service.mjs 503 reset 429:2 silent 201
// Each request takes the next word: a status (429:2 adds Retry-After: 2), reset, or silent. The last one stays.
import { createServer } from 'node:http'

const script = process.argv.slice(2)
if (script.length === 0) script.push('503', '201')
let taken = 0
let last = Date.now()

const server = createServer((request, response) => {
  const step = script[Math.min(taken++, script.length - 1)]
  let body = ''
  request.on('data', (chunk) => (body += chunk))
  request.on('end', () => {
    console.log(`+${Date.now() - last} ms  ${request.method} ${request.url}  key ${request.headers['idempotency-key']}  ${body.trim()}  ->  ${step}`)
    last = Date.now()
    if (step === 'silent') return
    if (step === 'reset') return request.socket.resetAndDestroy()
    const [status, retryAfter] = step.split(':')
    if (retryAfter) response.setHeader('Retry-After', retryAfter)
    response.writeHead(Number(status), { 'Content-Type': 'application/json' })
    response.end(JSON.stringify(status === '201' ? { jobId: `job-${taken}` } : { error: 'not today' }))
  })
})
server.listen(8099, '127.0.0.1', () => console.log('http://127.0.0.1:8099/jobs'))
