import type { GradeJob } from '../domain/class/grade-plan.ts'
import type { Language } from '../domain/exercise/exercise.ts'
import type { KeyedResult, TreeFile } from './grading-ports.ts'

/** A process that grades; what reads learners' files lives in it: transpiler, compiler, parsers. */
export interface SoundSlot {
  /** Rejects when the slot is lost, when the work takes longer than anything honest can, and for faults of ours. */
  grade: (job: GradeJob, tree: readonly TreeFile[]) => Promise<KeyedResult>
  /** Known work in this language, read anew and not from a cache, gets its known verdict. */
  isSound: (language: Language) => Promise<boolean>
  /** The reference of the job's exercise passes. */
  passesReference: (job: GradeJob) => Promise<boolean>
}

export interface SlotSupply {
  /** Lends a slot; `fresh` asks for one that has graded nothing yet. One that is called spoiled is not lent again. */
  use: <T>(fresh: boolean, work: (slot: SoundSlot, spoiled: () => void) => Promise<T>) => Promise<T>
}

type Attempt = { result: KeyedResult } | { reason: string; tookTooLong: boolean }

/**
 * Grades a work so that no other work pays for it. A result without a witness is kept only when known work still gets its
 * known verdict in that process. Otherwise the process goes, and the work runs once more, in a new one. A work that takes
 * down two of them, where the reference of its exercise passes, has done it by itself and is worth nothing; where that fails
 * too, it was our fault or the machine's, and the last reason is thrown.
 */
export async function gradeSoundly(
  slots: SlotSupply,
  job: GradeJob,
  tree: readonly TreeFile[],
  sandbox: KeyedResult['sandbox'],
): Promise<KeyedResult> {
  const first = await attempt(slots, false, job, tree)
  if ('result' in first) return first.result
  const second = await attempt(slots, true, job, tree)
  if ('result' in second) return second.result
  const known = await slots.use(true, (slot) => slot.passesReference(job)).catch(() => false)
  if (!known) throw new Error(second.reason)
  return ownFault(job, second.tookTooLong, sandbox)
}

const attempt = (slots: SlotSupply, fresh: boolean, job: GradeJob, tree: readonly TreeFile[]): Promise<Attempt> =>
  slots.use(fresh, async (slot, spoiled) => {
    try {
      const result = await slot.grade(job, tree)
      if (hasWitness(result) || (await slot.isSound(job.language))) return { result }
      spoiled()
      return { reason: 'known work was no longer judged rightly after it', tookTooLong: false }
    } catch (error) {
      spoiled()
      const { message, code } = error as Error & { code?: string }
      return { reason: message, tookTooLong: code === 'slot-too-long' }
    }
  })

const hasWitness = ({ outcome, verdict }: KeyedResult): boolean =>
  outcome === 'graded' && (verdict === 'passed' || verdict === 'failed')

function ownFault(
  { key, slug, language, tree, seed }: GradeJob,
  tookTooLong: boolean,
  sandbox: KeyedResult['sandbox'],
): KeyedResult {
  return {
    formatVersion: 2,
    key,
    slug,
    language,
    tree,
    outcome: 'graded',
    problem: null,
    verdict: tookTooLong ? 'timed-out' : 'broken',
    ending: tookTooLong
      ? 'Reading or running it took longer than anything honest can, twice.'
      : 'It took down what reads it, twice; the reference of its exercise was judged rightly there.',
    score: null,
    cases: [],
    mistakes: [],
    sandbox,
    seed,
  }
}
