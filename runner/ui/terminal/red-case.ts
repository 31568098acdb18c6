import type { JudgedCase } from '../../domain/judging/judge.ts'
import { cut, labelled, visible, wrap, type Paints, type Style } from './style.ts'

/** The one in hand when it failed, where the suite says that; else all that it covers. */
export const requirementsOf = ({ requirement, covers }: JudgedCase): readonly number[] =>
  requirement === null ? covers : [requirement]

/**
 * A red case: its sentence, what it covers, and the end of its transcript.
 * @param open how all of it is seen
 */
export function redCase(red: JudgedCase, style: Style, p: Paints, open: string): string[] {
  const requirements = requirementsOf(red)
  const note = [red.gate ? 'gate' : '', requirements.length > 0 ? `requirement ${requirements.join(', ')}` : '']
    .filter(Boolean)
    .join(', ')
  const sentence = `    ${p.red('✗ fail')}   ${red.sentence}`
  const plainLength = 4 + 6 + 3 + red.sentence.length
  const room = style.columns - plainLength - note.length
  const head =
    room >= 2
      ? [sentence + ' '.repeat(room) + p.dim(note)]
      : [...wrapSentence(red.sentence, style, p), ...(note ? [`             ${p.dim(note)}`] : [])]
  return [...head, ...transcriptLines(red, style, open)]
}

function wrapSentence(text: string, style: Style, p: Paints): string[] {
  const [first = '', ...rest] = wrap(text, style.columns - 13)
  return [`    ${p.red('✗ fail')}   ${first}`, ...rest.map((l) => `             ${l}`)]
}

const shownSteps = 9

/** On the screen of a check the end of what happened, else everything. */
export type HowMuch = 'shortened' | 'all'

/**
 * The part that matters: the last steps before the failure, and where the values differ.
 * @param open how the steps before are seen; null shows all of them, and every line of each
 */
export function transcriptLines(red: JudgedCase, style: Style, open: string | null): string[] {
  const steps = red.transcript
  const shown = open === null ? steps : steps.slice(-shownSteps)
  const howMuch = open === null ? 'all' : 'shortened'
  const width = Math.max(8, ...shown.map((s) => s.label.length)) + 3
  const layout: StepLayout = { indent: 15, labelWidth: width, columns: style.columns, howMuch }
  const left = steps.length - shown.length
  const lines = shown.flatMap((step) => stepLines(step, layout))
  if (left <= 0) return lines
  const before = `… ${left} ${left === 1 ? 'step' : 'steps'} before: ${open}`
  return [...labelled(layout.indent, '', before, style.columns, 0), ...lines]
}

interface StepLayout {
  indent: number
  labelWidth: number
  columns: number
  howMuch: HowMuch
}

function stepLines(
  { label, text }: JudgedCase['transcript'][number],
  { indent, labelWidth, columns, howMuch }: StepLayout,
): string[] {
  const room = columns - indent - labelWidth
  const lines = text
    .replace(/\n+$/, '')
    .split('\n')
    .flatMap((line) => hardWrap(line, room, howMuch))
  const kept =
    lines.length > 6 && howMuch !== 'all' ? [...lines.slice(0, 5), `… ${lines.length - 5} more lines`] : lines
  const [first = '', ...rest] = kept
  const pad = ' '.repeat(indent)
  return [`${pad}${label.padEnd(labelWidth)}${first}`, ...rest.map((l) => `${pad}${' '.repeat(labelWidth)}${l}`)]
}

/** Data is broken where the line ends, after a comma or a space where one is near: every character of it may matter. */
export function hardWrap(line: string, room: number, howMuch: HowMuch = 'shortened'): string[] {
  const clean = visible(line)
  if (clean.length <= room) return [clean]
  const width = Math.max(20, room)
  const pieces = clean.match(new RegExp(`.{${Math.ceil(width / 3)},${width - 1}}[,;\\s]|.{1,${width}}`, 'gu')) ?? []
  return pieces.length > 3 && howMuch !== 'all' ? [...pieces.slice(0, 2), cut(pieces.slice(2).join(''), width)] : pieces
}
