// Runs the three functions against a shop of paper, and prints who was called when: node src/try.ts
import { setTimeout as sleep } from 'node:timers/promises'
import { notifyDelay, packOrder, placeOrder } from './orders.ts'
import type { Order, Shop } from './shop.ts'

const order = (id: string, email: string): Order => ({
  id,
  email,
  cents: 2400,
  lines: [
    { sku: 'TEAPOT', quantity: 1 },
    { sku: 'LID', quantity: 2 },
  ],
})

/** Takes `ms` to answer; with a problem it rejects. */
async function step<T>(what: string, ms: number, answer: T, problem?: { message: string; code?: string }): Promise<T> {
  console.log(`    begins ${what}`)
  await sleep(ms)
  console.log(`    ${problem ? 'fails ' : 'ends  '} ${what}`)
  if (problem) throw Object.assign(new Error(problem.message), problem)
  return answer
}

const shop: Shop = {
  lock: (id) => step(`lock ${id}`, 5, undefined),
  unlock: (id) => step(`unlock ${id}`, 5, undefined),
  reserve: (sku) => step(`reserve ${sku}`, 10, undefined),
  charge: (id) => step(`charge ${id}`, 30, 'pay-1', id === 'B-2' ? { message: 'card declined', code: 'DECLINED' } : undefined),
  sendMail: (email) => step(`mail ${email}`, 20, undefined, email.startsWith('full') ? { message: 'mailbox full' } : undefined),
  pick: (sku) => step(`pick ${sku}`, 10, 'shelf 4', sku === 'LID' ? { message: 'shelf is empty' } : undefined),
}

async function show(title: string, work: () => Promise<unknown>): Promise<void> {
  console.log(title)
  const result = await work().catch((error: Error) => `rejected: ${error.message}`)
  console.log('  →', result)
  await sleep(100)
}

process.on('unhandledRejection', (error) => console.log('  ! nobody handled:', (error as Error).message))

await show('notifyDelay', () => notifyDelay([order('A-1', 'ida@example.com'), order('A-2', 'full@example.com')], shop))
await show('packOrder', () => packOrder(order('A-1', 'ida@example.com'), shop))
await show('placeOrder', () => placeOrder(order('A-1', 'ida@example.com'), shop))
await show('placeOrder, card declined', () => placeOrder(order('B-2', 'ida@example.com'), shop))
await show('placeOrder, mailbox full', () => placeOrder(order('C-3', 'full@example.com'), shop))
