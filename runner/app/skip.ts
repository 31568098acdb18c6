import { idOf, type Variant, type VariantId } from '../domain/exercise/variant.ts'
import { progressOf, recordEvent, type LanguageProgress, type ProgressEvent } from '../domain/progress/progress.ts'
import type { ReadinessOf } from '../domain/progress/selection.ts'
import { RunnerError } from '../errors/runner-error.ts'
import type { Clock, ProgressStore } from './ports.ts'
import { nextTarget, type TargetInput } from './target.ts'

export interface SkipPorts {
  store: ProgressStore
  clock: Clock
}

export interface Skipped extends VariantId {
  /** The best score so far; null before the first one. */
  score: number | null
}

/**
 * Records that the exercise `next` would go on with is left for later. Only a learner's own word moves on from a red
 * exercise, and only to another one: the last that is open cannot be skipped.
 */
export function skip({ store, clock }: SkipPorts, input: TargetInput, readiness: ReadinessOf): Skipped {
  const target = nextTarget(input, readiness)
  if (target === 'all-done' || Array.isArray(target)) throw new RunnerError('nothing-to-skip')
  const id = idOf(target)
  refuseAfterPass(input, id)
  const own = progressOf(input.progress, id)
  if (!own) throw new RunnerError('skip-not-started', { slug: id.slug })
  if (own.passedAt !== null) throw new RunnerError('skip-passed', { slug: id.slug })
  const event: ProgressEvent = { event: 'skipped', at: clock.now().toISOString(), ...id }
  const following = nextTarget({ ...input, wanted: {}, progress: recordEvent(input.progress, event) }, readiness)
  if (following === 'all-done' || Array.isArray(following) || following.exercise.slug === id.slug)
    throw new RunnerError('skip-only-one', { slug: id.slug })
  store.record(event)
  return { ...id, score: own.best }
}

/** Who has just passed an exercise and says no other name means that one, never one that was left open before. */
function refuseAfterPass({ progress, wanted }: TargetInput, following: VariantId): void {
  const { current } = progress
  const isNamed = wanted.slug !== undefined || wanted.area !== undefined || wanted.language !== undefined
  if (isNamed || !current || !progressOf(progress, current)?.passedAt) return
  throw new RunnerError('skip-passed', { slug: current.slug, following: following.slug })
}

/**
 * Records that a skipped exercise is worked on again, so that `next` stays with it; it counts as skipped until it is
 * passed. Returns what it was, or null where it was not skipped.
 */
export function takeUp({ store, clock }: SkipPorts, variant: Variant): LanguageProgress | null {
  const id = idOf(variant)
  const own = progressOf(store.load(), id)
  if (!own || own.skippedAt === null || own.resumed) return null
  store.record({ event: 'resumed', at: clock.now().toISOString(), ...id })
  return own
}
