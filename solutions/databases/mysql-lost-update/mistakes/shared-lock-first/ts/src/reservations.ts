import type { Pool, PoolConnection, RowDataPacket } from 'mysql2/promise'
import { NotEnoughPoints, UnknownCustomer, UnknownSeat } from './errors.ts'

export interface SeatRequest {
  event: number
  seat: string
  customer: number
}

export interface PointsRequest {
  customer: number
  /** Less than zero to spend points. */
  points: number
}

/** Resolves to whether the customer has the seat now. */
export async function reserveSeat(pool: Pool, { event, seat, customer }: SeatRequest): Promise<boolean> {
  return inTransaction(pool, async (connection) => {
    const [[row]] = await connection.execute<RowDataPacket[]>('select holder from seats where event_id = ? and seat = ? lock in share mode', [event, seat])
    if (!row) throw new UnknownSeat(`event ${event} has no seat ${seat}`)
    if (row.holder !== null) return row.holder === customer
    await connection.execute('update seats set holder = ? where event_id = ? and seat = ?', [customer, event, seat])
    return true
  })
}

export async function addPoints(pool: Pool, { customer, points }: PointsRequest): Promise<void> {
  await inTransaction(pool, async (connection) => {
    const [[row]] = await connection.execute<RowDataPacket[]>('select points from customers where id = ? lock in share mode', [customer])
    if (!row) throw new UnknownCustomer(`there is no customer ${customer}`)
    const total = row.points + points
    if (total < 0) throw new NotEnoughPoints(`customer ${customer} has ${row.points} points`)
    await connection.execute('update customers set points = ? where id = ?', [total, customer])
  })
}

/** One connection, one transaction; the connection goes back without a transaction, however the work ends. */
async function inTransaction<T>(pool: Pool, work: (connection: PoolConnection) => Promise<T>): Promise<T> {
  const connection = await pool.getConnection()
  try {
    await connection.beginTransaction()
    const result = await work(connection)
    await connection.commit()
    connection.release()
    return result
  } catch (error) {
    await connection.rollback().then(
      () => connection.release(),
      () => connection.destroy(),
    )
    throw error
  }
}
