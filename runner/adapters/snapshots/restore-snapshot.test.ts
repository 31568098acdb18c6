import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fingerprint, git, makeFolder, makePlace, writeFiles } from '../git/git-fixtures.ts'
import { listSnapshots, restoreSnapshot, takeSnapshot } from './snapshots.ts'
import { initWorkspaceRepository } from '../repositories/workspace-repository.ts'

type Place = ReturnType<typeof makePlace>

test('restoreSnapshot: attributes, line ends, modes, links, odd names: byte for byte', async () => {
  const place = makePlace({
    '.gitattributes': '* text eol=crlf ident\n*.u16 working-tree-encoding=UTF-16\n*.lfs filter=lfs\n',
    'crlf.txt': 'one\r\ntwo\r\n',
    'lf.txt': 'one\ntwo\n',
    'mixed.txt': 'one\r\ntwo\nthree\r',
    'ident.txt': '$Id: abc $\n',
    'a.u16': 'not UTF-16',
    'big.lfs': 'version x\n',
    'empty.txt': '',
    'with space.txt': 's',
    'ünï/日本語.ts': 'u',
    'new\nline\ttab"quote\'s\\back': 'odd',
    '-dash': 'd',
    'git~1': 'short name',
    'ends with dot.': 'e',
    ' lead': 'l',
    'deep/er/est/x': 'x',
    '%keep': 'k',
    'sub/%%keep': 'k',
    '%.git': 'not a folder',
    '.gitmodules': '[submodule "x"]\n',
    'nul.bin': 'a\0b\0',
    '.hidden/.file': 'h',
    'nfd-ü': 'decomposed',
    'nfc-ü': 'composed',
  })
  const notUtf8 = Buffer.concat([Buffer.from(`${place.workspace}/latin-`), Buffer.of(0xff, 0xfe)])
  writeFileSync(notUtf8, 'a name that is not UTF-8')
  writeFileSync(
    join(place.workspace, 'bytes.bin'),
    Uint8Array.from({ length: 256 }, (_byte, at) => at),
  )
  chmodSync(join(place.workspace, 'lf.txt'), 0o755)
  symlinkSync('lf.txt', join(place.workspace, 'link'))
  symlinkSync('/no/such/place', join(place.workspace, 'dangling'))
  symlinkSync('deep/er', join(place.workspace, 'link to folder'))
  const before = fingerprint(place.workspace)
  await takeSnapshot({ ...place, reason: 'check' })

  rmSync(place.workspace, { recursive: true })
  await restoreSnapshot({ ...place, id: '1' })
  expect(fingerprint(place.workspace)).toEqual(before)
  expect(readFileSync(notUtf8, 'utf8')).toBe('a name that is not UTF-8')

  for (const name of Object.keys(before)) rmSync(join(place.workspace, name), { force: true })
  writeFiles(place.workspace, { 'lf.txt': 'other', 'new.txt': 'n', link: 'a file now' })
  await takeSnapshot({ ...place, reason: 'undo' })
  await restoreSnapshot({ ...place, id: '1' })
  expect(fingerprint(place.workspace)).toEqual(before)
})

test('restoreSnapshot: a chain of states: each comes back as it was, in any order', async () => {
  const place = makePlace({ 'a.txt': 'a' })
  const states = [await takeAndPrint(place)]
  writeFiles(place.workspace, { 'a.txt': 'b', 'new/deep/b.txt': 'b' })
  states.push(await takeAndPrint(place))
  chmodSync(join(place.workspace, 'a.txt'), 0o755)
  states.push(await takeAndPrint(place))
  rmSync(join(place.workspace, 'new'), { recursive: true })
  writeFiles(place.workspace, { new: 'a file in place of a folder' })
  states.push(await takeAndPrint(place))
  rmSync(join(place.workspace, 'a.txt'))
  writeFiles(place.workspace, { 'a.txt/in/a folder': 'x' })
  states.push(await takeAndPrint(place))
  for (const at of [0, 4, 1, 3, 0, 2, 4]) {
    expect(await restoreSnapshot({ ...place, id: String(at + 1) })).toEqual({ movedAside: [] })
    expect(fingerprint(place.workspace)).toEqual(states[at]?.files)
  }
})

test('restoreSnapshot: the state before an undo: in a snapshot too', async () => {
  const place = makePlace({ 'a.txt': 'a' })
  await takeSnapshot({ ...place, reason: 'check' })
  writeFiles(place.workspace, { 'a.txt': 'b' })
  const undo = await takeSnapshot({ ...place, reason: 'undo' })
  await restoreSnapshot({ ...place, id: '1' })
  expect(readFileSync(join(place.workspace, 'a.txt'), 'utf8')).toBe('a')
  await restoreSnapshot({ ...place, id: undo.id })
  expect(readFileSync(join(place.workspace, 'a.txt'), 'utf8')).toBe('b')
})

test('restoreSnapshot: new files and their folders: gone; ignored ones and empty folders: stay', async () => {
  const place = makePlace({ '.gitignore': 'node_modules\n*.log\n', 'a.txt': 'a', 'node_modules/x/i.js': '' })
  await takeSnapshot({ ...place, reason: 'check' })
  writeFiles(place.workspace, { 'b/c/d.txt': 'd', 'e/f.txt': 'f' })
  writeFiles(place.workspace, { 'e/x.log': 'ignored', 'node_modules/x/i.js': 'newer' })
  mkdirSync(join(place.workspace, 'their empty folder'))
  await takeSnapshot({ ...place, reason: 'undo' })
  await restoreSnapshot({ ...place, id: '1' })
  expect(Object.keys(fingerprint(place.workspace)).sort()).toEqual([
    '.gitignore',
    'a.txt',
    'e/x.log',
    'node_modules/x/i.js',
  ])
  expect(readFileSync(join(place.workspace, 'node_modules/x/i.js'), 'utf8')).toBe('newer')
  expect(existsSync(join(place.workspace, 'b'))).toBe(false)
  expect(existsSync(join(place.workspace, 'their empty folder'))).toBe(true)
})

test('restoreSnapshot: the learner had emptied .gitignore: what the old one ignores stays', async () => {
  const place = makePlace({ '.gitignore': 'node_modules\n', 'a.txt': 'a', 'node_modules/x/i.js': 'dep' })
  await takeSnapshot({ ...place, reason: 'check' })
  writeFiles(place.workspace, { '.gitignore': '', 'b.txt': 'b', 'sub/.gitignore': 'x' })
  await takeSnapshot({ ...place, reason: 'undo' })
  await restoreSnapshot({ ...place, id: '1' })
  const names = Object.keys(fingerprint(place.workspace)).sort()
  expect(names).toEqual(['.gitignore', 'a.txt', 'node_modules/x/i.js'])
  expect(existsSync(join(place.workspace, 'sub'))).toBe(false)
})

test('restoreSnapshot: a file that is ignored by now, and other than the saved: moved aside', async () => {
  const place = makePlace({ '.env': 'old', 'a.txt': 'a', x: 'a file' })
  await takeSnapshot({ ...place, reason: 'check' })
  rmSync(join(place.workspace, 'x'))
  writeFiles(place.workspace, { '.gitignore': '.env*\nx/\n', 'x/y': 'ignored' })
  writeFiles(place.workspace, { '.env': 'new', '.env.kept': 'older' })
  await takeSnapshot({ ...place, reason: 'undo' })
  const { movedAside } = await restoreSnapshot({ ...place, id: '1' })
  expect(movedAside.sort()).toEqual(['.env.kept-2', 'x.kept'])
  expect(readFileSync(join(place.workspace, '.env'), 'utf8')).toBe('old')
  expect(readFileSync(join(place.workspace, '.env.kept-2'), 'utf8')).toBe('new')
  expect(readFileSync(join(place.workspace, '.env.kept'), 'utf8')).toBe('older')
  expect(readFileSync(join(place.workspace, 'x.kept/y'), 'utf8')).toBe('ignored')
})

test('restoreSnapshot: the caller did not save the present state: nothing unsaved is lost', async () => {
  const place = makePlace({ 'a.txt': 'a', 'b.txt': 'b', 'same.txt': 's' })
  await takeSnapshot({ ...place, reason: 'check' })
  writeFiles(place.workspace, { 'a.txt': 'unsaved', 'new/c.txt': 'unsaved too' })
  const { movedAside } = await restoreSnapshot({ ...place, id: '1' })
  expect(movedAside.sort()).toEqual(['a.txt.kept', 'new/c.txt.kept'])
  expect(readFileSync(join(place.workspace, 'a.txt'), 'utf8')).toBe('a')
  expect(readFileSync(join(place.workspace, 'a.txt.kept'), 'utf8')).toBe('unsaved')
  expect(readFileSync(join(place.workspace, 'new/c.txt.kept'), 'utf8')).toBe('unsaved too')
})

test('restoreSnapshot: a file too large for snapshots: stays, or is moved aside', async () => {
  const place = makePlace({ 'a.bin': 'small' })
  await takeSnapshot({ ...place, reason: 'check' })
  const large = Buffer.alloc(20 * 1024 * 1024 + 1, 7)
  writeFileSync(join(place.workspace, 'a.bin'), large)
  writeFileSync(join(place.workspace, 'b.bin'), large)
  expect((await takeSnapshot({ ...place, reason: 'undo' })).skipped).toEqual(['a.bin', 'b.bin'])
  expect(await restoreSnapshot({ ...place, id: '1' })).toEqual({ movedAside: ['a.bin.kept'] })
  expect(readFileSync(join(place.workspace, 'a.bin'), 'utf8')).toBe('small')
  expect(readFileSync(join(place.workspace, 'a.bin.kept')).equals(large)).toBe(true)
  expect(statSync(join(place.workspace, 'b.bin')).size).toBe(large.length)
})

test('restoreSnapshot: a link to elsewhere in place of a folder: nothing changes there', async () => {
  const place = makePlace({ 'src/a.txt': 'a', 'src/b.txt': 'b' })
  await takeSnapshot({ ...place, reason: 'check' })
  const elsewhere = makeFolder()
  writeFiles(elsewhere, { 'a.txt': 'theirs', 'c.txt': 'theirs' })
  const before = fingerprint(elsewhere)
  rmSync(join(place.workspace, 'src'), { recursive: true })
  symlinkSync(elsewhere, join(place.workspace, 'src'))
  await takeSnapshot({ ...place, reason: 'undo' })
  await restoreSnapshot({ ...place, id: '1' })
  expect(fingerprint(elsewhere)).toEqual(before)
  expect(Object.keys(fingerprint(place.workspace))).toEqual(['src/a.txt', 'src/b.txt'])
})

test('restoreSnapshot: a file that is a hard link: the other name keeps its bytes', async () => {
  const place = makePlace({ 'a.txt': 'a' })
  await takeSnapshot({ ...place, reason: 'check' })
  writeFiles(place.workspace, { 'a.txt': 'b' })
  const other = join(makeFolder(), 'other')
  linkSync(join(place.workspace, 'a.txt'), other)
  await restoreSnapshot({ ...place, id: '1' })
  expect(readFileSync(other, 'utf8')).toBe('b')
})

test('restoreSnapshot: files that are the same: not written again', async () => {
  const place = makePlace({ 'a.txt': 'a', 'b.txt': 'b' })
  await takeSnapshot({ ...place, reason: 'check' })
  writeFiles(place.workspace, { 'b.txt': 'c' })
  const before = statSync(join(place.workspace, 'a.txt'))
  await restoreSnapshot({ ...place, id: '1' })
  expect(statSync(join(place.workspace, 'a.txt'))).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs })
})

test('restoreSnapshot: the repository of the learner: every file of .git as it is', async () => {
  const place = makePlace({ 'a.txt': 'a' })
  await initWorkspaceRepository(place.workspace, 'starter')
  await takeSnapshot({ ...place, reason: 'check' })
  writeFiles(place.workspace, { 'a.txt': 'stashed' })
  git(place.workspace, 'stash')
  writeFiles(place.workspace, { 'b.txt': 'b', 'c.txt': 'c' })
  git(place.workspace, 'add', 'b.txt')
  git(place.workspace, 'commit', '-m', 'mine')
  git(place.workspace, 'add', 'c.txt')
  await takeSnapshot({ ...place, reason: 'undo' })
  const before = fingerprint(join(place.workspace, '.git'))
  await restoreSnapshot({ ...place, id: '1' })
  expect(fingerprint(join(place.workspace, '.git'))).toEqual(before)
  expect(git(place.workspace, 'status', '--porcelain').split('\n').sort()).toEqual(['AD c.txt', 'D b.txt'])
})

test('restoreSnapshot: the workspace was deleted with its .git, which is no state: files back, .git not', async () => {
  const place = makePlace({ 'a.txt': 'a', 'src/b.txt': 'b' })
  await initWorkspaceRepository(place.workspace, 'starter')
  const { files } = await takeAndPrint(place)
  rmSync(place.workspace, { recursive: true })
  expect(await takeSnapshot({ ...place, reason: 'undo' })).toMatchObject({ id: '1', isNew: false })
  await restoreSnapshot({ ...place, id: '1' })
  expect(fingerprint(place.workspace)).toEqual(files)
  expect(existsSync(join(place.workspace, '.git'))).toBe(false)
  await initWorkspaceRepository(place.workspace, 'restored')
  expect(git(place.workspace, 'status', '--porcelain')).toBe('')
})

test('restoreSnapshot: a number that is none: unknown-snapshot, also without a store', async () => {
  const place = makePlace({ 'a.txt': 'a' })
  const expected = { code: 'unknown-snapshot', message: '"first-exercise" has no snapshot "7".' }
  await expect(restoreSnapshot({ ...place, id: '7' })).rejects.toMatchObject(expected)
  await takeSnapshot({ ...place, reason: 'check' })
  await expect(restoreSnapshot({ ...place, id: '7' })).rejects.toMatchObject(expected)
})

test('restoreSnapshot: a damaged content in the store: git-failed before anything is touched', async () => {
  const place = makePlace({ 'a.txt': 'a', 'b.txt': 'b' })
  await takeSnapshot({ ...place, reason: 'check' })
  const blob = git(place.store, 'rev-parse', 'main:a.txt')
  const object = join(place.store, 'objects', blob.slice(0, 2), blob.slice(2))
  chmodSync(object, 0o644)
  writeFileSync(object, '')
  writeFiles(place.workspace, { 'a.txt': 'x', 'b.txt': 'x', 'c.txt': 'x' })
  const before = fingerprint(place.workspace)
  await expect(restoreSnapshot({ ...place, id: '1' })).rejects.toMatchObject({ code: 'git-failed' })
  expect(fingerprint(place.workspace)).toEqual(before)
})

test('restoreSnapshot: the store was moved: works from the new place', async () => {
  const place = makePlace({ 'a.txt': 'a' })
  await takeSnapshot({ ...place, reason: 'check' })
  const moved = join(makeFolder(), 'moved.git')
  renameSync(place.store, moved)
  const workspace = join(makeFolder(), 'not there yet', 'first-exercise')
  await restoreSnapshot({ workspace, store: moved, id: '1' })
  expect(fingerprint(workspace)).toEqual(fingerprint(place.workspace))
  expect(await listSnapshots(moved)).toHaveLength(1)
})

async function takeAndPrint(place: Place) {
  const { id } = await takeSnapshot({ ...place, reason: 'check' })
  return { id, files: fingerprint(place.workspace) }
}
