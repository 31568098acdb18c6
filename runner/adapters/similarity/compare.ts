import { File, FingerprintIndex, Region, TokenizedFile, WinnowFilter, type FileEntry } from '@dodona/dolos-core'
import type { Language } from '../../domain/exercise/exercise.ts'
import { byCodePoint } from '../../domain/class/gradebook.ts'
import { isComparable, tokensOf } from '../../domain/class/similarity-tokens.ts'
import type {
  ComparedWork,
  Comparison,
  Fragment,
  LikeSolution,
  Lines,
  SimilarPair,
  ComparedFile,
} from '../../domain/class/similarity.ts'

/** Tokens of a fingerprint, and of how many in a row one is kept: 21 shared tokens in a row are always found. */
const tokensEach = 14
const window = 8
/** Own fingerprints below which two works are alike because there is so little to write. */
const leastOwn = 6
const fragmentsShown = 20
/** Bounds against works made to be slow to compare: no honest exercise comes near them. */
const mostTokens = 30_000
const mostPairings = 4_000_000

/**
 * Compares every two works with Dolos: winnowed fingerprints of token sequences (Schleimer, Wilkerson & Aiken,
 * "Winnowing", SIGMOD 2003). Dolos's own tokenizers are native and need an install script, so ours go in
 * (similarity-tokens.ts).
 * @param starter what everybody was given; none of its token sequences counts
 */
export function compareWorks(
  language: Language,
  works: readonly ComparedWork[],
  starter: readonly ComparedFile[],
  atLeast: number,
): Pick<Comparison, 'pairs' | 'tooShort'> {
  const index = new FingerprintIndex(tokensEach, window)
  index.addIgnoredHashes(sequencesOf(language, starter))
  const texts = [...works].sort((a, b) => byCodePoint(a.learner, b.learner)).map((work) => joined(language, work))
  index.addFiles(texts.map((t) => t.file))
  const entries = new Map(index.entries().map((entry) => [entry.file.id, entry]))
  const known = texts.map((text) => ({ text, own: ownPrints(entries.get(text.file.id)) }))
  const long = known.filter((k) => k.own >= leastOwn)
  const overlaps = overlapsOf(index)
  const pairs = long.flatMap((left, i) =>
    long.slice(i + 1).flatMap((right): SimilarPair[] => {
      // Not Dolos's own `similarity`: it subtracts the left work's ignored prints on both sides.
      const overlap = overlaps.get(pairName(left.text.file, right.text.file)) ?? { left: 0, right: 0 }
      const similarity = (overlap.left + overlap.right) / (left.own + right.own)
      if (similarity < atLeast) return []
      const fragments = overlap.left * overlap.right > mostPairings ? [] : fragmentsOf(index, left.text, right.text)
      return [
        {
          left: left.text.learner,
          right: right.text.learner,
          similarity: Math.round(similarity * 1000) / 1000,
          fragments,
        },
      ]
    }),
  )
  return {
    pairs: pairs.sort(
      (a, b) => b.similarity - a.similarity || byCodePoint(`${a.left} ${a.right}`, `${b.left} ${b.right}`),
    ),
    tooShort: known.filter((k) => k.own < leastOwn).map((k) => k.text.learner),
  }
}

/** Solutions stand among the works under names that no learner can have. */
const solutionPrefix = 'solutions/'

/**
 * As `compareWorks`, with the solutions of the project among the works: whoever has a clone has them, and a work that is
 * one of them is like nobody else's.
 */
export function compareWithSolutions(
  language: Language,
  works: readonly ComparedWork[],
  solutions: readonly { id: string; files: readonly ComparedFile[] }[],
  starter: readonly ComparedFile[],
  atLeast: number,
): Pick<Comparison, 'pairs' | 'tooShort' | 'likeSolutions'> {
  const named = solutions.map(({ id, files }) => ({ learner: `${solutionPrefix}${id}`, files }))
  const { pairs, tooShort } = compareWorks(language, [...works, ...named], starter, atLeast)
  const isSolution = (name: string): boolean => name.startsWith(solutionPrefix)
  const alike = pairs.flatMap(({ left, right, similarity }): LikeSolution[] => {
    if (isSolution(left) === isSolution(right)) return []
    const [learner, solution] = isSolution(left) ? [right, left] : [left, right]
    return [{ learner, solution: solution.slice(solutionPrefix.length), similarity }]
  })
  const same = works.flatMap(({ learner, files }) =>
    solutions.filter((s) => holds(files, s.files)).map((s) => ({ learner, solution: s.id, similarity: 1 })),
  )
  const others = alike.filter((a) => !same.some((s) => s.learner === a.learner && s.solution === a.solution))
  return {
    pairs: pairs.filter((p) => !isSolution(p.left) && !isSolution(p.right)),
    tooShort: tooShort.filter((name) => !isSolution(name)),
    likeSolutions: [...same, ...others].sort(
      (a, b) => b.similarity - a.similarity || byCodePoint(`${a.learner} ${a.solution}`, `${b.learner} ${b.solution}`),
    ),
  }
}

/** Whether every file of a solution stands in a work as it is. */
const holds = (files: readonly ComparedFile[], solution: readonly ComparedFile[]): boolean =>
  solution.length > 0 && solution.every((s) => files.some((f) => f.path === s.path && f.text === s.text))

/** All files of a learner as one text, so that moving a function to another file hides nothing. */
interface JoinedText {
  learner: string
  file: TokenizedFile
  /** First line of each file in the joined text. */
  starts: { path: string; line: number; lines: number }[]
}

function joined(language: Language, { learner, files }: ComparedWork): JoinedText {
  const sources = sourcesOf(language, files)
  const tokens: string[] = []
  const regions: Region[] = []
  const starts: JoinedText['starts'] = []
  let first = 0
  for (const { path, text } of sources) {
    for (const { kind, line, column, endColumn } of tokensOf(language, text).slice(0, mostTokens - tokens.length)) {
      tokens.push(kind)
      regions.push(new Region(first + line, column, first + line, endColumn))
    }
    const lines = text.split('\n').length
    starts.push({ path, line: first, lines })
    first += lines
  }
  const file = new File(learner, sources.map((s) => s.text).join('\n'))
  return { learner, file: new TokenizedFile(file, tokens, regions), starts }
}

const sourcesOf = (language: Language, files: readonly ComparedFile[]): ComparedFile[] =>
  files.filter((f) => isComparable(language, f.path)).sort((a, b) => byCodePoint(a.path, b.path))

/**
 * Every sequence of the starter, not only winnowed ones: which of them a window keeps depends on what stands around.
 */
function sequencesOf(language: Language, starter: readonly ComparedFile[]): number[] {
  const every = new WinnowFilter(tokensEach, 1)
  return sourcesOf(language, starter).flatMap(({ text }) =>
    every.fingerprints(tokensOf(language, text).map((t) => t.kind)).map((f) => f.hash),
  )
}

const ownPrints = (entry: FileEntry | undefined): number =>
  entry ? [...entry.shared].reduce((sum, print) => sum + print.occurrencesOf(entry.file).length, 0) : 0

interface Overlap {
  left: number
  right: number
}

/** Counts, for every two works that share a fingerprint, how many prints of each the other has as well. */
function overlapsOf(index: FingerprintIndex): Map<string, Overlap> {
  const overlaps = new Map<string, Overlap>()
  for (const print of index.sharedFingerprints().filter((p) => !p.ignored && p.fileCount() > 1)) {
    const files = print.files().sort((a, b) => a.id - b.id)
    const counts = files.map((f) => print.occurrencesOf(f).length)
    for (const [i, left] of files.entries()) {
      for (let j = i + 1; j < files.length; j += 1) {
        const name = pairName(left, files[j] as TokenizedFile)
        const before = overlaps.get(name) ?? { left: 0, right: 0 }
        overlaps.set(name, { left: before.left + (counts[i] ?? 0), right: before.right + (counts[j] ?? 0) })
      }
    }
  }
  return overlaps
}

const pairName = (left: TokenizedFile, right: TokenizedFile): string => `${left.id} ${right.id}`

function fragmentsOf(index: FingerprintIndex, left: JoinedText, right: JoinedText): Fragment[] {
  const fragments = index.getPair(left.file, right.file).buildFragments()
  return fragments
    .map((f): Fragment => ({
      left: linesOf(left, f.leftSelection),
      right: linesOf(right, f.rightSelection),
      length: f.pairs.length,
    }))
    .sort(
      (a, b) =>
        b.length - a.length || byCodePoint(JSON.stringify([a.left, a.right]), JSON.stringify([b.left, b.right])),
    )
    .slice(0, fragmentsShown)
}

/** Back to lines of a file; a fragment that goes on into the next file is told up to the end of the first. */
function linesOf({ starts }: JoinedText, { startRow, endRow }: Region): Lines {
  const at = starts.findLast((s) => s.line <= startRow) ?? { path: '', line: 0, lines: 1 }
  return { file: at.path, from: startRow - at.line + 1, to: Math.min(endRow - at.line + 1, at.lines) }
}
