import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { git, makeProject, type ProjectFixture } from './project-fixtures.ts'

/** The path a learner walks, from the outside: bootstrap, command line, files, exit codes. */

let project: ProjectFixture
const main = (): string => join(project.root, 'workspace/hello-gym/src/main.ts')
const solve = (): void =>
  writeFileSync(main(), readFileSync(main(), 'utf8').replace("'Hello, world'", '`Hello, ${request.name}`'))

const rmVisible = (folder: string): void =>
  readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .forEach((name) => rmSync(join(folder, name), { recursive: true }))

beforeAll(() => {
  project = makeProject()
  git(project.root, 'init', '-q')
  git(project.root, 'add', '-A')
  git(project.root, '-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '-qm', 'project')
})

describe('a learner’s first hour', () => {
  test('commands on existing work, before anything was started: exit 2 and the way on', async () => {
    for (const command of ['check', 'hint', 'diff', 'reset', 'undo', 'history', 'solution', 'run']) {
      const { code, stderr, stdout } = await project.gym([command])
      expect([command, code, stdout]).toEqual([command, 2, ''])
      expect(stderr).toMatch(/→ /)
    }
    expect(existsSync(join(project.root, 'workspace/hello-gym'))).toBe(false)
  })

  test('the first next: a workspace, a repository with one commit, and an expected red', async () => {
    const { code, stdout } = await project.gym(['next'])
    expect(code).toBe(1)
    expect(stdout).toMatch(/Your first red\. It is meant to be red/)
    expect(stdout).toMatch(/Made workspace\/hello-gym with its own git repository/)
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/Then {4}npm run next/)
    expect(git(join(project.root, 'workspace/hello-gym'), 'log', '--format=%s').trim()).toBe(
      'Start hello-gym: the pristine starter',
    )
    expect(git(join(project.root, 'workspace/hello-gym'), 'status', '--porcelain')).toBe('')
    expect(git(project.root, 'status', '--porcelain')).toBe('')
  })

  test('no file of the suite or of a solution is in the workspace', () => {
    const files = readdirSync(join(project.root, 'workspace/hello-gym'), { recursive: true, encoding: 'utf8' }).filter(
      (f) => !f.startsWith('.git/'),
    )
    expect(files.sort()).toEqual([
      '.exercise.json',
      '.git',
      '.gitignore',
      'README.md',
      'package.json',
      'src',
      'src/main.ts',
      'tsconfig.json',
    ])
  })

  test('check --json: the contract, one object on stdout and nothing else', async () => {
    const { code, json } = await project.gym(['check', '--json', '--seed', '42'])
    expect(code).toBe(1)
    const result = json()
    expect(Object.keys(result)).toEqual([
      'slug',
      'language',
      'attempt',
      'verdict',
      'reason',
      'message',
      'score',
      'passed',
      'seed',
      'cases',
      'hints',
      'warnings',
      'stderr',
      'missing',
      'workspace',
      'next',
      'durationMs',
    ])
    expect(result).toMatchObject({
      slug: 'hello-gym',
      language: 'ts',
      attempt: 2,
      verdict: 'failed',
      score: 25,
      passed: false,
      seed: 42,
      next: 'npm run next',
      missing: [],
    })
    const keys = ['id', 'sentence', 'group', 'gate', 'status', 'at', 'requirement', 'transcript', 'output']
    expect((result['cases'] as object[]).map((c) => Object.keys(c))).toEqual([keys, keys, keys, keys])
    // The same mistake twice: the second level comes by itself.
    expect(result['hints']).toEqual([{ id: 'greets-the-world', level: 2, text: expect.any(String) }])
  })

  test('check --case with an id that no case has: refused before the run, and no attempt', async () => {
    const journal = (): string => readFileSync(join(project.root, 'workspace/attempts.jsonl'), 'utf8')
    const before = journal()
    const { code, json } = await project.gym(['check', '--case', 'only-one-name', '--json'])
    expect([code, journal() === before]).toEqual([2, true])
    expect(json()).toMatchObject({
      error: {
        code: 'unknown-case',
        message: expect.stringMatching(/The cases are: answers, greets-the-name, one-line, letter-for-letter\./),
      },
    })
  })

  test('check --types: answered, where there is nothing to tell as well', async () => {
    const { json } = await project.gym(['check', '--types', '--json'])
    expect(json()).toMatchObject({
      warnings: [expect.stringMatching(/^Types: (nothing to tell|the compiler did not)/)],
    })
  })

  test('hint: one level further each time, and never past the third', async () => {
    expect((await project.gym(['hint', '--json'])).json()).toMatchObject({ hint: { level: 2 } })
    expect((await project.gym(['hint', '--json'])).json()).toMatchObject({ hint: { level: 3 } })
    expect((await project.gym(['hint', '--json'])).json()).toMatchObject({ hint: { level: 3 } })
  })

  test('solution before a pass: locked', async () => {
    const { code, stderr } = await project.gym(['solution'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/after a pass, or after you give up/)
  })

  test('broken, reset, undo: nothing that was written is lost', async () => {
    appendFileSync(main(), '\nconst broken = }\n')
    const mine = readFileSync(main())
    expect((await project.gym(['check', '--json'])).json()).toMatchObject({
      verdict: 'broken',
      reason: 'does-not-load',
      score: null,
    })
    expect((await project.gym(['reset'])).code).toBe(0)
    expect(readFileSync(main(), 'utf8')).not.toContain('broken')
    expect((await project.gym(['undo'])).code).toBe(0)
    expect(readFileSync(main())).toEqual(mine)
  })

  test('rm -rf of the workspace, then undo: files and repository are back', async () => {
    const mine = readFileSync(main())
    rmSync(join(project.root, 'workspace/hello-gym'), { recursive: true })
    expect((await project.gym(['undo'])).code).toBe(0)
    expect(readFileSync(main())).toEqual(mine)
    expect(git(join(project.root, 'workspace/hello-gym'), 'log', '--format=%s').trim()).toBe(
      'Start hello-gym: the pristine starter',
    )
  })

  test('inside the workspace: commands know which exercise is meant', async () => {
    const { json } = await project.gym(['diff', '--json'], { startedIn: join(project.root, 'workspace/hello-gym/src') })
    expect(json()).toMatchObject({
      slug: 'hello-gym',
      against: 'starter',
      diff: expect.stringContaining('const broken'),
    })
  })

  test('the file that is started is gone: named, with the way back', async () => {
    const file = join(project.root, 'workspace/hello-gym/src/main.ts')
    const text = readFileSync(file, 'utf8')
    rmSync(file)
    expect((await project.gym(['check', '--json'])).json()).toMatchObject({
      verdict: 'broken',
      reason: 'does-not-load',
      message: expect.stringMatching(/^The file src\/main\.ts is missing; .*npm run undo/),
    })
    writeFileSync(file, text)
  })

  test('rm -rf of the workspace, then check: says that undo brings it back', async () => {
    const folder = join(project.root, 'workspace/hello-gym')
    renameSync(folder, `${folder}.away`)
    const { code, stderr } = await project.gym(['check'])
    expect(code).toBe(2)
    expect(stderr.replace(/\s+/g, ' ')).toMatch(/is gone from workspace\/.*npm run undo -- hello-gym/)
    renameSync(`${folder}.away`, folder)
  })

  test.each([
    ['rm -rf of all that shows', (folder: string) => rmVisible(folder)],
    ['an empty folder', (folder: string) => (rmSync(folder, { recursive: true }), mkdirSync(folder))],
    ['.exercise.json alone is gone', (folder: string) => rmSync(join(folder, '.exercise.json'))],
  ])('%s: undo brings the last state back, and nothing is in the way', async (_, damage) => {
    const folder = join(project.root, 'workspace/hello-gym')
    const mine = readFileSync(main())
    await project.gym(['check'])
    damage(folder)
    const attempts = async () => (await project.gym(['progress', '--json'])).json()['attempts']
    const before = await attempts()
    expect((await project.gym(['check', '--json'])).json()).toMatchObject({ error: { code: 'workspace-gone' } })
    expect(await attempts()).toBe(before)
    const newest = (await project.gym(['history', '--json'])).json()['states'] as { id: string }[]
    expect((await project.gym(['undo', '--to', newest[0]?.id ?? ''])).code).toBe(0)
    expect(readFileSync(main())).toEqual(mine)
    expect((await project.gym(['check', '--json'])).json()).toMatchObject({ slug: 'hello-gym' })
  })

  test('two checks at once: both are attempts, one after the other', async () => {
    await project.gym(['reset'])
    solve()
    const before = (await project.gym(['progress', '--json'])).json()['attempts'] as number
    const both = await Promise.all([project.gym(['check', '--json']), project.gym(['check', '--json'])])
    expect(both.map((r) => r.json()['verdict'])).toEqual(['passed', 'passed'])
    expect(both.map((r) => r.json()['attempt']).sort()).toEqual([before + 1, before + 2])
  })

  test('after the pass: solution, what is left, and all done', async () => {
    expect((await project.gym(['solution', '--json'])).json()).toMatchObject({
      files: [{ path: 'src/main.ts' }],
      why: expect.stringContaining('Why it does what it does'),
    })
    expect((await project.gym(['next', '--json'])).json()).toMatchObject({ done: true })
    expect((await project.gym(['list', '--json'])).json()).toMatchObject({
      areas: [{ area: 'languages', exercises: [{ slug: 'hello-gym', state: 'passed', best: 100 }] }],
    })
  })

  test('the same exercise in a second language: a workspace and progress of its own', async () => {
    expect((await project.gym(['next', 'hello-gym', '--lang', 'py', '--json'])).json()).toMatchObject({
      language: 'py',
      attempt: 1,
      workspace: join(project.root, 'workspace/hello-gym@py'),
    })
    expect((await project.gym(['history'])).stdout).toMatch(/^hello-gym \(Python\): 1 saved state$/m)
  })

  test('the project’s own repository: untouched by all of it', () => {
    expect(git(project.root, 'status', '--porcelain')).toBe('')
  })
})

describe('wrong input', () => {
  test.each([
    [['nxt'], 2, /Did you mean "next"/],
    [['next', 'helo-gym'], 2, /Did you mean "hello-gym"/],
    [['next', '--lang', 'cobol'], 2, /must be one of/],
    [['next', 'hello-gym', '--lang', 'sql'], 2, /exists in: ts, py, java, rb|It exists in/],
    [['next', '--area', 'kitchen'], 2, /The areas are: languages/],
    [['check', '--sed', '1'], 2, /does not know the option "--sed"/],
    [['check', '--seed', 'x'], 2, /must be a whole number/],
    [['undo', '--to', '999'], 2, /has no snapshot "999"/],
    [['setup', 'nonsense'], 2, /There is no pack "nonsense"/],
    [['list', '--state', 'sleepy'], 2, /must be one of new, started/],
    [['new', 'Bad_Slug'], 2, /is not a slug/],
    [['new', 'languages/hello-gym'], 2, /exists already/],
  ])('%j: exit %i with a sentence and a remedy, no stack', async (args, exit, sentence) => {
    const { code, stderr, stdout } = await project.gym(args)
    expect([code, stdout]).toEqual([exit, ''])
    expect(stderr).toMatch(sentence)
    expect(stderr).toMatch(/→ /)
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  test('an error with --json: one object with code, message and remedy', async () => {
    const { code, json, stderr } = await project.gym(['next', 'helo-gym', '--json'])
    expect(code).toBe(2)
    expect(json()).toEqual({
      error: { code: 'unknown-exercise', message: expect.stringContaining('helo-gym'), remedy: expect.any(String) },
    })
    expect(stderr).toBe('')
  })

  test('progress.json is damaged and the journal is gone: says so, leaves the file alone', async () => {
    const broken = makeProject()
    await broken.gym(['next'])
    const file = join(broken.root, 'workspace/progress.json')
    rmSync(join(broken.root, 'workspace/attempts.jsonl'))
    writeFileSync(file, '{"formatVersion":1,')
    const { code, stderr } = await broken.gym(['next'])
    expect([code, readFileSync(file, 'utf8')]).toEqual([3, '{"formatVersion":1,'])
    expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(/cannot be read as progress/)
  })

  test('a folder of the learner’s own stands in the way: untouched, exit 2', async () => {
    const other = makeProject()
    const file = join(other.root, 'workspace/hello-gym/mine.txt')
    mkdirSync(join(other.root, 'workspace/hello-gym'), { recursive: true })
    writeFileSync(file, 'mine')
    const { code, stderr } = await other.gym(['next'])
    expect([code, readFileSync(file, 'utf8')]).toEqual([2, 'mine'])
    expect(stderr).toMatch(/is in the way/)
  })

  test('one exercise with a broken manifest: the others still work, verify names it', async () => {
    const other = makeProject()
    mkdirSync(join(other.root, 'exercises/languages/half-done'))
    writeFileSync(join(other.root, 'exercises/languages/half-done/exercise.json'), '{')
    writeFileSync(
      join(other.root, 'exercises/languages/area.json'),
      JSON.stringify({ title: 'Languages', summary: 'A fixture', exercises: ['half-done', 'hello-gym'] }),
    )
    expect((await other.gym(['next', '--json'])).json()).toMatchObject({ slug: 'hello-gym' })
    const { code, stderr } = await other.gym(['verify'])
    expect(code).toBe(4)
    expect(stderr).toMatch(/half-done\/exercise\.json: is not JSON/)
  })
})

test('Ctrl-C in the middle of a run: exit 130, nothing counted, nothing left running', async () => {
  const other = makeProject()
  await other.gym(['next'])
  writeFileSync(join(other.root, 'workspace/hello-gym/src/main.ts'), 'setInterval(() => {}, 1000)')
  const child = other.start(['check', '--json'])
  await new Promise((resolve) => setTimeout(resolve, 2_000))
  child.kill('SIGINT')
  const code = await new Promise((resolve) => child.once('close', resolve))
  expect(code).toBe(130)
  expect((await other.gym(['progress', '--json'])).json()).toMatchObject({ attempts: 1 })
  expect(readdirSync(join(other.root, '.cache/running')).length).toBeLessThanOrEqual(0)
})

test('kill -9 in the middle of a run: the next start ends what was left and works', async () => {
  const other = makeProject()
  await other.gym(['next'])
  const file = join(other.root, 'workspace/hello-gym/src/main.ts')
  const right = readFileSync(file, 'utf8').replace("'Hello, world'", '`Hello, ${request.name}`')
  writeFileSync(file, 'setInterval(() => {}, 1000)')
  const child = other.start(['check', '--json'])
  await new Promise((resolve) => setTimeout(resolve, 2_000))
  child.kill('SIGKILL')
  await new Promise((resolve) => child.once('close', resolve))
  writeFileSync(file, right)
  expect((await other.gym(['check', '--json'])).json()).toMatchObject({ verdict: 'passed', attempt: 2 })
  expect(readdirSync(join(other.root, '.cache/running'))).toEqual([])
})
