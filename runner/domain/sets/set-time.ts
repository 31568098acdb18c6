import * as v from 'valibot'

/**
 * A moment of a set: an instant with its offset, or a clock's time in a named zone, which follows that zone's summer
 * time.
 */
const offsetPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/
const localPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/

const noSuchDay = 'is no such day or time'
const isoHelp = 'must be a time with its offset, such as 2026-03-02T23:59:00+01:00'

const instant = v.pipe(
  v.string(),
  v.regex(offsetPattern, isoHelp),
  v.check((text) => !Number.isNaN(Date.parse(text)), isoHelp),
  v.check(isDay, noSuchDay),
)
const zoned = v.strictObject({
  local: v.pipe(
    v.string(),
    v.regex(localPattern, 'must be a time without an offset, such as 2026-03-02T23:59'),
    v.check((text) => !Number.isNaN(Date.parse(`${text}Z`)) && isDay(text), noSuchDay),
  ),
  zone: v.pipe(v.string(), v.minLength(1), v.check(isZone, 'must be a time zone such as Europe/Berlin')),
})

export const setTimeSchema = v.union(
  [instant, zoned],
  'must be a time with its offset (2026-03-02T23:59:00+01:00), or {"local": "2026-03-02T23:59", "zone": "Europe/Berlin"}',
)
export type SetTime = v.InferOutput<typeof setTimeSchema>

/** A date that no calendar has, such as 30 February, would silently become another day. */
function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number)
  const date = new Date(Date.UTC(year, month - 1, day))
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text.slice(0, 10))
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

const dayMs = 86_400_000

/**
 * Milliseconds since 1970 of a moment, `days` later by its own clock: where the zone changes to summer time, that day
 * has 23 hours. A time that the clock skips or shows twice is taken at its later meaning: a deadline is never earlier
 * than it reads.
 */
export function instantOf(time: SetTime, days = 0): number {
  if (typeof time === 'string') return Date.parse(time) + days * dayMs
  const wall = Date.parse(`${time.local}Z`) + days * dayMs
  return wall - Math.min(...offsetsAround(wall, time.zone))
}

/** The offsets under which a clock of the zone can show this time, or, where it skips it, the one before the change. */
function offsetsAround(wall: number, zone: string): number[] {
  const near = [offsetAt(wall - dayMs, zone), offsetAt(wall + dayMs, zone)]
  const fitting = near.filter((offset) => offsetAt(wall - offset, zone) === offset)
  return fitting.length > 0 ? fitting : near.slice(0, 1)
}

/** How far a zone's clock is ahead of UTC at an instant, in ms. */
function offsetAt(instantMs: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(instantMs)
  const part = (type: string): number => Number(parts.find((p) => p.type === type)?.value)
  return (
    Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) -
    Math.floor(instantMs / 1000) * 1000
  )
}

/**
 * Milliseconds since 1970 of a time that says nothing of its zone, as the clock says it that a set goes by.
 *
 * @param wallMs the time as if it were in UTC
 * @param clock a moment of the set; UTC, where it has none
 */
export function onTheClockOf(clock: SetTime | null, wallMs: number): number {
  if (clock === null) return wallMs
  if (typeof clock !== 'string')
    return instantOf({ local: new Date(wallMs).toISOString().slice(0, 19), zone: clock.zone })
  const [, sign = '+', hours = '0', minutes = '0'] = /([+-])(\d\d):(\d\d)$/.exec(clock) ?? []
  return wallMs - Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) * 60_000
}

/** The same moment as an ISO instant in UTC. */
export const isoOf = (time: SetTime): string => new Date(instantOf(time)).toISOString()

/** A moment as whoever wrote the set reads it, and in UTC for everybody else: `2026-03-02 23:59 Europe/Berlin`. */
export function toldTime(time: SetTime): string {
  const utc = isoOf(time).slice(0, 16).replace('T', ' ')
  const [text, zone] =
    typeof time === 'string' ? [time, time.endsWith('Z') ? 'UTC' : time.slice(-6)] : [time.local, time.zone]
  const own = `${text.slice(0, 16).replace('T', ' ')} ${zone}`
  return zone === 'UTC' ? own : `${own} (${utc} UTC)`
}
