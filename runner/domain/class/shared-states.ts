import { variantName, type VariantId } from '../exercise/variant.ts'
import { byCodePoint } from './gradebook.ts'
import type { SubmittedWork } from './grading.ts'

/** The same files of one variant that more than one learner has handed in, byte for byte. */
export interface SharedStates extends VariantId {
  learners: string[]
  /** How many states they have in common. */
  states: number
  /** They were saved in the same second, too: nobody writes the same at the same moment. */
  sameMoment: boolean
}

/**
 * States that stand with two learners, however short they are, in repositories as well. A bundle of somebody else's with
 * another name in its receipt is one of them. What everybody was given is none.
 *
 * @param starterOf the tree that a variant starts with, where it can be told
 */
export function sharedStates(
  works: readonly SubmittedWork[],
  starterOf: (variant: VariantId) => string | null,
): SharedStates[] {
  const found = new Map<string, SharedStates>()
  const add = (same: readonly SubmittedWork[], sameMoment: boolean): void => {
    const [first] = same
    const learners = [...new Set(same.map((w) => w.learner))].sort(byCodePoint)
    if (!first || learners.length < 2) return
    const key = [variantName(first), sameMoment, ...learners].join(' ')
    const { slug, language } = first
    const before = found.get(key) ?? { slug, language, learners, states: 0, sameMoment }
    found.set(key, { ...before, states: before.states + 1 })
  }
  for (const same of Map.groupBy(works, (w) => `${variantName(w)} ${w.tree}`).values()) {
    const [first] = same
    if (!first || starterOf(first) === first.tree) continue
    const moments = [...Map.groupBy(same, (w) => Date.parse(w.at)).values()]
    for (const moment of moments) add(moment, true)
    const learners = (some: readonly SubmittedWork[]): number => new Set(some.map((w) => w.learner)).size
    if (!moments.some((moment) => learners(moment) === learners(same))) add(same, false)
  }
  return [...found.values()].sort(
    (a, b) => Number(b.sameMoment) - Number(a.sameMoment) || byCodePoint(variantName(a), variantName(b)),
  )
}

const learnersNamed = 8

/** One sentence; of a large class not every name. */
export function sharedSentence({ slug, language, learners, states, sameMoment }: SharedStates): string {
  const more = learners.length - learnersNamed
  const who = `${learners.slice(0, learnersNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  const what = `${states} ${states === 1 ? 'state' : 'states'} of ${slug} (${language})`
  return sameMoment
    ? `${who}: ${what} with the same files, saved in the same second. All but one of them are copies.`
    : `${who}: ${what} with the same files, byte for byte. Where there is little to write, that happens by itself.`
}
