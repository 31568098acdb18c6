import { commandLine } from '../../errors/command-line.ts'
import type { SharedStates } from '../../domain/class/shared-states.ts'
import type { Comparison, LikeSolution, Lines, SimilarPair } from '../../domain/class/similarity.ts'
import { sharedLines } from './collect.ts'
import { labelled, paints, type Style } from './style.ts'

export interface SimilarScreen {
  comparisons: readonly Comparison[]
  /** The same files with more than one learner. */
  shared: readonly SharedStates[]
  /** What was left out, in sentences. */
  remarks: readonly string[]
  /** The limit, 0 to 1. */
  at: number
}

const fragmentsShown = 3
/** Of an exercise with one short solution every pair of a class is alike: the list has the square of its size. */
const pairsShown = 20

export function renderSimilar({ comparisons, shared, remarks, at }: SimilarScreen, style: Style): string {
  const p = paints(style)
  const blocks = comparisons.flatMap(({ slug, language, learners, pairs, tooShort, likeSolutions }) => [
    p.bold(`${slug} (${language})`) +
      p.dim(
        `   ${learners} ${learners === 1 ? 'learner' : 'learners'}, ${pairs.length === 0 ? 'no pair' : pairs.length === 1 ? '1 pair' : `${pairs.length} pairs`} at ${percent(at)} or more`,
      ),
    ...pairs.slice(0, pairsShown).flatMap(pairLines),
    ...morePairs(pairs, slug, style.columns),
    ...solutionLines(likeSolutions, style.columns),
    ...(tooShort.length > 0 ? labelled(2, '', `too short to compare: ${tooShort.join(', ')}`, style.columns, 0) : []),
    '',
  ])
  const meaning =
    'Similar is not copied: short exercises have few good solutions, and partners may work together. Read both before you ask.'
  return [
    '',
    ...sharedLines(shared, style),
    ...blocks,
    ...remarks.flatMap((r) => labelled(2, 'Note', r, style.columns)),
    ...labelled(2, 'Read', meaning, style.columns),
    '',
  ].join('\n')
}

function morePairs(pairs: readonly SimilarPair[], slug: string, columns: number): string[] {
  const last = pairs[pairsShown - 1]
  if (!last || pairs.length <= pairsShown) return []
  const all = commandLine('similar', '--slug', slug, '--json')
  const text = `and ${pairs.length - pairsShown} more, ${percent(last.similarity)} alike or less. All of them: ${all}`
  return labelled(2, '', text, columns, 0)
}

function pairLines({ left, right, similarity, fragments }: SimilarPair): string[] {
  const shown = fragments.slice(0, fragmentsShown).map((f) => `          ${placeOf(f.left)}  =  ${placeOf(f.right)}`)
  const more =
    fragments.length > fragmentsShown ? [`          and ${fragments.length - fragmentsShown} more (--json)`] : []
  return [`  ${percent(similarity).padStart(5)}   ${left}  and  ${right}`, ...shown, ...more]
}

const likeShown = 12

/** One line a solution: in a short exercise it may be everybody. */
function solutionLines(like: readonly LikeSolution[], columns: number): string[] {
  return [...Map.groupBy(like, (l) => l.solution)].flatMap(([solution, all]) => {
    const names = all.slice(0, likeShown).map((l) => `${l.learner} ${percent(l.similarity)}`)
    const more = all.length > likeShown ? `, and ${all.length - likeShown} more (--json)` : ''
    const text = `${names.join(', ')}${more}. Every clone has it; it is shown after a pass.`
    return labelled(2, '', `like solutions/${solution}: ${text}`, columns, 0)
  })
}

const placeOf = ({ file, from, to }: Lines): string => `${file}:${from}${to === from ? '' : `–${to}`}`

const percent = (part: number): string => `${Math.round(part * 100)} %`
