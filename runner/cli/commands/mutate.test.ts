import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeProject, type GymResult, type ProjectFixture } from '../../testing/project-fixtures.ts'

/** The command from the outside, on a reference with a rule that no case looks at. */

const solutions = 'solutions/languages/hello-gym'
const rule = 'if (request.name.length > 60) throw new Error()'
const boundary = {
  language: 'ts',
  file: 'src/main.ts',
  operator: 'boundary',
  was: rule,
  now: rule.replace('>', '>='),
}

/** TypeScript alone can run. */
const noTools = { PATH: dirname(process.execPath) }

let project: ProjectFixture
const at = (path: string): string => join(project.root, path)
const write = (path: string, text: string): void => writeFileSync(at(path), text)
const mutate = (...args: string[]): Promise<GymResult> => project.gym(['mutate', ...args])
const list = (entries: object[]): void => write(`${solutions}/equivalent.json`, JSON.stringify(entries))
const record = (): Record<string, unknown> =>
  JSON.parse(readFileSync(at(`${solutions}/verified.json`), 'utf8')) as Record<string, unknown>

beforeAll(() => {
  project = makeProject(['version-control/first-clean-commit'])
  const file = `${solutions}/reference/ts/src/main.ts`
  write(file, readFileSync(at(file), 'utf8').replace('const answer', `${rule}\n\nconst answer`))
})
afterAll(() => rmSync(project.root, { recursive: true, force: true }))

describe('a reference with a rule that nothing proves', () => {
  test('each survivor with its line and its change; exit 1; the second time nothing runs', async () => {
    const first = await mutate('hello-gym')
    expect(first.code).toBe(1)
    expect(first.stdout).toMatch(
      /survived {2}src\/main\.ts:5 {2}boundary\n {4}- if \(request\.name\.length > 60\) .*\n {4}\+ if \(request\.name\.length >= 60\) /,
    )
    const { json } = await mutate('hello-gym', '--json')
    expect(json()).toMatchObject({ slug: 'hello-gym', language: 'ts', whole: true, ran: 0, files: ['src/main.ts'] })
    const { killed, survived, survivors } = json() as { killed: number; survived: number; survivors: object[] }
    expect(killed).toBeGreaterThan(4)
    expect(survivors).toHaveLength(survived)
    expect(survivors).toContainEqual({ ...boundary, line: 5 })
  }, 240_000)

  test('a part of them: by operator, or drawn by a seed', async () => {
    const one = (await mutate('hello-gym', '--only', 'boundary', '--json')).json()
    expect(one).toMatchObject({ whole: false, killed: 0, survived: 1 })
    const drawn = (await mutate('hello-gym', '--most', '2', '--seed', '7', '--json')).json()
    expect(drawn).toMatchObject({ whole: false, known: 2 })
  })

  test('an entry of the list takes a survivor out of the count; a stale one is an error, and nothing is saved', async () => {
    list([{ ...boundary, why: 'Nobody has a name of sixty letters.' }])
    expect((await mutate('hello-gym', '--json')).json()).toMatchObject({ equivalent: 1, stale: [] })
    const stale = { ...boundary, operator: 'comparison', now: rule.replace('>', '<'), why: 'This is no mutant at all.' }
    list([stale])
    const { code, stdout } = await mutate('hello-gym', '--save')
    expect(code).toBe(4)
    expect(stdout).toMatch(/stale {2}equivalent\.json names no survivor: src\/main\.ts {2}comparison/)
    expect(stdout).not.toMatch(/Record/)
    expect(record()['mutants']).toBeUndefined()
  })

  test('--save writes the counts; verify tells what is missing, too few, and stale', async () => {
    list([])
    // TypeScript alone: mutants are judged in one language, and the others take their time.
    const verify = (): Promise<GymResult> => project.gym(['verify', 'hello-gym'], { env: noTools })
    const verified = async (): Promise<string> => (await verify()).stdout.replace(/\s+/g, ' ')
    const before = await verified()
    expect(before).toMatch(/Mutants to do\. none on record: hello-gym\. Each: npm run mutate -- <slug> --save/)
    expect((await mutate('hello-gym', '--save')).stdout).toMatch(
      /Record {6}solutions\/<area>\/hello-gym\/verified\.json/,
    )
    expect(record()['mutants']).toMatchObject({ language: 'ts', equivalent: 0 })
    expect(await verified()).toMatch(/Mutants to do\. fewer than 95 % killed: hello-gym \([\d.]+ %\)/)
    list([{ ...boundary, why: 'Nobody has a name of sixty letters.' }])
    expect(await verified()).toMatch(/Mutants to do\. reference or suite have changed since: hello-gym/)
    list([{ ...boundary, was: 'no such line', why: 'Nobody has a name of sixty letters.' }])
    const wrong = await verify()
    expect(wrong.code).toBe(4)
    expect(wrong.stdout.replace(/\s+/g, ' ')).toMatch(
      /equivalent: equivalent\.json: no line of the reference's ts\/src\/main\.ts is: no such line/,
    )
    list([])
  }, 240_000)

  test('no record to write into: the way to one', async () => {
    rmSync(at(`${solutions}/verified.json`))
    const { code, stderr } = await mutate('hello-gym', '--save')
    expect(code).toBe(4)
    expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(
      /"hello-gym" has no record .* → Have it written: npm run verify -- hello-gym/,
    )
  })
})

describe('not run, and wrong usage', () => {
  test('a language that this machine has no tools for: exit 3', async () => {
    const { code, json, stdout } = await project.gym(['mutate', 'hello-gym', '--lang', 'rb', '--json'], {
      env: noTools,
    })
    expect([code, stdout.length > 0]).toEqual([3, true])
    expect(json()).toMatchObject({ slug: 'hello-gym', language: 'rb', missing: [{ id: 'ruby' }] })
  })

  test.each([
    [[], 2, /The command "mutate" needs the slug of an exercise/],
    [['hello-gim'], 2, /no exercise "hello-gim"\. Did you mean "hello-gym"\?/],
    [['hello-gym', '--lang', 'sql'], 2, /does not exist in "sql"/],
    [['first-clean-commit'], 2, /There are no operators for Git: mutants are made of TypeScript/],
    [['hello-gym', '--only', 'boundery'], 2, /no operator "boundery"\. Did you mean "boundary"\?/],
    [['hello-gym', '--most', '0'], 2, /--most" must be a whole number from 1/],
    [['hello-gym', '--seed', '1'], 2, /--seed" stands beside --most only/],
    [['hello-gym', '--save', '--only', 'call'], 2, /--save" needs all mutants/],
  ])('%j: exit %i', async (args, code, message) => {
    const result = await mutate(...args)
    expect([result.code, result.stderr]).toEqual([code, expect.stringMatching(message)])
  })
})
