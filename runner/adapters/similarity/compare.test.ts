import { expect, test } from 'vitest'
import { compareWithSolutions, compareWorks } from './compare.ts'

const starter = `import { createServer } from 'node:http'
export interface Order { id: string; total: number; lines: { price: number; count: number }[] }
export function handle(request: Request, orders: Map<string, Order>): Response {
  const url = new URL(request.url)
  if (request.method !== 'GET') return new Response('no', { status: 405 })
  return new Response('to do', { status: 501 })
}
`

const original = `${starter}
export function totals(orders: Order[]): Map<string, number> {
  const result = new Map<string, number>()
  for (const order of orders) {
    if (order.lines.length === 0) continue
    const sum = order.lines.reduce((all, line) => all + line.price * line.count, 0)
    const before = result.get(order.id) ?? 0
    result.set(order.id, before + sum)
  }
  return result
}
export function largest(orders: Order[]): Order | null {
  let best: Order | null = null
  for (const order of orders) {
    if (best === null || order.total > best.total) best = order
  }
  return best
}
`

const renamed = original
  .replaceAll('result', 'out')
  .replaceAll('order', 'o')
  .replaceAll('sum', 'x1')
  .replace('continue', 'continue // skip\n')
  .replaceAll('\n  ', '\n\t\t')

const independent = `${starter}
const add = (into: Record<string, number>, o: Order) => ({ ...into, [o.id]: (into[o.id] || 0) + priceOf(o) })
function priceOf({ lines }: Order) {
  let cents = 0
  let i = 0
  while (i < lines.length) { cents = cents + lines[i]!.count * lines[i]!.price; i++ }
  return cents
}
export const totals = (orders: Order[]) => new Map(Object.entries(orders.filter((o) => o.lines.length > 0).reduce(add, {})))
export const largest = (orders: Order[]) => [...orders].sort((a, b) => b.total - a.total)[0] ?? null
`

const work = (learner: string, text: string, path = 'src/main.ts') => ({
  learner,
  files: [
    { path, text },
    { path: 'README.md', text: 'the same for all\n'.repeat(50) },
  ],
})
const given = [{ path: 'src/main.ts', text: starter }]

test('solutions: a copy, renamed or to the byte, however short, is told apart from pairs of learners', () => {
  const files = [{ path: 'src/main.ts', text: original }]
  const short = [{ path: 'src/one.ts', text: 'export const one = 1\n' }]
  const { pairs, likeSolutions, tooShort } = compareWithSolutions(
    'ts',
    [work('ada', renamed), work('cyd', independent), { learner: 'eve', files: short }, work('fay', original)],
    [
      { id: 'reference', files },
      { id: 'alternative', files: short },
      { id: 'none', files: [] },
    ],
    given,
    0.8,
  )
  expect(likeSolutions.map((l) => [l.learner, l.solution, l.similarity > 0.95])).toEqual([
    ['ada', 'reference', true],
    ['eve', 'alternative', true],
    ['fay', 'reference', true],
  ])
  expect(pairs.map((p) => [p.left, p.right])).toEqual([['ada', 'fay']])
  expect(tooShort).toEqual(['eve'])
})

test('a renamed copy is found, an independent solution is not', () => {
  const { pairs } = compareWorks(
    'ts',
    [work('ada', original), work('ben', renamed), work('cyd', independent)],
    given,
    0.5,
  )
  expect(pairs.map((p) => [p.left, p.right])).toEqual([['ada', 'ben']])
  expect(pairs[0]?.similarity).toBeGreaterThan(0.95)
})

test('the shared lines are named as they stand in each file, without the starter', () => {
  const { pairs } = compareWorks('ts', [work('ada', original), work('ben', renamed, 'src/other.ts')], given, 0.8)
  const [longest] = pairs[0]?.fragments ?? []
  const first = starter.split('\n').length
  expect(longest?.left.file).toBe('src/main.ts')
  expect(longest?.right.file).toBe('src/other.ts')
  expect(longest?.left.from).toBeGreaterThanOrEqual(first - 2)
  expect(longest?.left.to).toBeGreaterThan(first + 10)
})

test('the starter alone makes nobody alike', () => {
  const { pairs, tooShort } = compareWorks(
    'ts',
    [work('ada', starter), work('ben', `${starter}\n// mine\n`)],
    given,
    0.1,
  )
  expect(pairs).toEqual([])
  expect(tooShort).toEqual(['ada', 'ben'])
})

test('without removing the starter the same two independent works look alike', () => {
  const works = [work('ada', original), work('cyd', independent)]
  const similarity = (given: { path: string; text: string }[]): number =>
    compareWorks('ts', works, given, 0).pairs[0]?.similarity ?? 0
  expect(similarity(given)).toBeLessThan(0.15)
  expect(similarity([])).toBeGreaterThan(similarity(given) + 0.2)
})

test('code that was moved to another file is found', () => {
  const [head = '', tail = ''] = [
    original.slice(0, original.indexOf('export function largest')),
    original.slice(original.indexOf('export function largest')),
  ]
  const moved = {
    learner: 'ben',
    files: [
      { path: 'src/a.ts', text: tail },
      { path: 'src/main.ts', text: head },
    ],
  }
  expect(compareWorks('ts', [work('ada', original), moved], given, 0.8).pairs).toHaveLength(1)
})

test('the same works give the same answer in any order', () => {
  const works = [work('ada', original), work('ben', renamed), work('cyd', independent), work('dan', original)]
  expect(compareWorks('ts', [...works].reverse(), given, 0)).toEqual(compareWorks('ts', works, given, 0))
})

test('200 works, all alike, are compared in seconds', () => {
  const works = Array.from({ length: 200 }, (_, i) => work(`learner${i}`, original.replace('largest', `largest${i}`)))
  const started = performance.now()
  const { pairs } = compareWorks('ts', works, given, 0.8)
  expect(pairs).toHaveLength(19_900)
  expect(performance.now() - started).toBeLessThan(20_000)
})

test('works made to be slow to compare are compared all the same', () => {
  const flood = 'a;'.repeat(100_000)
  const started = performance.now()
  const { pairs } = compareWorks(
    'ts',
    Array.from({ length: 6 }, (_, i) => work(`learner${i}`, flood)),
    given,
    0.8,
  )
  expect(pairs).toHaveLength(15)
  expect(performance.now() - started).toBeLessThan(20_000)
})
