import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { makeFolder, stubEnvironment, writeScript } from './git-fixtures.ts'

test('readGitVersion: the git of this machine: digits and dots', async () => {
  const { readGitVersion } = await freshModule()
  expect(await readGitVersion()).toMatch(/^2\.\d+(\.\d+)*$/)
})

test.each([
  ['git version 2.29.3', { code: 'git-too-old' }],
  ['git version 1.99.0', { code: 'git-too-old' }],
  ['git version 2.9.5', { code: 'git-too-old' }],
  ['xcode-select: note: no developer tools were found', { code: 'no-git' }],
])('requireGit: a git that says "%s": refused', async (says, error) => {
  usePathWith(`echo '${says}'`)
  const { requireGit } = await freshModule()
  await expect(requireGit()).rejects.toMatchObject(error)
})

test.each([
  'git version 2.30.0',
  'git version 2.39.5 (Apple Git-154)',
  'git version 2.47.1.windows.2',
  'git version 3.0.0-rc1',
])('requireGit: a git that says "%s": accepted', async (says) => {
  usePathWith(`echo '${says}'`)
  const { requireGit } = await freshModule()
  await expect(requireGit()).resolves.toBeUndefined()
})

test('requireGit: no git on PATH: no-git, and asked again after it was installed', async () => {
  const folder = makeFolder()
  stubEnvironment({ PATH: folder })
  const { requireGit } = await freshModule()
  await expect(requireGit()).rejects.toMatchObject({ code: 'no-git' })
  writeScript(join(folder, 'git'), 'echo git version 2.40.0')
  await expect(requireGit()).resolves.toBeUndefined()
})

test('requireGit: called again: git is asked once', async () => {
  const folder = makeFolder()
  writeScript(join(folder, 'git'), 'echo git version 2.40.0')
  stubEnvironment({ PATH: folder })
  const { requireGit } = await freshModule()
  await requireGit()
  stubEnvironment({ PATH: '' })
  await expect(requireGit()).resolves.toBeUndefined()
})

/** The module remembers its answer, so each test needs its own. */
async function freshModule() {
  vi.resetModules()
  return import('./git-version.ts')
}

function usePathWith(body: string): void {
  const folder = makeFolder()
  writeScript(join(folder, 'git'), body)
  stubEnvironment({ PATH: folder })
}
