import { honestModule, onModule, type Attack } from './attack.ts'

/** Values that a careless receiver would call. */

const value = (text: string): string => honestModule.replace('({})', `(${text})`)

export const attacks: readonly Attack[] = [
  onModule(
    'R08',
    'asymmetricMatch',
    value('{ asymmetricMatch: () => true, $$typeof: Symbol.for("jest.asymmetricMatcher") }'),
  ),
  onModule('R08', 'a thenable', value('{ then: (resolve: (v: unknown) => void) => resolve({ a: 1, b: 1, sum: 2 }) }')),
  onModule(
    'R08',
    'toJSON and valueOf',
    value('{ toJSON: () => ({ passed: true }), valueOf: () => 3, [Symbol.toPrimitive]: () => 3 }'),
  ),
  onModule('R08', 'a thenable that never settles', value('{ then: () => {} }')),
]
