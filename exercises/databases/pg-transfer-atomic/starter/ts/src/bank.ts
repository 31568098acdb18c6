import { Pool } from 'pg'
import { transfer, type TransferRequest } from './transfer.ts'

/** The rest of the app, as the tests play it: one pool, and requests that share it. Nothing in here has to change. */
export function openBank(connections = 5) {
  const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: connections, allowExitOnIdle: true })
  // A connection can break at any time. The statement that is under way hears of it; nobody else has to.
  pool.on('connect', (client) => client.on('error', () => {}))
  pool.on('error', () => {})
  return {
    transfer: (request: TransferRequest) => transfer(pool, request),
    /** Connections that are open, those of them that nobody has taken, and calls that wait for one. */
    connections: () => ({ open: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    close: () => pool.end(),
  }
}
