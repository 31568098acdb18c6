// The whole program from outside: what runs when its bundle is there, is not there, is old, or cannot be kept.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { collect, makeProject, type ProjectFixture } from './testing/project-fixtures.ts'

let project: ProjectFixture
beforeEach(() => {
  project = makeProject()
})

const engine = (): string => join(project.root, '.cache/engine')
const bundle = (): string => {
  const folder = existsSync(engine()) ? readdirSync(engine()).find((name) => name.startsWith('command-')) : undefined
  return folder === undefined ? '' : join(engine(), folder, 'bundle.mjs')
}
const helpFile = (): string => join(project.root, 'runner/ui/terminal/help.ts')
const edit = (file: string, from: string, to: string): void => {
  const text = readFileSync(file, 'utf8')
  expect(text).toContain(from)
  writeFileSync(file, text.replace(from, to))
}
const help = async (): Promise<string> => {
  const { code, stdout, stderr } = await project.gym(['help'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
}

describe('the program', () => {
  test('runs from its bundle, which imports no package that only few commands need', async () => {
    await help()
    const text = readFileSync(bundle(), 'utf8')
    const packages = [...text.matchAll(/^import .*from "([^"]+)";$/gm)].map(([, name]) => name)
    // Every command that records something loads this one anyway.
    expect(packages.filter((name) => name !== 'write-file-atomic')).toEqual([])
    // Only what ran from the bundle shows a word that is nowhere else.
    writeFileSync(
      bundle(),
      text.replace('Backend Gym: you write the code, hidden', 'Backend Gym: from the bundle, hidden'),
    )
    const record = join(engine(), readdirSync(engine()).find((name) => name.endsWith('.json')) ?? '')
    const made = JSON.parse(readFileSync(record, 'utf8')) as { stamps: Record<string, string> }
    const { stampOf } = await import('./adapters/files/file-stamp.ts')
    writeFileSync(record, JSON.stringify({ ...made, stamps: { ...made.stamps, [bundle()]: stampOf(bundle()) } }))
    expect(await help()).toContain('from the bundle, hidden')
  })

  test('an edit of a source file is what the next start runs', async () => {
    expect(await help()).toContain('you write the code')
    edit(helpFile(), 'you write the code', 'you wrote the code')
    expect(await help()).toContain('you wrote the code')
    edit(helpFile(), 'you wrote the code', 'you will write the code')
    expect(await help()).toContain('you will write the code')
  })

  test('a source file that does not compile: its own error, as without a bundle', async () => {
    await help()
    edit(join(project.root, 'runner/cli/commands/help.ts'), 'export const help', 'export const help = ; const other')
    const { code, stderr } = await project.gym(['help'])
    expect(code).toBe(70)
    expect(stderr).toMatch(/Something went wrong inside the runner/)
    expect((await project.gym(['list', '--json'])).code).toBe(0)
  })

  test('a cache that was deleted, and half a bundle: both are made again', async () => {
    await help()
    rmSync(join(project.root, '.cache'), { recursive: true })
    await help()
    writeFileSync(bundle(), readFileSync(bundle(), 'utf8').slice(0, 1000))
    expect(await help()).toContain('you write the code')
  })

  test('several first starts at once: all work, and the next one finds it made', async () => {
    const all = await Promise.all([1, 2, 3].map(() => project.gym(['help'])))
    expect(all.map(({ code, stderr }) => ({ code, stderr }))).toEqual(all.map(() => ({ code: 0, stderr: '' })))
    const before = readdirSync(engine())
    expect(before.filter((name) => name.startsWith('command-'))).toHaveLength(1)
    await help()
    expect(readdirSync(engine())).toEqual(before)
  })

  test('a folder where nothing can be kept: the sources run', async () => {
    spawnSync('chmod', ['-R', 'a+rX,a-w', project.root])
    const as = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
    const child = spawn(process.execPath, ['runner/bootstrap.mjs', 'help'], { cwd: project.root, env: {}, ...as })
    const { code, stdout, stderr } = await collect(child)
    spawnSync('chmod', ['-R', 'u+w', project.root])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('you write the code')
    expect(existsSync(engine())).toBe(false)
  })

  test('a fault of ours: its stack names the source', async () => {
    edit(helpFile(), 'const p = paints(style)', "const p = paints(style)\n  if (p) throw new Error('oops')")
    const { code, stderr } = await project.gym(['help'], { env: { GYM_DEBUG: '1' } })
    expect(code).toBe(70)
    expect(stderr).toMatch(/Error: oops\n {4}at .*\/runner\/ui\/terminal\/help\.ts:\d+:\d+/)
    expect(bundle()).not.toBe('')
  })

  test('through the launcher: screens name it as it was typed, and remedies too', async () => {
    const typed = join(project.root, 'gym')
    const gym = (...args: string[]): Promise<{ stdout: string; stderr: string }> => {
      const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' }
      return collect(spawn(typed, args, { cwd: '/', env }))
    }
    // Its path has a space, so it is one word in quotes.
    const { stdout } = await gym('list')
    expect(stdout).toContain(`Then    '${typed}' next <slug>    or: '${typed}' next`)
    expect((await gym('check')).stderr).toContain(`→ Start one: '${typed}' next`)
    expect((await gym('check', '--help')).stdout).toContain(`'${typed}' check [slug]`)
    expect((await project.gym(['list'])).stdout).toContain('Then    npm run next -- <slug>    or: npm run next')
  })
})
