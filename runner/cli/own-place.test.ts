import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { lookAtPlace } from './own-place.ts'

function place(): { workspace: string; repo: string } {
  const workspace = mkdtempSync(join(tmpdir(), 'own place '))
  onTestFinished(() => rmSync(workspace, { recursive: true }))
  mkdirSync(join(workspace, 'repo'))
  return { workspace, repo: join(workspace, 'repo') }
}

test('a folder that was made anew: cd . is the way back into it', () => {
  const { workspace, repo } = place()
  const told = lookAtPlace(repo, workspace)
  rmSync(repo, { recursive: true })
  mkdirSync(repo)
  expect(told()).toBe('Your shell is in a folder that was replaced: cd .')
})

test('a folder that is gone: the workspace is named', () => {
  const { workspace, repo } = place()
  const told = lookAtPlace(repo, workspace)
  rmSync(repo, { recursive: true })
  expect(told()).toBe(`Your shell is in a folder that is gone: cd '${workspace}'`)
})

test('a folder in which files changed: nothing', () => {
  const { workspace, repo } = place()
  const told = lookAtPlace(repo, workspace)
  writeFileSync(join(repo, 'file'), '')
  expect(told()).toBe(null)
})
