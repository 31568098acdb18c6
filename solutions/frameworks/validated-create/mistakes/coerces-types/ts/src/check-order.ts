import type { Fault } from './problem.ts'

export interface NewOrder {
  customer: string
  shipTo: { street: string; city: string }
  lines: { sku: string; quantity: number }[]
  gift?: boolean | null
}

/** Everything that is wrong with a value, and below it. Nothing is converted. */
type Check = (value: unknown, pointer: string) => Fault[]

const fault = (pointer: string, detail: string): Fault[] => [{ pointer, detail }]

const text = (max: number): Check => (value, pointer) => {
  const given = String(value ?? '')
  const fits = given.trim() !== '' && given.length <= max
  return fits ? [] : fault(pointer, `must have 1 to ${max} characters and not be blank`)
}

const whole = (min: number, max: number): Check => (value, pointer) => {
  const number = Math.trunc(Number(value))
  return number >= min && number <= max ? [] : fault(pointer, `must be from ${min} to ${max}`)
}

const flag: Check = () => []

const optional = (check: Check): Check => (value, pointer) =>
  value === undefined || value === null ? [] : check(value, pointer)

const list = (min: number, max: number, item: Check): Check => (value, pointer) => {
  if (!Array.isArray(value)) return fault(pointer, 'must be a list')
  const count = value.length >= min && value.length <= max ? [] : fault(pointer, `must have ${min} to ${max} items`)
  return [...count, ...value.flatMap((v: unknown, i) => item(v, `${pointer}/${i}`))]
}

const object = (members: Record<string, Check>): Check => (value, pointer) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fault(pointer, 'must be an object')
  const unknown = Object.keys(value).filter((name) => !Object.hasOwn(members, name))
  return [
    ...unknown.flatMap((name) => fault(`${pointer}/${escaped(name)}`, 'is unknown')),
    ...Object.entries(members).flatMap(([name, check]) => check((value as Record<string, unknown>)[name], `${pointer}/${name}`)),
  ]
}

/** RFC 6901, section 3. */
const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')

const order = object({
  customer: text(60),
  shipTo: object({ street: text(60), city: text(60) }),
  lines: list(1, 20, object({ sku: text(60), quantity: whole(1, 99) })),
  gift: optional(flag),
})

export function checkOrder(body: unknown): { ok: true; order: NewOrder } | { ok: false; faults: Fault[] } {
  const faults = order(body, '')
  return faults.length === 0 ? { ok: true, order: body as NewOrder } : { ok: false, faults }
}
