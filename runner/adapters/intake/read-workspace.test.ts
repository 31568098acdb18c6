import { linkSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { intakeLimits } from '../../domain/submission/submission.ts'
import { makePlace, writeFiles } from '../git/git-fixtures.ts'
import { ignoredIn, listPlace } from '../snapshots/snapshots.ts'
import { readWorkspace } from './read-workspace.ts'

const expected = new Set(['src/main.ts'])
const read = (place: { workspace: string; store: string }) =>
  readWorkspace(place.workspace, () => listPlace(place), expected)
const pathsOf = async (place: { workspace: string; store: string }) => (await read(place)).files?.map((f) => f.path)

test('what counts: neither what a .gitignore leaves out, nor what tools leave behind, nor what comes with the exercise', async () => {
  const place = makePlace({
    'src/main.ts': 'x',
    'src/words.txt': 'x',
    'src/target/rates.ts': 'x',
    'a.log': 'x',
    'package.json': '{}',
    '.gitignore': 'words.txt\nvenv2/\n',
    'venv2/lib/x.py': 'x',
  })
  expect(await pathsOf(place)).toEqual(['src/main.ts'])
  expect((await ignoredIn(place)).sort()).toEqual(['src/words.txt', 'venv2/'])
})

test('a hard link in one’s own workspace is a file like any, a symbolic one is named', async () => {
  const place = makePlace({ 'src/main.ts': 'x' })
  linkSync(join(place.workspace, 'src/main.ts'), join(place.workspace, 'src/same.ts'))
  symlinkSync('main.ts', join(place.workspace, 'src/link.ts'))
  const { files, leftOut, refusal } = await read(place)
  expect([files?.map((f) => f.path), leftOut.map((o) => o.rule), refusal]).toEqual([
    ['src/main.ts', 'src/same.ts'],
    ['symlink'],
    null,
  ])
})

test('the exercise’s own file as a link: the rest is read, and the state cannot be handed in', async () => {
  const place = makePlace({ 'src/other.ts': 'x' })
  symlinkSync('other.ts', join(place.workspace, 'src/main.ts'))
  const { files, refusal } = await read(place)
  expect([files?.map((f) => f.path), refusal?.rule]).toEqual([['src/other.ts'], 'symlink'])
})

test('too many files: nothing is read, and the reason is told', async () => {
  const place = makePlace()
  writeFiles(
    place.workspace,
    Object.fromEntries(Array.from({ length: intakeLimits.files + 1 }, (_, i) => [`f${i}.ts`, ''])),
  )
  expect(await read(place)).toMatchObject({ files: null, refusal: { rule: 'too-many-files' } })
})

test('a folder that is gone holds nothing', async () => {
  const place = makePlace({ 'a.ts': 'x' })
  renameSync(place.workspace, `${place.workspace}-away`)
  expect(await read(place)).toEqual({ files: [], leftOut: [], refusal: null })
})

test('a file that is saved in the middle is read anew', async () => {
  const place = makePlace({ 'a.ts': 'x' })
  let calls = 0
  const listed = () => {
    if (calls++ === 0) throw Object.assign(new Error('gone'), { code: 'ENOENT' })
    mkdirSync(join(place.workspace, 'src'))
    writeFileSync(join(place.workspace, 'src/b.ts'), 'y')
    return listPlace(place)
  }
  expect((await readWorkspace(place.workspace, listed, expected)).files?.map((f) => f.path)).toEqual([
    'a.ts',
    'src/b.ts',
  ])
})
