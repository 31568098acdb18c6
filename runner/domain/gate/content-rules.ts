import { briefSections, parseBrief } from '../exercise/brief.ts'
import type { Exercise } from '../exercise/exercise.ts'
import type { Hint } from '../judging/hint.ts'
import type { DeclaredCase } from '../judging/run-facts.ts'

/** One broken rule of the content gate (docs/authoring.md). */
export interface ContentProblem {
  rule: string
  message: string
  /** The trial that it was seen in; left out for what is true of the variant as a whole. */
  trial?: string
}

/** Rules about an exercise's own files: everything that can be said without running anything. */
export function staticProblems(
  exercise: Exercise,
  brief: string,
  hints: readonly Hint[],
  catalogSlugs: ReadonlySet<string>,
): ContentProblem[] {
  return [
    ...briefProblems(brief),
    ...hintProblems(hints),
    ...exercise.requires
      .filter((slug) => !catalogSlugs.has(slug))
      .map((slug) => ({ rule: 'manifest', message: `requires "${slug}", which is not in the catalog` })),
  ]
}

function briefProblems(brief: string): ContentProblem[] {
  const { title, sections, requirements } = parseBrief(brief)
  const problems: ContentProblem[] = []
  const say = (message: string): void => void problems.push({ rule: 'brief', message })
  if (title === '') say('README.md has no title')
  const wanted = briefSections.filter((s) => !sections.includes(s))
  if (wanted.length > 0) say(`README.md lacks the section ${wanted.join(', ')}`)
  const order = sections.filter((s) => (briefSections as readonly string[]).includes(s))
  if (order.join() !== briefSections.filter((s) => order.includes(s)).join())
    say('the sections of README.md stand in another order')
  if (requirements.size === 0) say('the section Contract has no numbered requirement')
  if ([...requirements.keys()].some((n, i) => n !== i + 1)) say('the requirements are not numbered 1, 2, 3 …')
  if (/\bTODO\b/.test(brief)) say('README.md holds a TODO')
  return problems
}

/** Words that put a learner down; hints stay neutral. */
const unkind = /\b(just|simply|obviously|of course|easy|trivial|stupid)\b/i

function hintProblems(hints: readonly Hint[]): ContentProblem[] {
  const ids = hints.map((h) => h.id)
  const twice = ids
    .filter((id, i) => ids.indexOf(id) !== i)
    .map((id) => ({ rule: 'hints', message: `the hint "${id}" stands twice` }))
  const tone = hints.flatMap((h) =>
    [h.L1, h.L2, h.L3]
      .filter((text) => unkind.test(text))
      .map(() => ({ rule: 'hints', message: `the hint "${h.id}" says "${unkind.exec(h.L1 + h.L2 + h.L3)?.[0]}"` })),
  )
  return [...twice, ...tone]
}

/** Rules about the declared cases: ids, groups, and the brief they stand on. */
export function caseProblems(
  exercise: Exercise,
  brief: string,
  hints: readonly Hint[],
  declared: readonly DeclaredCase[],
): ContentProblem[] {
  const requirements = parseBrief(brief).requirements
  const scored = declared.filter((c) => !c.probe)
  const covered = new Set(scored.flatMap((c) => c.covers))
  const known = new Set(declared.map((c) => c.id))
  return [
    ...scored
      .filter((c) => c.covers.length === 0)
      .map((c) => problem('coverage', `the case "${c.id}" covers no requirement`)),
    ...declared.flatMap((c) =>
      c.covers
        .filter((n) => !requirements.has(n))
        .map((n) => problem('coverage', `the case "${c.id}" covers requirement ${n}, which the brief does not have`)),
    ),
    ...[...requirements.keys()]
      .filter((n) => !covered.has(n))
      .map((n) => problem('coverage', `no case covers requirement ${n}`)),
    ...groupProblems(exercise, scored),
    ...idProblems(exercise, declared),
    ...hints.flatMap((h) =>
      unknownIds(h, known).map((id) =>
        problem('hints', `the hint "${h.id}" names the case "${id}", which the suite does not have`),
      ),
    ),
  ]
}

const problem = (rule: string, message: string): ContentProblem => ({ rule, message })

function groupProblems(exercise: Exercise, scored: readonly DeclaredCase[]): ContentProblem[] {
  const used = new Set(scored.map((c) => c.group))
  const groups = new Set(exercise.groups.map((g) => g.id))
  const gated = (id: string): boolean => scored.some((c) => c.group === id && c.gate)
  return [
    ...[...used]
      .filter((g) => !groups.has(g))
      .map((g) => problem('groups', `a case is in the group "${g}", which the manifest does not have`)),
    ...[...groups].filter((g) => !used.has(g)).map((g) => problem('groups', `the group "${g}" has no case`)),
    ...exercise.groups
      .filter((g) => g.cap !== undefined && !g.gate && !gated(g.id))
      .map((g) => problem('groups', `the group "${g.id}" has a cap but no gate`)),
  ]
}

function idProblems(exercise: Exercise, declared: readonly DeclaredCase[]): ContentProblem[] {
  const ids = declared.map((c) => c.id)
  const probes = declared.map((c, i) => (c.probe ? i : -1)).filter((i) => i >= 0)
  const lastScored = declared.findLastIndex((c) => !c.probe)
  return [
    ...ids
      .filter((id) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))
      .map((id) => problem('cases', `"${id}" is not a case id`)),
    ...ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => problem('cases', `the case id "${id}" stands twice`)),
    ...(ids.includes(exercise.firstRed)
      ? []
      : [problem('first-red', `firstRed names "${exercise.firstRed}", which the suite does not have`)]),
    ...(probes.some((i) => i < lastScored)
      ? [problem('cases', 'a probe stands before a scored case; probes come last')]
      : []),
  ]
}

function unknownIds(hint: Hint, known: ReadonlySet<string>): string[] {
  const named = hint.when.flatMap((c) => [
    ...(c.probe === undefined ? [] : [c.probe]),
    ...(c.failed ?? []),
    ...(c.passed ?? []),
    ...Object.keys(c.at ?? {}),
  ])
  return named.filter((id) => !known.has(id))
}
