import { createMatcher, type City } from './cities.ts'

export interface Order {
  id: string
  name: string
  street: string
  city: City | null
  grams: number
}

/** Reads files of orders for a country with these cities. */
export function createImporter(cities: readonly City[]) {
  const matcher = createMatcher(cities)

  /** One order a line: id;name;street;city;grams */
  function importOrders(text: string): Order[] {
    return text.split('\n').filter((line) => line !== '').map(readOrder)
  }

  function readOrder(line: string): Order {
    const [id = '', name = '', street = '', typed = '', grams = ''] = line.split(';')
    return { id, name: tidy(name), street: tidy(street), city: cleanCity(typed), grams: Number(grams) }
  }

  const cleanCity = (typed: string): City | null => (typed.trim() === '' ? null : matcher.closest(typed))

  return { importOrders }
}

/** One space between words, capital letters at their beginnings. */
function tidy(text: string): string {
  const words = text.trim().split(/\s+/)
  return words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase()).join(' ')
}
