import type { Language } from '../exercise/exercise.ts'

/** Sources of one learner for one variant, as they were handed in. */
export interface ComparedWork {
  learner: string
  files: readonly ComparedFile[]
}

export interface ComparedFile {
  path: string
  text: string
}

export interface SimilarPair {
  left: string
  right: string
  /** 0 to 1: the part of both works' own fingerprints that the other has too; what the starter gave does not count. */
  similarity: number
  /** What they share, the longest first. */
  fragments: Fragment[]
}

export interface Fragment {
  left: Lines
  right: Lines
  /** Fingerprints in a row. */
  length: number
}

/** Lines of a file, counted from 1, both included. */
export interface Lines {
  file: string
  from: number
  to: number
}

export interface Comparison {
  slug: string
  language: Language
  learners: number
  /** Pairs at or over the limit, the most similar first. */
  pairs: SimilarPair[]
  /** Learners whose own work is too short to say anything. */
  tooShort: string[]
  /** Works that are like a solution of the project, which every clone has; the most alike first. */
  likeSolutions: LikeSolution[]
}

/** A learner's work beside a solution of the project. */
export interface LikeSolution {
  learner: string
  /** As `reference`. */
  solution: string
  /** As of a pair; 1 where every file of the solution stands there byte for byte. */
  similarity: number
}
