import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { makeFolder, makeWorkspace, useHostileSetup } from '../git/git-fixtures.ts'
import { diffAgainstReference } from './reference-diff.ts'

const reference = { 'src/main.ts': 'one\ntwo\n', 'src/other.ts': 'same\n' }

test('diffAgainstReference: a changed file, the same file, a file of the learner alone: the first is told', async () => {
  const workspace = makeWorkspace({ ...reference, 'src/main.ts': 'one\n', 'notes.md': 'mine' })
  const diff = await diffAgainstReference(workspace, makeWorkspace(reference))
  // git ends a name with a tab where the path it was given has a space.
  expect(diff).toMatch(/--- yours\/src\/main\.ts\t?\n\+\+\+ reference\/src\/main\.ts\t?\n/)
  expect(diff).toContain('\n+two')
  expect(diff).not.toMatch(/other|notes/)
})

test('diffAgainstReference: a file of the reference is missing in the workspace: all of it is told', async () => {
  const diff = await diffAgainstReference(makeWorkspace({ 'src/other.ts': 'same\n' }), makeWorkspace(reference))
  expect(diff).toContain('+++ reference/src/main.ts')
  expect(diff).toContain('+one\n+two')
})

test('diffAgainstReference: nothing differs: empty, and no program of a hostile set-up runs', async () => {
  const trace = useHostileSetup()
  expect(await diffAgainstReference(makeWorkspace(reference), makeWorkspace(reference))).toBe('')
  expect(existsSync(trace)).toBe(false)
})

test('diffAgainstReference: there is no reference, or no git: the error of the catalogue', async () => {
  const workspace = makeWorkspace(reference)
  const missing = join(makeFolder(), 'reference')
  await expect(diffAgainstReference(workspace, missing)).rejects.toMatchObject({ code: 'content-invalid' })
  vi.stubEnv('PATH', makeFolder())
  vi.resetModules()
  const fresh = await import('./reference-diff.ts')
  await expect(fresh.diffAgainstReference(workspace, makeWorkspace(reference))).rejects.toMatchObject({
    code: 'no-git',
  })
  vi.unstubAllEnvs()
})
