import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { git, makeProject, type GymResult, type ProjectFixture } from '../../testing/project-fixtures.ts'

/** What a set in use changes for a learner. */

let project: ProjectFixture
const at = (...path: string[]): string => join(project.root, ...path)
const run = (...args: string[]): Promise<GymResult> => project.gym(args)
const use = (rules: object, more: object = {}): Promise<GymResult> => {
  const exercises = [{ slug: 'node-lost-promises' }, { slug: 'money-split', languages: ['ts'] }]
  writeFileSync(
    at('set.json'),
    JSON.stringify({ formatVersion: 1, id: 'small', name: 'Small set', version: 1, exercises, rules, ...more }),
  )
  return run('set', 'use', 'set.json')
}

beforeAll(() => {
  project = makeProject(['languages/money-split', 'languages/node-lost-promises'])
})

test('next follows the set: its order, its exercises, its languages; a named exercise may be another', async () => {
  expect((await use({})).code).toBe(0)
  expect((await run('next', '--json')).json()).toMatchObject({ slug: 'node-lost-promises' })
  expect((await run('next', 'hello-gym', '--json')).json()).toMatchObject({ slug: 'hello-gym' })
  // hello-gym was worked on last and is open, but it is not in the set.
  expect((await run('next', '--lang', 'ts', '--json')).json()).toMatchObject({ slug: 'node-lost-promises' })
  appendFileSync(
    at('workspace/attempts.jsonl'),
    `${JSON.stringify({ event: 'attempt', at: new Date().toISOString(), slug: 'node-lost-promises', language: 'ts', verdict: 'passed', score: 100, hints: [], seed: 1, durationMs: 1 })}\n`,
  )
  expect((await run('next', '--json')).json()).toMatchObject({ slug: 'money-split', language: 'ts' })
}, 120_000)

test('hints hidden: neither a check nor hint shows one, in and only in the set', async () => {
  await use({ hints: 'hidden' })
  expect((await run('check', 'money-split', '--json')).json()).toMatchObject({ hints: [] })
  expect((await run('hint', 'money-split')).stdout).toMatch(/shows no hints/)
  expect((await run('check', 'hello-gym', '--json')).json()).toMatchObject({ hints: [{ id: expect.any(String) }] })
  await use({ hints: 'shown' })
  expect((await run('check', 'money-split', '--json')).json()['hints']).not.toEqual([])
}, 120_000)

test.each<[object, object, RegExp]>([
  [{ solutions: 'never' }, {}, /never/],
  [{ solutions: 'after-pass' }, {}, /after a pass only/],
  [{ solutions: 'after-close' }, { closesAt: '2999-01-01T00:00:00Z' }, /after 2999-01-01 00:00 UTC only/],
])(
  'solutions %j: kept back, even by a give-up; nothing is recorded',
  async (rules, more, expected) => {
    await use(rules, more)
    const journal = readFileSync(at('workspace/attempts.jsonl'), 'utf8')
    const refused = await run('solution', 'money-split', '--give-up')
    expect([refused.code, refused.stdout, refused.stderr.replaceAll(/\s+/g, ' ')]).toEqual([
      2,
      '',
      expect.stringMatching(expected),
    ])
    expect((await run('diff', 'money-split', '--reference')).stderr.replaceAll(/\s+/g, ' ')).toMatch(expected)
    expect(readFileSync(at('workspace/attempts.jsonl'), 'utf8')).toBe(journal)
  },
  60_000,
)

test('solutions after the close, and after a pass: shown as usual', async () => {
  await use({ solutions: 'after-pass' })
  expect((await run('solution', 'node-lost-promises')).code).toBe(0)
  await use({ solutions: 'after-close' }, { closesAt: '2020-01-01T00:00:00Z' })
  expect((await run('solution', 'money-split', '--give-up')).code).toBe(0)
}, 60_000)

test('set use: from a git repository, by address and path; a poisoned one runs nothing', async () => {
  mkdirSync(at('course'))
  git(at('course'), 'init', '--quiet')
  mkdirSync(at('course/sets'))
  writeFileSync(at('course/sets/one.json'), readFileSync(at('set.json')))
  git(at('course'), 'add', '-A')
  git(at('course'), '-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '-qm', 'set')
  git(at('course'), 'config', 'core.fsmonitor', `touch '${at('ran')}'`)
  expect((await run('set', 'use', `file://${at('course').replaceAll(' ', '%20')}#sets/one.json`)).code).toBe(0)
  const none = await run('set', 'use', `${at('course')}/.git#sets/two.json`)
  expect(none.stderr.replaceAll(/\s+/g, ' ')).toMatch(/no file sets\/two\.json/)
  expect((await run('set', 'use', `${at('course')}/.git#../x`)).stderr).toMatch(/leaves its folder/)
  expect((await run('set', 'use', 'ext::sh -c x.git#a')).code).toBe(2)
}, 60_000)

test('a ready-made set by its id, and a workspace/set.json that was damaged: said, and put right by another use', async () => {
  mkdirSync(at('exercises/sets'))
  writeFileSync(at('exercises/sets/ready.json'), readFileSync(at('set.json')))
  expect((await run('set', 'use', 'ready')).stdout).toMatch(/Small set/)
  writeFileSync(at('workspace/set.json'), '{')
  expect([(await run('next')).code, (await run('next')).stderr]).toEqual([
    2,
    expect.stringMatching(/workspace\/set\.json cannot be used/),
  ])
  expect((await run('set', 'use', 'none')).code).toBe(0)
  expect((await run('list', '--json')).code).toBe(0)
}, 60_000)
