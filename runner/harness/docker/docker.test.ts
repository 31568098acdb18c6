import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { docker } from './docker.ts'
import { runWith } from '../run/run-fixtures.ts'
import type { RunState } from '../run/run-state.ts'

/** A run whose learner has these files in api/. */
function runWithApi(files: Record<string, string>): RunState {
  const run = runWith(Object.fromEntries(Object.entries(files).map(([path, text]) => [`api/${path}`, text])))
  mkdirSync(join(run.context.workspace, 'api'), { recursive: true })
  return run
}

const manifest = JSON.stringify({ dependencies: { express: '^5' }, devDependencies: { typescript: '^5' } })

test('a manifest with a byte-order mark in front is read', async () => {
  const files = {
    Dockerfile: 'FROM x\nWORKDIR /app\nCOPY . .\nRUN npm ci --omit=dev',
    'package.json': `\uFEFF${manifest}`,
  }
  const { final, problems } = (await docker(runWithApi({ ...files, 'package-lock.json': '{}' })).project('api')).build()
  expect(problems).toEqual([])
  expect([...final.files.keys()]).toContain('/app/node_modules/express/package.json')
})

test('a project: the context without what is ignored, the packages of its manifest, the build', async () => {
  const files = {
    Dockerfile: 'FROM x\nWORKDIR /app\nCOPY . .\nRUN npm ci --omit=dev',
    '.dockerignore': '.git\n*.md',
    'package.json': manifest,
    'package-lock.json': '{}',
    'README.md': '',
    'src/a.ts': '',
  }
  const project = await docker(runWithApi(files)).project('api', ['.git/HEAD', 'node_modules/typescript/package.json'])
  expect([project.excluded('.git/HEAD'), project.excluded('README.md'), project.excluded('src/a.ts')]).toEqual([
    true,
    true,
    false,
  ])
  const { final, problems } = project.build()
  expect(problems).toEqual([])
  expect([...final.files.keys()].sort()).toEqual([
    '/app/.dockerignore',
    '/app/Dockerfile',
    '/app/node_modules/express/package.json',
    '/app/package-lock.json',
    '/app/package.json',
    '/app/src/a.ts',
  ])
})

test('a changed file: only what depends on it has another key', async () => {
  const project = await docker(runWithApi({ Dockerfile: 'FROM x\nCOPY a /a\nCOPY b /b', a: '', b: '' })).project('api')
  const keys = (changed: string[]): string[] => project.build(changed).steps.map((step) => step.key)
  expect(keys(['b']).map((key, i) => key === keys([])[i])).toEqual([true, true, false])
})

test('Dockerfile.dockerignore: taken instead of .dockerignore, as Docker does', async () => {
  const project = await docker(
    runWithApi({ Dockerfile: 'FROM x', '.dockerignore': 'a', 'Dockerfile.dockerignore': 'b' }),
  ).project('api')
  expect([project.excluded('a'), project.excluded('b')]).toEqual([false, true])
})

test.each<[string, Record<string, string>, string]>([
  ['no Dockerfile', {}, 'The file api/Dockerfile is missing.'],
  [
    'a Dockerfile that Docker refuses',
    { Dockerfile: 'FROM x\nRUM y' },
    'Docker cannot read api/Dockerfile. Line 2: there is no instruction RUM.',
  ],
  ['an empty Dockerfile', { Dockerfile: '' }, 'Docker cannot read api/Dockerfile. It has no FROM.'],
  [
    'a pattern that Docker refuses',
    { Dockerfile: 'FROM x', '.dockerignore': 'a\n[' },
    'Docker cannot read api/.dockerignore. Line 2: "[" is not a pattern.',
  ],
  ['a folder for a Dockerfile', { 'Dockerfile/x': '' }, 'Dockerfile is not a regular file of at most 1 MB.'],
])('%s: the run stops and says so', async (_, files, message) => {
  await expect(docker(runWithApi(files)).project('api')).rejects.toMatchObject({
    name: 'StopRun',
    reason: 'does-not-load',
    message,
  })
})

test('a manifest that is no JSON, a Dockerfile that is a link: the run stops', async () => {
  const project = await docker(runWithApi({ Dockerfile: 'FROM x', 'package.json': '{' })).project('api')
  expect(() => project.build()).toThrow('package.json is not JSON.')
  const run = runWithApi({})
  symlinkSync('/etc/hostname', join(run.context.workspace, 'api', 'Dockerfile'))
  await expect(docker(run).project('api')).rejects.toMatchObject({ reason: 'does-not-load' })
})

test('a workspace without the folder: the run stops and says so', async () => {
  await expect(docker(runWithApi({})).project('gone')).rejects.toMatchObject({
    reason: 'does-not-load',
    message: 'The file gone/Dockerfile is missing.',
  })
})
