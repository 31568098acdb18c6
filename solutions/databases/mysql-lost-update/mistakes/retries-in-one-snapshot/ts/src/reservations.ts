import type { Pool, PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
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
  const taken = await pool.execute<ResultSetHeader>(
    'update seats set holder = ? where event_id = ? and seat = ? and (holder is null or holder = ?)',
    [customer, event, seat, customer],
  )
  if (matched(taken)) return true
  const [rows] = await pool.execute<RowDataPacket[]>('select 1 from seats where event_id = ? and seat = ?', [event, seat])
  if (rows.length === 0) throw new UnknownSeat(`event ${event} has no seat ${seat}`)
  return false
}

export async function addPoints(pool: Pool, { customer, points }: PointsRequest): Promise<void> {
  await inTransaction(pool, async (connection) => {
    for (;;) {
      const [[row]] = await connection.execute<RowDataPacket[]>('select points from customers where id = ?', [customer])
      if (!row) throw new UnknownCustomer(`there is no customer ${customer}`)
      if (row.points + points < 0) throw new NotEnoughPoints(`customer ${customer} has ${row.points} points`)
      // Only if nobody has changed the points since we read them; else once more.
      if (matched(await connection.execute<ResultSetHeader>('update customers set points = ? where id = ? and points = ?', [row.points + points, customer, row.points]))) return
    }
  })
}

/** mysql2 asks the server to count the rows that the condition found, those included that had the new values already. */
const matched = ([result]: [ResultSetHeader, unknown]): boolean => result.affectedRows === 1

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
