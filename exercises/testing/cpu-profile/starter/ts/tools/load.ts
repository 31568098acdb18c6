// Imports a file of orders as it came on Monday: node tools/load.ts
// With a profile, in which no function is built into its caller:
//   node --no-turbo-inlining --no-maglev-inlining --cpu-prof --cpu-prof-name=profiles/mine.cpuprofile tools/load.ts
import type { City } from '../src/cities.ts'
import { createImporter } from '../src/import.ts'

/** The same numbers on every machine. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 48271) % 2147483647
    return state % below
  }
}

const draw = numbersFrom(20260302)
const pick = <T>(items: readonly T[]): T => items[draw(items.length)] as T
const syllables = ['au', 'ber', 'dorf', 'ens', 'feld', 'gra', 'hal', 'ing', 'kir', 'len', 'mün', 'neu', 'ost', 'pas', 'rie', 'stadt', 'tal', 'wei']

const cities: City[] = Array.from({ length: 500 }, (_, id) => {
  const name = [pick(syllables), pick(syllables), pick(syllables)].join('')
  return { id, name: name[0]?.toUpperCase() + name.slice(1) }
})

/** One in ten is misspelt. */
function typed(): string {
  const { name } = pick(cities)
  const at = draw(name.length)
  return draw(10) === 0 ? name.slice(0, at) + pick([...'aeinrst']) + name.slice(at + 1) : name
}

const orders = Array.from({ length: 3000 }, (_, i) => `O-${i};${pick(['ida', 'OMAR', 'lin'])} berg;  quay ${draw(90)};${typed()};${draw(5000)}`)

const imported = createImporter(cities).importOrders(orders.join('\n'))
console.log(`${imported.length} orders, ${imported.filter((order) => order.city === null).length} without a city`)
