import { describe, expect, test } from 'vitest'
import { brief, exercise, hint, result, sound, soundHints, withResult, without, wrong } from './gate-fixtures.ts'
import { thinRequirements } from './mistake-rules.ts'
import type { Score } from '../judging/score.ts'
import type { TrialResult } from './trial.ts'
import {
  isWorthKeeping,
  solutionProblems,
  togetherProblems,
  variantProblems,
  type VariantResults,
} from './trial-rules.ts'
import { exerciseFixture } from '../../testing/exercise-fixtures.ts'
import { declared } from '../../testing/facts-fixtures.ts'

const told = (variant: VariantResults): string[] =>
  [...variantProblems(variant), ...togetherProblems([variant])].map(
    (p) => `${p.rule}${p.trial === undefined ? '' : ` (${p.trial})`}: ${p.message}`,
  )

test('a sound exercise has no problem', () => {
  expect(told(sound)).toEqual([])
})

const pass = { judgement: result('reference', 'x', []).judgement }
const broken = { ...pass.judgement, verdict: { kind: 'broken', reason: 'exited', message: 'It exited.' } as const }

/** Red in its last cases, with most of the points. */
function nearly(kind: 'starter' | 'emptied'): TrialResult {
  const red = result(kind, kind, ['adds-up'])
  const score = { ...(red.judgement.score as Score), total: 95 }
  return { ...red, judgement: { ...red.judgement, score } }
}

describe('starter and emptied workspace', () => {
  test.each<[string, VariantResults, string]>([
    [
      'the starter passes',
      withResult(result('starter', 'starter', [])),
      'starter (starter): the starter is passed with 100 points; it must load and fail by an assertion',
    ],
    [
      'the starter does not load',
      withResult({ ...result('starter', 'starter', []), judgement: { ...broken, score: null } }),
      'starter (starter): the starter is broken: It exited.; it must load and fail by an assertion',
    ],
    [
      'another case is red first',
      withResult(result('starter', 'starter', ['is-fair'])),
      `first-red (starter): the starter's first red case is "is-fair", the manifest says "adds-up"`,
    ],
    [
      'an emptied workspace passes',
      withResult(result('emptied', 'emptied', [])),
      'emptied (emptied): an emptied workspace passes',
    ],
    [
      'an emptied workspace has nearly everything',
      withResult(nearly('emptied')),
      'emptied (emptied): an emptied workspace has 95 points',
    ],
    [
      'the starter has nearly everything',
      withResult(nearly('starter')),
      'starter (starter): the starter has 95 points; it must stay below 80',
    ],
  ])('%s', (_, variant, problem) => expect(told(variant)).toContain(problem))
})

describe('solutions', () => {
  test.each<[string, VariantResults, string]>([
    ['there is no reference', without('reference'), 'reference: there is no reference solution'],
    ['there is no alternative', without('alternative'), 'alternative: there is no alternative solution'],
    [
      'the reference is red',
      withResult(result('reference', 'reference', ['is-fair'])),
      'reference (reference): reference is failed with 50 points (red: is-fair); it must have 100 points',
    ],
    [
      'a second alternative is red',
      withResult(result('alternative', 'alternative-loop', ['adds-up'])),
      'alternative (alternative-loop): alternative-loop is failed with 50 points (red: adds-up); it must have 100 points',
    ],
    [
      'it takes longer than its budget',
      withResult({ ...result('reference', 'reference', []), durationMs: 5001 }),
      'budget (reference): reference took 5001 ms of 5000',
    ],
    [
      'it leaves a process behind',
      withResult({
        ...result('reference', 'reference', []),
        judgement: { ...pass.judgement, warnings: ['A process.'] },
      }),
      'leftovers (reference): reference: A process.',
    ],
    [
      'it leaves files behind',
      withResult({ ...result('reference', 'reference', []), left: ['a.log', 'b.log'] }),
      'leftovers (reference): reference left files behind: a.log, b.log',
    ],
  ])('%s', (_, variant, problem) => expect(told(variant)).toEqual([problem]))

  test('in another order of cases only the solutions are looked at', () => {
    const only = [result('reference', 'reference', ['is-fair']), result('alternative', 'alternative', [])]
    expect(solutionProblems(exercise, only).map((p) => p.rule)).toEqual(['reference'])
  })
})

describe('wrong answers', () => {
  test.each<[string, VariantResults, string]>([
    [
      'one passes',
      withResult(result('mistake', 'loses-two', [], wrong([1], 'loses-a-cent'))),
      'mistake-red (loses-two): the mistake "loses-two" has no red case',
    ],
    [
      'it is caught by a case that covers nothing of what it breaks',
      withResult(result('mistake', 'loses-two', ['adds-up'], wrong([2], 'loses-a-cent'))),
      'mistake-cause (loses-two): the mistake "loses-two" breaks requirement 2, which no red case covers: adds-up',
    ],
    [
      'its hint is one that is not true of it',
      withResult(result('mistake', 'unfair', ['is-fair'], wrong([2], 'loses-a-cent'))),
      'mistake-hint (unfair): the mistake "unfair" brings up the hint "unfair"; true of it: loses-a-cent',
    ],
    [
      'a confident hint where none is true',
      withResult(result('mistake', 'unfair', ['is-fair'], wrong([2], 'requirement'))),
      'mistake-hint (unfair): the mistake "unfair" brings up the hint "unfair"; no hint of ours is true of it',
    ],
    [
      'no hint, where the head names one',
      withResult(result('mistake', 'unfair', ['is-fair'], { ...wrong([2], 'unfair'), hints: [] })),
      'mistake-hint (unfair): the mistake "unfair" brings up no hint; true of it: unfair',
    ],
    [
      'a hint below its confidence',
      withResult(
        result('mistake', 'unfair', ['is-fair'], {
          ...wrong([2], 'unfair'),
          hints: [hint('unfair', { when: [{ failed: ['is-fair'] }], confidence: 0.9 })],
        }),
      ),
      'mistake-hint (unfair): the mistake "unfair" brings up the hint "unfair" below its confidence; true of it: unfair',
    ],
    [
      'the screen points at a requirement that is not broken',
      withResult(result('mistake', 'both', ['adds-up', 'is-fair'], { ...wrong([2], 'requirement'), hints: [] })),
      'mistake-hint (both): the mistake "both" breaks requirement 2, and the screen points at requirement 1',
    ],
  ])('%s', (_, variant, problem) => expect(told(variant)).toContain(problem))

  test('the screen points at the requirement that the suite had in hand', () => {
    const inHand = (requirement: number): VariantResults => {
      const red = result('mistake', 'silent', ['both'], { ...wrong([2], 'requirement'), hints: [] })
      const both = {
        ...declared('both', { covers: [1, 2] }),
        status: 'failed' as const,
        transcript: [],
        at: null,
        output: '',
      }
      return withResult({ ...red, judgement: { ...red.judgement, cases: [{ ...both, requirement }] } })
    }
    expect(told(inHand(2)).filter((line) => line.includes('silent'))).toEqual([])
    expect(told(inHand(1))).toContain(
      'mistake-hint (silent): the mistake "silent" breaks requirement 2, and the screen points at requirement 1',
    )
    expect(told(inHand(3))).toContain('coverage: the case "both" has requirement 3 in hand, which it does not cover')
  })

  test('several hints may be true, and an answer of which none is true points at its requirement', () => {
    expect(told(withResult(result('mistake', 'two', ['adds-up'], wrong([1], 'unfair', 'loses-a-cent'))))).toEqual([])
    const silent = { ...wrong([2], 'requirement'), hints: [] }
    expect(told(withResult(result('mistake', 'silent', ['is-fair'], silent)))).toEqual([])
  })

  test('without a head a mistake claims the hint of its own name', () => {
    expect(told(withResult(result('mistake', 'unfair', ['adds-up'])))).toContain(
      'mistake-hint (unfair): the mistake "unfair" brings up the hint "loses-a-cent"; true of it: unfair',
    )
  })
})

describe('all wrong answers together', () => {
  test.each<[string, VariantResults, string]>([
    [
      'a hint that nothing brings up',
      { ...sound, hints: [...soundHints, hint('never')] },
      'hint-reachable: no mistake brings up the hint "never"',
    ],
    [
      'a case that nothing fails',
      without('unfair'),
      'case-alive: no mistake and not the starter fails the case "is-fair"',
    ],
  ])('%s', (_, variant, problem) => expect(told(variant)).toContain(problem))

  test('they are judged only when none was left out, in no variant', () => {
    expect(told({ ...without('unfair'), complete: false })).toEqual([])
    expect(togetherProblems([without('unfair'), { ...sound, complete: false }])).toEqual([])
  })

  test('a wrong answer in one language proves a case and a hint for all', () => {
    expect(togetherProblems([without('unfair'), sound])).toEqual([])
    expect(togetherProblems([without('unfair'), without('unfair')])).toHaveLength(2)
  })
})

test('cases that are declared by some runs and not by others', () => {
  const other = { ...result('emptied', 'emptied', ['adds-up']), declared: [declared('adds-up')] }
  expect(told(withResult(other))).toEqual(['cases: the declared cases differ from run to run'])
  expect(told(withResult({ ...other, declared: null })), 'it never came to the suite').toEqual([])
})

test('rules about files are part of it', () => {
  const bad = { ...sound, brief: brief.replace('## Task', '## Tusk') }
  expect(told(bad)).toContain('brief: README.md lacks the section Task')
})

describe('which outcomes are kept', () => {
  test.each([
    ['a green solution', result('reference', 'reference', []), true],
    ['a red solution', result('reference', 'reference', ['adds-up']), false],
    ['a solution with a warning', { ...result('reference', 'reference', []), left: ['a'] }, false],
    ['a caught wrong answer', result('mistake', 'a', ['adds-up']), true],
    ['one that got through', result('mistake', 'a', []), false],
    ['a red starter', result('starter', 'starter', ['adds-up']), true],
  ] as const)('%s: %s', (_, trial, kept) => expect(isWorthKeeping(exercise, trial)).toBe(kept))
})

describe('requirements that too few wrong answers prove to be covered', () => {
  const thin = (variant: VariantResults): number[] => thinRequirements(variant.exercise, variant.brief, variant.results)
  const twoClauses = exerciseFixture({ ...exercise, oneClause: [] })

  test.each<[string, VariantResults, number[]]>([
    ['two that a case of it caught, and one where there is one clause', sound, []],
    ['one, where two are needed', without('loses-two'), [1]],
    ['none', without('unfair'), [2]],
    ['one, and the manifest says nothing of one clause', { ...sound, exercise: twoClauses }, [2]],
    [
      'one that is red for another reason counts for nothing',
      withResult(result('mistake', 'loses-two', ['is-fair'], wrong([1], 'unfair'))),
      [1],
    ],
  ])('%s', (_, variant, numbers) => expect(thin(variant)).toEqual(numbers))
})
