import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { Rejection, SubmittedWork } from '../../domain/class/grading.ts'
import { fingerprint } from '../../adapters/git/git-fixtures.ts'
import { withEditedReceipt } from '../../testing/edited-receipt.ts'
import { git, makeProject, type GymResult, type ProjectFixture } from '../../testing/project-fixtures.ts'

/** From a learner's workspace to an instructor's class folder, through the commands. */

let project: ProjectFixture
const at = (...path: string[]): string => join(project.root, ...path)
const run = (...args: string[]): Promise<GymResult> => project.gym(args, { env: { HOME: at('home') } })
const works = (learner: string, variant: string): SubmittedWork[] =>
  JSON.parse(readFileSync(at('class/submissions', learner, `${variant}.json`), 'utf8')) as SubmittedWork[]
const rejections = (): Rejection[] => JSON.parse(readFileSync(at('class/rejections.json'), 'utf8')) as Rejection[]

beforeAll(async () => {
  project = makeProject(['languages/money-split', 'version-control/first-clean-commit'])
  mkdirSync(at('home'))
  writeFileSync(at('home/.gitconfig'), '[user]\n\tname = Ada Lovelace\n\temail = ada@example.org\n')
  await run('set', 'new', 'week', 'money-split', 'first-clean-commit', '--name', 'Week one')
  await run('next', 'hello-gym')
  await run('next', 'money-split', '--lang', 'ts')
  await run('next', 'first-clean-commit')
}, 180_000)

test('set new, check, use and show: a file with hashes, then next follows it', async () => {
  const set = JSON.parse(readFileSync(at('week.json'), 'utf8')) as {
    name: string
    exercises: { slug: string; content: string }[]
  }
  expect([set.name, ...set.exercises.map((e) => e.slug)]).toEqual(['Week one', 'money-split', 'first-clean-commit'])
  expect(set.exercises[0]?.content).toMatch(/^content-[0-9a-f]{32}$/)
  expect((await run('set', 'check', 'week.json')).stdout).toMatch(/✓ sound {3}week\.json: 2 exercises/)
  expect((await run('set')).stderr).toMatch(/No set is in use/)
  const used = await run('set', 'use', 'week.json')
  expect([used.code, used.stdout]).toEqual([
    0,
    expect.stringMatching(/Week one {2}week, version 1[^]*money-split[^]*started/),
  ])
  expect((await run('set', 'show', '--json')).json()).toMatchObject({
    id: 'week',
    exercises: [{ slug: 'money-split', state: 'started' }, { slug: 'first-clean-commit' }],
  })
  expect((await run('set', 'new', 'week', 'hello-gym')).stderr).toMatch(/is there already/)
  expect((await run('set', 'frobnicate')).code).toBe(2)
  expect((await run('set', 'use', 'nowhere.json')).stderr).toMatch(/There is no set at/)
  expect((await run('set', 'use', `file://${at('nowhere')}.git#a.json`)).stderr).toMatch(/There is no set at/)
}, 120_000)

test('set new: what it writes is sound, and what it refuses is said of the set', async () => {
  expect((await run('set', 'new', 'x', 'money-split')).code).toBe(0)
  expect((await run('set', 'check', 'x.json')).stdout).toMatch(/✓ sound/)
  const bad = await run('set', 'new', 'Week_1', 'money-split')
  expect([bad.code, bad.stderr]).toEqual([2, expect.stringMatching(/takes no id "Week_1"[^]*set -- --help/)])
  expect((await run('set', 'new', 'week-2', 'money-split', '--name', 'W2')).stderr).toMatch(/3 to 2000 characters/)
}, 60_000)

test('a set that is not open yet: its times in its own words, and next offers nothing of it', async () => {
  const set = JSON.parse(readFileSync(at('week.json'), 'utf8')) as object
  const opensAt = { local: '2126-03-02T08:00', zone: 'Europe/Berlin' }
  writeFileSync(at('later.json'), JSON.stringify({ ...set, id: 'later', opensAt }))
  expect((await run('set', 'use', 'later.json')).stdout).toMatch(/Opens +2126-03-02 08:00 Europe\/Berlin/)
  const next = await run('next')
  expect([next.code, next.stderr]).toEqual([2, expect.stringMatching(/is not open yet: it opens at 2126-03-02 08:00/)])
  expect((await run('next', 'hello-gym')).code).toBe(1)
  expect((await run('set', 'use', 'week.json')).code).toBe(0)
}, 60_000)

test('set check: unknown exercises and languages are problems, a changed exercise is a remark', async () => {
  const set = JSON.parse(readFileSync(at('week.json'), 'utf8')) as { exercises: object[] }
  writeFileSync(
    at('bad.json'),
    JSON.stringify({
      ...set,
      exercises: [{ slug: 'money-splitt' }, { slug: 'first-clean-commit', languages: ['ts'] }],
    }),
  )
  const bad = await run('set', 'check', 'bad.json')
  expect([bad.code, bad.stderr]).toEqual([
    2,
    expect.stringMatching(/did you mean "money-split"[^]*does not exist in TypeScript/),
  ])
  writeFileSync(
    at('old.json'),
    JSON.stringify({ ...set, exercises: [{ slug: 'money-split', content: `content-${'0'.repeat(32)}` }] }),
  )
  expect((await run('set', 'check', 'old.json')).stdout).toMatch(/money-split has changed since/)
}, 60_000)

test('submit: one bundle with receipt and states; the workspace and its repository stay as they are; again it works', async () => {
  appendFileSync(at('workspace/money-split/src/main.ts'), '// mine\n')
  const before = fingerprint(at('workspace/money-split'), 'with-git')
  const nested = fingerprint(at('workspace/first-clean-commit/repo'), 'with-git')
  const first = await run('submit', '--to', 'in')
  expect([first.code, first.stdout]).toEqual([
    0,
    expect.stringMatching(
      /2 exercises of ada-lovelace, set "Week one"[^]*money-split@ts {11}[0-9a-f]{12} {3}\S+Z {3}2 states[^]*SHA-256 [0-9a-f]{64}/,
    ),
  ])
  const again = await run('submit', '--to', 'in', '--json')
  expect(again.json()).toMatchObject({
    receipt: {
      learner: { id: 'ada-lovelace', name: 'Ada Lovelace', email: 'ada@example.org' },
      set: { id: 'week', version: 1 },
      works: [{ slug: 'money-split', attempts: 1 }, { slug: 'first-clean-commit' }],
    },
  })
  expect(fingerprint(at('workspace/money-split'), 'with-git')).toEqual(before)
  expect(fingerprint(at('workspace/first-clean-commit/repo'), 'with-git')).toEqual(nested)
  expect(readdirSync(at()).filter((n) => n.startsWith('in'))).toEqual(['in'])
  expect(git(at(), 'bundle', 'list-heads', 'in')).toMatch(
    /refs\/gym\/receipt\n.*refs\/gym\/work\/money-split@ts\n.*refs\/gym\/work\/first-clean-commit@git/,
  )
}, 60_000)

test('collect: a folder of bundles, folders and archives; trees, lists, rejections and an audit line', async () => {
  mkdirSync(at('handed-in'))
  cpSync(at('in'), at('handed-in/ada-lovelace.bundle'))
  mkdirSync(at('handed-in/ben/money-split/src'), { recursive: true })
  writeFileSync(at('handed-in/ben/money-split/.exercise.json'), '{"slug":"money-split","language":"py"}')
  writeFileSync(at('handed-in/ben/money-split/src/main.py'), 'print(1)\n')
  writeFileSync(at('handed-in/cleo.bundle'), 'This is no bundle, whatever it is called; far from it.')
  const result = await run('collect', 'handed-in', '--class', 'class', '--set', 'week.json')
  expect([result.code, result.stdout]).toEqual([
    0,
    expect.stringMatching(/2 submissions {3}3 works[^]*1 rejection[^]*cleo {3}all of it {3}not-an-archive/),
  ])
  const states = works('ada-lovelace', 'money-split@ts')
  expect(states).toMatchObject([
    { attempts: 1, slug: 'money-split', language: 'ts' },
    { hintsUsed: [], minutesToPass: null },
  ])
  expect(Date.parse(states[0]?.at ?? '')).toBeLessThanOrEqual(Date.parse(states[1]?.at ?? ''))
  const tree = at('class/submissions/ada-lovelace', states[1]?.tree ?? '')
  expect(readFileSync(join(tree, 'src/main.ts'), 'utf8')).toMatch(/\/\/ mine\n$/)
  expect(Object.keys(fingerprint(tree)).filter((f) => /package\.json|tsconfig|README|\.exercise/.test(f))).toEqual([])
  expect(statSync(join(tree, 'src/main.ts')).mode & 0o777).toBe(0o444)
  expect(works('ben', 'money-split@py')).toHaveLength(1)
  expect(rejections()).toMatchObject([{ learner: 'cleo', slug: null, rule: 'not-an-archive' }])
  expect(
    readFileSync(at('class/audit.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((l) => JSON.parse(l) as object),
  ).toMatchObject([{ what: 'collect', set: 'week@1', submissions: 3, rejections: 1 }])
}, 60_000)

test('collect: a git exercise is kept as data, with a configuration of ours', () => {
  const [state] = works('ada-lovelace', 'first-clean-commit@git')
  const tree = at('class/submissions/ada-lovelace', state?.tree ?? '')
  expect(readFileSync(join(tree, 'repo/.git/HEAD'), 'utf8')).toBe('ref: refs/heads/main\n')
  expect(readFileSync(join(tree, 'repo/.git/config'), 'utf8')).toMatch(
    /^\[core\]\n\trepositoryformatversion = 0\n\tbare = false\n/,
  )
  expect(existsSync(join(tree, 'repo/deploy.sh'))).toBe(true)
})

test('a git exercise that was solved passes after it was handed in, collected and laid out again', async () => {
  const workspace = at('workspace/first-clean-commit')
  const solve = at('solutions/version-control/first-clean-commit/reference/git/solve.sh')
  const { GIT_CONFIG_GLOBAL: _, ...env } = process.env
  execFileSync('sh', [solve], {
    cwd: join(workspace, 'repo'),
    env: { ...env, HOME: workspace, GIT_CONFIG_NOSYSTEM: '1', GIT_EDITOR: 'true' },
    stdio: 'ignore',
  })
  await run('submit', '--to', 'handed-in/ada-lovelace.bundle')
  await run('collect', 'handed-in', '--class', 'class')
  const tree = at('class/submissions/ada-lovelace', works('ada-lovelace', 'first-clean-commit@git').at(-1)?.tree ?? '')
  for (const name of ['repo', 'remotes']) rmSync(join(workspace, name), { recursive: true, force: true })
  cpSync(tree, workspace, { recursive: true })
  expect((await run('check', 'first-clean-commit', '--json')).json()).toMatchObject({ verdict: 'passed', score: 100 })
}, 90_000)

test('collect again: nothing changes but the audit log', async () => {
  const content = (): Record<string, string> => fingerprint(at('class/submissions'))
  const before = content()
  await run('collect', 'handed-in', '--class', 'class')
  expect(content()).toEqual(before)
  expect(readFileSync(at('class/audit.jsonl'), 'utf8').trim().split('\n')).toHaveLength(3)
}, 60_000)

test('collect with a roster: who is missing, who is unknown, and a receipt of somebody else', async () => {
  writeFileSync(
    at('roster.csv'),
    '"identifier","github_username","github_id","name"\n"ada-lovelace","adal","1","Ada"\n"ben","","2","Ben"\n"dora","dd","3","Dora"\n',
  )
  mkdirSync(at('second'))
  cpSync(at('in'), at('second/dora.bundle'))
  cpSync(at('in'), at('second/adal.bundle'))
  cpSync(at('in'), at('second/upload-7.bundle'))
  mkdirSync(at('second/eve'))
  writeFileSync(at('second/eve/notes.txt'), 'hello')
  const result = await run('collect', 'second', '--class', 'class', '--roster', 'roster.csv', '--json')
  expect(result.json()).toMatchObject({
    missing: ['ben', 'dora'],
    rejections: [
      { learner: 'dora', rule: 'other-learner' },
      { learner: 'eve', rule: 'not-in-roster' },
      { learner: 'upload-7', rule: 'other-learner' },
    ],
  })
  expect(readFileSync(at('class/roster.csv'), 'utf8')).toBe(
    'id,name,email,github,sisId,remote\r\nada-lovelace,Ada,,adal,,\r\nben,Ben,,,,\r\ndora,Dora,,dd,,\r\n',
  )
}, 60_000)

test('a bundle with an edited receipt: named loudly, the git exercise too, at collect and by similar', async () => {
  mkdirSync(at('copied'))
  cpSync(at('in'), at('copied/ada-lovelace.bundle'))
  withEditedReceipt(at('in'), at('copied/eve.bundle'), 'eve')
  const result = await run('collect', 'copied', '--class', 'copied-class', '--set', 'week.json')
  expect(result.stdout.replaceAll(/\s+/g, ' ')).toMatch(
    /✗ copied ada-lovelace, eve: 1 state of first-clean-commit \(git\) with the same files, saved in the same second/,
  )
  expect((await run('similar', '--class', 'copied-class', '--json')).json()).toMatchObject({
    shared: [
      { slug: 'first-clean-commit', language: 'git', learners: ['ada-lovelace', 'eve'], sameMoment: true },
      { slug: 'money-split', language: 'ts', learners: ['ada-lovelace', 'eve'], states: 1, sameMoment: true },
    ],
  })
}, 60_000)

test('submit --push and collect from a roster with remotes', async () => {
  git(at(), 'init', '--quiet', '--bare', 'server.git')
  expect((await run('submit', '--push', 'ext::sh -c x')).code).toBe(2)
  expect((await run('submit', '--push', at('nowhere.git'))).stderr).toMatch(/could not push to/)
  const pushed = await run('submit', '--push', at('server.git'), '--as', 'ada')
  expect([pushed.code, pushed.stdout]).toEqual([0, expect.stringMatching(/✓ pushed[^]*Remote /)])
  expect((await run('submit', '--push', at('server.git'))).code).toBe(0)
  writeFileSync(
    at('remotes.csv'),
    `id,name,remote\nada,Ada,./server.git\nben,Ben,\ncleo,Cleo,ext::sh -c 'touch ${at('ran')}'\ndora,Dora,-u./x\n`,
  )
  const result = await run('collect', 'remotes.csv', '--class', 'class2', '--set', 'week.json', '--json')
  expect(result.json()).toMatchObject({
    submissions: [{ learner: 'ada', works: [{ slug: 'first-clean-commit' }, { slug: 'money-split' }] }, {}, {}],
    rejections: [
      { learner: 'cleo', rule: 'remote-not-allowed' },
      { learner: 'dora', rule: 'remote-not-allowed' },
    ],
    remarks: [expect.stringMatching(/Without a remote in the roster: ben/)],
  })
  expect(existsSync(at('ran'))).toBe(false)
}, 90_000)

test('wrong usage: exit 2, what and what to do', async () => {
  const told = async (...args: string[]): Promise<string> => (await run(...args)).stderr.replaceAll(/\s+/g, ' ')
  expect(await told('collect')).toMatch(/Nothing can be collected/)
  expect(await told('collect', 'nowhere', '--class', 'c3', '--set', 'week.json')).toMatch(
    /there is no such file or folder/,
  )
  expect(await told('collect', 'handed-in', '--class', 'c3')).toMatch(/--set" is needed the first time/)
  expect(await told('submit', '--as', '../x')).toMatch(/is no id/)
  expect((await run('submit', '--to', 'a', '--push', 'b')).code).toBe(2)
}, 60_000)

test('set use none: next and submit are as before', async () => {
  expect((await run('set', 'use', 'none')).code).toBe(0)
  expect((await run('set', 'show')).code).toBe(2)
  expect((await run('submit', '--to', 'all.bundle', '--json')).json()).toMatchObject({
    receipt: {
      set: null,
      learner: { id: 'ada' },
      works: [{ slug: 'hello-gym' }, { slug: 'money-split' }, { slug: 'first-clean-commit' }],
    },
  })
}, 60_000)
