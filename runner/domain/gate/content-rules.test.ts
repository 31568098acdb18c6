import { describe, expect, test } from 'vitest'
import { exerciseFixture } from '../../testing/exercise-fixtures.ts'
import { declared } from '../../testing/facts-fixtures.ts'
import { caseProblems, staticProblems } from './content-rules.ts'
import { brief, exercise, hint, soundHints } from './gate-fixtures.ts'

const slugs = new Set(['money-split', 'hello-gym'])
const cases = [declared('adds-up', { covers: [1] }), declared('is-fair', { covers: [2] })]

interface Content {
  exercise: typeof exercise
  brief: string
  hints: typeof soundHints
  cases: typeof cases
}

function told(spoil: Partial<Content> = {}): string[] {
  const content: Content = { exercise, brief, hints: soundHints, cases, ...spoil }
  return [
    ...staticProblems(content.exercise, content.brief, content.hints, slugs),
    ...caseProblems(content.exercise, content.brief, content.hints, content.cases),
  ].map((p) => `${p.rule}: ${p.message}`)
}

test('sound content has no problem', () => {
  expect(told()).toEqual([])
})

const without = (text: string): string => brief.replace(text, '')

describe.each<[string, Partial<Content>, string[]]>([
  ['a brief without a title', { brief: without('# Split money') }, ['brief: README.md has no title']],
  [
    'a brief without two of its sections',
    { brief: without('## Background').replace('## Out of scope', '') },
    ['brief: README.md lacks the section Background, Out of scope'],
  ],
  [
    'sections in another order',
    { brief: brief.replace('## Task', '## X').replace('## Background', '## Task').replace('## X', '## Background') },
    ['brief: the sections of README.md stand in another order'],
  ],
  [
    'a contract without requirements',
    { brief: brief.replace(/^\d\. .*\n/gm, ''), cases: [declared('adds-up', { covers: [] })], hints: [] },
    ['brief: the section Contract has no numbered requirement', 'coverage: the case "adds-up" covers no requirement'],
  ],
  [
    'requirements that leave out a number',
    { brief: brief.replace('2. Nobody', '3. Nobody'), cases: [cases[0]!, declared('is-fair', { covers: [3] })] },
    ['brief: the requirements are not numbered 1, 2, 3 …'],
  ],
  ['a TODO', { brief: brief.replace('Split.', 'TODO') }, ['brief: README.md holds a TODO']],
  [
    'a hint that stands twice',
    { hints: [...soundHints, soundHints[0]!] },
    ['hints: the hint "loses-a-cent" stands twice'],
  ],
  [
    'a hint that puts a learner down',
    { hints: [hint('loses-a-cent', { when: [{ failed: ['adds-up'] }], L2: 'Simply add the remainder.' })] },
    ['hints: the hint "loses-a-cent" says "Simply"'],
  ],
  [
    'a hint about cases that are not there',
    { hints: [hint('odd', { when: [{ probe: 'a', failed: ['b'], passed: ['c'] }] })] },
    ['a', 'b', 'c'].map((id) => `hints: the hint "odd" names the case "${id}", which the suite does not have`),
  ],
  [
    'an exercise that requires one that is not shipped',
    { exercise: { ...exercise, requires: ['hello-gym', 'gone'] } },
    ['manifest: requires "gone", which is not in the catalog'],
  ],
  [
    'a case that covers nothing',
    { cases: [...cases, declared('extra', { covers: [] })] },
    ['coverage: the case "extra" covers no requirement'],
  ],
  [
    'a case that covers what the brief does not have',
    { cases: [...cases, declared('extra', { covers: [7] })] },
    ['coverage: the case "extra" covers requirement 7, which the brief does not have'],
  ],
  [
    'a requirement that no case covers',
    { cases: [cases[0]!], hints: [soundHints[0]!] },
    ['coverage: no case covers requirement 2'],
  ],
  [
    'a case in a group that the manifest does not have',
    { cases: [...cases, declared('extra', { group: 'other' })] },
    ['groups: a case is in the group "other", which the manifest does not have'],
  ],
  [
    'a group without a case, and a cap without a gate',
    {
      exercise: exerciseFixture({
        ...exercise,
        groups: [
          { id: 'main', weight: 60, cap: 50 },
          { id: 'nasty', weight: 40 },
        ],
      }),
    },
    ['groups: the group "nasty" has no case', 'groups: the group "main" has a cap but no gate'],
  ],
  ['an id that is none', { cases: [...cases, declared('Adds_Up')] }, ['cases: "Adds_Up" is not a case id']],
  ['an id that stands twice', { cases: [...cases, cases[1]!] }, ['cases: the case id "is-fair" stands twice']],
  [
    'a first red case that is not there',
    { exercise: { ...exercise, firstRed: 'gone' } },
    ['first-red: firstRed names "gone", which the suite does not have'],
  ],
  [
    'a probe before a scored case',
    { cases: [declared('look', { probe: true, covers: [] }), ...cases] },
    ['cases: a probe stands before a scored case; probes come last'],
  ],
])('%s', (_, spoil, problems) => {
  test('is told, and nothing else', () => {
    expect(told(spoil)).toEqual(problems)
  })
})

test('a gate in the group allows its cap', () => {
  const capped = exerciseFixture({ ...exercise, groups: [{ id: 'main', weight: 100, cap: 50 }] })
  expect(told({ exercise: capped, cases: [{ ...cases[0]!, gate: true }, cases[1]!] })).toEqual([])
})
