// Takes two heap snapshots of the service, with traffic between them: node tools/record.ts
import { mkdirSync } from 'node:fs'
import { get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString, writeHeapSnapshot } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { start } from '../src/app.ts'
import type { Report } from '../src/tracking.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** A carrier of paper: no parcel is ever delivered. */
async function carrier(parcel: string): Promise<Report> {
  const scans = ['Graz', 'Linz', 'Passau'].map((place, i) => ({ place, at: `2026-03-0${i + 1}T10:00:00Z` }))
  return { parcel, delivered: false, scans, protocol: Array(300).fill(parcel).join(' ') }
}

const service = await start(carrier, { pollMs: 200 })

/** Asks and reads the whole answer. */
const ask = (path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    get({ port: service.port(), path, agent: false }, (response) => response.resume().on('end', resolve)).on('error', reject)
  })

/** Asks and goes away, as a customer who closes the page. */
const leave = (path: string): Promise<void> =>
  new Promise((resolve) => {
    const request = get({ port: service.port(), path, agent: false })
    request.on('error', () => {}).on('close', resolve)
    setTimeout(() => request.destroy(), 20)
  })

async function traffic(requests: number, name: string): Promise<void> {
  for (let i = 0; i < requests; i += 1) await ask(`/track/${name}-${i}?visit=${Math.random()}`)
  for (let i = 0; i < requests / 10; i += 1) await Promise.all([leave(`/stream/${name}-${i}`), leave(`/wait/${name}-${i}`)])
}

async function snapshot(name: string): Promise<void> {
  await sleep(300)
  collect()
  console.log(writeHeapSnapshot(`snapshots/${name}.heapsnapshot`))
}

mkdirSync('snapshots', { recursive: true })
await traffic(100, 'W')
await snapshot('before')
await traffic(500, 'P')
await snapshot('after')
console.log('Between the two: 500 requests to /track, 50 to /stream and 50 to /wait; the last 100 were left by the customer.')
process.exit(0)
