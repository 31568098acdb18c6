import type { Pool, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import { NotEnoughPoints, UnknownCustomer, UnknownSeat } from './errors.ts'

export type SeatRequest = { event: number; seat: string; customer: number }

/** `points` is less than zero to spend some. */
export type PointsRequest = { customer: number; points: number }

// Compare and try again: every statement is a transaction of its own (autocommit), so each round reads the newest row.

export async function reserveSeat(pool: Pool, { event, seat, customer }: SeatRequest): Promise<boolean> {
  for (;;) {
    const [[row]] = await pool.execute<RowDataPacket[]>('select holder from seats where event_id = ? and seat = ?', [event, seat])
    if (row === undefined) throw new UnknownSeat(`event ${event} has no seat ${seat}`)
    if (row.holder !== null) return row.holder === customer
    const [{ affectedRows }] = await pool.execute<ResultSetHeader>(
      'update seats set holder = ? where event_id = ? and seat = ? and holder <=> null',
      [customer, event, seat],
    )
    if (affectedRows === 1) return true
  }
}

export async function addPoints(pool: Pool, { customer, points }: PointsRequest): Promise<void> {
  let done = false
  while (!done) {
    const [[row]] = await pool.execute<RowDataPacket[]>('select points from customers where id = ?', [customer])
    if (row === undefined) throw new UnknownCustomer(`there is no customer ${customer}`)
    const before: number = row.points
    const after = before + points
    if (after < 0) throw new NotEnoughPoints(`customer ${customer} has ${before} points`)
    const [{ affectedRows }] = await pool.execute<ResultSetHeader>(
      'update customers set points = ? where id = ? and points = ?',
      [after, customer, before],
    )
    done = affectedRows === 1
  }
}
