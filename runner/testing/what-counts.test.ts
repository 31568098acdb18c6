import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { SubmittedWork } from '../domain/class/grading.ts'
import { makeProject, type GymResult, type ProjectFixture } from './project-fixtures.ts'

/** What a learner is told of their work by `check` and `submit` is what an instructor gets by `collect`. */

let project: ProjectFixture
const at = (...path: string[]): string => join(project.root, ...path)
const source = (...path: string[]): string => at('workspace/hello-gym/src', ...path)
const run = (...args: string[]): Promise<GymResult> => project.gym([...args, '--json'], { env: { HOME: at('home') } })
const greeting = 'export const greeting = (name: string): string => `Hello, ${name}`\n'

/** The starter's program, with its greeting out of a file of its own. */
function solvedFrom(path: string): void {
  const starter = readFileSync(at('exercises/languages/hello-gym/starter/ts/src/main.ts'), 'utf8')
  writeFileSync(
    source('main.ts'),
    `import { greeting } from '${path}'\n${starter.replace("'Hello, world'", 'greeting(request.name)')}`,
  )
}

beforeAll(async () => {
  project = makeProject()
  mkdirSync(at('home'))
  await run('next')
  await run('set', 'new', 'week', 'hello-gym')
}, 120_000)

test('code in a folder of tools: the check does not see it either, and says so', async () => {
  mkdirSync(source('target'))
  writeFileSync(source('target/greeting.ts'), greeting)
  solvedFrom('./target/greeting.ts')
  const red = (await run('check')).json()
  expect(red).toMatchObject({
    passed: false,
    warnings: [expect.stringMatching(/^"src\/target\/" is named like a folder/)],
  })
  renameSync(source('target'), source('words'))
  solvedFrom('./words/greeting.ts')
  expect((await run('check')).json()).toMatchObject({ passed: true, score: 100, warnings: [] })
}, 60_000)

test('imports in package.json: not handed in, and so not there in a check', async () => {
  const path = at('workspace/hello-gym/package.json')
  const manifest = readFileSync(path, 'utf8')
  writeFileSync(
    path,
    JSON.stringify({ ...(JSON.parse(manifest) as object), imports: { '#g': './src/words/greeting.ts' } }),
  )
  solvedFrom('#g')
  expect((await run('check')).json()).toMatchObject({
    passed: false,
    warnings: [expect.stringMatching(/^package\.json/)],
  })
  writeFileSync(path, manifest)
  solvedFrom('./words/greeting.ts')
}, 60_000)

test('a link that nothing uses: named by check and submit, left out, and the states are taken', async () => {
  symlinkSync('/etc/hostname', source('x'))
  const told = expect.stringMatching(/"src\/x" is a link/)
  expect((await run('check')).json()).toMatchObject({ passed: true, warnings: [told] })
  const submitted = await run('submit', '--as', 'ada', '--to', 'ada.bundle')
  expect([submitted.code, submitted.json()]).toMatchObject([0, { refused: [], remarks: [told] }])
  rmSync(source('x'))
  await run('check')
  await run('submit', '--to', 'ada.bundle')
  const collected = await run('collect', 'ada.bundle', '--class', 'class', '--set', 'week.json')
  expect(collected.json()).toMatchObject({
    rejections: [],
    submissions: [{ learner: 'ada', works: [{ slug: 'hello-gym' }] }],
  })
}, 90_000)

test('a name that not every system has, and the code needs it: refused by submit with what to change', async () => {
  writeFileSync(source('aux.ts'), greeting)
  solvedFrom('./aux.ts')
  const { warnings, passed } = (await run('check')).json()
  expect([passed, warnings]).toEqual([false, [expect.stringMatching(/aux\.ts.*rename it.*cannot be handed in/)]])
  const submitted = await run('submit', '--to', 'ada.bundle')
  expect([submitted.code, submitted.json()]).toMatchObject([
    1,
    { refused: ['hello-gym@ts'], remarks: [expect.stringMatching(/aux\.ts/), expect.stringMatching(/from before/)] },
  ])
  const before = works()
  expect((await run('collect', 'ada.bundle', '--class', 'class')).json()).toMatchObject({ rejections: [] })
  expect(works()).toEqual(before)
}, 90_000)

const works = (): SubmittedWork[] =>
  JSON.parse(readFileSync(at('class/submissions/ada/hello-gym@ts.json'), 'utf8')) as SubmittedWork[]
