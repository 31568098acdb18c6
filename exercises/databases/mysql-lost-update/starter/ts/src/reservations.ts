import type { Pool, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import { NotEnoughPoints, UnknownCustomer } from './errors.ts'

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
  const [rows] = await pool.execute<RowDataPacket[]>('select holder from seats where event_id = ? and seat = ?', [event, seat])
  const holder = rows[0]?.holder ?? null
  if (holder !== null && holder !== customer) return false

  const [result] = await pool.execute<ResultSetHeader>('update seats set holder = ? where event_id = ? and seat = ?', [customer, event, seat])
  return result.changedRows === 1
}

export async function addPoints(pool: Pool, { customer, points }: PointsRequest): Promise<void> {
  const [rows] = await pool.execute<RowDataPacket[]>('select points from customers where id = ?', [customer])
  if (rows.length === 0) throw new UnknownCustomer(`there is no customer ${customer}`)
  const total = rows[0]!.points + points
  if (total < 0) throw new NotEnoughPoints(`customer ${customer} has ${rows[0]!.points} points`)

  const [result] = await pool.execute<ResultSetHeader>('update customers set points = ? where id = ?', [total, customer])
  if (result.changedRows === 0) throw new UnknownCustomer(`customer ${customer} is gone`)
}
