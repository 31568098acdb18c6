import { expect, test } from 'vitest'
import { judge, type JudgedCase, type Judgement } from '../../domain/judging/judge.ts'
import type { Score } from '../../domain/judging/score.ts'
import { exerciseFixture } from '../../testing/exercise-fixtures.ts'
import { declared, moduleFacts, reported, runFacts } from '../../testing/facts-fixtures.ts'
import { renderCheck, type CheckView } from './check.ts'

/** Golden transcripts: exactly what a learner sees for each verdict, at 80 columns and at the widest. */

const judged = (
  id: string,
  sentence: string,
  status: JudgedCase['status'],
  more: Partial<JudgedCase> = {},
): JudgedCase => ({
  ...declared(id, { sentence }),
  status,
  transcript: [],
  at: null,
  requirement: null,
  output: '',
  ...more,
})

const cases = [
  judged('plain', 'a plain line is counted', 'passed'),
  judged('quoted', 'a space inside the quoted request is data', 'failed', {
    covers: [3],
    transcript: [
      { label: 'stdin', text: '203.0.113.9 - - [10/Oct/2026:13:55:36 +0000] "GET /a b HTTP/1.1" 200 512\n' },
      { label: 'expected', text: 'route "GET /a b", 1 hit' },
      { label: 'got', text: 'route "GET /a", 1 hit; 1 line skipped' },
    ],
  }),
  judged('crlf', 'CRLF and a last line without newline are both counted', 'failed'),
  judged('memory', '300 000 lines stay under the memory cap', 'passed'),
]

/** The same, and the program said something in the case that is shown. */
const withOutput = (output: string): JudgedCase[] => cases.map((c) => (c.id === 'quoted' ? { ...c, output } : c))

const score = (more: Partial<Score>): Score => ({
  total: 55,
  groups: [
    { id: 'exactness', points: 20, weight: 40, passed: 1, cases: 2, cap: null },
    { id: 'bad lines', points: 15, weight: 30, passed: 1, cases: 2, cap: null },
    { id: 'memory', points: 20, weight: 30, passed: 1, cases: 1, cap: null },
  ],
  passed: false,
  ...more,
})

const judgement = (more: Partial<Judgement>): Judgement => ({
  verdict: { kind: 'failed' },
  score: score({}),
  cases,
  hints: [],
  warnings: [],
  stderr: '',
  durationMs: 312,
  ...more,
})

const view = (more: Partial<CheckView>): CheckView => ({
  exercise: exerciseFixture({
    slug: 'access-log-rollup',
    minutes: 20,
    languages: { ts: { template: 'node' }, py: { template: 'python' } },
  }),
  areaTitle: 'Languages',
  seed: 42,
  language: 'ts',
  judgement: judgement({}),
  attempt: 3,
  minutes: 22,
  hintsUsed: 1,
  hints: [
    {
      id: 'split-on-space',
      level: 1,
      text: 'Match the quoted fields as units; a space is data inside quotes.',
      before: [],
    },
  ],
  edit: 'workspace/access-log-rollup/src/main.ts',
  folder: '/home/ada/gym/workspace/access-log-rollup',
  following: null,
  done: { passed: 12, total: 155 },
  ...more,
})

const green = cases.map((c) => ({ ...c, status: 'passed' as const, transcript: [] }))

const screens: Record<string, CheckView> = {
  red: view({ judgement: judgement({ cases: withOutput('skipping malformed line 12\n') }) }),
  passed: view({
    attempt: 4,
    judgement: judgement({
      verdict: { kind: 'passed' },
      cases: green,
      score: score({
        total: 100,
        passed: true,
        groups: score({}).groups.map((g) => ({ ...g, points: g.weight })),
      }),
    }),
    following: { slug: 'money-split', areaTitle: 'Languages', minutes: 25 },
  }),
  almost: view({
    judgement: judgement({
      score: score({ total: 92, groups: score({}).groups.map((g, i) => ({ ...g, points: i === 0 ? 32 : g.weight })) }),
      cases: cases.map((c) => (c.id === 'crlf' ? { ...c, status: 'passed' as const } : c)),
      warnings: ['A process was left running; it was ended.'],
    }),
  }),
  broken: view({
    judgement: judgement({
      verdict: {
        kind: 'broken',
        reason: 'does-not-load',
        message: 'src/main.ts does not load: line 14, Unexpected "}".',
      },
      score: null,
      cases: [],
    }),
    hints: [],
  }),
  'timed-out': view({
    judgement: judgement({
      verdict: {
        kind: 'timed-out',
        caseId: 'crlf',
        message:
          'No end of the program within 2 s. The process was busy all the time, as in a loop that never ends. It was stopped.',
      },
      score: null,
    }),
    hints: [],
  }),
  'not-run': view({
    attempt: null,
    judgement: judgement({
      verdict: {
        kind: 'not-run',
        missing: [
          { id: 'redis', needs: 'redis-server, which is not on this machine', howToInstall: 'npm run setup -- redis' },
        ],
      },
      score: null,
      cases: [],
    }),
    hints: [],
  }),
  'red-gate': view({
    judgement: judgement({
      score: score({ total: 40, groups: score({}).groups.map((g, i) => ({ ...g, cap: i === 0 ? 40 : null })) }),
      cases: cases.map((c) => ({ ...c, gate: true })),
    }),
  }),
  'red-first': view({ exercise: exerciseFixture({ slug: 'hello-gym', minutes: 1 }), attempt: 1 }),
}

test.each(Object.keys(screens))('renderCheck: %s at 80 columns without colour: as agreed', async (name) => {
  const text = renderCheck(screens[name] as CheckView, { color: false, columns: 80 })
  await expect(text).toMatchFileSnapshot(`../../testing/golden/${name}-80.txt`)
})

test.each(Object.keys(screens))(
  'renderCheck: %s at 80 and 100 columns: no line is wider, and it fits the screen',
  (name) => {
    for (const columns of [80, 100]) {
      const lines = renderCheck(screens[name] as CheckView, { color: false, columns }).split('\n')
      const wide = lines.filter((l) => l.length > columns)
      expect(wide, `${columns} columns`).toEqual([])
      // The very first screen explains more; its end, with the next action, is what stays on a small screen.
      expect(lines.length, `lines at ${columns} columns`).toBeLessThanOrEqual(name === 'red-first' ? 28 : 24)
    }
  },
)

test.each(Object.keys(screens))('renderCheck: %s with colour: the same words', (name) => {
  const plain = renderCheck(screens[name] as CheckView, { color: false, columns: 80 })
  const colored = renderCheck(screens[name] as CheckView, { color: true, columns: 80 })
  expect(colored).not.toBe(plain)
  expect(colored.replace(/\u001b\[[0-9;]*m/g, '')).toBe(plain)
})

test('renderCheck: whichever case is red: "passed" with its mark never stands over it', () => {
  const statuses = ['passed', 'failed'] as const
  for (let round = 0; round < 2 ** cases.length; round++) {
    const reports = cases.map((c, i) => [declared(c.id, { group: `g${i % 2}` }), statuses[(round >> i) % 2]] as const)
    const module = moduleFacts(
      {},
      { declared: reports.map(([c]) => c), reported: reports.map(([c, status]) => reported(c.id, status)) },
    )
    const groups = [
      { id: 'g0', weight: 1 },
      { id: 'g1', weight: 99 },
    ]
    const result = judge(groups, { kind: 'ran', facts: runFacts(module) }, [], new Map())
    const text = renderCheck(view({ judgement: result }), { color: false, columns: 80 })
    expect([round, /✓ passed/.test(text), /✗ fail/.test(text)]).toEqual([round, round === 0, round !== 0])
  }
})

test('renderCheck: the next action: the last line that says something', () => {
  for (const [name, screen] of Object.entries(screens)) {
    const last = renderCheck(screen, { color: false, columns: 80 }).trimEnd().split('\n').at(-1)
    expect(last, name).toMatch(/Then {4}npm run next/)
  }
})

test('renderCheck: control characters in a learner’s output: never reach the terminal', () => {
  const evil = judged('evil', 'prints escapes', 'failed', {
    transcript: [{ label: 'stdout', text: '\u001b[2J\u0007\u009b31mred' }],
    output: '\u001b]0;title\u0007',
  })
  const text = renderCheck(view({ judgement: judgement({ cases: [evil] }) }), {
    color: false,
    columns: 80,
  })
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
})

test('renderCheck: what a compiler said ends with a full stop before the next sentence begins', () => {
  const verdict = { kind: 'broken', reason: 'does-not-load', message: 'Could not find class Main' } as const
  const text = renderCheck(view({ judgement: judgement({ verdict, score: null }) }), { color: false, columns: 80 })
  expect(text).toContain('Could not find class Main. Nothing was scored.')
})

test('renderCheck: a huge transcript: cut to the part that matters', () => {
  const steps = Array.from({ length: 40 }, (_, i) => ({ label: 'sent', text: `request ${i}` }))
  const long = judged('long', 'many steps', 'failed', {
    transcript: [...steps, { label: 'got', text: 'x'.repeat(5_000) }],
  })
  const lines = renderCheck(view({ judgement: judgement({ cases: [long] }) }), { color: false, columns: 80 }).split(
    '\n',
  )
  expect(lines.some((l) => l.includes('32 steps before'))).toBe(true)
  expect(lines.length).toBeLessThan(40)
})

test('a broken sentence, a note and a step: what a terminal would obey, or show as nothing, is written out', () => {
  const message = 'main.ts does not load: line 1, Unexpected "\u001b[2J\u202e"'
  const verdict = { kind: 'broken', reason: 'does-not-load', message } as const
  const red = cases.map((c) =>
    c.id === 'quoted' ? { ...c, transcript: [{ label: 'stdout', text: '\ufeff{"a":1}' }] } : c,
  )
  const screens = [
    renderCheck(view({ judgement: judgement({ verdict, warnings: ['a file \u009b31m'] }) }), {
      color: false,
      columns: 80,
    }),
    renderCheck(view({ judgement: judgement({ cases: red }) }), { color: false, columns: 80 }),
  ]
  const text = screens.join('')
  expect(text).toContain('\\x1b[2J\\u202e')
  expect(text).toContain('\\x9b31m')
  expect(text).toContain('\\ufeff{"a":1}')
  // oxlint-disable-next-line no-control-regex
  expect(text).not.toMatch(/[\u001b\u009b\u202e\ufeff]/)
})

const ended = (more: Partial<Judgement>): CheckView => view({ judgement: judgement(more) })

test.each([60, 80, 120, 200])('no line of a check is wider than %i columns', (columns) => {
  const screens = [
    ended({}),
    ended({ verdict: { kind: 'passed' } }),
    ended({ verdict: { kind: 'broken', reason: 'does-not-load', message: 'It does not load: '.repeat(9) } }),
    ended({
      verdict: {
        kind: 'not-run',
        missing: [{ id: 'x', needs: 'a thing '.repeat(9), howToInstall: 'get it '.repeat(9) }],
      },
    }),
  ]
  const lines = screens.flatMap((one) => renderCheck(one, { color: false, columns }).split('\n'))
  expect(lines.filter((line) => line.length > columns && line.trim().includes(' '))).toEqual([])
})

test('at 60 columns what is said of a command stands below it, never in the same breath', () => {
  const passed = renderCheck(screens['passed'] as CheckView, { color: false, columns: 60 })
  expect(passed).toContain('  Look    npm run solution\n          what the reference does differently, and why\n')
  expect(passed).toContain('  Then    npm run next\n          next: money-split (Languages, 25 min)\n')
  const almost = renderCheck(screens['almost'] as CheckView, { color: false, columns: 60 })
  expect(almost).toContain('  Later   npm run next -- --skip\n          go on without it; it stays open\n')
})

test('a second level of a hint: the first stays above it', () => {
  const hints = [{ id: 'x', level: 2, text: 'Look at the sign.', before: ['The sum is off by one.'] }]
  const text = renderCheck(view({ hints }), { color: false, columns: 80 })
  expect(text).toContain(
    '  Hint 1  The sum is off by one.\n  Hint 2  Look at the sign.\n          more: npm run hint\n',
  )
})
