import { commandLine } from '../../errors/command-line.ts'
import { paints, type Style } from './style.ts'

export type DiffAgainst = 'starter' | 'reference' | 'upstream'

const same: Record<DiffAgainst, string> = {
  starter: 'Nothing is changed yet: your files are the starter.',
  upstream: 'The exercise is as it was when you started it.',
  reference: 'Your files are the same as the reference.',
}

/** A learner's changes; where there are none, it says so. */
export function renderDiff(diff: string, against: DiffAgainst, style: Style): string {
  if (diff === '') return `\n  ${same[against]}\n\n  Then    ${commandLine('next')}\n`
  return paintDiff(diff, style)
}

/** Colours a unified diff; the signs stay, so nothing is lost without colour. */
export function paintDiff(diff: string, style: Style): string {
  const p = paints(style)
  const paint = (line: string): string => {
    if (line.startsWith('+++') || line.startsWith('---') || line.startsWith('diff ')) return p.bold(line)
    if (line.startsWith('@@')) return p.dim(line)
    if (line.startsWith('+')) return p.green(line)
    return line.startsWith('-') ? p.red(line) : line
  }
  return diff.split('\n').map(paint).join('\n')
}
