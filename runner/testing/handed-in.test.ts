import * as fc from 'fast-check'
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { treeName } from '../adapters/intake/entries.ts'
import { openSubmission } from '../adapters/intake/open-submission.ts'
import { readStates } from '../adapters/intake/read-states.ts'
import { readWorkspace } from '../adapters/intake/read-workspace.ts'
import { makeFolder, makePlace } from '../adapters/git/git-fixtures.ts'
import { listPlace, takeSnapshot } from '../adapters/snapshots/snapshots.ts'
import { submissionPacker } from '../adapters/submission/pack-submission.ts'
import { submissionTrees } from '../adapters/files/submission-trees.ts'
import type { Language } from '../domain/exercise/exercise.ts'
import { isLearners } from '../domain/submission/learner-paths.ts'
import { intakeLimits } from '../domain/submission/submission.ts'
import { filesIn } from '../adapters/files/walk.ts'

/**
 * One rule of what counts as the learner's work: what a check runs, what `submit` says and packs, what `collect` takes
 * and what grading lays out are the same files, whatever lies in a workspace.
 */

const id = { slug: 'any', language: 'ts' as const }
const wanted = new Map<string, Language[]>([['any', ['ts']]])
const expected: ReadonlySet<string> = new Set(['src/main.ts'])

/** Names that some disk, tool, rule or encoding stumbles over. */
const names = [
  'main.ts', 'Main.ts', 'aux.ts', 'rates.ts', 'rates.py', 'notes 12:30.txt', 'ü.ts', 'u\u0308.ts', '\u{1f469}\u200d\u{1f4bb}.md',
  '-x.ts', 'words.log', 'data.json', '.env', '.gitignore', 'package.json', 'tsconfig.json', 'README.md', 'native.node',
  'a\\b.ts', 'end.', 'git~1', '%keep', '%.git', '.gitmodules', 'HEAD', 'x'.repeat(200), 'tab\tx.ts', 'CON',
] // prettier-ignore
const folders = [
  'src',
  'Src',
  'src/target',
  'src/.cache',
  'node_modules/x',
  'target',
  '.vscode',
  'deep/'.repeat(22) + 'er',
  'src/sub',
]
const latinName = Buffer.from('caf\xe9.ts', 'latin1')

interface Item {
  folder: string
  name: string
  kind: 'file' | 'link' | 'program' | 'large' | 'latin'
  text: string
}

const item: fc.Arbitrary<Item> = fc.record({
  folder: fc.constantFrom('', 'src', ...folders),
  name: fc.constantFrom(...names),
  kind: fc.constantFrom<Item['kind']>('file', 'file', 'file', 'file', 'link', 'program', 'large', 'latin'),
  text: fc.oneof(
    fc.constantFrom('export const one = 1\n', '*.ts\n', 'src/\n', 'x\r\n\0'),
    fc.constantFrom(...names).map((name) => `import './${name}'\n`),
    fc.constantFrom('target', '.cache', 'sub').map((name) => `import './${name}/rates.ts'\n`),
  ),
})
const tree = fc.array(item, { maxLength: 12 })

function write(workspace: string, { folder, name, kind, text }: Item): void {
  const place = join(workspace, folder, name)
  if (existsSync(place)) return
  try {
    mkdirSync(dirname(place), { recursive: true })
  } catch {
    return
  }
  if (kind === 'link') return symlinkSync('/etc/hostname', place)
  writeFileSync(kind === 'latin' ? Buffer.concat([Buffer.from(`${dirname(place)}/`), latinName]) : place, text)
  if (kind === 'program') chmodSync(place, 0o755)
  if (kind === 'large') truncateSync(place, intakeLimits.fileBytes + 1)
}

test('what a check runs is what is packed, taken and graded, for 300 odd trees', async () => {
  await fc.assert(
    fc.asyncProperty(tree, async (items) => {
      const place = makePlace({ 'src/main.ts': 'export {}\n' })
      for (const one of items) write(place.workspace, one)
      const read = await readWorkspace(place.workspace, () => listPlace(place), expected)
      await takeSnapshot({ ...place, reason: 'check' })
      const handedIn = await submitted(place)
      expect(handedIn.isRefused, 'a check says what submit says').toBe(read.refusal !== null)
      if (handedIn.bundle === null) return
      const [incoming] = await openSubmission({ kind: 'path', path: handedIn.bundle }, wanted, new Date(), {
        expected: () => expected,
      })
      const { works, oddities, leftOut } = incoming ?? {}
      expect([oddities, leftOut], 'nothing that was packed is refused').toEqual([[], []])
      const files = works?.[0]?.states.at(-1)?.files ?? []
      expect(treeName(files), 'the files that were checked are the files that are taken').toBe(
        treeName(read.files ?? []),
      )
      expect(await laid(files), 'and those that are graded').toEqual(await laid(read.files ?? []))
    }),
    { numRuns: 300, seed: 11 },
  )
}, 600_000)

async function submitted(place: {
  workspace: string
  store: string
}): Promise<{ isRefused: boolean; bundle: string | null }> {
  const packer = submissionPacker({
    folderOf: () => place.workspace,
    stores: join(place.store, '..'),
    readStates: (repository, commit) => readStates({ repository }, commit, expected, new Date()),
  })
  try {
    const added = await packer.add(id)
    const isRefused = added?.presentIsRefused ?? true
    if (!added?.newest) return { isRefused, bundle: null }
    const file = join(place.store, '..', 'x.bundle')
    const work = { ...id, ...added.newest, attempts: 0, hintsUsed: [], minutesToPass: null }
    const learner = { id: 'ada', name: '', email: '' }
    await packer.bundle({ formatVersion: 1, learner, set: null, submittedAt: work.at, works: [work] }, file)
    return { isRefused, bundle: file }
  } finally {
    packer.close()
  }
}

/** Path, mode and content of everything that a run gets to see. */
async function laid(files: Parameters<typeof treeName>[0]): Promise<string[]> {
  const trees = submissionTrees({ cache: makeFolder(), isLearners })
  const plan = { slug: 'any', language: 'ts' as const, folder: '', files: [], repository: null }
  const folder = await trees.lay(plan, [...files])
  return filesIn(folder).map(({ path, full }) => `${path} ${readFileSync(full, 'base64')}`)
}
