import { parseBrief, withoutEmphasis } from '../domain/exercise/brief.ts'
import type { Exercise } from '../domain/exercise/exercise.ts'
import type { Hint } from '../domain/judging/hint.ts'
import { blamedBy, firstRed, type Judgement } from '../domain/judging/judge.ts'
import type { LanguageProgress } from '../domain/progress/progress.ts'
import type { CatalogSource } from './ports.ts'

export interface ShownHint {
  id: string
  level: 1 | 2 | 3
  text: string
  /** The levels below, which were told before and are told again: alone, a later level may say less. */
  before: string[]
}

/** L1 with the failure, L2 beside it once the same mistake came up twice or was asked for. */
export function shownHints(
  source: Pick<CatalogSource, 'brief'>,
  exercise: Exercise,
  judgement: Judgement,
  hints: readonly Hint[],
  before: Pick<LanguageProgress, 'hints' | 'lastHint'> | undefined,
): ShownHint[] {
  if (judgement.verdict.kind === 'passed') return []
  const chosen = judgement.hints.filter((h) => h.confident)
  if (chosen.length === 0) return fallbackHint(source, exercise, judgement)
  return chosen.map(({ id }, rank) => {
    const hint = hints.find((h) => h.id === id) as Hint
    const again = rank === 0 && before?.lastHint?.id === id && before.lastHint.times >= 2
    const level = Math.max(before?.hints[id] ?? 1, again ? 2 : 1) as 1 | 2 | 3
    return { id, level, text: hint[`L${level}`], before: [hint.L1, hint.L2].slice(0, level - 1) }
  })
}

/** What no end of a program says of itself; its words fit every loop and every wait. */
const withoutEnd =
  'Look for a loop that is never left, or a wait for what never comes. Print something before it and in it: what was printed stands here.'

/** No known mistake fits: say which requirement of the brief the first red case stands on. */
function fallbackHint(source: Pick<CatalogSource, 'brief'>, exercise: Exercise, judgement: Judgement): ShownHint[] {
  if (judgement.verdict.kind === 'timed-out') return [{ id: 'never-ends', level: 3, text: withoutEnd, before: [] }]
  const number = blamed(judgement)
  const text = number === null ? undefined : parseBrief(source.brief(exercise)).requirements.get(number)
  if (number === null || text === undefined) return []
  return [
    {
      id: `requirement-${number}`,
      level: 1,
      text: `Read requirement ${number} again: ${withoutEmphasis(text)}`,
      before: [],
    },
  ]
}

/** Where a program did not load or ended by itself, the case at hand says nothing about what the brief demands. */
function blamed(judgement: Judgement): number | null {
  const red = firstRed(judgement)
  return red === null || judgement.verdict.kind === 'broken' ? null : blamedBy(red)
}
