import { describe, expect, test } from 'vitest'
import { decode, Opaque } from './decode.mjs'
import { encode } from './encode.mjs'
import { frameReader, limits } from './frames.mjs'

/** What the suite sees of a value that the child returned: through JSON text, as on the pipe. */
const trip = (value: unknown): unknown => decode(JSON.parse(JSON.stringify(encode(value))))

const plain: [string, unknown][] = [
  ['null', null],
  ['undefined', undefined],
  ['true', true],
  ['text with a line separator and a lone surrogate', 'a\u2028b\u2029c\nd\ud800'],
  ['a number', 12.5],
  ['minus zero', -0],
  ['NaN', Number.NaN],
  ['infinities', [Infinity, -Infinity]],
  ['a bigint over 2^64', -(2n ** 70n)],
  ['a date', new Date('2024-02-29T23:59:59.999Z')],
  ['an invalid date', new Date(Number.NaN)],
  ['bytes', new Uint8Array([0, 255, 10])],
  [
    'a map with keys of any kind',
    new Map<unknown, unknown>([
      [1, 'one'],
      [{ a: 1 }, new Map()],
      [undefined, -0],
    ]),
  ],
  ['a set', new Set([1, '1', null])],
  ['nested lists and objects', { a: [1, { b: [] }], c: {} }],
  ['undefined in an object and in a list', { a: undefined, b: [undefined] }],
  ['keys that start with $', { $: 'map', v: [[1, 2]], $id: 1 }],
  ['a key $ inside a key $', { $: { $: { $: 'fn', id: 0 } } }],
]

describe('values that survive the trip', () => {
  test.each(plain)('%s', (_, value) => {
    expect(trip(value)).toStrictEqual(value)
  })

  test('minus zero stays minus zero', () => {
    expect(Object.is(trip(-0), -0)).toBe(true)
  })

  test('a Buffer arrives as bytes of its own', () => {
    expect(trip(Buffer.from('ö'))).toStrictEqual(new Uint8Array([0xc3, 0xb6]))
  })

  test('holes become undefined', () => {
    // oxlint-disable-next-line no-sparse-arrays
    expect(trip([1, , 3])).toStrictEqual([1, undefined, 3])
  })

  test('the same object twice is no circle', () => {
    const shared = { a: 1 }
    expect(trip([shared, shared])).toStrictEqual([{ a: 1 }, { a: 1 }])
  })
})

describe('errors', () => {
  class OutOfStock extends Error {
    override name = 'OutOfStock'
    code = 'E_STOCK'
    sku = 'mug'
  }

  test('name, message, code, cause and own properties arrive as data', () => {
    const error = new OutOfStock('none left', { cause: new TypeError('inner') })
    expect(trip(error)).toStrictEqual({
      name: 'OutOfStock',
      message: 'none left',
      code: 'E_STOCK',
      cause: { name: 'TypeError', message: 'inner' },
      props: { sku: 'mug' },
    })
  })

  test('an AggregateError keeps its errors', () => {
    expect(trip(new AggregateError([new Error('a')], 'all'))).toMatchObject({ props: { errors: [{ message: 'a' }] } })
  })

  test('a name or message that is no text is replaced', () => {
    const odd = Object.assign(new Error('m'), { name: { toString: () => 'x' } })
    expect(trip(odd)).toMatchObject({ name: 'Error', message: 'm' })
  })

  test('the learner’s side gets real errors by its hook', () => {
    const wire = JSON.parse(JSON.stringify(encode({ e: new RangeError('far') })))
    expect(decode(wire, { error: (e) => Object.assign(new Error(e.message), { name: e.name }) })).toMatchObject({
      e: expect.any(Error),
    })
  })
})

const marks: [string, unknown, string][] = [
  ['a function', () => 1, 'function'],
  ['a symbol', Symbol('s'), 'symbol'],
  ['a promise', Promise.resolve(1), 'promise'],
  ['a regular expression', /x/, 'regular expression'],
  [
    'a generator',
    (function* () {
      yield 1
    })(),
    'generator',
  ],
  ['other binary data', new Float64Array(1), 'binary data'],
  ['a weak map', new WeakMap(), 'weak collection'],
  ['a bigint of ten thousand digits', 10n ** 10_000n, 'huge bigint'],
  ['a sparse list of four billion places', Object.assign([], { length: 2 ** 32 - 1 }), 'value with too many parts'],
  ['more parts than allowed', Array.from({ length: 400 }, () => Array(400).fill(0)), 'value with too many parts'],
]

describe('values that cannot travel become a mark', () => {
  test.each(marks)('%s', (_, value, kind) => {
    expect(trip(value)).toStrictEqual(new Opaque(kind))
  })

  test('an object whose reading throws', () => {
    expect(
      trip(
        new Proxy(
          {},
          {
            ownKeys: () => {
              throw new Error('no')
            },
          },
        ),
      ),
    ).toStrictEqual(new Opaque('value that cannot be read'))
    expect(
      trip({
        get a() {
          throw new Error('no')
        },
        b: 1,
      }),
    ).toStrictEqual({ a: new Opaque('property that throws'), b: 1 })
    expect(trip(Object.create(Date.prototype))).toStrictEqual({})
  })

  test('a circular value, at the place where it closes', () => {
    const node: Record<string, unknown> = { id: 1 }
    node['self'] = node
    expect(trip(node)).toStrictEqual({ id: 1, self: new Opaque('circular value') })
  })

  test('what is nested deeper than allowed', () => {
    let deep: unknown = 'bottom'
    for (let i = 0; i < limits.depth + 5; i++) deep = [deep]
    expect(JSON.stringify(trip(deep))).toContain('(value nested too deeply)')
    let allowed: unknown = 'bottom'
    for (let i = 0; i < limits.depth; i++) allowed = [allowed]
    expect(trip(allowed)).toStrictEqual(allowed)
  })

  test('the suite’s side is told instead', () => {
    expect(() => encode({ a: Promise.resolve() }, { strict: true })).toThrow('an argument cannot travel: promise')
    expect(() => encode(Array(200_000).fill(0), { strict: true })).toThrow('too many parts')
  })
})

describe('a reply is plain data', () => {
  test('nothing callable comes back: thenable, matcher, toJSON', () => {
    const reply = trip({
      // oxlint-disable-next-line unicorn/no-thenable
      then: () => 1,
      asymmetricMatch: () => true,
      toJSON: () => 1,
      [Symbol.iterator]: () => 1,
    }) as Record<string, unknown>
    expect(Object.values(reply).every((v) => v instanceof Opaque)).toBe(true)
    expect(() => expect(reply).toEqual({ sum: 3 })).toThrow()
    expect(() => expect({ reply }).toEqual({ reply: 3 })).toThrow()
  })

  test('__proto__ and constructor are keys like any other', () => {
    const reply = trip(JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')) as object
    expect(Object.getPrototypeOf(reply)).toBe(Object.prototype)
    expect(Object.keys(reply)).toEqual(['__proto__', 'constructor'])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect('polluted' in reply).toBe(false)
  })

  test('a forged __proto__ in plain frame text is an own key too', () => {
    const reply = decode(JSON.parse('{"__proto__":{"polluted":1}}')) as object
    expect(Object.getPrototypeOf(reply)).toBe(Object.prototype)
    expect(Object.hasOwn(reply, '__proto__')).toBe(true)
  })

  test('forged functions and iterables are marks where no hook makes them', () => {
    expect(decode({ f: { $: 'fn', id: 0 }, i: { $: 'iter', id: 0 } })).toStrictEqual({
      f: new Opaque('function'),
      i: new Opaque('async iterable'),
    })
  })

  test('functions and iterables travel as numbers where hooks register them', () => {
    const kept: unknown[] = []
    const f = (): number => 1
    async function* lines(): AsyncGenerator<number> {
      yield 1
    }
    const wire = encode([f, lines()], { fn: (g) => kept.push(g) - 1, iterable: (i) => kept.push(i) - 1 })
    expect(decode(wire, { fn: (id) => kept[id], iterable: (id) => kept[id] })).toStrictEqual(kept)
  })
})

const malformed: [string, unknown][] = [
  ['an unknown tag', { $: 'eval', v: '1' }],
  ['a tag that is no text', { $: {} }],
  ['a number that is none', { $: 'num', v: '12' }],
  ['a bigint that is none', { $: 'big', v: '1e9' }],
  ['a bigint of a million digits', { $: 'big', v: '1'.repeat(1_000_000) }],
  ['a date as an object', { $: 'date', v: {} }],
  ['a map that is no list', { $: 'map', v: { map: 1 } }],
  ['a map of triples', { $: 'map', v: [[1, 2, 3]] }],
  ['a set that is no list', { $: 'set', v: 'abc' }],
  ['bytes as numbers', { $: 'bytes', v: [1] }],
  ['entries with a key that is no text', { $: 'o', v: [[{ a: 1 }, 1]] }],
  ['an error without a message', { $: 'err', name: 'E' }],
  ['a function with a name for a number', { $: 'fn', id: 'constructor' }],
  ['an iterable with a negative number', { $: 'iter', id: -1 }],
  ['a mark without words', { $: 'opaque', v: {} }],
  ['more parts than allowed', Array(200_000).fill(0)],
  ['a value nested too deeply', JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`)],
]

test.each(malformed)('a malformed frame is refused: %s', (_, wire) => {
  expect(() => decode(wire)).toThrow(/malformed/)
})

describe('frames', () => {
  const read = (chunks: (string | Buffer)[]): { frames: string[]; tooMuch: number } => {
    const frames: string[] = []
    let tooMuch = 0
    const reader = frameReader(
      (line) => frames.push(line),
      () => (tooMuch += 1),
    )
    for (const chunk of chunks) reader(Buffer.from(chunk))
    return { frames, tooMuch }
  }

  test('only a newline ends one, wherever the chunks are cut', () => {
    const bytes = Buffer.from('{"a":"ö\u2028"}\n\n[1]\r\n')
    const cut = [...bytes].map((byte) => Buffer.from([byte]))
    expect(read(cut)).toEqual({ frames: ['{"a":"ö\u2028"}', '', '[1]\r'], tooMuch: 0 })
  })

  test('a frame over 1 MB is told once, and nothing is read after it', () => {
    const half = 'x'.repeat(600_000)
    expect(read([half, half, half, '\n1\n'])).toEqual({ frames: [], tooMuch: 1 })
  })

  test('a flood of small frames ends at 16 MB', () => {
    const line = `${'x'.repeat(1_000_000)}\n`
    const { frames, tooMuch } = read(Array(20).fill(line))
    expect([frames.length, tooMuch]).toEqual([16, 1])
  })
})
