import type { Pool, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
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
  const added = await pool.execute<ResultSetHeader>('update customers set points = points + ? where id = ? and points + ? >= 0', [points, customer, points])
  if (matched(added)) return
  const [rows] = await pool.execute<RowDataPacket[]>('select points from customers where id = ?', [customer])
  if (rows.length === 0) throw new UnknownCustomer(`there is no customer ${customer}`)
  throw new NotEnoughPoints(`customer ${customer} cannot spend ${-points} points`)
}

/** mysql2 asks the server to count the rows that the condition found, those included that had the new values already. */
const matched = ([result]: [ResultSetHeader, unknown]): boolean => result.affectedRows === 1
