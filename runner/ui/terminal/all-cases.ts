import type { JudgedCase } from '../../domain/judging/judge.ts'
import { commandLine } from '../../errors/command-line.ts'
import { printedLines } from './printed.ts'
import { requirementsOf, transcriptLines } from './red-case.ts'
import { labelled, paints, type Paints, type Style } from './style.ts'

export interface CasesView {
  slug: string
  cases: readonly JudgedCase[]
  /** What was drawn in the run; the same seed draws the same again. */
  seed: number
  /** The workspace; what the program wrote names files by it. */
  folder: string
}

/** Cases in full, nothing left out: every step, every line of it, and all that the program printed. */
export function renderCases({ slug, cases, seed, folder }: CasesView, style: Style): string {
  const p = paints(style)
  return [
    '',
    ...cases.flatMap((one) => [...caseLines(one, folder, style, p), '']),
    ...labelled(2, 'Seed', `${seed}; the same again: ${commandLine('check', slug, '--seed', seed)}`, style.columns),
    `  Then    ${commandLine('next')}`,
    '',
  ].join('\n')
}

const marks = { passed: '✓ pass', failed: '✗ fail', skipped: '· not run' } as const

function caseLines(one: JudgedCase, folder: string, style: Style, p: Paints): string[] {
  const requirements = requirementsOf(one)
  const facts = [`case ${one.id}`, `group ${one.group}`, ...(one.gate ? ['a gate'] : [])]
  if (requirements.length > 0) facts.push(`requirement ${requirements.join(', ')}`)
  const steps = transcriptLines(one, style, null)
  return [
    ...labelled(4, marks[one.status], one.sentence, style.columns, 9),
    ...labelled(13, '', facts.join(', '), style.columns, 0).map((line) => p.dim(line)),
    ...(steps.length > 0 ? ['', ...steps] : []),
    ...(one.output.trim() === '' ? [] : ['', ...printedLines(one.output, folder, style, p, 'all')]),
  ]
}
