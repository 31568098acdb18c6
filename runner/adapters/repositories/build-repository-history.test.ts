import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildRepository } from './build-repository.ts'
import { git, makeFolder, stubEnvironment, useHostileSetup } from '../git/git-fixtures.ts'

const mira = { name: 'Mira Ökafor', email: 'mira@parcels.example', date: '2026-03-02T10:00:00+01:00' }

const history = {
  step: 'history',
  seed: 7,
  count: 40,
  from: '2026-03-03T09:00:00+01:00',
  authors: [
    { name: 'Mira Ökafor', email: 'mira@parcels.example' },
    { name: 'Jo', email: 'jo@parcels.example' },
  ],
  noise: [
    { message: 'Add {place} to zone {n}', path: 'data/zones.csv', line: '{place},{n}' },
    { message: 'Note a delay in {place}', path: 'docs/ü {place}.md', line: '- {n} days' },
  ],
  words: { place: ['Oslo', 'Graz', 'Lyon'] },
  commits: [
    {
      at: 1,
      message: 'Price orders',
      tag: 'v1.0',
      write: [{ path: 'src/price.mjs', text: ['export const rate = 3', 'export const free = 5000'] }],
    },
    {
      at: 25,
      message: 'Raise the rate\n\nThe carrier did.',
      edit: [{ path: 'src/price.mjs', from: 'rate = 3', to: 'rate = 4' }],
      remove: ['old.txt'],
    },
  ],
}

const story = [
  { step: 'write', path: 'old.txt', text: 'old' },
  { step: 'write', path: 'run.sh', text: ['#!/bin/sh', 'exit 0'], executable: true },
  { step: 'stage', paths: ['.'] },
  { step: 'commit', message: 'Begin', author: mira },
  history,
]

async function build(steps: readonly unknown[]): Promise<string> {
  const root = makeFolder()
  writeFileSync(join(root, 'repository.json'), JSON.stringify({ steps }))
  await buildRepository(join(root, 'repository.json'), join(root, 'repo'))
  return join(root, 'repo')
}

/** Written down: a machine with another id builds another history from the same recipe. */
const tip = 'c54790cc413cd0c1c24d6b2fe72b9e2e55ff9a48'

test('history: on a commit: forty more, told ones at their places, a clean work tree', async () => {
  const repo = await build(story)
  const log = git(repo, 'log', '--reverse', '--format=%s').split('\n')
  expect(log).toHaveLength(41)
  expect([log[0], log[1], log[25]]).toEqual(['Begin', 'Price orders', 'Raise the rate'])
  expect(new Set(log).size).toBeGreaterThan(15)
  expect(git(repo, 'rev-list', '-1', 'v1.0')).toBe(git(repo, 'rev-parse', 'main~39'))
  expect(git(repo, 'show', 'main~16:src/price.mjs')).toContain('rate = 3')
  expect(git(repo, 'show', 'main~15:src/price.mjs')).toBe('export const rate = 4\nexport const free = 5000')
  expect(git(repo, 'status', '--porcelain')).toBe('')
  expect(git(repo, 'ls-tree', 'HEAD', 'run.sh', 'old.txt')).toMatch(/^100755 \S+ \S+\trun\.sh$/)
  expect(readFileSync(join(repo, 'src/price.mjs'), 'utf8')).toContain('rate = 4')
  expect(git(repo, 'fsck', '--strict')).toBe('')
})

test('history: dates go forward, in the zone of the first, with the authors of the list', async () => {
  const repo = await build(story)
  const dates = git(repo, 'log', '--reverse', '--format=%aI', 'v1.0^..main').split('\n')
  expect(dates[0]).toBe('2026-03-03T09:00:00+01:00')
  expect(dates.map((d) => Date.parse(d))).toEqual(dates.map((d) => Date.parse(d)).sort((a, b) => a - b))
  expect(dates.every((d) => d.endsWith('+01:00'))).toBe(true)
  expect(new Set(git(repo, 'log', '--format=%an/%cn', 'v1.0^..main').split('\n'))).toEqual(
    new Set(['Mira Ökafor/Mira Ökafor', 'Jo/Jo']),
  )
})

test.each([
  ['as usual', () => {}],
  ['settings that all get in the way', () => void useHostileSetup()],
  ['another time zone and language', () => stubEnvironment({ TZ: 'Pacific/Kiritimati', LC_ALL: 'tr_TR.UTF-8' })],
])('history: %s: the same ids', async (_, upset) => {
  upset()
  expect(git(await build(story), 'rev-parse', 'main')).toBe(tip)
})

test('history: a told commit is moved: the noise of the others stays', async () => {
  const moved = { ...history, commits: [history.commits[0], { ...history.commits[1], at: 26 }] }
  const [before, after] = [
    git(await build(story), 'log', '--reverse', '--format=%s'),
    git(await build([...story.slice(0, -1), moved]), 'log', '--reverse', '--format=%s'),
  ]
  const differing = before.split('\n').flatMap((line, i) => (line === after.split('\n')[i] ? [] : [i]))
  expect(differing).toEqual([25, 26])
})

test('history: the first thing in a repository: it begins there, on the branch of the recipe', async () => {
  const repo = await build([history].map((h) => ({ ...h, commits: [] })))
  expect(git(repo, 'rev-list', '--count', 'main')).toBe('40')
  expect(git(repo, 'status', '--porcelain')).toBe('')
})

test('history: a thousand commits: built within seconds', async () => {
  const began = performance.now()
  const repo = await build([{ ...history, count: 1000, commits: [] }])
  expect(git(repo, 'rev-list', '--count', 'main')).toBe('1000')
  expect(performance.now() - began).toBeLessThan(20_000)
})

test.each<[string, object, RegExp]>([
  [
    'an edit of a file that is not there',
    { commits: [{ at: 2, message: 'x', edit: [{ path: 'none', from: 'a', to: 'b' }] }] },
    /none is edited before it exists/,
  ],
  [
    'an edit of a text that stands there twice',
    {
      commits: [
        { at: 1, message: 'x', write: [{ path: 'a', text: 'b b' }] },
        { at: 2, message: 'y', edit: [{ path: 'a', from: 'b', to: 'c' }] },
      ],
    },
    /a holds 2 times what is to be edited: "b"/,
  ],
  [
    'two commits at one place',
    {
      commits: [
        { at: 2, message: 'x' },
        { at: 2, message: 'y' },
      ],
    },
    /two commits have the same "at"/,
  ],
  ['a commit after the end', { commits: [{ at: 41, message: 'x' }] }, /a commit stands behind the last one, 40/],
  [
    'a path out of the repository',
    { noise: [{ message: 'x', path: '../x', line: 'x' }] },
    /"\.\.\/x" leaves the repository/,
  ],
])('history: %s: content-invalid, and where', async (_, change, message) => {
  await expect(build([{ ...history, commits: [], ...change }])).rejects.toMatchObject({
    code: 'content-invalid',
    message: expect.stringMatching(message),
  })
})
