import { laneNames, type GradeQueue, type Grader, type Lane, type TakenJob } from './grading-ports.ts'

export interface WorkOptions {
  queue: GradeQueue
  grader: Grader
  /** Jobs at once. */
  slots: number
  /** Set: what is under way is finished, nothing new is taken, and work() returns. */
  stop: AbortSignal
  /** Also return when there is nothing left to take. */
  untilEmpty?: boolean
  onResult?: (done: number) => void
}

/** How long a slot waits before it asks an empty queue again. */
const pollMs = 150

/**
 * Takes jobs and grades them until it is told to stop. The first slot of several takes live work only, so that a
 * regrade never keeps live work waiting; all others take live work first. Rejects when the worker itself is not sound.
 */
export async function work(options: WorkOptions): Promise<number> {
  await options.grader.canary()
  const state: WorkState = { done: 0, failure: null }
  await Promise.all(
    Array.from({ length: options.slots }, (_, slot) => runSlot(options, lanesOf(slot, options.slots), state)),
  )
  if (state.failure) throw state.failure
  return state.done
}

interface WorkState {
  done: number
  failure: Error | null
}

const lanesOf = (slot: number, slots: number): readonly Lane[] => (slot === 0 && slots > 1 ? ['live'] : laneNames)

async function runSlot(options: WorkOptions, lanes: readonly Lane[], state: WorkState): Promise<void> {
  while (!options.stop.aborted && !state.failure) {
    const taken = await options.queue.take(lanes)
    if (taken) await doJob(options, taken, state)
    else if (options.untilEmpty === true) return
    else await pause(options.stop)
  }
}

async function doJob(options: WorkOptions, taken: TakenJob, state: WorkState): Promise<void> {
  try {
    await taken.finish(await options.grader.grade(taken.job, taken.tree))
    state.done += 1
    options.onResult?.(state.done)
  } catch (error) {
    await taken.giveUp(error instanceof Error ? error.message : String(error))
    // Something that never happens has happened: nothing more is judged here before the known work is judged rightly.
    await options.grader.canary().catch((failure: Error) => void (state.failure = failure))
  }
}

function pause(stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      stop.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, pollMs)
    stop.addEventListener('abort', end)
  })
}
