import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { removeForgottenCopies } from './forgotten-copies.ts'

const dayMs = 24 * 60 * 60 * 1000
const names = ['gym-copy-redis-1', 'gym-copy-redis-2-abcdef', 'gym-postgres-18.0.0', 'other']

function folderOfCopies(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gym-copies-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const name of names) mkdirSync(join(folder, name, 'bin'), { recursive: true })
  return folder
}

test.runIf(process.getuid?.() === 0)('copies: young ones stay; old ones go, but for one that runs', async () => {
  const folder = folderOfCopies()
  await removeForgottenCopies(folder, Date.now() + dayMs - 60_000)
  expect(readdirSync(folder).toSorted()).toEqual(names)
  // Named by a process as a server is that was started from there.
  const user = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', join(folder, 'gym-postgres-18.0.0/bin')])
  onTestFinished(() => void user.kill('SIGKILL'))
  await removeForgottenCopies(folder, Date.now() + dayMs + 60_000)
  expect(readdirSync(folder).toSorted()).toEqual(['gym-postgres-18.0.0', 'other'])
})
