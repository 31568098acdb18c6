import { paints, type Style } from './style.ts'

/** Colours a unified diff; the signs stay, so nothing is lost without colour. */
export function renderDiff(diff: string, style: Style): string {
  const p = paints(style)
  const paint = (line: string): string => {
    if (line.startsWith('+++') || line.startsWith('---') || line.startsWith('diff ')) return p.bold(line)
    if (line.startsWith('@@')) return p.dim(line)
    if (line.startsWith('+')) return p.green(line)
    return line.startsWith('-') ? p.red(line) : line
  }
  return diff.split('\n').map(paint).join('\n')
}
