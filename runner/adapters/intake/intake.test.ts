import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Language } from '../../domain/exercise/exercise.ts'
import type { Incoming, IncomingWork, Receipt } from '../../domain/submission/submission.ts'
import { fingerprint, makeFolder, makePlace, useHostileSetup, writeFiles } from '../git/git-fixtures.ts'
import { takeSnapshot } from '../snapshots/snapshots.ts'
import { buildRepository } from '../repositories/build-repository.ts'
import { tar, zip } from '../../testing/red-team/archives.ts'
import { treeName } from './entries.ts'
import { gitIdentity, identityIn } from '../submission/git-identity.ts'
import { keepWork } from '../classroom/keep-works.ts'
import { openSubmission as openAll } from './open-submission.ts'
import { submissionPacker } from '../submission/pack-submission.ts'
import { inBareRepository } from './read-repository.ts'
import { readStates } from './read-states.ts'
import { parseRemote } from './remote.ts'
import { rebuilt } from './repository-config.ts'
import { safeGit } from './safe-git.ts'

const now = new Date()

async function openSubmission(...asked: Parameters<typeof openAll>): Promise<Incoming> {
  const [only, ...others] = await openAll(...asked)
  if (!only || others.length > 0) throw new Error(`${others.length + 1} submissions and not one`)
  return only
}
const wanted = new Map<string, Language[]>([['first-exercise', ['ts', 'git']]])

async function packed(
  place: { workspace: string; store: string },
  language: Language = 'ts',
  more: Partial<Receipt> = {},
): Promise<Buffer> {
  const packer = submissionPacker({
    folderOf: () => place.workspace,
    stores: join(place.store, '..'),
    readStates: (repository, commit) => readStates({ repository }, commit, new Set(), now),
  })
  onTestFinished(packer.close)
  const added = await packer.add({ slug: 'first-exercise', language })
  if (!added?.newest) throw new Error('nothing is saved')
  const receipt: Receipt = {
    formatVersion: 1,
    learner: { id: 'ada', name: 'Ada', email: '' },
    set: null,
    submittedAt: now.toISOString(),
    works: [{ slug: 'first-exercise', language, ...added.newest, attempts: 3, hintsUsed: ['a'], minutesToPass: 5 }],
    ...more,
  }
  const file = join(makeFolder(), 'x.bundle')
  await packer.bundle(receipt, file)
  return readFileSync(file)
}

/** A bundle of all that was saved, as it was made before packing left out what is no work. */
function packedWhole({ store }: { store: string }): Buffer {
  const file = join(makeFolder(), 'x.bundle')
  const env = { PATH: process.env['PATH'] ?? '', GIT_DIR: store, GIT_CONFIG_GLOBAL: '/dev/null' }
  const git = (...args: string[]): void => void execFileSync('git', args, { cwd: store, env })
  git('update-ref', 'refs/gym/work/first-exercise@ts', 'refs/heads/main')
  git('bundle', 'create', '--quiet', file, 'refs/gym/work/first-exercise@ts')
  return readFileSync(file)
}

function onDisk(content: Buffer): { kind: 'path'; path: string } {
  const path = join(makeFolder(), 'submission')
  writeFileSync(path, content)
  return { kind: 'path', path }
}

test('a bundle: each check is a state, with what the starter’s tools need left out; other snapshots are none', async () => {
  const place = makePlace({ 'src/main.ts': 'one', 'package.json': '{}', 'notes.log': 'x' })
  await takeSnapshot({ ...place, reason: 'check' })
  writeFiles(place.workspace, { 'src/main.ts': 'reset away' })
  await takeSnapshot({ ...place, reason: 'reset' })
  writeFiles(place.workspace, { 'src/main.ts': 'three' })
  await takeSnapshot({ ...place, reason: 'check' })
  const { receipt, works, oddities } = await openSubmission(onDisk(await packed(place)), wanted, now)
  expect(oddities).toEqual([])
  expect(receipt).toMatchObject({ learner: { id: 'ada' }, works: [{ attempts: 3, states: 2 }] })
  expect(works[0]?.states.map((s) => s.files.map((f) => [f.path, f.content.toString()]))).toEqual([
    [['src/main.ts', 'one']],
    [['src/main.ts', 'three']],
  ])
})

test('a bundle whose newest snapshot is no check: it counts all the same, it is what was handed in', async () => {
  const place = makePlace({ 'a.ts': 'one' })
  await takeSnapshot({ ...place, reason: 'give-up' })
  const { works } = await openSubmission(onDisk(await packed(place)), wanted, now)
  expect(works[0]?.states).toHaveLength(1)
})

test('one oddity in an earlier state costs neither that exercise nor the others; which, is said', async () => {
  const place = makePlace({ 'src/main.ts': 'one' })
  await takeSnapshot({ ...place, reason: 'check' })
  symlinkSync('/etc/hostname', join(place.workspace, 'src/x'))
  writeFiles(place.workspace, { 'src/main.ts': 'two' })
  await takeSnapshot({ ...place, reason: 'check' })
  writeFiles(place.workspace, { 'src/main.ts': "import './aux.ts'", 'src/aux.ts': '' })
  await takeSnapshot({ ...place, reason: 'check' })
  rmSync(join(place.workspace, 'src/x'))
  rmSync(join(place.workspace, 'src/aux.ts'))
  writeFiles(place.workspace, { 'src/main.ts': 'four' })
  await takeSnapshot({ ...place, reason: 'check' })
  const textsOf = (works: readonly IncomingWork[]) =>
    works[0]?.states.map((s) => s.files.map((f) => f.content.toString()))
  const whole = await openSubmission(onDisk(packedWhole(place)), wanted, now)
  expect(textsOf(whole.works)).toEqual([['one'], ['two'], ['four']])
  expect(whole.oddities).toEqual([
    { slug: 'first-exercise', rule: 'odd-name', message: expect.stringMatching(/aux\.ts.* \(state of \d{4}-.*Z\)$/) },
  ])
  expect(whole.leftOut.map((o) => o.rule)).toEqual(['symlink'])
  const again = await openSubmission(onDisk(await packed(place)), wanted, now)
  expect(textsOf(again.works)).toEqual([['one'], ['two'], ['four']])
  expect([again.oddities, again.leftOut]).toEqual([[], []])
})

test('a clock that ran ahead for a while costs that state alone, and moves none that came after it', async () => {
  const place = makePlace({ 'a.ts': 'one' })
  await takeSnapshot({ ...place, reason: 'check' })
  writeFiles(place.workspace, { 'a.ts': 'two' })
  await takeSnapshot({ ...place, reason: 'check' })
  const before = new Date(Date.now() - 86_400_000)
  const whole = onDisk(packedWhole(place))
  const { works, oddities } = await openSubmission(whole, wanted, before)
  expect([works, oddities.map((o) => o.rule)]).toEqual([[], ['time-to-come']])
  expect((await openSubmission(whole, wanted, now)).works[0]?.states.map((s) => s.order)).toEqual([1, 2])
})

test('the starter’s own file as a link is no file to leave out', async () => {
  const place = makePlace({ 'src/other.ts': 'x' })
  symlinkSync('/etc/hostname', join(place.workspace, 'src/main.ts'))
  await takeSnapshot({ ...place, reason: 'check' })
  const { works, oddities } = await openSubmission(onDisk(packedWhole(place)), wanted, now, {
    expected: () => new Set(['src/main.ts']),
  })
  expect([works, oddities.map((o) => o.rule)]).toEqual([[], ['symlink']])
})

test('a person’s own git settings and hooks take no part, packing or reading', async () => {
  const place = makePlace({ 'a.ts': 'one' })
  await takeSnapshot({ ...place, reason: 'check' })
  const trace = useHostileSetup()
  const { works, oddities } = await openSubmission(onDisk(await packed(place)), wanted, now)
  expect([works.length, oddities, existsSync(trace)]).toEqual([1, [], false])
})

test('a git exercise: repository and remotes as data, rebuilt with a configuration of ours', async () => {
  const place = makePlace()
  const recipe = join(makeFolder(), 'repository.json')
  const ada = { name: 'Ada', email: 'ada@example.org', date: '2026-03-02T10:00:00+01:00' }
  writeFileSync(
    recipe,
    JSON.stringify({
      steps: [
        { step: 'write', path: 'a.txt', text: 'a' },
        { step: 'stage', paths: ['.'] },
        { step: 'commit', message: 'Begin', author: ada },
        { step: 'remote', name: 'origin' },
        { step: 'push', remote: 'origin', refs: ['main'] },
      ],
    }),
  )
  await buildRepository(recipe, join(place.workspace, 'repo'))
  const config = join(place.workspace, 'repo/.git/config')
  writeFileSync(
    config,
    `${readFileSync(config, 'utf8')}[core]\n\tfsmonitor = touch x\n[user]\n\tname = "A \\"B\\" C"\n[alias]\n\tst = !touch x\n[remote "evil"]\n\turl = ext::touch x\n[include]\n\tpath = /etc/passwd\n`,
  )
  writeFiles(place.workspace, {
    'repo/.git/hooks/pre-commit': '#!/bin/sh\n',
    'repo/.git/info/attributes': '* filter=x',
  })
  await takeSnapshot({ ...place, reason: 'check', wholeTree: ['repo', 'remotes'] })
  const { works, oddities } = await openSubmission(onDisk(await packed(place, 'git')), wanted, now)
  expect(oddities).toEqual([])
  const files = new Map(works[0]?.states[0]?.files.map((f) => [f.path, f.content.toString()]))
  const ours = files.get('repo/.git/config') ?? ''
  expect(ours).toContain('[user]\n\tname = "A \\"B\\" C"\n')
  expect(ours).toContain('[remote "origin"]\n\turl = "../remotes/origin.git"\n')
  expect(ours).not.toMatch(/fsmonitor|alias|include|evil|ext::/)
  expect([...files.keys()].filter((p) => /hooks|info\/attributes/.test(p))).toEqual([])
  expect([files.get('repo/a.txt'), files.get('repo/.git/HEAD'), files.has('remotes/origin.git/HEAD')]).toEqual([
    'a',
    'ref: refs/heads/main\n',
    true,
  ])
  const scratch = makeFolder()
  writeFileSync(join(scratch, 'config'), ours)
  expect(execFileSync('git', ['config', '--file', join(scratch, 'config'), 'user.name'], { encoding: 'utf8' })).toBe(
    'A "B" C\n',
  )
})

test('the same files have the same tree, from a bundle, a folder, a tar and a zip', async () => {
  const files = {
    '.exercise.json': '{"slug":"first-exercise","language":"ts"}',
    'src/main.ts': 'same',
    'b.ts': 'too',
    'package.json': '{}',
  }
  const place = makePlace(files)
  await takeSnapshot({ ...place, reason: 'check' })
  const folder = makeFolder()
  writeFiles(
    folder,
    Object.fromEntries(Object.entries(files).map(([path, text]) => [`work/first-exercise/${path}`, text])),
  )
  const entries = Object.entries(files).map(([path, text]) => ({ path: `./${path}`, content: Buffer.from(text) }))
  const sources = [
    onDisk(await packed(place)),
    { kind: 'path' as const, path: folder },
    onDisk(tar(entries)),
    onDisk(gzipSync(tar(entries))),
    onDisk(zip(entries)),
  ]
  const incoming = await Promise.all(sources.map((source) => openSubmission(source, wanted, now)))
  const trees = incoming.map((i) => treeName(i.works[0]?.states[0]?.files ?? []))
  expect(new Set(trees)).toEqual(new Set([expect.stringMatching(/^tree-[0-9a-f]{64}$/)]))
  expect(incoming.flatMap((i) => i.oddities)).toEqual([])
})

test('downloads of platforms: the bundle is found, wherever they put it', async () => {
  const place = makePlace({ 'src/main.ts': 'one' })
  await takeSnapshot({ ...place, reason: 'check' })
  const bundle = await packed(place)
  const clutter = { '__MACOSX/._ada': 'x', '.DS_Store': 'x', 'Thumbs.db': 'x' }
  const folder = makeFolder()
  writeFiles(folder, clutter)
  writeFileSync(join(folder, 'ada.bundle'), bundle)
  const inZip = zip([
    { path: '__MACOSX/._ada.bundle', content: Buffer.from('x') },
    { path: 'Ada_4711_assignsubmission_file_/ada.bundle', content: bundle },
  ])
  const outer = makeFolder()
  writeFileSync(join(outer, 'upload.zip'), inZip)
  for (const [source, inside] of [
    [{ kind: 'path', path: folder }, 'ada.bundle'],
    [onDisk(inZip), 'Ada_4711_assignsubmission_file_/ada.bundle'],
    [{ kind: 'path', path: outer }, 'upload.zip/Ada_4711_assignsubmission_file_/ada.bundle'],
  ] as const) {
    const incoming = await openSubmission(source, wanted, now)
    expect([incoming.inside, incoming.oddities]).toEqual([inside, []])
    expect([incoming.receipt?.learner.id, incoming.works[0]?.states.length]).toEqual(['ada', 1])
  }
})

test('many in one archive are many submissions, and a bundle beside workspaces says whose they are', async () => {
  const place = makePlace({ 'src/main.ts': 'one' })
  await takeSnapshot({ ...place, reason: 'check' })
  const bundle = await packed(place)
  const all = await openAll(
    onDisk(zip(['a', 'b'].map((n) => ({ path: `${n}/x.bundle`, content: bundle })))),
    wanted,
    now,
  )
  expect(all.map((one) => one.inside)).toEqual(['a/x.bundle', 'b/x.bundle'])
  const folder = makeFolder()
  writeFiles(folder, { 'clone/workspace/first-exercise@ts/src/main.ts': 'two' })
  writeFiles(folder, {
    'clone/workspace/first-exercise@ts/.exercise.json': '{"slug":"first-exercise","language":"ts"}',
  })
  writeFileSync(join(folder, 'clone/ada.bundle'), bundle)
  const both = await openAll({ kind: 'path', path: folder }, wanted, now)
  expect(both.map((one) => [one.receipt?.learner.id, one.works[0]?.states[0]?.files[0]?.content.toString()])).toEqual([
    ['ada', 'one'],
    ['ada', 'two'],
  ])
})

test('the whole clone in an archive: its workspaces, and none of its exercises', async () => {
  const files: Record<string, string> = {
    'workspace/first-exercise/.exercise.json': '{"slug":"first-exercise","language":"ts"}',
    'workspace/first-exercise/src/main.ts': 'mine',
    'exercises/languages/first-exercise/starter/ts/src/main.ts': 'starter',
    '.cache/checks/1/0/.exercise.json': '{"slug":"first-exercise","language":"ts"}',
    'node_modules/x/index.js': 'x',
  }
  const entries = Object.entries(files).map(([path, text]) => ({
    path: `gym-main/${path}`,
    content: Buffer.from(text),
  }))
  const { works, oddities } = await openSubmission(onDisk(zip(entries)), wanted, now)
  expect([oddities, works.map((w) => w.states[0]?.files.map((f) => f.path))]).toEqual([[], [['src/main.ts']]])
})

test('a zip with backslashes is read, and one with a password refused for that reason', async () => {
  const entries = [{ path: 'first-exercise@ts\\src\\main.ts', content: Buffer.from('x') }]
  const { works } = await openSubmission(onDisk(zip(entries)), wanted, now)
  expect(works[0]?.states[0]?.files.map((f) => f.path)).toEqual(['src/main.ts'])
  const locked = zip([{ path: 'first-exercise@ts/src/main.ts', content: Buffer.from('x') }])
  locked[locked.indexOf(Buffer.from('PK\u0001\u0002')) + 8] = 1
  expect((await openSubmission(onDisk(locked), wanted, now)).oddities.map((o) => o.rule)).toEqual(['encrypted'])
})

test.each([
  ['Berlin', { local: '2026-03-02T23:59', zone: 'Europe/Berlin' }, '2026-03-02T22:30:00.000Z'],
  ['Los Angeles', { local: '2026-03-02T23:59', zone: 'America/Los_Angeles' }, '2026-03-03T07:30:00.000Z'],
  ['an offset', '2026-03-02T23:59:00+05:30', '2026-03-02T18:00:00.000Z'],
  ['no close', null, '2026-03-02T23:30:00.000Z'],
])('times of a zip without a zone are told by the clock of the set: %s', async (_, clock, at) => {
  const entry = { path: 'first-exercise@ts/a.ts', content: Buffer.from('x'), clock: '2026-03-02T23:30:00' }
  const later = new Date('2026-04-01T00:00:00Z')
  const { works } = await openSubmission(onDisk(zip([entry])), wanted, later, { clock })
  expect(works[0]?.states[0]?.at).toBe(at)
  const utc = Date.parse('2026-03-02T21:00:00Z') / 1000
  const told = await openSubmission(onDisk(zip([{ ...entry, utc }])), wanted, later, { clock })
  expect(told.works[0]?.states[0]?.at, 'the field in UTC goes before').toBe('2026-03-02T21:00:00.000Z')
})

test('archives that real programs write', async () => {
  const folder = makeFolder()
  const long = `${'long-folder-name/'.repeat(9)}a-file-with-a-long-name.ts`
  writeFiles(folder, {
    'first-exercise@ts/src/main.ts': 'real',
    [`first-exercise@ts/${long}`]: 'deep',
    'first-exercise@ts/src/ü.ts': 'umlaut',
  })
  for (const format of ['ustar', 'pax', 'gnu']) {
    const file = join(makeFolder(), 'x.tgz')
    execFileSync('tar', ['-czf', file, `--format=${format}`, '-C', folder, '.'])
    const { works, oddities } = await openSubmission({ kind: 'path', path: file }, wanted, now)
    expect([format, oddities, works[0]?.states[0]?.files.map((f) => f.path).sort()]).toEqual([
      format,
      [],
      [long, 'src/main.ts', 'src/ü.ts'].sort(),
    ])
  }
})

test.each<[string, Record<string, string>, string]>([
  ['a language that is not allowed', { 'first-exercise@py/a.py': 'x' }, 'language-not-allowed'],
  ['nothing a learner wrote', { 'first-exercise@ts/a.log': 'x' }, 'empty'],
  ['a name that does not tell which of two languages', { 'first-exercise/a.ts': 'x' }, 'nothing-found'],
  ['an exercise that is not in the set', { 'other@ts/a.ts': 'x' }, 'nothing-found'],
])('a folder with %s', async (_, files, rule) => {
  const folder = makeFolder()
  writeFiles(folder, files)
  expect((await openSubmission({ kind: 'path', path: folder }, wanted, now)).oddities.map((o) => o.rule)).toEqual([
    rule,
  ])
})

test('what is not there, or empty, is a rejection, too', async () => {
  expect((await openSubmission({ kind: 'path', path: '/nowhere/at/all' }, wanted, now)).oddities).toMatchObject([
    { rule: 'unreadable' },
  ])
  expect((await openSubmission(onDisk(Buffer.of()), wanted, now)).oddities).toMatchObject([{ rule: 'empty' }])
})

test('keepWork: read-only trees by content; again, nothing changes; a shorter submission takes nothing away', () => {
  const folder = makeFolder()
  const files = (text: string) => [{ path: 'src/main.ts', executable: true, content: Buffer.from(text) }]
  const work: IncomingWork = {
    slug: 'a',
    language: 'ts',
    states: [
      { at: '2026-01-01T00:00:00.000Z', order: null, files: files('1') },
      { at: '2026-01-02T00:00:00.000Z', order: null, files: files('1') },
      { at: '2026-01-03T00:00:00.000Z', order: null, files: files('2') },
    ],
  }
  const kept = keepWork(folder, 'ada', work, null, now)
  expect(kept.map((w) => w.at)).toEqual(['2026-01-01T00:00:00.000Z', '2026-01-03T00:00:00.000Z'])
  const before = fingerprint(folder)
  expect(keepWork(folder, 'ada', work, null, now)).toEqual(kept)
  expect(keepWork(folder, 'ada', { ...work, states: work.states.slice(2) }, null, now)).toEqual(kept)
  expect(fingerprint(folder)).toEqual(before)
  expect(
    keepWork(
      folder,
      'ada',
      { ...work, states: [{ at: '2026-01-02T12:00:00.000Z', order: null, files: files('3') }] },
      null,
      now,
    ),
  ).toHaveLength(3)
})

test('parseRemote: what may be fetched from, and by which protocol', () => {
  const protocolOf = (text: string): string => parseRemote(text, '/class').protocol
  expect(
    [
      'https://git.example.org/a/b.git',
      'ssh://git@git.example.org:22/a.git',
      'git@git.example.org:a/b.git',
      'file:///srv/a.git',
      '/srv/a b.git',
      './a.git',
    ].map(protocolOf),
  ).toEqual(['https', 'ssh', 'ssh', 'file', 'file', 'file'])
  expect(parseRemote('../a.git', '/class/x').address).toBe('/class/a.git')
})

test('gitIdentity: of the section user only, without a git being run', () => {
  expect(
    identityIn(
      '[core]\n name = no\n[user]\n\tname = Ada "the" L ; c\n\temail = "ada@example.org" # x\n[alias]\n name = no\n',
    ),
  ).toEqual({ name: 'Ada "the" L', email: 'ada@example.org' })
  expect(identityIn('[user] name = Short\n')).toEqual({ name: 'Short' })
  const home = makeFolder()
  writeFiles(home, { '.gitconfig': '[user]\nname = Home\n', '.config/git/config': '[user]\nname = Xdg\nemail = x@x\n' })
  expect(gitIdentity({ HOME: home })).toEqual({ name: 'Home', email: 'x@x' })
  expect(gitIdentity({ HOME: '/nowhere' })).toEqual({ name: '', email: '' })
})

test('safeGit: its environment holds nothing of ours', async () => {
  vi.stubEnv('GYM_SECRET', 'x')
  vi.stubEnv('GIT_CONFIG_COUNT', '1')
  onTestFinished(() => void vi.unstubAllEnvs())
  const trace = join(mkdtempSync(join(tmpdir(), 'gym-test-')), 'env')
  onTestFinished(() => rmSync(join(trace, '..'), { recursive: true }))
  await inBareRepository((call) =>
    safeGit(['-c', `alias.look=!env > '${trace}'; ulimit -t >> '${trace}'`, 'look'], call),
  )
  const seen = readFileSync(trace, 'utf8')
  expect(seen).not.toMatch(/GYM_SECRET|GIT_CONFIG_COUNT|SSH_AUTH_SOCK/)
  expect(seen).toMatch(/GIT_ALLOW_PROTOCOL=none[^]*\n20\n$/)
})

test('safeGit: too much output, too long a time, and a git that is not there', async () => {
  await inBareRepository(async (call) => {
    await expect(safeGit(['-c', 'alias.x=!yes', 'x'], { ...call, mostOutput: 100_000 })).rejects.toMatchObject({
      rule: 'too-large',
    })
    await expect(safeGit(['-c', 'alias.x=!sleep 60', 'x'], { ...call, mostMs: 300 })).rejects.toMatchObject({
      rule: 'too-slow',
    })
    await expect(safeGit(['-c', 'alias.x=!head -c 200000000 /dev/zero > big', 'x'], call)).resolves.toMatchObject({
      code: expect.any(Number),
    })
  })
})

test('rebuilt: a configuration that git cannot read is a rejection', async () => {
  const file = { path: 'repo/%.git/config', executable: true, content: Buffer.from('[core\n') }
  await expect(inBareRepository((call) => rebuilt(call, [file]))).rejects.toMatchObject({ rule: 'not-sound' })
})
