import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  fingerprint,
  git,
  makeFolder,
  useHostileSetup,
  writeFiles,
  writeScript,
} from '../../adapters/git/git-fixtures.ts'
import { repository, type Repository } from './repository.ts'
import { runOf } from '../run/run-fixtures.ts'
import type { RunState } from '../run/run-state.ts'

interface Learner {
  /** workspace/repo */
  repo: string
  run: RunState
  /** A fresh look at it, as each suite file has one. */
  look: () => Repository
}

/** A workspace whose repo/ the learner has filled as they liked. */
function learner(prepare: (repo: string) => void = begin): Learner {
  const root = makeFolder()
  const repo = join(root, 'workspace', 'repo')
  mkdirSync(repo, { recursive: true })
  prepare(repo)
  let looks = 0
  const run = runIn(root)
  const look = (): Repository => {
    run.context.scratch = join(root, `scratch ${looks++}`)
    mkdirSync(run.context.scratch)
    return repository(run)
  }
  return { repo, run, look }
}

const runIn = (root: string): RunState =>
  runOf({ language: 'git', workspace: join(root, 'workspace'), exerciseFolder: root, scratch: root, ledger: root })

/** One commit on main: a file, a script, and an ignored folder. */
function begin(repo: string): void {
  git(repo, 'init', '-b', 'main')
  writeFiles(repo, { 'a.txt': 'one\n', 'run.sh': 'exit 0\n', '.gitignore': 'dist/\n*.log\n!keep.log\n' })
  chmodSync(join(repo, 'run.sh'), 0o755)
  git(repo, 'add', '-A')
  git(repo, 'commit', '-m', 'First\n\nBecause.')
}

const stopped = (look: () => unknown): { reason: string; message: string } => {
  try {
    look()
  } catch (error) {
    const { name, reason, message } = error as { name: string; reason: string; message: string }
    expect(name).toBe('StopRun')
    return { reason, message }
  }
  throw new Error('nothing stopped the run')
}

const looseObject = (repo: string, revision: string): string => {
  const id = git(repo, 'rev-parse', revision)
  return join(repo, '.git', 'objects', id.slice(0, 2), id.slice(2))
}

test('repository: one commit: told as data', () => {
  const { repo, look } = learner()
  const r = look()
  expect(r.branch()).toBe('main')
  expect(r.log()).toMatchObject([
    {
      id: git(repo, 'rev-parse', 'HEAD'),
      parents: [],
      authorName: 'Learner',
      authorEmail: 'learner@example.org',
      committerName: 'Learner',
      message: 'First\n\nBecause.\n',
    },
  ])
  expect(r.tree().map((e) => `${e.mode} ${e.path}`)).toEqual(['100644 .gitignore', '100644 a.txt', '100755 run.sh'])
  expect(r.show('HEAD', 'a.txt')).toBe('one\n')
  expect(r.show('HEAD', 'b.txt')).toBe(null)
  expect(r.show('nowhere', 'a.txt')).toBe(null)
  expect(r.status()).toEqual([])
  expect([r.read('a.txt'), r.read('gone.txt'), r.read('.git')]).toEqual(['one\n', null, null])
  expect([r.executable('run.sh'), r.executable('a.txt'), r.executable('gone'), r.executable('.git')]).toEqual([
    true,
    false,
    false,
    false,
  ])
})

test('repository: several looks at it: not one byte of the learner’s changes', () => {
  const { repo, look } = learner()
  writeFiles(repo, { 'a.txt': 'two\n', 'new.txt': 'n' })
  const before = fingerprint(repo, 'with-git')
  const r = look()
  r.log()
  r.status()
  r.ignored(['dist/x'])
  expect(fingerprint(repo, 'with-git')).toEqual(before)
})

test('repository: an unborn branch with staged files: no commit, an empty tree, the files as status', () => {
  const { look, run } = learner((repo) => {
    git(repo, 'init', '-b', 'trunk')
    writeFiles(repo, { 'a.txt': 'a' })
    git(repo, 'add', '-A')
  })
  const r = look()
  expect([r.branch(), r.branches(), r.tags(), r.log(), r.tree()]).toEqual(['trunk', {}, {}, [], []])
  expect(r.show('HEAD', 'a.txt')).toBe(null)
  expect(r.status()).toEqual(['A  a.txt'])
  expect(run.current.transcript).toEqual([
    { label: 'log', text: '(no commit yet)' },
    { label: 'files of HEAD', text: '(none)' },
    { label: 'status', text: 'A  a.txt' },
  ])
})

test('repository: a detached HEAD: no branch, and the history is there', () => {
  const { repo, look } = learner()
  git(repo, 'checkout', '--detach')
  expect(look().branch()).toBe(null)
  expect(look().log()).toHaveLength(1)
})

test('repository: packed refs, annotated tags, a branch named like a tag: all found under their own names', () => {
  const { repo, look } = learner()
  git(repo, 'commit', '--allow-empty', '-m', 'Second')
  git(repo, 'branch', 'same', 'HEAD~1')
  git(repo, 'branch', 'feature/x')
  git(repo, 'tag', '-a', 'same', '-m', 'annotated')
  git(repo, 'pack-refs', '--all', '--prune')
  git(repo, 'gc', '--quiet')
  const r = look()
  expect(Object.keys(r.branches()).sort()).toEqual(['feature/x', 'main', 'same'])
  expect(r.branches()['same']).toBe(git(repo, 'rev-parse', 'main~1'))
  expect(Object.keys(r.tags())).toEqual(['same'])
  expect(r.log('refs/tags/same').map((c) => c.message)).toEqual(['Second\n', 'First\n\nBecause.\n'])
  expect(r.log('feature/x')[0]?.parents).toEqual([git(repo, 'rev-parse', 'main~1')])
  expect(r.log('no-such-branch')).toEqual([])
  expect(r.log('f'.repeat(40))).toEqual([])
  expect(r.show('f'.repeat(40), 'a.txt')).toBe(null)
  expect(r.log('--all')).toEqual([])
})

test('repository: a repository with SHA-256 ids: read all the same', () => {
  const { look } = learner((repo) => {
    git(repo, 'init', '-b', 'main', '--object-format=sha256')
    writeFiles(repo, { 'a.txt': 'a' })
    git(repo, 'add', '-A')
    git(repo, 'commit', '-m', 'First')
  })
  expect(look().log()[0]?.id).toMatch(/^[0-9a-f]{64}$/)
  expect(look().status()).toEqual([])
})

test('repository: names and messages that try to look like other fields: kept apart', () => {
  const { repo, look } = learner()
  const odd = ['tab\tand\nline', 'quote" and ü', ' leading', '-dash', '->', 'a -> b', '__proto__', 'R  c']
  writeFiles(repo, Object.fromEntries(odd.map((name) => [name, 'x'])))
  execFileSync('git', ['add', '-A'], { cwd: repo })
  execFileSync(
    'git',
    [
      '-c',
      'user.name=Ann\x01ada@example.org\tx',
      '-c',
      'user.email=ann@example.org',
      'commit',
      '-q',
      '-m',
      'Line\x01%H\n\nBody \x1f',
    ],
    { cwd: repo },
  )
  const r = look()
  expect(r.tree().map((e) => e.path)).toEqual(expect.arrayContaining(odd))
  expect(r.log()[0]).toMatchObject({
    authorName: 'Ann\x01ada@example.org\tx',
    authorEmail: 'ann@example.org',
    message: 'Line\x01%H\n\nBody \x1f\n',
  })
  git(repo, 'branch', '__proto__')
  expect(Object.keys(look().branches())).toEqual(['__proto__', 'main'])
  git(repo, 'mv', '--', '-dash', 'dashed')
  expect(look().status().sort()).toEqual(['A  dashed', 'D  -dash'])
})

test('repository: what status tells: staged, changed, deleted, mode, untracked, ignored left out', () => {
  const { repo, look } = learner()
  writeFiles(repo, {
    'staged.txt': 's',
    'new.txt': 'n',
    'folder/new.txt': 'n',
    'dist/app.js': 'x',
    'x.log': 'x',
    'keep.log': 'x',
  })
  git(repo, 'add', 'staged.txt')
  writeFiles(repo, { 'a.txt': 'two\n' })
  chmodSync(join(repo, 'run.sh'), 0o644)
  expect(look().status().sort()).toEqual([
    ' M a.txt',
    ' M run.sh',
    '?? folder/new.txt',
    '?? keep.log',
    '?? new.txt',
    'A  staged.txt',
  ])
})

test.each([
  ['assume-unchanged', (repo: string) => git(repo, 'update-index', '--assume-unchanged', 'a.txt')],
  ['skip-worktree', (repo: string) => git(repo, 'update-index', '--skip-worktree', 'a.txt')],
  [
    'an untracked cache and a split index',
    (repo: string) => git(repo, 'update-index', '--untracked-cache', '--split-index'),
  ],
])('repository: a change hidden from the learner’s own status by %s: told', (_, hide) => {
  const { repo, look } = learner()
  hide(repo)
  writeFiles(repo, { 'a.txt': 'two\n', 'new.txt': 'n' })
  expect(look().status().sort()).toEqual([' M a.txt', '?? new.txt'])
})

test.each<[string, (repo: string) => void]>([
  ['core.autocrlf=true', (repo) => git(repo, 'config', 'core.autocrlf', 'true')],
  [
    'core.eol=crlf for what is text by .gitattributes',
    (repo) => {
      git(repo, 'config', 'core.eol', 'crlf')
      writeFiles(repo, { '.gitattributes': '*.txt text\n' })
      git(repo, 'add', '-A')
      git(repo, 'commit', '-m', 'Attributes')
    },
  ],
  [
    '.gitattributes alone',
    (repo) => {
      writeFiles(repo, { '.gitattributes': '*.txt text eol=crlf\n' })
      git(repo, 'add', '-A')
      git(repo, 'commit', '-m', 'Attributes')
    },
  ],
])('repository: line ends of Windows in the work tree, by %s: clean, and read as they are committed', (_, set) => {
  const { repo, look } = learner()
  set(repo)
  if (!readFileSync(join(repo, 'a.txt'), 'utf8').includes('\r')) {
    rmSync(join(repo, 'a.txt'))
    git(repo, 'checkout', '--', 'a.txt')
  }
  expect(readFileSync(join(repo, 'a.txt'), 'utf8')).toBe('one\r\n')
  expect(git(repo, 'status', '--porcelain')).toBe('')
  const r = look()
  expect(r.status()).toEqual([])
  expect(r.read('a.txt')).toBe('one\n')
  expect(readFileSync(join(r.unpack('HEAD').folder, 'a.txt'), 'utf8')).toMatch(/^one\r?\n$/)
})

test('repository: line ends of Windows where no setting or attribute speaks of them: a change like any other', () => {
  const { repo, look } = learner()
  writeFiles(repo, { 'a.txt': 'one\r\n' })
  expect(git(repo, 'status', '--porcelain')).toBe('M a.txt')
  expect(look().status()).toEqual([' M a.txt'])
  expect(look().read('a.txt')).toBe('one\r\n')
  git(repo, 'config', 'core.autocrlf', 'banana')
  expect(look().status()).toEqual([' M a.txt'])
})

test('repository: files left out by .git/info/exclude alone: untracked, for nobody else leaves them out', () => {
  const { repo, look } = learner()
  writeFiles(repo, { '.git/info/exclude': 'secret.txt\n', 'secret.txt': 's' })
  expect(look().status()).toEqual(['?? secret.txt'])
  expect(look().ignored(['secret.txt'])).toEqual([])
})

test('repository: ignored: asks the rules, whether the path exists, is tracked, or is let in again', () => {
  const { repo, look } = learner()
  writeFiles(repo, { 'dist/app.js': 'x', 'sub/.gitignore': 'here\n' })
  git(repo, 'add', '--force', 'dist/app.js')
  const r = look()
  const asked = ['dist/app.js', 'dist/not/yet.js', 'a.log', 'deep/b.log', 'keep.log', 'a.txt', 'sub/here', 'here']
  expect(r.ignored(asked)).toEqual(['dist/app.js', 'dist/not/yet.js', 'a.log', 'deep/b.log', 'sub/here'])
  expect(r.ignored([])).toEqual([])
  expect(() => r.ignored(['../outside'])).toThrow(/^git cannot tell what is ignored: .*outside/)
})

test('repository: configured values: data of this repository only, never obeyed, never an include', () => {
  const { repo, look } = learner()
  const other = join(makeFolder(), 'other.config')
  writeFileSync(other, '[user]\n\tsigningKey = theirs\n')
  git(repo, 'config', 'user.Name', 'Mira')
  git(repo, 'config', '--add', 'user.name', '  Mira O. ')
  git(repo, 'config', 'branch.Main.remote', 'origin')
  git(repo, 'config', 'alias.log', '!exit 1')
  git(repo, 'config', 'include.path', other)
  const r = look()
  expect([
    r.config('User.NAME'),
    r.config('branch.Main.Remote'),
    r.config('branch.main.remote'),
    r.config('user.signingkey'),
    r.config('alias.log'),
  ]).toEqual(['  Mira O. ', 'origin', null, null, '!exit 1'])
  expect(r.log()).toHaveLength(1)
})

test('repository: a learner’s set-up in which everything runs a program: nothing of it runs', () => {
  const trace = useHostileSetup()
  const { repo, look } = learner()
  const evil = join(repo, '.git', 'evil')
  writeScript(evil, `echo "$0 $*" >> '${trace}'; cat`)
  for (const hook of [
    'post-index-change',
    'pre-commit',
    'post-checkout',
    'reference-transaction',
    'fsmonitor-watchman',
  ]) {
    mkdirSync(join(repo, '.git', 'hooks'), { recursive: true })
    writeScript(join(repo, '.git', 'hooks', hook), `echo ${hook} >> '${trace}'`)
  }
  const settings = {
    'core.fsmonitor': evil,
    'core.hooksPath': join(repo, '.git', 'hooks'),
    'core.pager': evil,
    'core.editor': evil,
    'core.worktree': '/',
    'core.bare': 'true',
    'core.excludesFile': join(repo, 'run.sh'),
    'core.attributesFile': join(repo, 'a.txt'),
    'core.untrackedCache': 'true',
    'core.splitIndex': 'true',
    'filter.evil.clean': evil,
    'filter.evil.smudge': evil,
    'filter.evil.process': evil,
    'filter.evil.required': 'true',
    'diff.external': evil,
    'diff.evil.textconv': evil,
    'diff.evil.command': evil,
    'log.showSignature': 'true',
    'gpg.program': evil,
    'alias.status': `!${evil}`,
    'alias.log': `!${evil}`,
    'pager.log': evil,
    'status.branch': 'true',
    'status.relativePaths': 'false',
    'extensions.partialClone': 'origin',
    'remote.origin.promisor': 'true',
    'remote.origin.url': `ext::${evil}`,
    'uploadpack.packObjectsHook': evil,
    'credential.helper': `!${evil}`,
    'protocol.ext.allow': 'always',
    'gc.auto': '1',
    'maintenance.auto': 'true',
  }
  const text = Object.entries(settings).map(([key, value]) => {
    const [first, last] = [key.indexOf('.'), key.lastIndexOf('.')]
    return `[${key.slice(0, first)}${first === last ? '' : ` "${key.slice(first + 1, last)}"`}]\n\t${key.slice(last + 1)} = ${JSON.stringify(value)}\n`
  })
  const config = join(repo, '.git', 'config')
  writeFileSync(config, readFileSync(config, 'utf8') + text.join(''))
  writeFiles(repo, { '.gitattributes': '* filter=evil diff=evil ident\n', 'a.txt': 'one\nmore\n', 'new.txt': 'n' })
  rmSync(trace, { force: true })
  const r = look()
  expect(r.status().sort()).toEqual([' M a.txt', '?? .gitattributes', '?? new.txt'])
  expect(r.log()).toHaveLength(1)
  expect([r.tree().length, r.show('HEAD', 'a.txt'), r.ignored(['x.log']), r.branch()]).toEqual([
    3,
    'one\n',
    ['x.log'],
    'main',
  ])
  expect(existsSync(trace)).toBe(false)
})

test('repository: a repository inside the work tree with programs of its own: one line, nothing runs', () => {
  const { repo, look } = learner()
  const inner = join(repo, 'inner')
  const trace = join(repo, '.git', 'trace')
  mkdirSync(inner)
  begin(inner)
  writeScript(join(repo, '.git', 'evil'), `echo ran >> '${trace}'`)
  git(inner, 'config', 'core.fsmonitor', join(repo, '.git', 'evil'))
  writeFiles(inner, { 'a.txt': 'changed\n' })
  expect(look().status()).toEqual(['?? inner/'])
  git(repo, '-c', 'advice.addEmbeddedRepo=false', 'add', 'inner')
  rmSync(trace, { force: true })
  expect(look().status()).toEqual(['A  inner'])
  expect(existsSync(trace)).toBe(false)
})

test('repository: alternates and grafts that lead elsewhere: not followed', () => {
  const elsewhere = join(makeFolder(), 'elsewhere')
  mkdirSync(elsewhere)
  begin(elsewhere)
  const { look } = learner((repo) => {
    git(repo, 'clone', '--quiet', '--shared', elsewhere, '.')
  })
  expect(stopped(() => look().log())).toEqual({
    reason: 'does-not-load',
    message: expect.stringMatching(
      /^The repository in repo\/ is damaged: bad object [0-9a-f]{40}\. Bring an earlier state back/,
    ),
  })
})

test('repository: shallow, grafts, replacements and a commit-graph that hide a parent: the parent is told', () => {
  const { repo, look } = learner()
  const first = git(repo, 'rev-parse', 'HEAD')
  git(repo, 'commit', '--allow-empty', '-m', 'Second')
  const second = git(repo, 'rev-parse', 'HEAD')
  git(repo, 'replace', '--graft', second)
  git(repo, 'commit-graph', 'write', '--reachable')
  writeFiles(repo, { '.git/shallow': `${second}\n`, '.git/info/grafts': `${second}\n` })
  expect(git(repo, 'log', '--format=%s')).toBe('Second')
  expect(
    look()
      .log()
      .map((c) => c.parents),
  ).toEqual([[first], []])
})

test.each<[string, (repo: string) => void, RegExp]>([
  ['no repo/ at all', (repo) => rmSync(repo, { recursive: true }), /^There is no folder repo\/ any more/],
  ['repo/ is a link', (repo) => moveAway(repo), /^repo\/ is not a folder of its own/],
  ['no .git', (repo) => rmSync(join(repo, '.git'), { recursive: true }), /its folder \.git is missing/],
  ['.git is a link', (repo) => moveAway(join(repo, '.git')), /^repo\/\.git is a link to another place/],
  [
    '.git is a file that names a folder',
    (repo) => {
      const { place } = moveAway(join(repo, '.git'))
      rmSync(join(repo, '.git'))
      writeFileSync(join(repo, '.git'), `gitdir: ${place}\n`)
    },
    /^repo\/\.git is a file that points to a repository elsewhere/,
  ],
  [
    '.git is empty',
    (repo) => {
      rmSync(join(repo, '.git'), { recursive: true })
      mkdirSync(join(repo, '.git'))
    },
    /^git does not take repo\/ for a repository/,
  ],
  [
    'HEAD is gone',
    (repo) => rmSync(join(repo, '.git/HEAD')),
    /^git does not take repo\/ for a repository: not a git repository: 'repo\/\.git'/,
  ],
  [
    'HEAD holds rubbish',
    (repo) => writeFileSync(join(repo, '.git/HEAD'), 'rubbish\n'),
    /^git does not take repo\/ for a repository/,
  ],
  [
    'the branch holds rubbish',
    (repo) => writeFileSync(join(repo, '.git/refs/heads/main'), 'rubbish\n'),
    /damaged: refs\/heads\/main does not name a commit.*npm run undo/,
  ],
  ['the branch is empty', (repo) => truncateSync(join(repo, '.git/refs/heads/main')), /damaged: refs\/heads\/main/],
  [
    'config cannot be parsed',
    (repo) => writeFileSync(join(repo, '.git/config'), '[core\nx'),
    /^repo\/\.git\/config is damaged: bad config line 1\.$/,
  ],
  ['config is a pipe', (repo) => makePipe(join(repo, '.git/config')), /^repo\/\.git\/config is not a regular file/],
  ['the index is a link', (repo) => moveAway(join(repo, '.git/index')), /^repo\/\.git\/index is a link/],
  [
    'a branch is a pipe',
    (repo) => makePipe(join(repo, '.git/refs/heads/main')),
    /^repo\/\.git\/refs\/heads\/main is not a regular file/,
  ],
  ['objects is a link', (repo) => moveAway(join(repo, '.git/objects')), /^repo\/\.git\/objects is a link/],
  [
    'the commit is gone',
    (repo) => rmSync(looseObject(repo, 'HEAD')),
    /^The repository in repo\/ is damaged: bad object [0-9a-f]{40}\. Bring/,
  ],
  [
    'the commit is cut off',
    (repo) => cutOff(looseObject(repo, 'HEAD')),
    /^The repository in repo\/ is damaged: .*(corrupt|unpack|inflate|empty)/,
  ],
  ['the tree is gone', (repo) => rmSync(looseObject(repo, 'HEAD^{tree}')), /^The repository in repo\/ is damaged/],
  [
    'a file’s content is gone',
    (repo) => rmSync(looseObject(repo, 'HEAD:a.txt')),
    /^The repository in repo\/ is damaged/,
  ],
  [
    'the index holds rubbish',
    (repo) => writeFileSync(join(repo, '.git/index'), 'rubbish'),
    /^The repository in repo\/ is damaged: .*index/,
  ],
])('repository: %s: the run stops and says so', (_, damage, message) => {
  const { repo, look } = learner()
  damage(repo)
  const lookAtAll = (): void => {
    const r = look()
    r.log()
    r.tree()
    r.show('HEAD', 'a.txt')
    r.status()
  }
  expect(stopped(lookAtAll)).toEqual({ reason: 'does-not-load', message: expect.stringMatching(message) })
})

test.runIf(process.getuid?.() !== 0)('repository: a .git that may not be read: the run stops and says so', () => {
  const { repo, look } = learner()
  chmodSync(join(repo, '.git/objects'), 0)
  expect(stopped(() => look().log()).message).toBe('repo/.git cannot be read: permission denied.')
  chmodSync(join(repo, '.git/objects'), 0o755)
})

test('repository: links elsewhere in .git and in the work tree: hooks may be links, files behind a link are not read', () => {
  const { repo, look } = learner()
  const outside = makeFolder()
  writeFiles(outside, { 'secret.txt': 'outside' })
  mkdirSync(join(repo, '.git/hooks'), { recursive: true })
  symlinkSync('../../run.sh', join(repo, '.git/hooks/pre-commit'))
  symlinkSync(outside, join(repo, 'linked'))
  symlinkSync(join(outside, 'secret.txt'), join(repo, 'secret.txt'))
  symlinkSync('run.sh', join(repo, 'link.sh'))
  const r = look()
  expect([r.read('linked/secret.txt'), r.read('secret.txt'), r.executable('link.sh')]).toEqual([null, null, false])
  expect(r.status().sort()).toEqual(['?? link.sh', '?? linked', '?? secret.txt'])
})

test('repository: locks left by a killed git: the state before is told', () => {
  const { repo, look } = learner()
  for (const name of ['index.lock', 'HEAD.lock', 'refs/heads/main.lock', 'packed-refs.lock'])
    writeFileSync(join(repo, '.git', name), '')
  expect(look().status()).toEqual([])
  expect(look().log()).toHaveLength(1)
})

test('repository: a .gitignore that is a pipe: git is ended and the run says what it waited for', () => {
  const { repo, run, look } = learner()
  writeFiles(repo, { 'sub/new.txt': 'n' })
  makePipe(join(repo, 'sub', '.gitignore'))
  const r = look()
  r.log()
  run.endsAt = Date.now() + 500
  expect(stopped(() => r.status())).toEqual({
    reason: 'timed-out',
    message: expect.stringMatching(/^git did not answer in time when asked about repo\/ \(git \S+\)\.$/),
  })
})

test('repository: time left is a fraction, as on a loaded machine: git runs', () => {
  const { run, look } = learner()
  run.endsAt = Date.now() + 5000.123
  expect(look().log()).toHaveLength(1)
})

test('repository: what the machine’s owner configured globally: not seen', () => {
  const { look } = learner()
  useHostileSetup()
  expect(look().status()).toEqual([])
  expect(look().config('user.name')).toBe(null)
  expect(readdirSync(makeFolder())).toEqual([])
})

/** A learner whose repository has a remote beside it, as the builder makes them. */
function withRemote(): ReturnType<typeof learner> & { origin: string } {
  const it = learner()
  const origin = join(it.repo, '..', 'remotes', 'origin.git')
  mkdirSync(join(origin, 'hooks'), { recursive: true })
  git(origin, 'init', '--bare', '-b', 'main')
  writeScript(join(origin, 'hooks', 'post-receive'), 'exec cat >> journal')
  git(it.repo, 'remote', 'add', 'origin', '../remotes/origin.git')
  return { ...it, origin }
}

test('remote: read as the repository itself is, each for its own', () => {
  const { repo, look } = withRemote()
  git(repo, 'push', 'origin', 'main')
  git(repo, 'commit', '--allow-empty', '-m', 'Second')
  const r = look()
  expect(r.log('main')).toHaveLength(2)
  const origin = r.remote('origin')
  expect(origin.branch()).toBe('main')
  expect(origin.branches()).toEqual({ main: git(repo, 'rev-parse', 'main~1') })
  expect(origin.log('main').map((c) => c.message)).toEqual(['First\n\nBecause.\n'])
  expect(origin.tree('main').map((e) => e.path)).toEqual(['.gitignore', 'a.txt', 'run.sh'])
  expect(origin.show('main', 'a.txt')).toBe('one\n')
})

test('remote: pushes: in order, made, moved and deleted; lines that are none are left out', () => {
  const { repo, origin, look } = withRemote()
  expect(look().remote('origin').pushes()).toEqual([])
  git(repo, 'push', 'origin', 'main:side')
  const first = git(repo, 'rev-parse', 'main')
  git(repo, 'commit', '--amend', '-m', 'Another')
  git(repo, 'push', '--force', 'origin', 'main:side')
  git(repo, 'push', 'origin', ':side')
  writeFileSync(join(origin, 'journal'), `${readFileSync(join(origin, 'journal'), 'utf8')}rubbish\n`)
  const now = git(repo, 'rev-parse', 'main')
  const ref = 'refs/heads/side'
  expect(look().remote('origin').pushes()).toEqual([
    { ref, old: null, now: first },
    { ref, old: first, now },
    { ref, old: now, now: null },
  ])
})

test.each<[string, (origin: string) => void, RegExp]>([
  [
    'it is gone',
    (origin) => rmSync(origin, { recursive: true }),
    /^There is no folder remotes\/origin\.git\/ any more/,
  ],
  ['it is a link', (origin) => moveAway(origin), /^remotes\/origin\.git\/ is not a folder of its own/],
  [
    'HEAD is gone',
    (origin) => rmSync(join(origin, 'HEAD')),
    /^git does not take remotes\/origin\.git\/ for a repository/,
  ],
  [
    'its config cannot be parsed',
    (origin) => writeFileSync(join(origin, 'config'), '[core\nx'),
    /^remotes\/origin\.git\/config is damaged/,
  ],
])('remote: %s: the run stops and says so', (_, damage, message) => {
  const { origin, look } = withRemote()
  damage(origin)
  expect(stopped(() => look().remote('origin').log())).toEqual({
    reason: 'does-not-load',
    message: expect.stringMatching(message),
  })
})

test('inProgress: nothing, then what git has begun', () => {
  const { repo, look } = learner()
  expect(look().inProgress()).toEqual([])
  git(repo, 'checkout', '-q', '-b', 'side')
  writeFiles(repo, { 'a.txt': 'side\n' })
  git(repo, 'commit', '-qam', 'Side')
  git(repo, 'checkout', '-q', 'main')
  writeFiles(repo, { 'a.txt': 'main\n' })
  git(repo, 'commit', '-qam', 'Main')
  expect(() => git(repo, 'merge', 'side')).toThrow()
  expect(look().inProgress()).toEqual(['merge'])
  git(repo, 'merge', '--abort')
  git(repo, 'bisect', 'start')
  expect(look().inProgress()).toEqual(['bisect'])
  git(repo, 'bisect', 'reset')
  expect(() => git(repo, 'rebase', 'side')).toThrow()
  expect(look().inProgress()).toEqual(['rebase'])
})

test('unpack: the files of a commit, without the changes on the disk, in a folder where they can be run', async () => {
  const { repo, look } = learner()
  symlinkSync('/etc/hostname', join(repo, 'link'))
  writeFiles(repo, { 'go.mjs': 'console.log(process.cwd().split("/").length > 1, process.argv[2])\n' })
  git(repo, 'add', '-A')
  git(repo, 'commit', '-m', 'Second')
  writeFiles(repo, { 'go.mjs': 'not this' })
  const scene = look().unpack('main')
  expect(readdirSync(scene.folder).sort()).toEqual(['.gitignore', 'a.txt', 'go.mjs', 'link', 'run.sh'])
  expect(readFileSync(join(scene.folder, 'link'), 'utf8')).toBe('/etc/hostname')
  expect(await scene.run(['node', 'go.mjs', 'x'])).toMatchObject({ code: 0, lines: ['true x'] })
  expect(await scene.run(['./run.sh'])).toMatchObject({ code: 0 })
  expect(() => look().unpack('none')).toThrow('There is no commit none.')
})

test('copy: a file beside repo/: copied with its mode; a link, a folder, a missing file: null', () => {
  const { repo, look } = learner()
  const workspace = join(repo, '..')
  writeFiles(workspace, { 'check.sh': '#!/bin/sh\n', 'notes.md': 'n' })
  chmodSync(join(workspace, 'check.sh'), 0o755)
  symlinkSync('/etc/hostname', join(workspace, 'link'))
  const r = look()
  const copies = [r.copy('check.sh'), r.copy('notes.md')].map((path) => path ?? '')
  expect(
    copies.map((path) => [readFileSync(path, 'utf8'), (statSync(path).mode & 0o100) !== 0, path.startsWith(workspace)]),
  ).toEqual([
    ['#!/bin/sh\n', true, false],
    ['n', false, false],
  ])
  expect([r.copy('link'), r.copy('repo'), r.copy('none')]).toEqual([null, null, null])
})

test('make: commits as they are told, a work tree, and git that sees no settings of the owner', async () => {
  useHostileSetup()
  const { look } = learner()
  const made = look().make('a name with spaces', [
    { message: 'One', files: { 'a.txt': '1\n', 'sub/b.txt': 'b' }, tag: 'v1' },
    { message: 'Two', files: { 'a.txt': '2\n', 'sub/b.txt': null } },
  ])
  expect(made.ids).toHaveLength(2)
  expect(readdirSync(made.folder).sort()).toEqual(['.git', 'a.txt'])
  expect((await made.run(['git', 'log', '--format=%H %s', '--reverse'])).lines).toEqual([
    `${made.ids[0]} One`,
    `${made.ids[1]} Two`,
  ])
  expect((await made.run(['git', 'status', '--porcelain', '--ignored'])).lines).toEqual([])
  expect(await made.run(['sh', '-c', 'git rev-parse v1 && node -p process.version && exit 3'])).toMatchObject({
    code: 3,
    lines: [made.ids[0], process.version],
  })
})

/** Moves a file or folder out of the workspace and leaves a link to it. */
function moveAway(path: string): { place: string } {
  const place = join(makeFolder(), 'moved')
  renameSync(path, place)
  symlinkSync(place, path)
  return { place }
}

function makePipe(path: string): void {
  rmSync(path, { force: true })
  execFileSync('mkfifo', [path])
}

function cutOff(path: string): void {
  chmodSync(path, 0o644)
  truncateSync(path, 10)
}
