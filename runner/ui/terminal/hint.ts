import type { Hint } from '../../domain/judging/hint.ts'
import { commandLine } from '../../errors/command-line.ts'
import { labelled, type Style } from './style.ts'

export const renderHintsKeptBack = (): string =>
  `\n  The set you work on shows no hints. Read the case on the screen and the requirement it names.\n\n  Then    ${commandLine('show')}\n`

const withoutHint = {
  passed: ['It is passed: there is nothing to hint at.', 'next'],
  unchecked: ['There is no check yet, so nothing is known of a mistake.', 'check'],
  unknown: ['No known mistake fits your last check. Read the case on the screen and the requirement it names.', 'show'],
} as const

export type NoHint = keyof typeof withoutHint

/** Why there is no hint, and the command that comes next. */
export function renderNoHint(why: NoHint): { text: string; next: string } {
  const [sentence, command] = withoutHint[why]
  const next = commandLine(command)
  return { text: `\n  ${sentence}\n\n  Then    ${next}\n`, next }
}

/** A hint up to a level: what was told before stays above. */
export function renderHint(slug: string, known: Hint, level: 2 | 3, { columns }: Style): string {
  const levels = [known.L1, known.L2, known.L3].slice(0, level)
  const lines = levels.flatMap((text, i) => [...labelled(2, `Hint ${i + 1}`, text, columns, 9), ''])
  const link = level === 3 && known.link ? [...labelled(2, 'Read', known.link, columns, 9), ''] : []
  const then =
    level < 3
      ? `  More    ${commandLine('hint')}\n`
      : `  More    ${commandLine('solution', '--give-up')}    (recorded), or try again\n`
  const text = ['', `${slug}: ${known.id}, level ${level} of 3`, '', ...lines, ...link].join('\n')
  return `${text}\n${then}  Then    ${commandLine('next')}\n`
}
