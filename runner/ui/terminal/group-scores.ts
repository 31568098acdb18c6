import type { GroupScore } from '../../domain/judging/score.ts'
import type { Style } from './style.ts'

/** Points by group, as many side by side as fit a line; a red gate says what it leaves of the total. */
export function groupLines(groups: readonly GroupScore[], { columns }: Pick<Style, 'columns'>): string[] {
  const lines: string[] = []
  for (const group of groups) {
    const text = groupText(group)
    const last = lines.at(-1)
    if (last !== undefined && last.length + 3 + text.length <= columns) lines[lines.length - 1] = `${last}   ${text}`
    else lines.push(`    ${text}`)
  }
  return lines
}

const groupText = ({ id, points, weight, cap }: GroupScore): string =>
  `${id} ${Math.floor(points)}/${weight}${cap === null ? '' : ` (red gate: at most ${cap} in all)`}`
