import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { git, makeProject } from './project-fixtures.ts'

test('diff in an exercise about git, through its life', { timeout: 120_000 }, async () => {
  const project = makeProject(['version-control/first-clean-commit'])
  const slug = 'first-clean-commit'
  const folder = join(project.root, 'workspace', slug)
  const started = await project.gym(['next', slug])
  expect(started.stdout.replace(/\s+/g, ' ')).toMatch(
    /inside repo\/ npm finds that project's own.*\.\.\/\.\.\/\.\.\/gym next/,
  )
  const inside = await project.gym(['progress', '--json'], { startedIn: join(folder, 'repo') })
  expect(inside.code).toBe(0)
  const diff = async (...more: string[]) => {
    const { code, json } = await project.gym(['diff', slug, ...more, '--json'])
    return { code, ...(json() as { diff?: string; error?: unknown }) }
  }
  expect(await diff()).toMatchObject({ code: 0, diff: '' })
  const as = ['-c', 'user.name=t', '-c', 'user.email=t@t']
  git(join(folder, 'repo'), ...as, 'commit', '-qm', 'Everything')
  expect((await diff()).diff).toMatch(/^\+ {4}Everything$/m)
  await project.gym(['solution', slug, '--give-up'])
  const beside = await diff('--reference')
  expect(beside.code).toBe(0)
  expect(beside.diff).toMatch(/^- {4}Everything$/m)
  expect(beside.diff).not.toContain('solve.sh')
  rmSync(join(folder, '.git'), { recursive: true })
  expect((await diff()).diff).toMatch(/^\+ {4}Everything$/m)
  const there = { startedIn: join(folder, 'repo') }
  expect((await project.gym(['check'], there)).stdout).toMatch(/^ {2}Edit {4}this folder$/m)
  const replaced = /^ {2}Your shell is in a folder that was replaced: cd \.$/m
  expect((await project.gym(['reset', slug], there)).stdout).toMatch(replaced)
  expect((await project.gym(['reset', slug])).stdout).not.toMatch(replaced)
  expect(git(folder, 'log', '--format=%s').trim()).toBe(`Start ${slug}: the pristine starter`)
  expect(await diff()).toMatchObject({ code: 0, diff: '' })
})
