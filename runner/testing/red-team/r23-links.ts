import { execFileSync } from 'node:child_process'
import { linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { tar, zip } from './archives.ts'
import { attackedSlug, blob, bundleOf, honestFile, treeWith, workspace, type IntakeAttack } from './intake-attack.ts'

/** Links and pipes in a submission lead to the grader's own files, or wait for ever. */

const honest = { path: `${attackedSlug}/${honestFile.path}`, content: Buffer.from(honestFile.text) }
const marker = {
  path: `${attackedSlug}/.exercise.json`,
  content: Buffer.from(JSON.stringify({ slug: attackedSlug, language: 'ts' })),
}

export const intakeAttacks: readonly IntakeAttack[] = [
  {
    id: 'R23',
    title: 'a symbolic link in a folder',
    rule: 'symlink',
    make: (place, { secret }) => symlinkSync(secret, `${workspace(place)}/src/secret.ts`),
  },
  {
    id: 'R23',
    title: 'a folder that is a link',
    rule: 'symlink',
    make: (place) => symlinkSync('/etc', `${workspace(place)}/src/etc`),
  },
  {
    id: 'R23',
    title: 'the exercise’s folder is a link',
    rule: 'nothing-found',
    make: (place) => {
      mkdirSync(place)
      symlinkSync('/etc', `${place}/${attackedSlug}`)
    },
  },
  {
    id: 'R23',
    title: 'the submission is a link',
    rule: 'symlink',
    make: (place, { secret }) => symlinkSync(secret, place),
  },
  {
    id: 'R23',
    title: 'the marker file is a link',
    rule: 'symlink',
    make: (place, { secret }) => {
      const folder = workspace(place)
      rmSync(`${folder}/.exercise.json`)
      symlinkSync(secret, `${folder}/.exercise.json`)
    },
  },
  {
    id: 'R23',
    title: 'a hard link in a folder',
    rule: 'hard-link',
    make: (place, { secret }) => linkSync(secret, `${workspace(place)}/src/secret.ts`),
  },
  {
    id: 'R23',
    title: 'a pipe in a folder',
    rule: 'special',
    make: (place) => void execFileSync('mkfifo', [`${workspace(place)}/src/pipe.ts`]),
  },
  {
    id: 'R23',
    title: 'the submission is a pipe',
    rule: 'special',
    make: (place) => void execFileSync('mkfifo', [place]),
  },
  {
    id: 'R23',
    title: 'a symbolic link in a tree of git',
    rule: 'symlink',
    make: (place) =>
      bundleOf(place, (r) => treeWith(r, [{ mode: '120000', name: 'link.ts', id: blob(r, '/etc/passwd') }])),
  },
  ...(
    [
      ['a symbolic link', '2', 'symlink'],
      ['a hard link', '1', 'hard-link'],
      ['a device', '3', 'special'],
      ['a pipe', '6', 'special'],
    ] as const
  ).map(([what, type, rule]): IntakeAttack => ({
    id: 'R23',
    title: `${what} in a tar archive`,
    rule,
    make: (place) =>
      writeFileSync(
        place,
        gzipSync(tar([marker, honest, { path: `${attackedSlug}/src/x.ts`, type, link: '/etc/passwd' }])),
      ),
  })),
  {
    id: 'R23',
    title: 'a symbolic link in a zip archive',
    rule: 'symlink',
    make: (place) =>
      writeFileSync(
        place,
        zip([
          marker,
          honest,
          { path: `${attackedSlug}/src/x.ts`, content: Buffer.from('/etc/passwd'), mode: 0o120777 },
        ]),
      ),
  },
]
