import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Attack } from './attack.ts'

/** Code that leaks, works too much or loses promises, and that patches whatever could tell of it from inside. */

const solutions = join(import.meta.dirname, '../../../solutions')

/** A file of a reference, with one thing of it made worse. */
function worse(path: string, from: string, to: string): string {
  const text = readFileSync(join(solutions, path), 'utf8')
  if (!text.includes(from)) throw new Error(`${path} does not hold ${from}`)
  return text.replace(from, to)
}

const patches = `import { createRequire as require_, syncBuiltinESMExports as sync } from 'node:module'
const load = require_(import.meta.url)
const small = { rss: 1, heapTotal: 1, heapUsed: 1, external: 1, arrayBuffers: 1 }
process.memoryUsage = Object.assign(() => small, { rss: () => 1 })
Object.assign(load('node:v8'), { queryObjects: () => 1, getHeapStatistics: () => ({ used_heap_size: 1 }) })
const inspector = load('node:inspector')
inspector.Session.prototype.post = (_: string, done?: unknown) => typeof done === 'function' && done(null, { result: [] })
const stringify = JSON.stringify
JSON.stringify = ((value: any, ...more: []) =>
  value?.t === 'unhandled' ? '{"t":"ping"}' : stringify(value, ...more)) as typeof JSON.stringify
Object.defineProperty(Object.prototype, 'toJSON', { configurable: true, value(this: any) { return this?.t === 'unhandled' ? { t: 'ping' } : this } })
const fs = load('node:fs')
const write = fs.writeSync
fs.writeSync = (fd: number, bytes: any, ...more: []) =>
  String(bytes).includes('"unhandled"') ? bytes.length : write(fd, bytes, ...more)
sync()
for (const name of ['unhandledRejection', 'uncaughtException']) {
  process.removeAllListeners(name)
  process.on(name as 'uncaughtException', () => {})
}
const emit = process.emit
process.emit = ((name: string, ...more: []) => name === 'unhandledRejection' || emit.call(process, name as 'exit', ...more)) as typeof process.emit
`

const onReference = (title: string, exercise: string, path: string, text: string, attack: string): Attack => ({
  id: 'R34',
  title,
  language: 'ts',
  exercise,
  base: 'reference',
  files: { [path]: attack + text },
  honest: { [path]: text },
  expected: { verdicts: ['failed', 'broken', 'timed-out'], most: 99 },
})

const leaking = worse(
  'testing/heap-leak/reference/ts/src/cache.ts',
  'const mostEntries = 100',
  'const mostEntries = 1e9',
)
const slow = worse(
  'testing/cpu-profile/reference/ts/src/cities.ts',
  'misspelt.get(wanted, () => search(wanted))',
  'search(wanted)',
)
const losing = worse(
  'languages/node-lost-promises/reference/ts/src/orders.ts',
  '    confirmed = false\n',
  "    confirmed = false\n    void Promise.reject(new Error('lost'))\n",
)

const none = (exercise: string): Attack => ({
  id: 'R34',
  title: 'none: what is measured from outside is right',
  language: 'ts',
  exercise,
  base: 'reference',
  files: {},
  expected: { verdicts: ['passed'], most: 100, least: 100 },
})

export const attacks: readonly Attack[] = [
  onReference('memory', 'heap-leak', 'src/cache.ts', leaking, patches),
  onReference('steps', 'cpu-profile', 'src/cities.ts', slow, patches),
  onReference('lost promises', 'node-lost-promises', 'src/orders.ts', losing, patches),
  none('heap-leak'),
  none('cpu-profile'),
]
