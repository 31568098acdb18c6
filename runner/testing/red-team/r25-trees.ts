import { writeFileSync } from 'node:fs'
import { tar, zip } from './archives.ts'
import {
  attackedSlug,
  blob,
  bundleOf,
  honestFile,
  rawTree,
  treeWith,
  workspace,
  type IntakeAttack,
  type TreeItem,
} from './intake-attack.ts'

/** Trees and names that leave their folder, hide, collide, or mean something to a disk, a tool or a terminal. */

const latin = (name: string): string => Buffer.from(name).toString('latin1')

/** In a bundle git's own check may be the first to refuse it; either way it is refused by name. */
const named = (title: string, name: string, rule = 'odd-name'): IntakeAttack => ({
  id: 'R25',
  title: `git tree: ${title}`,
  rule,
  make: (place) => bundleOf(place, (r) => treeWith(r, [{ mode: '100644', name: latin(name), id: blob(r, 'x') }])),
})
const tree = (
  title: string,
  rule: string,
  items: (repository: string) => TreeItem[],
  taken = [honestFile.path],
): IntakeAttack => ({
  id: 'R25',
  title: `git tree: ${title}`,
  rule,
  taken,
  make: (place) => bundleOf(place, (r) => treeWith(r, items(r))),
})
const archived = (title: string, path: string, rule: string): IntakeAttack[] => [
  {
    id: 'R25',
    title: `tar: ${title}`,
    rule,
    make: (place) => writeFileSync(place, tar([{ path: `${attackedSlug}@ts/${path}`, content: Buffer.from('x') }])),
  },
  {
    id: 'R25',
    title: `zip: ${title}`,
    rule,
    make: (place) => writeFileSync(place, zip([{ path: `${attackedSlug}@ts/${path}`, content: Buffer.from('x') }])),
  },
]

export const intakeAttacks: readonly IntakeAttack[] = [
  named('"..", which git refuses', '..', 'not-sound'),
  named('".", which git refuses', '.', 'not-sound'),
  named('".git", which git refuses', '.git', 'not-sound'),
  named('".GIT", which git refuses', '.GIT', 'not-sound'),
  named('"git~1", which git refuses', 'git~1', 'not-sound'),
  named('".git" with a hidden character', '.g\u200cit', 'not-sound'),
  named('a slash in a name', 'a/../../b', 'not-sound'),
  named('a backslash', '..\\..\\b.ts'),
  named('a line break', 'a\nb.ts'),
  named('an escape sequence', '\u001b[2Ja.ts'),
  named('text that turns its direction', 'a\u202ets.exe'),
  named('a stream of another file', 'main.ts:stream'),
  named('a device of Windows', 'con.ts'),
  named('a dot at the end', 'main.ts.'),
  named('an option', '-J-agentpath.java'),
  named('a name of 300 characters', `${'a'.repeat(300)}.ts`),
  {
    ...named('a name that is no UTF-8', 'x'),
    make: (place) => bundleOf(place, (r) => treeWith(r, [{ mode: '100644', name: '\xff\xfe.ts', id: blob(r, 'x') }])),
  },
  tree(
    'names that differ in capitals only',
    'name-collision',
    (r) => ['Main.ts', 'main.ts'].map((name) => ({ mode: '100644', name, id: blob(r, 'x') })),
    ['main.ts', honestFile.path],
  ),
  tree(
    'one letter in two spellings',
    'name-collision',
    (r) => ['\u00e9.ts', 'e\u0301.ts'].map((name) => ({ mode: '100644', name: latin(name), id: blob(r, 'x') })),
    [honestFile.path, '\u00e9.ts'],
  ),
  tree('a folder and a file of one name', 'name-collision', (r) => [{ mode: '100644', name: 'Src', id: blob(r, 'x') }]),
  tree('a name twice', 'not-sound', (r) =>
    [1, 2].map((n) => ({ mode: '100644', name: 'a.ts', id: blob(r, String(n)) })),
  ),
  {
    ...tree('a mode that nothing has is the nearest that is', '', (r) => [
      { mode: '107777', name: 'a.ts', id: blob(r, 'x') },
    ]),
    rule: null,
    taken: ['a.ts', 'src/main.ts'],
  },
  tree('a file that is a folder', 'not-sound', (r) => [{ mode: '40000', name: 'a.ts', id: blob(r, 'x') }]),
  tree('a folder that is a file', 'not-sound', (r) => [
    { mode: '100644', name: 'a.ts', id: rawTree(r, [{ mode: '100644', name: 'x', id: blob(r, 'x') }]) },
  ]),
  ...archived('a path that leaves the folder', '../../../escaped.ts', 'odd-name'),
  ...archived('a path through the root', '/../etc/escaped.ts', 'odd-name'),
  ...archived('a backslash path', '..\\..\\escaped.ts', 'odd-name'),
  ...archived('a name of git’s own', 'src/git~1', 'odd-name'),
  {
    id: 'R25',
    title: 'folder: an escape sequence in a name',
    rule: 'odd-name',
    make: (place) => void workspace(place, { 'src/\u001b[2J.ts': '' }),
  },
  {
    id: 'R25',
    title: 'folder: names that differ in capitals only',
    rule: 'name-collision',
    taken: ['src/a.ts', honestFile.path],
    make: (place) => void workspace(place, { 'src/A.ts': 'x', 'src/a.ts': 'x' }),
  },
  {
    id: 'R25',
    title: 'an exercise twice in one submission',
    rule: 'twice',
    make: (place) => {
      workspace(place)
      workspace(`${place}/again`)
    },
  },
]
