// Plays a few transfers against the database in DATABASE_URL, which has the tables of schema.sql: node src/try.ts
import { Client } from 'pg'
import { openBank } from './bank.ts'

const books = new Client({ connectionString: process.env.DATABASE_URL })
await books.connect()
await books.query('truncate accounts, ledger')
await books.query(`insert into accounts values (1, 'Ida', 8000), (2, 'Lin', 500)`)

async function show(title: string, work: () => Promise<unknown>): Promise<void> {
  const result = await work().catch((error: Error) => `rejected: ${error.name}: ${error.message}`)
  const { rows } = await books.query('select id, balance_cents from accounts order by id')
  console.log(title, '→', result, '\n   ', rows.map((row) => `${row.id} holds ${row.balance_cents}`).join(', '))
}

const bank = openBank(2)
await show('30.00 from 1 to 2', () => bank.transfer({ from: 1, to: 2, cents: 3_000 }))
await show('35.01 from 2 to 1', () => bank.transfer({ from: 2, to: 1, cents: 3_501 }))
await show('0.10 from 1 to nobody', () => bank.transfer({ from: 1, to: 9, cents: 10 }))
await show('both directions at once', () =>
  Promise.all([bank.transfer({ from: 1, to: 2, cents: 100 }), bank.transfer({ from: 2, to: 1, cents: 100 })]),
)
console.log('connections', bank.connections())

await bank.close()
await books.end()
