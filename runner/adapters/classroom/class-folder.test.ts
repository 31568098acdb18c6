import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { resultFixture, workFixture } from '../../domain/class/gradebook-fixtures.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { appendAudit, appendOverride, readClass } from './class-folder.ts'
import { writeExports } from './exports.ts'
import { appendLines } from './json-lines.ts'

const made: string[] = []
const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'gym class '))
  made.push(path)
  return path
}
afterAll(() => made.forEach((path) => rmSync(path, { recursive: true, force: true })))

const work = workFixture('ada', 'first', { tree: 'tree-0a' })
const override = { at: '2026-03-05T00:00:00Z', learner: 'ada', slug: 'first', score: 85, by: 'A. Lee', why: 'agreed' }

function problemOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof RunnerError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'no problem'
}

function handIn(dir: string, learner: string, name: string, works: unknown): void {
  mkdirSync(join(dir, 'submissions', learner), { recursive: true })
  writeFileSync(join(dir, 'submissions', learner, name), JSON.stringify(works))
}

test('an empty folder is a class without anything', () => {
  expect(readClass(folder())).toEqual({ roster: [], works: [], rejections: [], results: [], overrides: [], torn: [] })
})

test('what was appended is read back; overrides and audit grow line by line', () => {
  const dir = folder()
  const result = resultFixture(work, 90)
  appendLines(join(dir, 'results.jsonl'), [result, { ...result, score: 95 }])
  appendOverride(dir, override)
  appendOverride(dir, { ...override, score: null, excused: true })
  appendAudit(dir, { at: '2026-03-05T00:00:00Z', who: 'A. Lee', what: 'override' })
  handIn(dir, 'ada', 'first@ts.json', [work])
  handIn(dir, 'ada', 'notes.json', 'not ours')
  writeFileSync(
    join(dir, 'rejections.json'),
    JSON.stringify([{ learner: 'ben', slug: null, rule: 'symlink', message: 'It holds a link.' }]),
  )
  writeFileSync(join(dir, 'roster.csv'), '\uFEFFid,name\r\nada,"Lee, Ada"\r\n')
  const { roster, works, rejections, results, overrides, torn } = readClass(dir)
  expect(roster.map((l) => l.name)).toEqual(['Lee, Ada'])
  expect(works).toEqual([work])
  expect(rejections).toHaveLength(1)
  expect(results.map((r) => r.score)).toEqual([90, 95])
  expect(overrides).toEqual([
    { ...override, excused: false },
    { ...override, score: null, excused: true },
  ])
  expect(torn).toEqual([])
  expect(readFileSync(join(dir, 'audit.jsonl'), 'utf8')).toBe(
    '{"at":"2026-03-05T00:00:00Z","who":"A. Lee","what":"override"}\n',
  )
})

test('results of format 1: passed with a red case is not passed any more; points stay', () => {
  const dir = folder()
  const old = (score: number) => ({ ...resultFixture(work, score), formatVersion: 1, verdict: 'passed' })
  appendLines(join(dir, 'results.jsonl'), [
    { ...old(85), mastered: false },
    { ...old(100), mastered: true },
  ])
  expect(readClass(dir).results).toEqual([resultFixture(work, 85), resultFixture(work, 100)])
})

test('a line that broke off is passed over and told, also after the next append', () => {
  const dir = folder()
  const file = join(dir, 'results.jsonl')
  appendLines(file, [resultFixture(work, 90)])
  appendFileSync(file, '{"formatVersion":1,"key":"k","lea')
  expect(readClass(dir)).toMatchObject({
    results: [{ score: 90 }],
    torn: ['results.jsonl: 1 line broke off and was passed over'],
  })
  appendLines(file, [resultFixture(work, 95)])
  expect(readClass(dir)).toMatchObject({
    results: [{ score: 90 }, { score: 95 }],
    torn: [expect.stringContaining('results.jsonl: 1 line')],
  })
})

test('a last line that lacks only its end counts, and does not melt with the next', () => {
  const dir = folder()
  const file = join(dir, 'results.jsonl')
  writeFileSync(file, JSON.stringify(resultFixture(work, 90)))
  appendLines(file, [resultFixture(work, 95)])
  expect(readClass(dir)).toMatchObject({ results: [{ score: 90 }, { score: 95 }], torn: [] })
})

test('a whole line that does not fit is an error with its place', () => {
  const dir = folder()
  appendLines(join(dir, 'results.jsonl'), [resultFixture(work, 90), { ...resultFixture(work, 90), score: 250 }])
  expect(problemOf(() => readClass(dir))).toMatch(/class-folder: .* line 2 of results\.jsonl does not fit at "score"/)
})

test('a roster that cannot be used names its lines', () => {
  const dir = folder()
  writeFileSync(join(dir, 'roster.csv'), 'id\n../up\n')
  expect(problemOf(() => readClass(dir))).toMatch(
    /roster-invalid: .*roster\.csv cannot be used:\n {2}learner 1: "\.\.\/up" is no id/,
  )
})

test("work in somebody else's folder is refused", () => {
  const dir = folder()
  handIn(dir, 'ben', 'first@ts.json', [work])
  expect(problemOf(() => readClass(dir))).toContain('holds work of "ada"')
})

test('exports of learners who are gone are removed; what others put there stays', async () => {
  const dir = folder()
  mkdirSync(join(dir, 'exercism', 'mine'), { recursive: true })
  writeFileSync(join(dir, 'exercism', 'mine', 'solution.ts'), 'my own')
  await writeExports(dir, [
    { path: 'exercism/ada/first/results.json', text: '1' },
    { path: 'exercism/ben/first/results.json', text: '2' },
    { path: 'gradebook.csv', text: 'a' },
  ])
  await writeExports(dir, [{ path: 'exercism/ada/first/results.json', text: '3' }])
  expect(readFileSync(join(dir, 'exercism/ada/first/results.json'), 'utf8')).toBe('3')
  expect(existsSync(join(dir, 'exercism/ben/first/results.json'))).toBe(false)
  expect(readFileSync(join(dir, 'exercism/mine/solution.ts'), 'utf8')).toBe('my own')
  expect(readFileSync(join(dir, 'gradebook.csv'), 'utf8')).toBe('a')
  expect(JSON.parse(readFileSync(join(dir, 'exports.json'), 'utf8'))).toEqual({
    formatVersion: 1,
    files: ['exercism/ada/first/results.json', 'gradebook.csv'],
  })
})

test('a list of exports that was tampered with removes nothing outside', async () => {
  const dir = folder()
  writeFileSync(join(dir, 'keep.txt'), 'keep')
  mkdirSync(join(dir, 'out'))
  writeFileSync(
    join(dir, 'out', 'exports.json'),
    JSON.stringify({ formatVersion: 1, files: ['exercism/../../keep.txt'] }),
  )
  await writeExports(join(dir, 'out'), [{ path: 'exercism/ada/first/results.json', text: '1' }])
  expect(existsSync(join(dir, 'keep.txt'))).toBe(true)
})
