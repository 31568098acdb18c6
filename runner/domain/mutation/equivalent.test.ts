import { describe, expect, test } from 'vitest'
import { decodeEquivalents, entryOf, equivalentProblems, sortSurvivors, type Equivalent } from './equivalent.ts'
import type { Mutant } from './mutant.ts'

const mutant = (more: Partial<Mutant> = {}): Mutant => ({
  file: 'src/a.ts',
  operator: 'boundary',
  was: 'if (a < b) f()',
  now: 'if (a <= b) f()',
  nth: 1,
  line: 7,
  text: '',
  ...more,
})
const entry = (more: Partial<Equivalent> = {}): Equivalent => ({
  ...entryOf('ts', mutant()),
  why: 'Where both are equal, f does nothing.',
  ...more,
})

describe('survivors and the list', () => {
  test('an entry is true of the survivor that does the same to the same line, wherever it stands now', () => {
    const moved = mutant({ line: 99 })
    expect(sortSurvivors([moved], [entry()], 'ts')).toEqual({
      survived: [],
      equivalent: [{ mutant: moved, why: 'Where both are equal, f does nothing.' }],
      stale: [],
    })
  })

  test.each([
    ['another file', { file: 'src/b.ts' }],
    ['another operator', { operator: 'comparison' as const }],
    ['another line', { was: 'if (a < c) f()' }],
    ['another change', { now: 'if (a > b) f()' }],
    ['another of those that are alike', { nth: 2 }],
  ])('%s: it has survived, and the entry is stale', (_, more) => {
    const other = mutant(more)
    expect(sortSurvivors([other], [entry()], 'ts')).toEqual({ survived: [other], equivalent: [], stale: [entry()] })
  })

  test('an entry of another language is neither used nor stale', () => {
    const sorted = sortSurvivors([mutant()], [entry({ language: 'py' })], 'ts')
    expect(sorted).toEqual({ survived: [mutant()], equivalent: [], stale: [] })
  })
})

describe('the file', () => {
  const problemsOf = (list: unknown, text: string | null = 'x\n  if (a < b) f()\n'): string[] =>
    equivalentProblems(decodeEquivalents('equivalent.json', JSON.stringify(list)), () => text).map((p) => p.message)

  test('sound: no problem', () => expect(problemsOf([entry(), entry({ nth: 2 })])).toEqual([]))

  test.each([
    ['no reason', [entry({ why: ' ' })], /0\.why must say in a sentence why/],
    ['no such operator', [entry({ operator: 'magic' as never })], /0\.operator/],
    ['an unknown key', [{ ...entry(), line: 7 }], /0\.line/],
    ['the same twice', [entry(), entry({ why: 'Another reason for it.' })], /stands twice/],
    ['no list', {}, /Expected Array/],
  ])('%s', (_, list, message) => expect(problemsOf(list)).toEqual([expect.stringMatching(message)]))

  test('a line that the reference does not have, or no such file', () => {
    const message = "equivalent.json: no line of the reference's ts/src/a.ts is: if (a < b) f()"
    expect(problemsOf([entry()], 'if (a < b) g()')).toEqual([message])
    expect(problemsOf([entry()], null)).toEqual([message])
  })

  test('no JSON', () => {
    expect(equivalentProblems(decodeEquivalents('x', '['), () => null)[0]?.message).toMatch(/is not JSON/)
  })
})
