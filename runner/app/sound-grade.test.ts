import { describe, expect, test } from 'vitest'
import type { GradeJob } from '../domain/class/grade-plan.ts'
import { RunnerError } from '../errors/runner-error.ts'
import type { KeyedResult } from './grading-ports.ts'
import { gradeSoundly, type SlotSupply, type SoundSlot } from './sound-grade.ts'

const job: GradeJob = { key: 'k', slug: 'first', language: 'ts', tree: 't', seed: 1, suite: 's', engine: 'e' }
const resultOf = (verdict: KeyedResult['verdict'], score: number | null): KeyedResult => ({
  formatVersion: 2,
  key: 'k',
  slug: 'first',
  language: 'ts',
  tree: 't',
  seed: 1,
  outcome: 'graded',
  problem: null,
  verdict,
  score,
  cases: [],
  mistakes: [],
  sandbox: 'bubblewrap',
})
const passed = resultOf('passed', 100)
const broken = resultOf('broken', null)

/** Slots that all behave alike; what was lent, and which of them were called spoiled. */
function supplyOf(slot: Partial<SoundSlot>) {
  const log: string[] = []
  const lent: SoundSlot = {
    grade: async () => passed,
    isSound: async () => true,
    passesReference: async () => true,
    ...slot,
  }
  const supply: SlotSupply = {
    use: async (fresh, work) => {
      log.push(fresh ? 'fresh' : 'any')
      return work(lent, () => void log.push('spoiled'))
    },
  }
  return { supply, log }
}

const grade = (supply: SlotSupply): Promise<KeyedResult> => gradeSoundly(supply, job, [], 'bubblewrap')
const fails = (error: Error) => async (): Promise<never> => {
  throw error
}

describe('gradeSoundly', () => {
  test('a result with a witness is kept, and nobody is asked', async () => {
    const { supply, log } = supplyOf({ isSound: fails(new Error('was asked')) })
    expect([await grade(supply), log]).toEqual([passed, ['any']])
  })

  test('one without a witness is kept where known work is still judged rightly', async () => {
    const { supply, log } = supplyOf({ grade: async () => broken })
    expect([await grade(supply), log]).toEqual([broken, ['any']])
  })

  test('a process that was spoiled before does not cost this work its mark', async () => {
    const answers = [broken, passed]
    const { supply, log } = supplyOf({ grade: async () => answers.shift() ?? passed, isSound: async () => false })
    expect([await grade(supply), log]).toEqual([passed, ['any', 'spoiled', 'fresh']])
  })

  test('a work that takes down two processes, where its reference passes, is worth nothing', async () => {
    const { supply, log } = supplyOf({ grade: async () => broken, isSound: async () => false })
    expect(await grade(supply)).toMatchObject({
      outcome: 'graded',
      verdict: 'broken',
      score: null,
      key: 'k',
      tree: 't',
    })
    expect(log).toEqual(['any', 'spoiled', 'fresh', 'spoiled', 'fresh'])
  })

  test('a lost process, twice, is its own fault as well; one that took too long has timed out', async () => {
    const lost = supplyOf({ grade: fails(new RunnerError('slot-lost', { reason: 'it was killed' })) })
    expect(await grade(lost.supply)).toMatchObject({ verdict: 'broken', score: null })
    const slow = supplyOf({ grade: fails(new RunnerError('slot-too-long', { seconds: 100 })) })
    expect(await grade(slow.supply)).toMatchObject({ verdict: 'timed-out', score: null })
  })

  test('where the reference is not judged rightly either, it is no fault of theirs: never zero points', async () => {
    const error = new Error('the server of this exercise did not start')
    for (const passesReference of [async () => false, fails(error)]) {
      const { supply } = supplyOf({ grade: fails(error), passesReference })
      await expect(grade(supply)).rejects.toThrow('the server of this exercise did not start')
    }
  })
})
