import { Pool } from 'pg'

export const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10 })

// A connection can break at any time. The statement that is under way hears of it; nobody else has to.
pool.on('connect', (client) => client.on('error', () => {}))
pool.on('error', () => {})
