import { readFileSync, writeFileSync } from 'node:fs'
import {
  attackedSlug,
  blob,
  bundleOf,
  commit,
  emptyRepository,
  git,
  honestFile,
  rawTree,
  treeWith,
  write,
  type IntakeAttack,
} from './intake-attack.ts'

/** Small packs that stand for huge trees and files, and bundles that are cut, changed or lie about what is in them. */

/** Ten trees, each holding the next ten times: 10^10 files in a bundle of a kilobyte. */
function treeBomb(repository: string): string {
  let items = Array.from({ length: 10 }, (_, i) => ({ mode: '100644', name: `f${i}.ts`, id: blob(repository, 'x') }))
  for (let level = 0; level < 10; level++) {
    const id = rawTree(repository, items)
    items = Array.from({ length: 10 }, (_, i) => ({ mode: '40000', name: `d${i}`, id }))
  }
  return rawTree(repository, items)
}

const bigBlob =
  (bytes: number) =>
  (repository: string): string =>
    treeWith(repository, [{ mode: '100644', name: 'big.ts', id: blob(repository, Buffer.alloc(bytes, 'x')) }])

function changed(place: string, change: (bundle: Buffer) => Buffer): void {
  bundleOf(place, (r) => treeWith(r, []))
  writeFileSync(place, change(readFileSync(place)))
}

export const intakeAttacks: readonly IntakeAttack[] = [
  { id: 'R27', title: 'a bundle of 10^10 files', rule: 'too-large', make: (place) => bundleOf(place, treeBomb) },
  {
    id: 'R27',
    title: 'a file of 300 MB in a small pack',
    rule: 'too-large',
    make: (place) => bundleOf(place, bigBlob(300 * 1024 * 1024)),
  },
  {
    id: 'R27',
    title: 'a file a little over the limit',
    rule: 'too-large',
    make: (place) => bundleOf(place, bigBlob(256 * 1024 + 1)),
  },
  {
    id: 'R27',
    title: 'a bundle of 40 MB',
    rule: 'too-large',
    make: (place) => changed(place, (b) => Buffer.concat([b, Buffer.alloc(40 * 1024 * 1024)])),
  },
  {
    id: 'R27',
    title: 'a pack that says it holds 4 billion objects',
    rule: 'too-many-objects',
    make: (place) =>
      changed(place, (b) => {
        b.writeUInt32BE(0xffff_ffff, b.indexOf('PACK') + 8)
        return b
      }),
  },
  {
    id: 'R27',
    title: 'a bundle that is cut off',
    rule: 'not-sound',
    make: (place) => changed(place, (b) => b.subarray(0, b.length - 30)),
  },
  {
    id: 'R27',
    title: 'a bundle with a changed byte',
    rule: 'not-sound',
    make: (place) =>
      changed(place, (b) => {
        const at = b.length - 60
        b[at] = (b[at] ?? 0) ^ 0xff
        return b
      }),
  },
  {
    id: 'R27',
    title: 'a bundle that needs other commits',
    rule: 'incomplete-bundle',
    make: (place) =>
      changed(place, (b) => Buffer.from(b.toString('latin1').replace('\n', `\n-${'1'.repeat(40)} x\n`), 'latin1')),
  },
  {
    id: 'R27',
    title: 'a bundle made with a filter',
    rule: 'bundle-capability',
    make: (place) =>
      changed(place, (b) =>
        Buffer.from(
          b
            .toString('latin1')
            .replace(/^# v2 git bundle\n/, '# v3 git bundle\n@object-format=sha1\n@filter=blob:none\n'),
          'latin1',
        ),
      ),
  },
  {
    id: 'R27',
    title: '600 refs',
    rule: 'too-many-refs',
    make: (place) => {
      const repository = emptyRepository(`${place}.making`)
      const id = commit(repository, treeWith(repository, []))
      write(repository, {
        'packed-refs': Array.from({ length: 600 }, (_, i) => `${id} refs/gym/work/${attackedSlug}-${i}@ts\n`)
          .sort()
          .join(''),
      })
      git(repository, ['bundle', 'create', '--quiet', place, '--all'])
    },
  },
  {
    id: 'R27',
    title: 'a state from the year 10 000',
    rule: 'odd-time',
    make: (place) => {
      const repository = emptyRepository(`${place}.making`)
      write(repository, {
        [`refs/gym/work/${attackedSlug}@ts`]: `${commit(repository, treeWith(repository, []), 300_000_000_000)}\n`,
      })
      git(repository, ['bundle', 'create', '--quiet', place, '--all'])
    },
  },
  {
    id: 'R27',
    title: 'a bundle with other things in it beside the work',
    rule: null,
    taken: [honestFile.path],
    make: (place) => {
      const repository = emptyRepository(`${place}.making`)
      const id = commit(repository, treeWith(repository, []))
      write(repository, {
        [`refs/gym/work/${attackedSlug}@ts`]: `${id}\n`,
        'refs/heads/main': `${id}\n`,
        'refs/gym/work/unknown@ts': `${id}\n`,
      })
      git(repository, ['bundle', 'create', '--quiet', place, '--all'])
    },
  },
]
