import { instantOf, type SetTime } from './set-time.ts'

/** What handing in after the close costs. */
export interface LatePolicy {
  /** Minutes after the close that count as in time. */
  graceMinutes: number
  /** Percent of the points for each day begun after the close. */
  percentPerDay: number
  /** The most that is taken off, in percent. */
  capPercent: number
  /** Days after the close that cost a learner nothing. */
  lateDays: number
}

export interface Lateness {
  /** Whole minutes begun after the close; 0 when in time, and that is within the grace, too. */
  minutes: number
  /** Days begun after the close, by the close's own clock; 0 when in time. */
  days: number
}

const minuteMs = 60_000
const dayMs = 86_400_000

/** The last moment that counts as in time, in milliseconds since 1970. */
export const inTimeUntil = (closesAt: SetTime, graceMinutes: number): number =>
  instantOf(closesAt) + graceMinutes * minuteMs

/** How late a work is. Without a close nothing is. */
export function latenessOf(closesAt: SetTime | null, at: string, graceMinutes = 0): Lateness {
  if (closesAt === null) return { minutes: 0, days: 0 }
  const moment = Date.parse(at)
  if (moment <= inTimeUntil(closesAt, graceMinutes)) return { minutes: 0, days: 0 }
  const minutes = Math.ceil((moment - instantOf(closesAt)) / minuteMs)
  return { minutes, days: daysBegun(closesAt, moment) }
}

/** Counting hours could be one off: a day of a zone's clock has 23 to 25 of them. */
function daysBegun(closesAt: SetTime, moment: number): number {
  let days = Math.max(1, Math.ceil((moment - instantOf(closesAt)) / dayMs) - 1)
  while (moment > instantOf(closesAt, days)) days++
  return days
}

/**
 * What is left of points, to two decimals. Late days are spent by the whole set, not by each work of it: a work pays
 * for the days after the last free one.
 */
export function pointsKept(points: number, { days }: Pick<Lateness, 'days'>, policy: LatePolicy): number {
  const percent = Math.min(policy.capPercent, Math.max(0, days - policy.lateDays) * policy.percentPerDay)
  return Math.round(points * (100 - percent)) / 100
}
