import { closeSync, ftruncateSync, openSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { tar, zip } from './archives.ts'
import {
  attackedSlug,
  blob,
  bundleOf,
  commit,
  honestFile,
  rawTree,
  treeWith,
  workspace,
  write,
  type IntakeAttack,
} from './intake-attack.ts'

/** Far more than a grader has time, memory or disk for, in little. */

function sparse(path: string, bytes: number): void {
  const handle = openSync(path, 'w')
  ftruncateSync(handle, bytes)
  closeSync(handle)
}

const many = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`src/f${i}.ts`, '']))
const file = (path: string, content: Buffer) => ({ path: `${attackedSlug}@ts/${path}`, content })
const tenGb = 10 * 1024 ** 3

export const intakeAttacks: readonly IntakeAttack[] = [
  {
    id: 'R24',
    title: 'a sparse file of 10 GB',
    rule: 'too-large',
    make: (place) => sparse(`${workspace(place)}/src/big.ts`, tenGb),
  },
  {
    id: 'R24',
    title: 'a heap snapshot of 10 GB that was left beside the work is never read',
    rule: null,
    taken: [honestFile.path],
    make: (place) => sparse(`${workspace(place)}/big.heapsnapshot`, tenGb),
  },
  {
    id: 'R24',
    title: 'the submission is a sparse file of 10 GB',
    rule: 'too-large',
    make: (place) => sparse(place, tenGb),
  },
  {
    id: 'R24',
    title: 'thousands of bundles in a zip',
    rule: 'too-many-files',
    make: (place) =>
      writeFileSync(
        place,
        zip(
          Array.from({ length: 4_000 }, (_, i) => ({ path: `${i}/x.bundle`, content: Buffer.from('# v2 git bundle') })),
        ),
      ),
  },
  { id: 'R24', title: '5 000 files', rule: 'too-many-files', make: (place) => void workspace(place, many(5_000)) },
  { id: 'R24', title: '201 files', rule: 'too-many-files', make: (place) => void workspace(place, many(200)) },
  {
    id: 'R24',
    title: 'more than 2 MB in files that are small',
    rule: 'too-large',
    make: (place) =>
      void workspace(
        place,
        Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`src/f${i}.ts`, 'x'.repeat(200_000)])),
      ),
  },
  {
    id: 'R24',
    title: 'folders 60 deep',
    rule: 'odd-name',
    make: (place) => void workspace(place, { [`${'a/'.repeat(60)}x.ts`]: '' }),
  },
  {
    id: 'R24',
    title: '120 000 nested brackets as the marker file',
    rule: 'nothing-found',
    make: (place) => write(place, { 'x/.exercise.json': '['.repeat(120_000), 'x/src/main.ts': '' }),
  },
  {
    id: 'R24',
    title: '120 000 nested brackets as the receipt',
    rule: null,
    taken: [honestFile.path],
    make: (place) =>
      bundleOf(place, (r) => {
        const receipt = commit(
          r,
          rawTree(r, [{ mode: '100644', name: 'receipt.json', id: blob(r, '['.repeat(120_000)) }]),
        )
        write(r, { 'refs/gym/receipt': `${receipt}\n` })
        return treeWith(r, [])
      }),
  },
  {
    id: 'R24',
    title: 'a tar.gz that unfolds to 300 MB',
    rule: 'too-large',
    make: (place) => writeFileSync(place, gzipSync(tar([file('src/main.ts', Buffer.alloc(300 * 1024 * 1024))]))),
  },
  {
    id: 'R24',
    title: 'a zip entry that is larger than it says',
    rule: 'not-an-archive',
    make: (place) => writeFileSync(place, zip([{ ...file('src/main.ts', Buffer.alloc(5_000_000)), told: 100 }])),
  },
  {
    id: 'R24',
    title: 'zip entries that share their bytes',
    rule: 'overlapping-entries',
    make: (place) =>
      writeFileSync(
        place,
        zip(
          Array.from({ length: 50 }, (_, i) => file(`src/f${i}.ts`, Buffer.alloc(200_000))),
          true,
        ),
      ),
  },
  {
    id: 'R24',
    title: '6 000 entries in a zip',
    rule: 'too-many-files',
    make: (place) =>
      writeFileSync(place, zip(Array.from({ length: 6_000 }, (_, i) => file(`src/f${i}.ts`, Buffer.of())))),
  },
]
