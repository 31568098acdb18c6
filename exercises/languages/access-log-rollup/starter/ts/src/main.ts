import { readFileSync } from 'node:fs'

let hits = 0
let bytes = 0
const serverErrors: Record<string, number> = {}

const lines = readFileSync(0, 'utf8').trim().split('\n')

for (const line of lines) {
  // host identity user [time zone] "method target protocol" status bytes "referrer" "user agent"
  const fields = line.split(' ')
  const method = fields[5].replace('"', '')
  const route = fields[6].split('?')[0]
  const status = Number(fields[8])

  hits += 1
  bytes += Number(fields[9])
  if (status >= 500) {
    const key = `${method} ${route}`
    serverErrors[key] = (serverErrors[key] ?? 0) + 1
  }
}

console.log(JSON.stringify({ hits, bytes, serverErrors, skipped: 0 }))
