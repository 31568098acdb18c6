import { honestModule, onModule, type Attack } from './attack.ts'

/** Only values of the submission's own are returned, made to agree with whatever they are compared with. */

const value = (text: string): string => honestModule.replace('({})', `(${text})`)

export const attacks: readonly Attack[] = [
  onModule(
    'R07',
    'a proxy that has every property',
    value(
      'new Proxy({}, { get: () => 1, has: () => true, ownKeys: () => ["a", "b", "sum"], getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }) })',
    ),
  ),
  onModule(
    'R07',
    'a class with an equals of its own',
    value(
      'new (class { equals() { return true } isEqual() { return true } [Symbol.for("jest.asymmetricMatcher")] = true })()',
    ),
  ),
  onModule(
    'R07',
    'a getter for each property',
    value(
      'Object.defineProperties({}, { a: { enumerable: true, get: () => NaN }, b: { enumerable: true, get: () => NaN }, sum: { enumerable: true, get: () => NaN } })',
    ),
  ),
  onModule('R07', 'a NaN box', value('({ a: Object(NaN), b: Object(NaN), sum: Object(NaN) })')),
]
