import type { Fault } from './problem.ts'

export interface NewOrder {
  customer: string
  shipTo: { street: string; city: string }
  lines: { sku: string; quantity: number }[]
  gift: boolean
}

/** Looks at all of a body before it answers; nothing is converted on the way. */
export function checkOrder(body: unknown): { ok: true; order: NewOrder } | { ok: false; faults: Fault[] } {
  const faults: Fault[] = []
  const order = readOrder(new Reader(body, '', (fault) => faults.push(fault)))
  return faults.length === 0 ? { ok: true, order } : { ok: false, faults }
}

function readOrder(body: Reader): NewOrder {
  const order = body.object(['customer', 'shipTo', 'lines', 'gift'])
  const shipTo = order.member('shipTo').object(['street', 'city'])
  const lines = order.member('lines').list(1, 20).map((item) => item.object(['sku', 'quantity']))
  return {
    customer: order.member('customer').text(60),
    shipTo: { street: shipTo.member('street').text(60), city: shipTo.member('city').text(60) },
    lines: lines.map((line) => ({ sku: line.member('sku').text(60), quantity: line.member('quantity').whole(1, 99) })),
    gift: order.member('gift').flag(false),
  }
}

/** A value of the body and where it stands. What does not fit is told, and reading goes on. */
class Reader {
  private readonly value: unknown
  private readonly pointer: string
  private readonly tell: (fault: Fault) => void

  constructor(value: unknown, pointer: string, tell: (fault: Fault) => void) {
    this.value = value
    this.pointer = pointer
    this.tell = tell
  }

  object(known: readonly string[]): Reader {
    // What would be inside something that is no object is not missed one by one.
    if (!isObject(this.value)) return this.wrong('must be an object', new Reader({}, this.pointer, () => {}))
    const unknown = Object.keys(this.value).filter((name) => !known.includes(name))
    for (const name of unknown) this.tell({ pointer: this.pointerTo(name), detail: 'is unknown' })
    return this
  }

  member(name: string): Reader {
    return new Reader((this.value as Record<string, unknown>)[name], this.pointerTo(name), this.tell)
  }

  list(min: number, max: number): Reader[] {
    if (!Array.isArray(this.value)) return this.wrong('must be a list', [])
    if (this.value.length < min || this.value.length > max) this.wrong(`must have ${min} to ${max} items`, null)
    return this.value.map((item: unknown, index) => new Reader(item, this.pointerTo(String(index)), this.tell))
  }

  text(max: number): string {
    if (typeof this.value !== 'string') return this.wrong('must be a text', '')
    const fits = this.value.trim() !== '' && this.value.length <= max
    return fits ? this.value : this.wrong(`must have 1 to ${max} characters and not be blank`, '')
  }

  whole(min: number, max: number): number {
    if (typeof this.value !== 'number' || !Number.isInteger(this.value)) return this.wrong('must be a whole number', min)
    return this.value >= min && this.value <= max ? this.value : this.wrong(`must be from ${min} to ${max}`, min)
  }

  flag(otherwise: boolean): boolean {
    if (this.value === undefined || this.value === null) return otherwise
    return typeof this.value === 'boolean' ? this.value : this.wrong('must be true or false', otherwise)
  }

  private wrong<T>(detail: string, instead: T): T {
    this.tell({ pointer: this.pointer, detail })
    return instead
  }

  /** RFC 6901, section 3: "~" and "/" in a name are escaped. */
  private pointerTo(name: string): string {
    return `${this.pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
