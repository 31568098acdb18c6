import { expect, test } from 'vitest'
import type { JudgedCase } from '../../domain/judging/judge.ts'
import { declared } from '../../testing/facts-fixtures.ts'
import { renderCases } from './all-cases.ts'

const steps = Array.from({ length: 40 }, (_, i) => ({ label: `step ${i}`, text: `value ${i}` }))
const red: JudgedCase = {
  ...declared('a-case', { sentence: 'does what it should', covers: [3] }),
  status: 'failed',
  transcript: [...steps, { label: 'got', text: Array.from({ length: 20 }, (_, i) => `line ${i}`).join('\n') }],
  at: null,
  requirement: null,
  output: Array.from({ length: 30 }, (_, i) => `printed ${i}`).join('\n'),
}

test('a case in full: every step, every line of it, all that was printed, and the seed', () => {
  const view = { slug: 'money-split', cases: [red], seed: 42, folder: '' }
  const text = renderCases(view, { color: false, columns: 80 })
  for (const { text: value } of steps) expect(text).toContain(value)
  expect(text).toContain('line 19')
  for (let i = 0; i < 30; i++) expect(text).toContain(`printed ${i}`)
  expect(text).not.toContain('…')
  expect(text).toMatch(/case a-case.*requirement 3/)
  expect(text).toContain('npm run check -- money-split --seed 42')
})
