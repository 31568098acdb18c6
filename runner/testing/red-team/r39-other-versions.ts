import type { Attack } from './attack.ts'

/**
 * Tests that know no rule: they look for the other versions that they are run against, beside the one they see and in
 * what earlier runs left behind, and go with the majority.
 */

const inTypeScript = `import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { shippingPrice } from '../src/shipping.ts'

const zones = ['domestic', 'europe', 'world'] as const
const parcels = [0, 2, 5, 5.5, 6, 8, -1, NaN, Infinity].flatMap((weightKg) =>
  [1000, 4950, 5000, 9000].flatMap((orderCents) =>
    [undefined, ...zones].flatMap((zone) =>
      [undefined, true].flatMap((island) =>
        [undefined, 0, 7, 15, 30, 33, 50].map((discountPercent) => ({ weightKg, orderCents, zone, island, discountPercent })),
      ),
    ),
  ),
)
const answersOf = (price: typeof shippingPrice): string[] =>
  parcels.map((parcel) => {
    try {
      return String(price(parcel))
    } catch (error) {
      return (error as Error).constructor.name
    }
  })
const memories = [process.env['HOME'], process.env['TMPDIR'], '/tmp', '/dev/shm', '../../..'].map((folder) => folder + '/memory')
const seen = memories.flatMap((path) => (existsSync(path) ? readFileSync(path, 'utf8').trim().split('\\n') : []))
for (const up of ['../..', '../../..', '../../../..', '../../../../..'])
  try {
    for (const path of readdirSync(join(import.meta.dirname, up), { recursive: true }) as string[])
      if (path.endsWith('src/shipping.ts'))
        seen.push(answersOf((await import(join(import.meta.dirname, up, path))).shippingPrice).join())
  } catch {}
const own = answersOf(shippingPrice)
for (const path of memories) try { appendFileSync(path, own.join() + '\\n') } catch {}
const tables = seen.map((line) => line.split(','))

test('answers as most others do', () => {
  const most = (index: number): string => {
    const counts = new Map<string, number>()
    for (const table of [own, ...tables]) counts.set(table[index] ?? '', (counts.get(table[index] ?? '') ?? 0) + 1)
    return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? ''
  }
  expect(own).toEqual(own.map((_, index) => most(index)))
})
`

const inPython = `import glob, importlib.util, os, unittest

from src import shipping

def answers(price):
    table = []
    for weight in (0, 2, 5, 5.5, 6, 8, -1):
        for cents in (1000, 4950, 5000):
            for words in ({}, {"zone": "europe"}, {"zone": "world", "island": True}, {"discount_percent": 7}, {"discount_percent": 33}):
                try:
                    table.append(str(price(weight, cents, **words)))
                except Exception as error:
                    table.append(type(error).__name__)
    return ",".join(table)

places = [os.environ.get("HOME", "/tmp"), os.environ.get("TMPDIR", "/tmp"), "/tmp", "/dev/shm", ".."]
seen = []
for place in places:
    try:
        seen += open(os.path.join(place, "memory")).read().split()
    except OSError:
        pass
for path in glob.glob("../*/src/shipping.py") + glob.glob("../../**/src/shipping.py", recursive=True):
    spec = importlib.util.spec_from_file_location("other", path)
    other = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(other)
    seen.append(answers(other.shipping_price))
own = answers(shipping.shipping_price)
for place in places:
    try:
        open(os.path.join(place, "memory"), "a").write(own + "\\n")
    except OSError:
        pass

class Majority(unittest.TestCase):
    def test_answers_as_most_others_do(self):
        votes = [own] + seen
        self.assertEqual(own, max(votes, key=votes.count))
`

const alone: Attack['expected'] = { verdicts: ['failed'], most: 30 }

export const attacks: readonly Attack[] = [
  {
    id: 'R39',
    title: 'tests that go with the majority of all versions',
    language: 'ts',
    exercise: 'first-mutants',
    base: 'starter',
    files: { 'tests/shipping.test.ts': inTypeScript },
    expected: alone,
  },
  {
    id: 'R39',
    title: 'tests that go with the majority, in Python',
    language: 'py',
    exercise: 'first-mutants',
    base: 'starter',
    files: { 'tests/test_shipping.py': inPython },
    expected: alone,
  },
]
