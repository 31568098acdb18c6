import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { resultFixture, workFixture } from '../../domain/class/gradebook-fixtures.ts'
import { makeProject, type GymResult, type ProjectFixture } from '../../testing/project-fixtures.ts'

const set = {
  formatVersion: 1,
  id: 'week-1',
  version: 1,
  name: 'Week 1',
  passMark: 60,
  closesAt: '2026-03-02T00:00:00+01:00',
  rules: { attempts: 'best' },
  late: { graceMinutes: 0, percentPerDay: 10, capPercent: 30 },
  exercises: [
    { slug: 'hello-gym', weight: 1 },
    { slug: 'money-split', weight: 3 },
  ],
}

const state = { project: null as ProjectFixture | null, folders: 0 }
beforeAll(() => void (state.project = makeProject()))

const gym = (args: string[], startedIn: string): Promise<GymResult> =>
  (state.project as ProjectFixture).gym(args, { startedIn })

/** A class of ada (right), ben (late, and the same code), cyd (nothing). */
function classFolder(): string {
  const folder = join((state.project as ProjectFixture).root, `class ${(state.folders += 1)}`)
  const works = [
    workFixture('ada', 'hello-gym', { tree: 'tree-aa' }),
    workFixture('ada', 'money-split', { tree: 'tree-ab' }),
    workFixture('ben', 'hello-gym', { tree: 'tree-ba', at: '2026-03-02T10:00:00Z' }),
  ]
  mkdirSync(folder)
  writeFileSync(join(folder, 'set.json'), JSON.stringify(set))
  writeFileSync(
    join(folder, 'roster.csv'),
    'id,name,email,github,sisId,remote\r\nada,"Lee, Ada",ada@school.example,ada-gh,s1,\r\nben,Ben,,,s2,\r\ncyd,Cyd,,,s3,\r\n',
  )
  writeFileSync(
    join(folder, 'results.jsonl'),
    works.map((w, i) => `${JSON.stringify(resultFixture(w, [100, 80, 90][i] ?? 0))}\n`).join(''),
  )
  for (const work of works) {
    const own = join(folder, 'submissions', work.learner)
    mkdirSync(join(own, work.tree, 'src'), { recursive: true })
    writeFileSync(join(own, `${work.slug}@ts.json`), JSON.stringify([work]))
    writeFileSync(join(own, work.tree, 'src', 'main.ts'), program(work.learner))
  }
  return folder
}

const program = (learner: string): string => `// by ${learner}
export function greet_${learner}(names: string[], limit: number): string[] {
  const seen = new Set<string>()
  const greetings: string[] = []
  for (const name of names) {
    if (seen.has(name) || greetings.length >= limit) continue
    seen.add(name)
    greetings.push(name === '' ? 'Hello.' : 'Hello, ' + name + '.')
  }
  if (greetings.length === 0) throw new Error('nobody to greet')
  return greetings.map((g, i) => (i === 0 ? g.toUpperCase() : g)).sort((a, b) => a.length - b.length)
}
`

const linesOf = (file: string): Record<string, unknown>[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

test('a set by which the moment counts when work was received: a clock that was turned back gains nothing', async () => {
  const folder = classFolder()
  const file = join(folder, 'submissions', 'ada', 'money-split@ts.json')
  const [work] = JSON.parse(readFileSync(file, 'utf8')) as object[]
  writeFileSync(file, JSON.stringify([{ ...work, received: '2026-03-02T20:00:00Z' }]))
  const ada = async (): Promise<unknown> => {
    const { learners } = (await gym(['gradebook', '--json'], folder)).json() as {
      learners: { id: string; cells: { score: number; lateMinutes: number; final: number }[] }[]
    }
    return learners[0]?.cells.map(({ lateMinutes, final }) => [lateMinutes, final])
  }
  expect(await ada()).toEqual([
    [0, 100],
    [0, 80],
  ])
  writeFileSync(join(folder, 'set.json'), JSON.stringify({ ...set, rules: { attempts: 'best', time: 'received' } }))
  expect(await ada()).toEqual([
    [0, 100],
    [21 * 60, 72],
  ])
})

test('shows the table, writes the files and leaves an audit line', async () => {
  const folder = classFolder()
  const { code, stdout, stderr } = await gym(['gradebook', '--plain'], folder)
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/^ {2}ada +100 +80 +85\.0 {2}credit$/m)
  expect(stdout).toMatch(/^ {2}ben +81l +– +20\.3 {2}no credit$/m)
  expect(stdout).toMatch(/^ {2}cyd +– +– +–$/m)
  expect(
    Math.max(
      ...stdout
        .split('\n')
        .filter((l) => !l.includes(folder))
        .map((l) => l.length),
    ),
  ).toBeLessThanOrEqual(80)
  expect(readdirSync(join(folder, 'gradebook')).sort()).toEqual([
    'exports.json',
    'gradebook.csv',
    'gradebook.json',
    'report.html',
  ])
  expect(linesOf(join(folder, 'audit.jsonl'))).toMatchObject([
    { what: 'export', formats: ['html', 'csv', 'json'], files: 3 },
  ])
})

test('the same class gives the same bytes, in any format', async () => {
  const folder = classFolder()
  const read = (): [string, string][] =>
    readdirSync(join(folder, 'out'), { recursive: true, withFileTypes: true })
      .filter((e) => e.isFile())
      .map((e) => [e.name, readFileSync(join(e.parentPath, e.name), 'utf8')])
  const first = await gym(
    ['gradebook', '--class', folder, '--to', join(folder, 'out'), '--format', 'all', '--json'],
    '/',
  )
  const files = read()
  await gym(['gradebook', '--class', folder, '--to', join(folder, 'out'), '--format', 'all'], '/')
  expect(read()).toEqual(files)
  expect(first.json()).toMatchObject({
    formatVersion: 2,
    to: join(folder, 'out'),
    learners: [{ id: 'ada' }, { id: 'ben' }, { id: 'cyd' }],
  })
  expect(files.length).toBe((first.json()['files'] as string[]).length + 1)
})

test('an override changes the mark, is kept with who and why, and survives', async () => {
  const folder = classFolder()
  const { code } = await gym(
    ['gradebook', '--override', 'ben/hello-gym=95', '--by', 'A. Lee', '--why', 'ill that day'],
    folder,
  )
  expect(code).toBe(0)
  expect(linesOf(join(folder, 'overrides.jsonl'))).toMatchObject([
    { learner: 'ben', slug: 'hello-gym', score: 95, by: 'A. Lee', why: 'ill that day' },
  ])
  expect(linesOf(join(folder, 'audit.jsonl'))).toMatchObject([
    { who: 'A. Lee', what: 'override', learner: 'ben', score: 95, why: 'ill that day' },
    { who: 'A. Lee', what: 'export' },
  ])
  expect((await gym(['gradebook', '--plain'], folder)).stdout).toMatch(/^ {2}ben +95\* /m)
})

test('an override can excuse, and be taken back', async () => {
  const folder = classFolder()
  await gym(['gradebook', '--override', 'ben/money-split=excused', '--by', 'A. Lee', '--why', 'joined late'], folder)
  expect((await gym(['gradebook', '--plain'], folder)).stdout).toMatch(/^ {2}ben +81l +e +81\.0 {2}credit$/m)
  await gym(['gradebook', '--override', 'ben/money-split=none', '--by', 'A. Lee', '--why', 'a mistake of mine'], folder)
  expect((await gym(['gradebook', '--plain'], folder)).stdout).toMatch(/^ {2}ben +81l +– /m)
})

test.each([
  [['--override', 'ben/hello-gym=95'], 'override-incomplete', 'needs --by NAME and --why TEXT'],
  [['--override', 'ben/hello-gym=95', '--by', 'A. Lee', '--why', ' '], 'override-incomplete', 'needs --why TEXT'],
  [['--override', 'ben/hello-gym=101', '--by', 'A', '--why', 'B'], 'option-value', 'a score from 0 to 100'],
  [['--override', 'ben/hello-gym=', '--by', 'A', '--why', 'B'], 'option-value', 'a score from 0 to 100'],
  [['--override', 'hello-gym=5', '--by', 'A', '--why', 'B'], 'option-value', 'must read learner/slug=score'],
  [['--override', 'eve/hello-gym=5', '--by', 'A', '--why', 'B'], 'option-value', 'names "eve"'],
  [['--override', 'ben/other=5', '--by', 'A', '--why', 'B'], 'option-value', 'names "other"'],
  [['--format', 'csv,pdf'], 'option-value', 'must be some of html, csv'],
  [['--format', 'canvas'], 'option-value', 'comes with --canvas FILE'],
  [['--canvas', 'nothing.csv'], 'canvas-export', 'there is no such file'],
  [
    ['--override', 'ben/hello-gym=95', '--by', 'A', '--why', 'B', '--canvas', 'roster.csv'],
    'canvas-export',
    'does not begin with',
  ],
] as const)('%j is refused, and nothing is changed', async (args, errorCode, message) => {
  const folder = classFolder()
  const { code, json } = await gym(['gradebook', ...args, '--json'], folder)
  const { error } = json() as { error: { code: string; message: string } }
  expect([code, error.code]).toEqual([2, errorCode])
  expect(error.message).toContain(message)
  expect(readdirSync(folder).sort()).toEqual(['results.jsonl', 'roster.csv', 'set.json', 'submissions'])
})

test("fills the instructor's own Canvas export and names who was not matched", async () => {
  const folder = classFolder()
  writeFileSync(
    join(folder, 'export.csv'),
    'Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n"Lee, Ada",11,s1,,M\n"New, Nora",12,s9,,M\n',
  )
  const { stdout } = await gym(['gradebook', '--canvas', 'export.csv', '--plain'], folder)
  expect(readFileSync(join(folder, 'gradebook', 'canvas.csv'), 'utf8')).toContain(
    '"Lee, Ada",11,s1,,M,85\r\n"New, Nora",12,s9,,M,\r\n',
  )
  expect(stdout).toContain('In Canvas, but not here: New, Nora')
  expect(stdout).toMatch(/Here, but not found in Canvas .*\n? *.*ben, cyd/)
})

test('a folder without a set is no class folder', async () => {
  const { code, stderr } = await gym(['gradebook'], '/')
  expect(code).toBe(2)
  expect(stderr).toContain('/ is no class folder: it has no set.json.')
})

test('similar finds the pair with its lines, and says what that does not mean', async () => {
  const folder = classFolder()
  const { code, stdout } = await gym(['similar', '--plain', '--slug', 'hello-gym'], folder)
  expect(code).toBe(0)
  expect(stdout).toMatch(/^hello-gym \(ts\) {3}2 learners, 1 pair at 80 % or more$/m)
  expect(stdout).toMatch(/^ +100 % {3}ada {2}and {2}ben$/m)
  expect(stdout).toMatch(/src\/main\.ts:\d+–\d+ {2}= {2}src\/main\.ts:\d+–\d+/)
  expect(stdout).toContain('Similar is not copied')
})

test('similar as JSON; what cannot be compared is named', async () => {
  const { code, json } = await gym(['similar', '--json'], classFolder())
  expect(code).toBe(0)
  expect(json()).toMatchObject({
    at: 0.8,
    note: 'similar is not copied',
    comparisons: [
      {
        slug: 'hello-gym',
        language: 'ts',
        learners: 2,
        pairs: [{ left: 'ada', right: 'ben', similarity: 1 }],
        tooShort: [],
      },
    ],
    remarks: ['money-split (ts) is not compared: it is not in the catalog, so its starter cannot be taken out.'],
  })
})

test.each([
  [['--at', '2'], 'option-value'],
  [['--slug', 'nope'], 'unknown-exercise'],
] as const)('similar %j is refused', async (args, errorCode) => {
  const { code, json } = await gym(['similar', ...args, '--json'], classFolder())
  expect([code, (json()['error'] as { code: string }).code]).toEqual([2, errorCode])
})
