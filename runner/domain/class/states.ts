import type { SubmittedWork } from './grading.ts'

/**
 * The states of one variant of one learner after more came in, oldest first. Those that came together keep their order,
 * which is that in which they were made: a clock may have been set back. What has no number of its own was made when it
 * came, after everything that was there.
 */
export function withStates(before: readonly SubmittedWork[], incoming: readonly SubmittedWork[]): SubmittedWork[] {
  const all = [...before]
  const together = new Set<SubmittedWork>()
  let last = -1
  for (const state of incoming) {
    const known = all.findIndex((one) => isSame(one, state))
    if (known >= 0) {
      together.add(all[known] ?? state)
      // A list that was kept by times alone may have it earlier than its predecessor.
      last = Math.max(last, known)
      continue
    }
    const isAlone = state.order === undefined && incoming.length === 1
    last = isAlone ? all.length : placeAfter(all, last, state, together)
    all.splice(last, 0, state)
    together.add(state)
  }
  // Several states in a row may hold the same files. The first of them counts: nothing was changed afterwards.
  return all.filter((state, i) => all[i - 1]?.tree !== state.tree)
}

const isSame = (a: SubmittedWork, b: SubmittedWork): boolean =>
  a.tree === b.tree && ((a.order !== undefined && a.order === b.order) || a.at === b.at)

/** Behind its predecessor and what came from elsewhere and is not younger, before those it came together with. */
function placeAfter(
  all: readonly SubmittedWork[],
  last: number,
  { at }: SubmittedWork,
  together: ReadonlySet<SubmittedWork>,
): number {
  let place = last + 1
  for (let one = all[place]; one && !together.has(one) && Date.parse(one.at) <= Date.parse(at); one = all[place])
    place++
  return place
}

/**
 * States of one exercise, in several languages perhaps, in the order in which they were made: times say it between
 * languages, and never against the order within one.
 */
export function inOrder(states: readonly SubmittedWork[]): SubmittedWork[] {
  const latest = new Map<string, number>()
  const timed = states.map((state) => {
    const ms = Math.max(latest.get(state.language) ?? 0, Date.parse(state.at))
    latest.set(state.language, ms)
    return { state, ms }
  })
  return timed.sort((a, b) => a.ms - b.ms).map(({ state }) => state)
}

/** The state of one variant that each learner made last; works stand in the order in which they were made. */
export const lastOfEach = (works: readonly SubmittedWork[]): SubmittedWork[] => [
  ...new Map(works.map((work) => [work.learner, work])).values(),
]
