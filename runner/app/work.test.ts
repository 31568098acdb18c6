import { describe, expect, test } from 'vitest'
import type { GradeJob } from '../domain/class/grade-plan.ts'
import { grade } from './grade.ts'
import type { GradeQueue, Grader, KeyedResult, Lane } from './grading-ports.ts'
import { work } from './work.ts'

const job = (key: string): GradeJob => ({
  key,
  slug: 'first',
  language: 'ts',
  tree: `tree-${key}`,
  seed: 1,
  suite: 's',
  engine: 'e',
})
const resultOf = ({ key, slug, language, tree, seed }: GradeJob): KeyedResult => ({
  formatVersion: 2,
  key,
  slug,
  language,
  tree,
  seed,
  outcome: 'graded',
  problem: null,
  verdict: 'passed',
  score: 100,
  cases: [],
  mistakes: [],
  sandbox: 'none',
})

/**
 * A queue in memory that keeps the contract: first result stays, what is given up comes back twice, then it is dead.
 */
function memoryQueue() {
  const waiting: Record<Lane, { job: GradeJob; tries: number }[]> = { live: [], regrade: [] }
  const results = new Map<string, KeyedResult>()
  const taken: string[] = []
  const queue: GradeQueue = {
    put: async (lane, jobs) => void waiting[lane].push(...jobs.map((j) => ({ job: j, tries: 0 }))),
    take: async (lanes) => {
      for (const lane of lanes) {
        const next = waiting[lane].shift()
        if (!next) continue
        taken.push(next.job.key)
        return {
          job: next.job,
          tree: [],
          finish: async (result) => void (results.has(result.key) || results.set(result.key, result)),
          giveUp: async (reason) => {
            if (next.tries < 2) waiting[lane].push({ ...next, tries: next.tries + 1 })
            else
              results.set(next.job.key, {
                ...resultOf(next.job),
                outcome: 'system-error',
                problem: reason,
                verdict: null,
                score: null,
              })
          },
        }
      }
      return null
    },
    settleDead: async () => {},
    results: async (keys) => [...results.values()].filter((r) => keys.includes(r.key)),
    close: async () => {},
  }
  return { queue, results, taken }
}

const grader = (change: Partial<Grader> = {}): Grader => ({
  suiteOf: () => 's',
  engine: 'e',
  environment: 'x',
  grade: async (j) => resultOf(j),
  canary: async () => {},
  ...change,
})
const never = new AbortController().signal

describe('a worker', () => {
  test('takes until nothing is left', async () => {
    const { queue, results } = memoryQueue()
    await queue.put('live', ['a', 'b', 'c'].map(job), () => [])
    expect(await work({ queue, grader: grader(), slots: 2, stop: never, untilEmpty: true })).toBe(3)
    expect([...results.keys()].sort()).toEqual(['a', 'b', 'c'])
  })

  test('of several slots the first leaves regrading alone', async () => {
    const { queue, taken } = memoryQueue()
    await queue.put('regrade', ['old'].map(job), () => [])
    const lanes: (readonly Lane[])[] = []
    const watched: GradeQueue = { ...queue, take: (asked) => (lanes.push(asked), queue.take(asked)) }
    await work({ queue: watched, grader: grader(), slots: 2, stop: never, untilEmpty: true })
    expect(lanes).toContainEqual(['live'])
    expect(taken).toEqual(['old'])
  })

  test('told to stop, it finishes what is under way and takes nothing new', async () => {
    const { queue, results, taken } = memoryQueue()
    await queue.put('live', ['a', 'b'].map(job), () => [])
    const stop = new AbortController()
    const slow = grader({
      grade: async (j) => {
        stop.abort()
        await new Promise((resolve) => setImmediate(resolve))
        return resultOf(j)
      },
    })
    expect(await work({ queue, grader: slow, slots: 1, stop: stop.signal })).toBe(1)
    expect([taken, [...results.keys()]]).toEqual([['a'], ['a']])
  })

  test('an unsound worker takes nothing at all', async () => {
    const { queue, taken } = memoryQueue()
    await queue.put('live', ['a'].map(job), () => [])
    await expect(
      work({ queue, grader: grader({ canary: () => Promise.reject(new Error('unsound')) }), slots: 1, stop: never }),
    ).rejects.toThrow('unsound')
    expect(taken).toEqual([])
  })

  test('after a fault of ours it proves itself again, and ends when it cannot', async () => {
    const { queue } = memoryQueue()
    await queue.put('live', ['a', 'b'].map(job), () => [])
    let asked = 0
    const broken = grader({
      grade: () => Promise.reject(new Error('disk full')),
      canary: () => (asked++ === 0 ? Promise.resolve() : Promise.reject(new Error('unsound'))),
    })
    await expect(work({ queue, grader: broken, slots: 1, stop: never, untilEmpty: true })).rejects.toThrow('unsound')
    expect(asked).toBe(2)
  })
})

describe('grading a plan', () => {
  const plan = {
    jobs: ['a', 'b'].map(job),
    wanted: [
      { key: 'a', learner: 'ada' },
      { key: 'b', learner: 'ben' },
      { key: 'a', learner: 'eva' },
    ],
  }
  const run = (queue: GradeQueue, use: Grader, recorded: unknown[]) =>
    grade({
      queue,
      plan,
      lane: 'live',
      treeOf: () => [],
      record: (r) => void recorded.push(...r),
      onProgress: () => {},
      working: work({ queue, grader: use, slots: 1, stop: never, untilEmpty: false }),
    })

  test('each result is recorded once, by the name of everybody who wants it', async () => {
    const { queue } = memoryQueue()
    await queue.put('live', plan.jobs, () => [])
    const recorded: { key: string; learner: string }[] = []
    const results = await run(queue, grader(), recorded)
    expect(results.map((r) => `${r.key} ${r.learner}`).sort()).toEqual(['a ada', 'a eva', 'b ben'])
    expect(recorded).toHaveLength(3)
  })

  test('what nobody can finish comes back as a system error', async () => {
    const { queue } = memoryQueue()
    const results = await run(
      queue,
      grader({ grade: (j) => (j.key === 'a' ? Promise.reject(new Error('no disk')) : Promise.resolve(resultOf(j))) }),
      [],
    )
    expect(results.filter((r) => r.outcome === 'system-error').map((r) => [r.learner, r.problem])).toEqual([
      ['ada', 'no disk'],
      ['eva', 'no disk'],
    ])
  })

  test('workers that fail end it', async () => {
    const { queue } = memoryQueue()
    await expect(run(queue, grader({ canary: () => Promise.reject(new Error('unsound')) }), [])).rejects.toThrow(
      'unsound',
    )
  })
})
