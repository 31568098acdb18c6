import type { OpenDraft } from '../../app/mistake-draft.ts'
import type { MistakeRun } from '../../app/mistake-run.ts'
import { languageName } from '../../domain/exercise/exercise.ts'
import { firstSentence, trueHints, type MistakeHead } from '../../domain/gate/mistake-head.ts'
import type { MistakeProblem } from '../../domain/gate/mistake-problem.ts'
import type { Mistake } from '../../domain/gate/mistake.ts'
import { commandLine } from '../../errors/command-line.ts'
import { paintDiff } from './diff.ts'
import { redCase } from './red-case.ts'
import { labelled, paints, visible, wrap, type Paints, type Style } from './style.ts'

export interface MistakeRow {
  mistake: Mistake
  problems: readonly MistakeProblem[]
}

/** An exercise's wrong answers: id, languages, what they break, which hints are true, and the first sentence. */
export function renderMistakes(slug: string, rows: readonly MistakeRow[], style: Style): string {
  const p = paints(style)
  const then = [
    `  Look    ${commandLine('mistake', slug, '<id>')}`,
    `  Then    ${commandLine('mistake', slug, '--new', '<id>')}`,
    '',
  ]
  if (rows.length === 0) return ['', `  ${slug} has no mistake yet.`, '', ...then].join('\n')
  const width = Math.max(...rows.map(({ mistake }) => mistake.id.length))
  const lines = rows.flatMap(({ mistake, problems }) => [
    `  ${p.bold(mistake.id.padEnd(width))}   ${[mistake.languages.join(' '), ...headFacts(mistake.id, mistake.head)].join('   ')}`,
    ...wrap(firstSentence(mistake.head), style.columns - 6).map((line) => `      ${line}`),
    ...problems.filter(isFault).flatMap((problem) => labelled(6, '✗', problem.message, style.columns, 2).map(p.red)),
  ])
  const open = rows.filter(({ problems }) => problems.some((problem) => problem.rule === 'mistake-head')).length
  const head = `${p.bold(slug)}   ${rows.length} ${rows.length === 1 ? 'mistake' : 'mistakes'}`
  const missing =
    open === 0 ? [] : [`  ${open} of them ${open === 1 ? 'does' : 'do'} not say yet what they break and cost.`, '']
  return ['', head, '', ...lines, '', ...missing, ...then].join('\n')
}

const isFault = ({ rule }: MistakeProblem): boolean => rule !== 'mistake-head'

function headFacts(id: string, head: MistakeHead): string[] {
  const hints = trueHints(id, head).join(', ')
  return [
    ...(head.breaks.length > 0 ? [`breaks ${head.breaks.join(', ')}`] : []),
    ...(hints === id ? [] : [`hint: ${hints}`]),
    ...(head.base === 'reference' ? [] : [`on the ${head.base}`]),
  ]
}

export interface MistakeView {
  open: OpenDraft
  head: MistakeHead
  diff: string
  runs: readonly MistakeRun[]
  next: string
}

/** One wrong answer: what it says of itself, what is wrong in it, and what the suite says. */
export function renderMistake({ open, head, diff, runs, next }: MistakeView, style: Style): string {
  const { exercise, id, draft, stored, edited } = open
  const p = paints(style)
  const whole = commandLine('mistake', exercise.slug, id, '--json')
  const age = edited && draft.isOld() ? '; the reference or the patch has changed since' : ''
  const state = edited ? ` (with changes that are not saved${age})` : stored ? '' : ' (new)'
  return [
    '',
    `${p.bold(exercise.slug)} · ${p.bold(id)}`,
    '',
    ...(head.paragraph === '' ? [] : [...wrap(head.paragraph, style.columns - 4).map((line) => `  ${line}`), '']),
    ...labelled(
      2,
      'Breaks',
      head.breaks.length > 0 ? `requirement ${head.breaks.join(', ')}` : 'not said yet',
      style.columns,
    ),
    ...labelled(2, 'Hint', trueHints(id, head).join(' or '), style.columns),
    `  Files   ${draft.folder}${state}`,
    '',
    diff === '' ? `  Nothing is changed: this is the ${head.base}.\n` : paintDiff(diff, style),
    ...runs.flatMap((run, i) => [...runLines(run, { inFull: i === 0, open: whole }, style, p), '']),
    `  ${p.bold('Edit'.padEnd(8))}${draft.folder}`,
    `  ${p.bold('Then'.padEnd(8))}${next}`,
    '',
  ].join('\n')
}

interface Detail {
  /** The first red case with what was sent and what came back; it is much the same in every language. */
  inFull: boolean
  /** How all of it is seen. */
  open: string
}

function runLines(run: MistakeRun, { inFull, open }: Detail, style: Style, p: Paints): string[] {
  const name = p.bold(languageName(run.language))
  if ('missing' in run)
    return [
      `  ${name}   ${p.yellow('– not run')}`,
      ...run.missing.flatMap((m) => labelled(4, 'needs', `${m.needs}: ${m.howToInstall}`, style.columns)),
    ]
  const { judgement, verdict, problem } = run
  const red = judgement.cases.filter((c) => c.status === 'failed')
  const mark = verdict.ok ? p.green('✓ caught') : p.red('✗ not caught')
  const counted = `${red.length} of ${judgement.cases.length} cases red`
  const points = judgement.score ? `   ${judgement.score.total} of 100 points` : ''
  const message = 'message' in judgement.verdict ? judgement.verdict.message : ''
  return [
    `  ${name}   ${mark}   ${counted}   verdict ${judgement.verdict.kind}${points}`,
    ...(problem ? labelled(4, '', `${problem}.`, style.columns, 0) : []),
    ...(message ? labelled(4, '', visible(message), style.columns, 0) : []),
    ...red.flatMap((c, i) => redCase(inFull && i === 0 ? c : { ...c, transcript: [] }, style, p, open)),
    ...judgement.hints.flatMap((hint) =>
      labelled(
        4,
        'Hint',
        `${hint.id}${hint.confident ? '' : ' (below its confidence)'}: ${hint.hint.L1}`,
        style.columns,
      ),
    ),
  ]
}
