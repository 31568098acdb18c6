import { createPool } from 'mysql2/promise'
import { addPoints, reserveSeat, type PointsRequest, type SeatRequest } from './reservations.ts'

/** The rest of the app, as the tests play it: one pool, and requests that share it. Nothing in here has to change. */
export function openBoxOffice(connections = 10) {
  const pool = createPool({ uri: process.env.MYSQL_URL, connectionLimit: connections })
  return {
    reserveSeat: (request: SeatRequest) => reserveSeat(pool, request),
    addPoints: (request: PointsRequest) => addPoints(pool, request),
    /** Many bookings of points for one customer at the same moment; tells how each ended. */
    addAtOnce: (customer: number, amounts: number[]) => Promise.all(amounts.map((points) => endOf(addPoints(pool, { customer, points })))),
    close: () => pool.end(),
  }
}

const endOf = (work: Promise<void>): Promise<string> =>
  work.then(
    () => 'added',
    (error: Error & { code?: string }) => error.code ?? error.name,
  )
