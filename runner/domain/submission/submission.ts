import * as v from 'valibot'
import { parseVariantName, variantName, type VariantId } from '../exercise/variant.ts'
import { isSlug, languages, type Language } from '../exercise/exercise.ts'

/** What a learner hands in, and what is left of it after intake. */

/** Refs of a bundle or a remote: the receipt, and the saved states of each variant as a line of commits. */
export const receiptRef = 'refs/gym/receipt'
export const receiptFile = 'receipt.json'
const workPrefix = 'refs/gym/work/'
export const workRef = (id: VariantId): string => workPrefix + variantName(id)

/** The variant that a ref of a submission names, or null. */
export const variantOfRef = (ref: string): VariantId | null =>
  ref.startsWith(workPrefix) ? parseVariantName(ref.slice(workPrefix.length)) : null

/** What intake takes at the most. Far above honest work; a submission over one of them is a rejection that names it. */
export const intakeLimits = {
  /** A bundle, an archive, or what a fetch may write. */
  packBytes: 32 * 1024 * 1024,
  objects: 50_000,
  refs: 512,
  /** Entries of a folder or an archive, with all that lies beside the work: the whole clone, perhaps. */
  listed: 60_000,
  /** Submissions in one folder or archive, as platforms pack a class: each costs time, whoever made it. */
  inside: 400,
  /** Entries of one workspace or tree, with those that are not taken. */
  entries: 5_000,
  files: 200,
  fileBytes: 256 * 1024,
  bytes: 2 * 1024 * 1024,
  /** The data of repositories that a git exercise is about. */
  repositoryFiles: 4_000,
  repositoryFileBytes: 8 * 1024 * 1024,
  repositoryBytes: 16 * 1024 * 1024,
  /** States of one variant: the newest ones. */
  states: 100,
} as const

const text = (most: number) => v.pipe(v.string(), v.maxLength(most))
const counter = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000))
const gitId = v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/))

const workSchema = v.object({
  slug: v.pipe(v.string(), v.check(isSlug)),
  language: v.picklist(languages),
  /** git's ids of the newest state: its commit and its tree. */
  commit: gitId,
  tree: gitId,
  /** When the newest state was made. */
  at: text(40),
  /** Saved states in the bundle. */
  states: counter,
  attempts: counter,
  hintsUsed: v.pipe(v.array(text(80)), v.maxLength(200)),
  minutesToPass: v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(10_000_000))),
})

/** Loose: a later version may say more. */
const receiptSchema = v.object({
  formatVersion: v.literal(1),
  learner: v.object({ id: text(64), name: text(200), email: text(200) }),
  set: v.nullable(v.object({ id: text(80), version: counter })),
  submittedAt: text(40),
  works: v.pipe(v.array(workSchema), v.maxLength(1000)),
})
export type Receipt = v.InferOutput<typeof receiptSchema>
export type ReceiptWork = Receipt['works'][number]

/** Decodes a receipt that came with a submission; null when it is none. */
export function decodeReceipt(json: string): Receipt | null {
  try {
    const read = v.safeParse(receiptSchema, JSON.parse(json))
    return read.success ? read.output : null
  } catch {
    return null
  }
}

export interface SubmissionFile {
  /** Relative, with forward slashes, as stored (submission-paths.ts). */
  path: string
  executable: boolean
  content: Uint8Array
}

export interface IncomingState {
  at: string
  /** What the clock said, an ISO instant, where that was earlier than the state before it. */
  said?: string
  /** Its number among the learner's saved states; null where it is the only one and has none. */
  order: number | null
  files: SubmissionFile[]
}

/** All states of one variant in a submission, oldest first. */
export interface IncomingWork extends VariantId {
  states: IncomingState[]
}

/** One oddity, by the name of its rule. */
export interface Oddity {
  slug: string | null
  rule: string
  message: string
}

/** What intake took of one submission. */
export interface Incoming {
  /** Its path in the file or folder that was found; empty where it is the whole. */
  inside: string
  receipt: Receipt | null
  works: IncomingWork[]
  oddities: Oddity[]
  /** Single files that are no part of what was taken. */
  leftOut: Oddity[]
}

/** A clock may run a little ahead; a state from tomorrow is an attempt at something. */
const mostAheadMs = 10 * 60_000
export const isAhead = (at: string, now: Date): boolean => Date.parse(at) > now.getTime() + mostAheadMs

/** The paths that an exercise's work has from the start: one of them is never left out in silence. */
export type ExpectedPaths = (id: VariantId) => ReadonlySet<string>

/** Slug → languages in which it may be handed in. */
export type WantedWorks = ReadonlyMap<string, readonly Language[]>
