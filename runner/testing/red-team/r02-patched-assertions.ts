import { honestModule, onModule, type Attack } from './attack.ts'

/** Matchers are replaced by ones that always agree; they are not those of the suite. */

export const attacks: readonly Attack[] = [
  onModule(
    'R02',
    'expect is extended',
    `const { expect } = await import('vitest').catch(() => ({ expect: null }))
expect?.extend({ toBe: () => ({ pass: true, message: () => '' }), toEqual: () => ({ pass: true, message: () => '' }) })
${honestModule}`,
  ),
  onModule(
    'R02',
    'chai is patched',
    `const chai = await import('chai' as string).catch(() => null) as { Assertion?: { prototype: Record<string, unknown> } } | null
if (chai?.Assertion) chai.Assertion.prototype['assert'] = () => {}
${honestModule}`,
  ),
  onModule(
    'R02',
    'a global expect',
    `Object.assign(globalThis, { expect: () => new Proxy({}, { get: () => () => {} }) })\n${honestModule}`,
  ),
]
