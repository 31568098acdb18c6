import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { makeProject, projectAt, type ProjectFixture } from './project-fixtures.ts'

/** Any folder: what a path can hold, and folders that are not where they were. */

const solve = (root: string): void => {
  const file = join(root, 'workspace/hello-gym/src/main.ts')
  const text = readFileSync(file, 'utf8').replace("'Hello, world'", '`${Word.Hello}, ${request.name}`')
  // An enum needs the transpiler: without it a check by type stripping alone would be red.
  writeFileSync(file, `enum Word { Hello = 'Hello' }\n${text}`)
}

const checks = async (project: ProjectFixture, startedIn: string) =>
  (await project.gym(['check', '--json'], { startedIn })).json()

test.each(['a#b?c', '50% off', '$HOME & more;', `it's "quoted"`, 'übung ß', '(a) [b] {c} !'])(
  'a clone in a folder named %j: first red and first green',
  { timeout: 60_000 },
  async (name) => {
    const made = makeProject()
    const root = join(dirname(made.root), `${name} ${Date.now()}`)
    renameSync(made.root, root)
    const project = projectAt(root)
    expect((await project.gym(['next', '--json'])).json()).toMatchObject({ verdict: 'failed', attempt: 1 })
    solve(root)
    expect(await checks(project, root)).toMatchObject({ verdict: 'passed', attempt: 2 })
  },
)

test('workspace/ is a link to another place: judged the same, known from inside, its own commands work', async () => {
  const project = makeProject()
  const elsewhere = mkdtempSync(join(tmpdir(), 'gym other disk '))
  symlinkSync(elsewhere, join(project.root, 'workspace'))
  await project.gym(['next'])
  solve(project.root)
  expect(await checks(project, project.root)).toMatchObject({ verdict: 'passed' })
  expect(await checks(project, join(project.root, 'workspace/hello-gym/src'))).toMatchObject({ slug: 'hello-gym' })
  const said = execFileSync('npm', ['run', '-s', 'progress', '--', '--json'], {
    cwd: join(elsewhere, 'hello-gym'),
    env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH']}` },
    encoding: 'utf8',
  })
  expect(JSON.parse(said)).toMatchObject({ attempts: 3 })
})

test('workspace/, then the whole clone, is moved: everything goes on', async () => {
  const project = makeProject()
  await project.gym(['next'])
  const elsewhere = join(mkdtempSync(join(tmpdir(), 'gym other disk ')), 'work')
  renameSync(join(project.root, 'workspace'), elsewhere)
  symlinkSync(elsewhere, join(project.root, 'workspace'))
  solve(project.root)
  expect(await checks(project, project.root)).toMatchObject({ verdict: 'passed', attempt: 2 })
  const root = join(mkdtempSync(join(tmpdir(), 'gym moved ')), 'clone')
  mkdirSync(dirname(root), { recursive: true })
  renameSync(project.root, root)
  const moved = projectAt(root)
  expect(await checks(moved, root)).toMatchObject({ verdict: 'passed', attempt: 3 })
  expect((await moved.gym(['diff', '--json'])).json()).toMatchObject({ diff: expect.stringContaining('enum Word') })
})
