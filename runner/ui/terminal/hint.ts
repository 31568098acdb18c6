import type { Hint } from '../../domain/judging/hint.ts'
import { commandLine } from '../../errors/command-line.ts'
import { labelled, type Style } from './style.ts'

export const renderHintsKeptBack = (): string =>
  `\n  The set you work on shows no hints. Read the case on the screen and the requirement it names.\n\n  Then    ${commandLine('show')}\n`

const withoutHint = {
  passed: ['It is passed: there is nothing to hint at.', 'next'],
  unchecked: ['There is no check yet, so nothing is known of a mistake.', 'check'],
  broken: [
    'Nothing was judged: it did not load, or it ended by itself. Start with what the check says of that.',
    'check',
  ],
  'timed-out': [
    'It did not come to its end. Look for a loop that is never left, or a wait for what never comes: what your program prints before it stands under the case.',
    'check',
  ],
  unknown: ['No known mistake fits your last check. Read the case on the screen and the requirement it names.', 'show'],
} as const

export type NoHint = keyof typeof withoutHint

/** Why there is no hint, and the command that comes next. */
export function renderNoHint(why: NoHint, { columns }: Style): { text: string; next: string } {
  const [sentence, command] = withoutHint[why]
  const next = commandLine(command)
  return { text: ['', ...labelled(2, '', sentence, columns, 0), '', `  Then    ${next}`, ''].join('\n'), next }
}

/** Whether the solution may be seen: at once, after giving up, or not now, because the set in use keeps it back. */
export type SolutionState = 'open' | 'give-up' | 'kept-back'

const afterLastLevel: Record<SolutionState, (columns: number) => string> = {
  open: () => `  More    ${commandLine('solution')}\n`,
  'give-up': (columns) => {
    const text = `${commandLine('solution', '--give-up')} (recorded), or try again`
    return `${labelled(2, 'More', text, columns).join('\n')}\n`
  },
  'kept-back': () => '',
}

/** A hint up to a level: what was told before stays above. */
export function renderHint(
  name: string,
  known: Hint,
  level: 2 | 3,
  solution: SolutionState,
  { columns }: Style,
): string {
  const levels = [known.L1, known.L2, known.L3].slice(0, level)
  const lines = levels.flatMap((text, i) => [...labelled(2, `Hint ${i + 1}`, text, columns, 9), ''])
  const link = level === 3 && known.link ? [...labelled(2, 'Read', known.link, columns, 9), ''] : []
  const then = level < 3 ? `  More    ${commandLine('hint')}\n` : afterLastLevel[solution](columns)
  const text = ['', `${name}: ${known.id}, level ${level} of 3`, '', ...lines, ...link].join('\n')
  return `${text}\n${then}  Then    ${commandLine('next')}\n`
}
