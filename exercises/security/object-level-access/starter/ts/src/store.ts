import { randomUUID } from 'node:crypto'

/** Stands for the database. Like many databases, it does not mind upper and lower case in an id. Nothing here has to change. */

export interface Line {
  /** Unique over all invoices. */
  id: string
  text: string
  cents: number
}

export interface Invoice {
  /** A number for the old ones, a UUID since March. */
  id: string
  owner: string
  reference: string
  lines: Line[]
}

const invoices = new Map<string, Invoice>()
const owners = new Map<string, string>()
let lastLine = 0

export const find = (id: string): Invoice | undefined => invoices.get(id.toLowerCase())

/** From the index of owners, which has the ids as they were given out. */
export const ownerOf = (id: string): string | undefined => owners.get(id)

export const findLine = (lineId: string): Line | undefined =>
  all().flatMap((invoice) => invoice.lines).find((line) => line.id === lineId)

export const all = (): Invoice[] => [...invoices.values()]

/** Adds the invoice, or replaces the one with the same id. */
export function save(invoice: Invoice): void {
  invoices.set(invoice.id.toLowerCase(), invoice)
  owners.set(invoice.id, invoice.owner)
}

export function remove(invoice: Invoice): void {
  invoices.delete(invoice.id.toLowerCase())
  owners.delete(invoice.id)
}

export const newInvoiceId = (): string => randomUUID()

export const newLine = (text: string, cents: number): Line => ({ id: String(++lastLine), text, cents })

save({ id: '1001', owner: 'ada', reference: 'ADA-JANUARY', lines: [newLine('12 parcels', 8280)] })
save({ id: '1002', owner: 'bob', reference: 'BOB-JANUARY', lines: [newLine('3 parcels', 2070)] })
save({ id: '1003', owner: 'ada', reference: 'ADA-FEBRUARY', lines: [newLine('9 parcels', 6210)] })
save({ id: '1004', owner: 'bob', reference: 'BOB-FEBRUARY', lines: [newLine('1 pallet', 19900)] })
