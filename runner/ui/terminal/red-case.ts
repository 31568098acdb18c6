import type { JudgedCase } from '../../domain/judging/judge.ts'
import { cut, wrap, type Paints, type Style } from './style.ts'

/** A red case in full: its sentence, what it covers, and the end of its transcript. */
export function redCase(red: JudgedCase, style: Style, p: Paints): string[] {
  const requirements = red.requirement === null ? red.covers : [red.requirement]
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
  return [...head, ...transcriptLines(red, style)]
}

function wrapSentence(text: string, style: Style, p: Paints): string[] {
  const [first = '', ...rest] = wrap(text, style.columns - 13)
  return [`    ${p.red('✗ fail')}   ${first}`, ...rest.map((l) => `             ${l}`)]
}

const shownSteps = 9

/** The part that matters: the last steps before the failure, and where the values differ. */
export function transcriptLines(red: JudgedCase, style: Style): string[] {
  const steps = red.transcript
  const shown = steps.slice(-shownSteps)
  const width = Math.max(8, ...shown.map((s) => s.label.length)) + 3
  const indent = 15
  const left = steps.length - shown.length
  const lines = shown.flatMap((step) => stepLines(step.label, step.text, indent, width, style.columns))
  return left > 0 ? [`${' '.repeat(indent)}${`… ${left} ${left === 1 ? 'step' : 'steps'} before`}`, ...lines] : lines
}

function stepLines(label: string, text: string, indent: number, labelWidth: number, columns: number): string[] {
  const room = columns - indent - labelWidth
  const lines = text
    .replace(/\n+$/, '')
    .split('\n')
    .flatMap((line) => hardWrap(line, room))
  const kept = lines.length > 6 ? [...lines.slice(0, 5), `… ${lines.length - 5} more lines`] : lines
  const [first = '', ...rest] = kept
  const pad = ' '.repeat(indent)
  return [`${pad}${label.padEnd(labelWidth)}${first}`, ...rest.map((l) => `${pad}${' '.repeat(labelWidth)}${l}`)]
}

/** Data is broken where the line ends, after a comma or a space where one is near: every character of it may matter. */
export function hardWrap(line: string, room: number): string[] {
  // Control characters of a learner's output must not move the cursor.
  const clean = line.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g,
    (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
  if (clean.length <= room) return [clean]
  const width = Math.max(20, room)
  const pieces = clean.match(new RegExp(`.{${Math.ceil(width / 3)},${width - 1}}[,;\\s]|.{1,${width}}`, 'gu')) ?? []
  return pieces.length > 3 ? [...pieces.slice(0, 2), cut(pieces.slice(2).join(''), width)] : pieces
}
