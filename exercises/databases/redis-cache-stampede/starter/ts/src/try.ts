// Two processes of the shop, and thirty requests for one key in each: REDIS_URL=redis://localhost:6379 node src/try.ts
import { setTimeout as sleep } from 'node:timers/promises'
import { openShop } from './shop.ts'

const options = { ttlMs: 60_000, staleMs: 10_000, nullTtlMs: 1_000, lockMs: 5_000 }
const key = `catalogue-${Date.now()}`
let loads = 0

async function loadCatalogue() {
  loads += 1
  await sleep(200)
  return { teapots: 12, mugs: 40 }
}

const [one, other] = [await openShop(), await openShop()]
const answers = await Promise.all([one.atOnce(30, key, options, loadCatalogue), other.atOnce(30, key, options, loadCatalogue)])
console.log(`${answers.flat().length} answers, ${loads} ${loads === 1 ? 'load' : 'loads'}`)
one.close()
other.close()
