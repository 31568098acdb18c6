import { languageName, languagesOf, type Exercise, type Language } from '../../domain/exercise/exercise.ts'
import type { JudgedCase, Judgement } from '../../domain/judging/judge.ts'
import type { Missing } from '../../domain/judging/verdict.ts'
import { commandLine } from '../../errors/command-line.ts'
import { groupLines } from './group-scores.ts'
import { printedLines } from './printed.ts'
import { redCase, transcriptLines } from './red-case.ts'
import { labelled, paints, visible, wrap, type Paints, type Style } from './style.ts'

/** Everything the screen of one check needs; plain values. */
export interface CheckView {
  exercise: Exercise
  areaTitle: string
  language: Language
  judgement: Judgement
  attempt: number | null
  /** Time since the exercise was started, in minutes; null where it makes no sense. */
  minutes: number | null
  hintsUsed: number
  /** Repeats the run: what it drew, it draws again. */
  seed: number
  hints: { id: string; level: number; text: string; before: readonly string[] }[]
  /** What to edit, relative to the folder the learner stands in. */
  edit: string
  /** The workspace; what the program wrote names files by it. */
  folder: string
  /** The exercise after this one, for the screen of a pass. */
  following: { slug: string; areaTitle: string; minutes: number } | null
  done: { passed: number; total: number }
  /** The watch screen: what follows a save or a key says so instead of naming a command. */
  watching?: boolean
}

/** The order is the same every time: the first failing case in full, one next action, last. */
export function renderCheck(view: CheckView, style: Style): string {
  const p = paints(style)
  const { verdict } = view.judgement
  const body =
    verdict.kind === 'passed'
      ? passedLines(view, style, p)
      : verdict.kind === 'failed'
        ? failedLines(view, style, p)
        : verdict.kind === 'not-run'
          ? notRunLines(verdict.missing, style, p)
          : unjudgedLines(view, style, p)
  return ['', ...headLines(view, style, p), '', ...body, ''].join('\n')
}

function headLines(
  { exercise, areaTitle, language, judgement, attempt, minutes, hintsUsed }: CheckView,
  { columns }: Style,
  p: Paints,
): string[] {
  const parts = [exercise.slug, areaTitle]
  if (languagesOf(exercise).length > 1) parts.push(languageName(language))
  if (judgement.verdict.kind === 'passed') {
    if (attempt !== null) parts.push(attempt === 1 ? 'first attempt' : `${attempt} attempts`)
    if (minutes !== null) parts.push(`${minutes} min`)
    if (hintsUsed > 0) parts.push(hintsUsed === 1 ? '1 hint' : `${hintsUsed} hints`)
  } else {
    parts.push(exercise.minutes === 1 ? 'about 1 minute' : `${exercise.minutes} min`)
    if (attempt !== null) parts.push(`attempt ${attempt}`)
  }
  return wrap(parts.join(' · '), columns).map((line, i) => (i === 0 ? line.replace(exercise.slug, p.bold) : line))
}

function failedLines(view: CheckView, style: Style, p: Paints): string[] {
  const { cases, score } = view.judgement
  const red = cases.filter((c) => c.status === 'failed')
  const green = cases.filter((c) => c.status === 'passed')
  const first = view.attempt === 1 && view.exercise.slug === 'hello-gym'
  return [
    ...(first
      ? [
          ...labelled(
            2,
            '',
            'Your first red. It is meant to be red: read the case, change one line, run again.',
            style.columns,
            0,
          ),
          '',
        ]
      : []),
    ...redLines(view, green.length, first, style, p),
    '',
    ...groupLines(score?.groups ?? [], style),
    '',
    ...passRow(green, style, p),
    ...(red[0] ? redCase(red[0], style, p, wholeCase(view, red[0])) : []),
    ...moreRow(red.length - 1, view, style, p),
    '',
    ...printedLines(red[0]?.output ?? '', view.folder, style, p),
    ...warningLines(view.judgement.warnings, style, p),
    ...hintLines(view, style, p),
    ...(first
      ? [
          ...labelled(
            2,
            'Hidden',
            'The tests are hidden so that you read the brief, not the test. They are in exercises/, look if you must.',
            style.columns,
          ),
          '',
        ]
      : []),
    ...actionLines(
      [
        ['Edit', view.edit],
        ...(red.length === 1 && !first ? [['Later', skipText(view)] as [string, string]] : []),
        ['Then', againText(view)],
      ],
      style,
      p,
    ),
  ]
}

/** How far it came, and the seed that repeats this very run: it was drawn, and nobody has asked for it the first time. */
function redLines(view: CheckView, green: number, first: boolean, { columns }: Style, p: Paints): string[] {
  const { cases, score } = view.judgement
  const mark = '✗ not yet'
  const facts = `${green} of ${cases.length} cases   ${score?.total ?? 0} of 100 points   ${secondsOf(view)}`
  const line = `  ${p.red(mark)}   ${facts}`
  const seed = `seed ${view.seed}`
  if (first) return [line]
  const room = columns - 2 - mark.length - 3 - facts.length - 3 - seed.length
  return room >= 0 ? [`${line}   ${p.dim(seed)}`] : [line, `${' '.repeat(14)}${p.dim(seed)}`]
}

const secondsOf = ({ judgement }: CheckView): string => `${(judgement.durationMs / 1000).toFixed(1)} s`

function passRow(green: JudgedCase[], { columns }: Style, p: Paints): string[] {
  if (green.length === 0) return []
  const text = green.length === 1 ? (green[0]?.sentence ?? '') : `${green.length} cases`
  return labelled(4, '✓ pass', text, columns, 9).map((line) => line.replace('✓ pass', p.green))
}

/** How the rest of a shortened case is seen. */
const wholeCase = ({ watching }: CheckView, { id }: JudgedCase): string =>
  watching ? '[a]ll in full' : commandLine('check', '--case', id)

function moreRow(more: number, { watching }: CheckView, { columns }: Style, p: Paints): string[] {
  if (more <= 0) return []
  const label = `· ${more} more`
  const text = `${more === 1 ? 'fails' : 'fail'} for now; this one first. ${watching ? '[a]ll in full' : `All: ${commandLine('check', '--all')}`}`
  const [first = '', ...rest] = labelled(4, label, text, columns, label.length + 3)
  return [first.replace(label, p.dim(label)), ...rest]
}

function warningLines(warnings: readonly string[], style: Style, p: Paints): string[] {
  if (warnings.length === 0) return []
  return [...warnings.flatMap((w) => labelled(2, 'Note', visible(w), style.columns)).map((l) => p.yellow(l)), '']
}

function hintLines({ hints, watching }: CheckView, style: Style, p: Paints): string[] {
  const [top] = hints
  if (!top) return []
  const more =
    top.level < 3 && !top.id.startsWith('requirement-') ? `more: ${watching ? '[h]int' : commandLine('hint')}` : ''
  const levels = [...top.before, top.text]
  const label = (i: number): string => (levels.length === 1 ? 'Hint' : `Hint ${i + 1}`)
  const lines = levels.flatMap((text, i) => labelled(2, label(i), text, style.columns))
  return [...lines, ...(more ? [`${' '.repeat(10)}${p.dim(more)}`] : []), '']
}

function passedLines(view: CheckView, style: Style, p: Paints): string[] {
  const { cases, score } = view.judgement
  return [
    `  ${p.green('✓ passed')}   ${cases.length} of ${cases.length} cases   ${score?.total} of 100 points   ${secondsOf(view)}`,
    '',
    ...groupLines(score?.groups ?? [], style),
    ...praise(view),
    '',
    ...warningLines(view.judgement.warnings, style, p),
    ...actionLines(
      [
        ['Look', `${inColumn(commandLine('solution'))}what the reference does differently, and why`],
        ['Then', thenText(view, style)],
      ],
      style,
      p,
    ),
  ]
}

/** One line for the hardest case, when everything holds. */
function praise({ judgement: { cases }, exercise }: CheckView): string[] {
  const last = cases.at(-1)
  if (!last || exercise.difficulty < 2) return []
  return [`    Nicely done: ${last.sentence}.`]
}

/** Words beside a command stand in one column, whatever the command. */
const inColumn = (command: string): string => `${command.padEnd(18)}  `

const againText = ({ watching }: CheckView): string =>
  watching ? 'save it; the check runs by itself' : commandLine('next')

const skipText = ({ watching }: CheckView): string =>
  watching ? '[s]kip it for now; it stays open' : `${commandLine('next', '--skip')}    go on without it; it stays open`

/** The next exercise, and at the right edge how far one is, where there is room for it. */
function thenText({ following, done, watching }: CheckView, { columns }: Style): string {
  const text = `${watching ? '[n]ext        ' : inColumn(commandLine('next'))}${following ? `next: ${following.slug} (${following.areaTitle}, ${following.minutes} min)` : 'that was the last one for now'}`
  const far = watching ? '' : `${done.passed} of ${done.total} done`
  const room = columns - 10 - text.length - far.length
  return far !== '' && room >= 2 ? text + ' '.repeat(room) + far : text
}

/** What a compiler or runtime said often ends without a full stop. */
const asSentence = (text: string): string => (/[.!?…]["'”’)]?$/.test(text.trimEnd()) ? text : `${text.trimEnd()}.`)

function unjudgedLines(view: CheckView, style: Style, p: Paints): string[] {
  const { verdict, stderr, warnings } = view.judgement
  const label = verdict.kind === 'timed-out' ? 'timed out' : 'broken'
  const message = 'message' in verdict ? verdict.message : ''
  const lateCase =
    verdict.kind === 'timed-out' && verdict.caseId !== null
      ? view.judgement.cases.find((c) => c.id === verdict.caseId)
      : null
  const where = lateCase ? ` Case: ${lateCase.sentence}.` : ''
  // Several errors of a compiler stand apart.
  const [first = '', ...rest] =
    `${asSentence(message)}${message.includes('\n') ? '\n' : ''}${where} Nothing was scored.`
      .split('\n')
      .flatMap((line) => wrap(visible(line), style.columns - 16))
  const program = stderr.trim() !== '' && !message.includes(stderr.trim().split('\n').at(-1) ?? ' ')
  return [
    `  ${p.yellow(`! ${label.padEnd(11)}`)} ${first}`,
    ...rest.map((l) => `${' '.repeat(16)}${l}`),
    ...(lateCase && lateCase.transcript.length > 0
      ? ['', ...transcriptLines(lateCase, style, wholeCase(view, lateCase))]
      : []),
    '',
    ...(program ? printedLines(lateCase?.output || stderr, view.folder, style, p) : []),
    ...warningLines(warnings, style, p),
    ...hintLines(view, style, p),
    ...actionLines(
      [
        ['Edit', view.edit],
        ['Then', againText(view)],
      ],
      style,
      p,
    ),
  ]
}

function notRunLines(missing: readonly Missing[], style: Style, p: Paints): string[] {
  const needs = wrap(`needs ${missing.map((m) => m.needs).join(' and ')}. Nothing was counted.`, style.columns - 16)
  const [first = '', ...rest] = needs
  return [
    `  ${p.yellow('– not run')}    ${first}`,
    ...rest.map((l) => `${' '.repeat(15)}${l}`),
    '',
    ...actionLines(
      [...missing.map((m): [string, string] => ['Get it', m.howToInstall]), ['Then', commandLine('next')]],
      style,
      p,
    ),
  ]
}

/** What fits stays in its columns; else what is said of a command stands below it, and the rest is wrapped. */
function actionLines(actions: [string, string][], { columns }: Style, p: Paints): string[] {
  return actions.flatMap(([label, text]) => {
    const fits = 10 + text.length <= columns
    const [command = '', ...words] = text.split(/ {2,}/)
    const below = words.flatMap((part) => labelled(10, '', part, columns, 0))
    const lines = fits ? [`  ${label.padEnd(8)}${text}`] : [...labelled(2, label, command, columns), ...below]
    return lines.map((line, i) => (i === 0 ? line.replace(label, p.bold) : line))
  })
}
