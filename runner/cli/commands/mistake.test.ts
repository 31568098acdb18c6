import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { git, makeProject, type GymResult, type ProjectFixture } from '../../testing/project-fixtures.ts'

/** The command from the outside: what an author types, what stands on the screen and in the files. */

const reference = 'solutions/languages/hello-gym/reference'
const stored = (id: string): string => `solutions/languages/hello-gym/mistakes/${id}.patch`
const draft = (id: string, path = ''): string => `.cache/mistakes/hello-gym/${id}/${path}`

/** TypeScript alone can run. */
const noTools = { PATH: dirname(process.execPath) }

let project: ProjectFixture
const at = (path: string): string => join(project.root, path)
const read = (path: string): string => readFileSync(at(path), 'utf8')
const write = (path: string, text: string): void => writeFileSync(at(path), text)
const replace = (path: string, from: string, to: string): void => write(path, read(path).replace(from, to))
const mistake = (...args: string[]): Promise<GymResult> => project.gym(['mistake', ...args])
const commit = (): void => {
  git(project.root, 'add', '-A')
  git(project.root, '-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '-qm', 'x')
}

beforeAll(() => {
  project = makeProject(['version-control/first-clean-commit'])
  // Three wrong answers are enough, and their number does not change when the exercise gets another one.
  const kept = ['greets-the-world', 'hard-coded-name', 'plain-text-answer'].map((id) => `${id}.patch`)
  for (const name of readdirSync(at(dirname(stored('any')))).filter((name) => !kept.includes(name)))
    rmSync(at(`${dirname(stored('any'))}/${name}`))
  git(project.root, 'init', '-q')
  commit()
})
afterAll(() => rmSync(project.root, { recursive: true, force: true }))

describe('looking', () => {
  test('a slug: every mistake, with its languages, what it breaks and its first sentence', async () => {
    const text = 'Breaks: 2\nHint: greets-the-world\nIt greets the person before. Then nobody knows whom.\n\n'
    const diff = read(stored('greets-the-world')).replace(/^.*?(?=^--- )/ms, '')
    write(stored('greets-the-last'), text + diff)
    write(stored('without-head'), diff)
    const { code, stdout, stderr } = await mistake('hello-gym')
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/hello-gym {3}5 mistakes/)
    expect(stdout).toMatch(
      /greets-the-last +ts py java rb {3}breaks 2 {3}hint: greets-the-world\n +It greets the person before\.\n/,
    )
    expect(stdout).not.toMatch(/Then nobody knows/)
    expect(stdout).toMatch(/1 of them does not say yet what they break and cost/)
    const json = (await mistake('hello-gym', '--json')).json()
    expect((json['mistakes'] as object[])[0]).toEqual({
      id: 'greets-the-last',
      form: 'patch',
      path: at(stored('greets-the-last')),
      languages: ['ts', 'py', 'java', 'rb'],
      breaks: [2],
      hints: ['greets-the-world'],
      base: 'reference',
      sentence: 'It greets the person before.',
      paragraph: 'It greets the person before. Then nobody knows whom.',
      problems: [],
    })
    for (const id of ['greets-the-last', 'without-head']) rmSync(at(stored(id)))
  })

  test('a slug with a mistake that is not sound: what is wrong, and exit 4', async () => {
    write(stored('broken'), 'Breaks: 9\nText.\n\n--- a/ts/src/main.ts\n+++ b/ts/src/main.ts\n@@ -1,1 +1,1 @@\n-x\n+y\n')
    const { code, stdout } = await mistake('hello-gym')
    expect(code).toBe(4)
    expect(stdout).toMatch(/its diff does not fit ts\/src\/main\.ts/)
    expect(stdout).toMatch(/Breaks names requirement 9/)
    const { code: laid, stderr } = await mistake('hello-gym', 'broken')
    expect(laid).toBe(4)
    expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(/cannot be laid out: its diff does not fit .*→ Mend .*broken\.patch/)
    rmSync(at(stored('broken')))
  })

  test('a mistake: laid out, its diff, and what the suite says of it', async () => {
    const { code, stdout } = await mistake('hello-gym', 'greets-the-world', '--lang', 'ts')
    expect(code).toBe(0)
    expect(read(draft('greets-the-world', 'ts/src/main.ts'))).toMatch('Hello, everybody')
    expect(stdout).toMatch(/^\+const answer = .*'Hello, everybody'/m)
    expect(stdout).toMatch(/TypeScript {3}✓ caught {3}3 of 4 cases red/)
    expect(stdout).toMatch(/✗ fail {3}greets the name it was given +requirement 2/)
    expect(stdout).toMatch(/Hint {4}greets-the-world: Put the name/)
    expect(stdout).not.toMatch(/main\.py/)
  })

  test('--json: one object, with the diff, the red cases and the hints', async () => {
    const { code, json } = await mistake('hello-gym', 'greets-the-world', '--lang', 'ts', '--json')
    expect(code).toBe(0)
    expect(json()).toMatchObject({
      slug: 'hello-gym',
      id: 'greets-the-world',
      folder: at('.cache/mistakes/hello-gym/greets-the-world'),
      path: at(stored('greets-the-world')),
      edited: false,
      breaks: [2],
      hints: ['greets-the-world'],
      base: 'reference',
      runs: [
        {
          language: 'ts',
          verdict: 'failed',
          red: [{ id: 'greets-the-name' }, { id: 'one-line' }, { id: 'letter-for-letter', covers: [2] }],
          hints: [{ id: 'greets-the-world', confident: true }],
          ok: true,
          problem: null,
        },
      ],
      next: 'npm run verify -- hello-gym',
    })
    expect(json()['diff']).toMatch(/^--- a\/ts\/src\/main\.ts\n\+\+\+ b\/ts\/src\/main\.ts\n@@ /)
  })

  test('colour where it is wanted; --plain and NO_COLOR: none', async () => {
    const args = ['mistake', 'hello-gym', 'greets-the-world', '--lang', 'ts']
    const color = { FORCE_COLOR: '1' }
    expect((await project.gym(args, { env: color })).stdout).toMatch(/\u001b\[32m\+const answer/)
    expect((await project.gym([...args, '--plain'], { env: color })).stdout).not.toMatch(/\u001b/)
    expect((await project.gym(args, { env: { ...color, NO_COLOR: '1' } })).stdout).not.toMatch(/\u001b/)
  })

  test('a language that this machine has no tools for: not run, exit 3', async () => {
    const args = ['mistake', 'hello-gym', 'greets-the-world', '--lang', 'rb', '--json']
    const { code, json } = await project.gym(args, { env: noTools })
    expect(code).toBe(3)
    expect(json()['runs']).toMatchObject([{ language: 'rb', verdict: 'not-run', missing: [{ id: 'ruby' }] }])
  })

  test('a script of a git exercise: shown beside the reference’s, and run', async () => {
    const { code, json } = await mistake('first-clean-commit', 'subject-runs-on', '--json')
    expect(code).toBe(0)
    expect(json()['diff']).toMatch(/^--- a\/git\/solve\.sh/)
    expect(json()['runs']).toMatchObject([{ language: 'git', ok: true }])
  })
})

describe('wrong usage: exit 2, one sentence and the way on', () => {
  test.each([
    [[], /needs the slug of an exercise/],
    [['helo-gym'], /no exercise "helo-gym"\. Did you mean "hello-gym"\?/],
    [['hello-gym', 'greets-the-wold'], /no mistake "greets-the-wold"\. Did you mean "greets-the-world"\?/],
    [['hello-gym', '../../x'], /"\.\.\/\.\.\/x" is no id of a mistake/],
    [['hello-gym', '--new', 'Bad_Id'], /"Bad_Id" is no id of a mistake/],
    [['hello-gym', '--new', 'greets-the-world'], /has a mistake "greets-the-world" already, in .*\.patch/],
    [['first-clean-commit', '--new', 'no-subject'], /written by hand\. .*mistakes\/no-subject\/git\/solve\.sh/],
    [['first-clean-commit', 'subject-runs-on', '--save'], /written by hand/],
    [['hello-gym', 'hard-coded-name', '--save'], /has not been laid out/],
    [['hello-gym', 'hard-codd-name', '--save'], /no mistake "hard-codd-name"\. Did you mean "hard-coded-name"\?/],
    [['hello-gym', '--save'], /"--save" needs the id of a mistake/],
    [['hello-gym', '--new', 'a', '--refresh'], /"--refresh" cannot stand beside --new/],
    [['hello-gym', 'a', '--refresh'], /"--refresh" takes the slug of an exercise and no second word/],
    [['hello-gym', 'greets-the-world', '--save', '--lang', 'ts'], /"--lang" cannot stand beside --save/],
    [['hello-gym', '--from', 'HEAD'], /"--from" stands beside --refresh only/],
    [['hello-gym', '--lang', 'sql'], /does not exist in "sql"/],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await mistake(...args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(message)
    expect(stderr).toMatch(/→ /)
  })
})

describe('writing', () => {
  test('from the reference to a patch: begun, refused until it is whole, saved, looked at again', async () => {
    const begun = (await mistake('hello-gym', '--new', 'greets-in-capitals', '--lang', 'ts', '--json')).json()
    expect(begun).toMatchObject({ languages: ['ts'], edit: [at(draft('greets-in-capitals', 'ts/src/main.ts'))] })
    const green = await mistake('hello-gym', 'greets-in-capitals')
    expect(green.code).toBe(1)
    expect(green.stdout).toMatch(/Nothing is changed: this is the reference/)
    expect(green.stdout).toMatch(/✗ not caught.*\n.*has no red case/)
    expect((await mistake('hello-gym', 'greets-in-capitals', '--save', '--json')).json()).toMatchObject({
      error: { code: 'mistake-empty' },
    })

    replace(draft('greets-in-capitals', 'ts/src/main.ts'), 'request.name}', 'request.name.toUpperCase()}')
    const early = await mistake('hello-gym', 'greets-in-capitals', '--save')
    expect(early.code).toBe(4)
    expect(early.stderr).toMatch(/"Breaks: \?" must name requirements/)
    expect(early.stderr).toMatch(/"Hint: \?" must name one or more hints/)
    expect(existsSync(at(stored('greets-in-capitals')))).toBe(false)

    write(draft('greets-in-capitals', 'mistake.txt'), 'Breaks: 2\nHint: requirement\n')
    const saved = (await mistake('hello-gym', 'greets-in-capitals', '--save', '--json')).json()
    expect(saved).toMatchObject({ path: at(stored('greets-in-capitals')), files: ['ts/src/main.ts'] })
    expect(saved['missing']).toEqual(['it does not say what is wrong and what that costs'])
    expect(read(stored('greets-in-capitals'))).toMatch(/^Breaks: 2\nHint: requirement\n\n--- a\/ts\/src\/main\.ts\n/)

    // A hint of ours is said although none is true of it: that is what the gate refuses.
    const shown = await mistake('hello-gym', 'greets-in-capitals', '--json')
    expect(shown.code).toBe(1)
    expect(shown.json()).toMatchObject({ edited: false, runs: [{ ok: false }] })
    expect(JSON.stringify(shown.json()['runs'])).toMatch(/brings up the hint .*no hint of ours is true of it/)
  })

  test('a change in what was laid out: kept, shown and run; saved, it is the patch', async () => {
    await mistake('hello-gym', 'greets-in-capitals')
    replace(draft('greets-in-capitals', 'ts/src/main.ts'), 'toUpperCase', 'toLowerCase')
    const { stdout } = await mistake('hello-gym', 'greets-in-capitals')
    expect(stdout).toMatch(/\(with changes that are not saved\)/)
    expect(stdout).toMatch(/toLowerCase/)
    expect(read(stored('greets-in-capitals'))).toMatch(/toUpperCase/)
    expect((await mistake('hello-gym', 'greets-in-capitals', '--save')).code).toBe(0)
    expect(read(stored('greets-in-capitals'))).toMatch(/toLowerCase/)
    expect(read(stored('greets-in-capitals')), 'the head is kept').toMatch(/^Breaks: 2\nHint: requirement\n/)
  })

  test('a language more: laid out from the reference, and saved beside the others', async () => {
    await mistake('hello-gym', 'greets-in-capitals', '--lang', 'py')
    replace(draft('greets-in-capitals', 'py/src/main.py'), "request['name']", "request['name'].lower()")
    const { json } = await mistake('hello-gym', 'greets-in-capitals', '--save', '--json')
    expect(json()['files']).toEqual(['ts/src/main.ts', 'py/src/main.py'])
    expect(read(stored('greets-in-capitals')).match(/^--- .*/gm)).toEqual([
      '--- a/py/src/main.py',
      '--- a/ts/src/main.ts',
    ])
  })

  test.each([
    ['a file that is no learner’s', 'ts/tsconfig.json', '{}', 'mistake-empty', /Nothing is changed/],
    [
      'bytes that are no text',
      'ts/src/data.bin',
      Buffer.from([0x80]),
      'mistake-invalid',
      /data\.bin is no text in UTF-8/,
    ],
    ['a name with a space', 'ts/src/a b.ts', 'x', 'mistake-invalid', /"ts\/src\/a b\.ts" has a sign that is no letter/],
  ])('--save with %s: told', async (_what, path, content, code, message) => {
    await mistake('hello-gym', '--new', 'odd', '--lang', 'ts')
    write(draft('odd', 'mistake.txt'), 'Breaks: 2\nHint: greets-the-world\nText.\n')
    writeFileSync(at(draft('odd', path)), content)
    const { error } = (await mistake('hello-gym', 'odd', '--save', '--json')).json() as {
      error: Record<string, string>
    }
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) as string })
    rmSync(at(draft('odd')), { recursive: true })
  })

  test('--new, begun already: told, and nothing is taken away', async () => {
    await mistake('hello-gym', '--new', 'odd', '--lang', 'ts')
    appendFileSync(at(draft('odd', 'ts/src/main.ts')), '// mine\n')
    expect((await mistake('hello-gym', '--new', 'odd', '--json')).json()).toMatchObject({
      error: { code: 'draft-exists' },
    })
    expect(read(draft('odd', 'ts/src/main.ts'))).toMatch(/\/\/ mine/)
    rmSync(at(draft('odd')), { recursive: true })
  })
})

test('the gate: a patch that does not fit, a hint although none is true, a head without a text: not sound', async () => {
  write(stored('broken'), 'Breaks: 2\nText.\n\n--- a/ts/src/main.ts\n+++ b/ts/src/main.ts\n@@ -1,1 +1,1 @@\n-x\n+y\n')
  const { code, json } = await project.gym(['verify', 'hello-gym', '--json'], { env: noTools })
  rmSync(at(stored('broken')))
  expect(code).toBe(4)
  const { exercises } = json() as { exercises: { language: string; problems: object[] }[] }
  expect(exercises.find((e) => e.language === 'ts')?.problems).toEqual([
    {
      rule: 'mistake-hint',
      trial: 'greets-in-capitals',
      message: expect.stringMatching(/"greets-in-capitals" brings up the hint ".*"; no hint of ours is true/) as string,
    },
    { rule: 'mistake-patch', message: 'the mistake "broken": its diff does not fit ts/src/main.ts' },
    {
      rule: 'mistake-head',
      message: 'the mistake "greets-in-capitals": it does not say what is wrong and what that costs',
    },
  ])
})

describe('after a change of the reference', () => {
  const main = `${reference}/ts/src/main.ts`
  let before = ''
  beforeAll(() => {
    before = read(main)
    commit()
  })

  test('a draft with changes that was laid out before it: not saved over it', async () => {
    await mistake('hello-gym', 'hard-coded-name', '--lang', 'ts')
    appendFileSync(at(draft('hard-coded-name', 'ts/src/main.ts')), '// mine\n')
    write(main, `// A line more.\n${before}`)
    expect((await mistake('hello-gym', 'hard-coded-name', '--save', '--json')).json()).toMatchObject({
      error: { code: 'draft-old' },
    })
    rmSync(at(draft('hard-coded-name')), { recursive: true })
    write(main, before)
  })

  test('--refresh, nothing changed: every patch as it was', async () => {
    const { code, stdout } = await mistake('--refresh', 'hello-gym')
    expect(code).toBe(0)
    expect(stdout).toMatch(/0 refreshed, 4 as they were, 0 with conflicts, 0 left/)
    expect(git(project.root, 'status', '--porcelain')).toBe('')
  })

  test('--refresh, a line above: the patches are on the new reference', async () => {
    write(main, `// A line more.\n${before}`)
    expect((await mistake('hello-gym')).stdout).toMatch(/it is not canonical/)
    const { code, json } = await mistake('hello-gym', '--refresh', '--json')
    expect(code).toBe(0)
    expect((json()['mistakes'] as { outcome: string }[]).map((m) => m.outcome)).toEqual(Array(4).fill('refreshed'))
    expect((await mistake('hello-gym')).code).toBe(0)
    commit()
  })

  test('--refresh, the same line: the conflict is named, the patch stays, the draft is the author’s to mend', async () => {
    const patch = read(stored('hard-coded-name'))
    const now = read(main)
    write(main, now.replace('const answer = {', 'const reply = {').replace('stringify(answer)', 'stringify(reply)'))
    const { code, stdout } = await mistake('--refresh', 'hello-gym')
    expect(code).toBe(1)
    expect(stdout).toMatch(/0 refreshed, 0 as they were, 4 with conflicts, 0 left/)
    expect(stdout).toMatch(/✗ hard-coded-name: .*\n +.*hard-coded-name\/ts\/src\/main\.ts:6\n/)
    expect(read(stored('hard-coded-name'))).toBe(patch)
    expect(read(draft('hard-coded-name', 'ts/src/main.ts'))).toMatch(/^<{7} reference now$/m)

    const unsolved = await mistake('hello-gym', 'hard-coded-name', '--save')
    expect([unsolved.code, unsolved.stderr]).toEqual([4, expect.stringMatching(/main\.ts has a conflict at line 6/)])
    const again = await mistake('--refresh', 'hello-gym')
    expect(again.stdout, 'what is not decided yet is not thrown away').toMatch(/4 left/)

    const solved = read(main).replace('request.name', "'Ada'").replace("`Hello, ${'Ada'}`", "'Hello, Ada'")
    write(draft('hard-coded-name', 'ts/src/main.ts'), solved)
    expect((await mistake('hello-gym', 'hard-coded-name', '--save')).code).toBe(0)
    expect(read(stored('hard-coded-name'))).toMatch(/^\+const reply = { greeting: 'Hello, Ada' }/m)
    write(main, now)
    git(project.root, 'checkout', '-q', '--', 'solutions')
    rmSync(at('.cache/mistakes'), { recursive: true })
  })

  test('--refresh, the reference now is the mistake: left, and told', async () => {
    await mistake('hello-gym', 'greets-the-world', '--lang', 'ts')
    const path = { ts: 'src/main.ts', py: 'src/main.py', java: 'src/Main.java', rb: 'src/main.rb' }
    for (const [language, file] of Object.entries(path))
      write(`${reference}/${language}/${file}`, read(draft('greets-the-world', `${language}/${file}`)))
    const { code, json } = await mistake('--refresh', 'hello-gym', '--json')
    expect(code).toBe(1)
    expect(json()['mistakes']).toContainEqual({
      id: 'greets-the-world',
      outcome: 'left',
      why: 'the reference now is this answer',
      conflicts: [],
    })
    git(project.root, 'checkout', '-q', '--', 'solutions')
  })

  test('--from: the commit that the patches were made from; one that there is not: told', async () => {
    write(main, `// Two lines\n// more.\n${read(main)}`)
    commit()
    const { json } = await mistake('--refresh', 'hello-gym', '--from', 'HEAD~1', '--json')
    expect((json()['mistakes'] as { outcome: string }[]).map((m) => m.outcome)).toEqual(Array(4).fill('refreshed'))
    git(project.root, 'checkout', '-q', '--', 'solutions')
    const { code, stderr } = await mistake('--refresh', 'hello-gym', '--from', 'nowhere')
    expect(code).toBe(2)
    expect(stderr).toMatch(/"nowhere" is no commit of this project/)
  })
})
