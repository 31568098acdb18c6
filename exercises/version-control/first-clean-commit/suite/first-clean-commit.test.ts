import { expect, test, type Commit, type Repository } from '#harness'

/** Each with a line that the starter's file has, so that an emptied file does not count as the file. */
const intended: Record<string, string> = {
  '.env.example': 'CARRIER_API_KEY=',
  'README.md': 'Quotes what it costs to send a parcel.',
  'deploy.sh': 'rsync --archive dist/',
  'package.json': '"name": "parcel-rates"',
  'src/rates.js': 'export function rateFor({ grams, express = false })',
  'src/server.js': "import { rateFor } from './rates.js'",
  'test/rates.test.js': "test('express costs twice as much'",
}

/** Stand in .env, and one of them in the editor's backup too. */
const secrets = ['pr7-cobalt-heron-20931', 'winter-stairs-42']

const noor = { name: 'Noor Haddad', email: 'noor.haddad@parcelshop.example' }

/** The newest commit on main; every case about the commit needs one. */
function tip(repository: Repository): Commit {
  const [commit] = repository.log('refs/heads/main')
  if (!commit) throw new Error('There is no commit on main yet.')
  return commit
}

/** Every commit that a branch or tag leads to, once. */
function published(repository: Repository): Commit[] {
  const names = [
    ...Object.keys(repository.branches()).map((b) => `refs/heads/${b}`),
    ...Object.keys(repository.tags()).map((t) => `refs/tags/${t}`),
  ]
  const all = [repository.log(), ...names.filter((n) => n !== 'refs/heads/main').map((n) => repository.log(n))].flat()
  return [...new Map(all.map((c) => [c.id, c])).values()]
}

const tracked = (repository: Repository, revision = 'refs/heads/main'): string[] =>
  repository.tree(revision).map((entry) => entry.path)

/** Runs of characters with a letter or a digit in them. */
const wordsIn = (text: string): number => text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length

const isTrailer = (line: string): boolean => /^([A-Za-z-]+-by|Change-Id): /.test(line)

test(
  'the repository has one commit, on main',
  { meta: { id: 'one-commit', group: 'content', covers: [1] } },
  ({ repository, evidence }) => {
    const commits = published(repository)
    evidence('commits', commits.length > 1 ? 'several' : commits.length)
    expect(repository.branch(), 'branch that is checked out').toBe('main')
    expect(commits.length, 'commits on all branches and tags').toBe(1)
  },
)

test(
  'the commit holds the files of the service',
  { meta: { id: 'holds-the-service', group: 'content', covers: [2] } },
  ({ repository }) => {
    tip(repository)
    const missing = Object.keys(intended).filter((path) => !tracked(repository).includes(path))
    expect(missing, 'files that the commit lacks').toEqual([])
    for (const [path, line] of Object.entries(intended)) {
      const content = repository.show('refs/heads/main', path)
      if (!content?.includes(line))
        throw new Error(`${path} in the commit does not hold what it held in the beginning.`)
      if (content !== repository.read(path)) throw new Error(`${path} differs between the commit and the disk.`)
    }
  },
)

test(
  'the commit holds nothing else',
  { meta: { id: 'holds-nothing-else', group: 'content', covers: [2] } },
  ({ repository, evidence }) => {
    tip(repository)
    const wanted = new Set([...Object.keys(intended), '.gitignore'])
    const extra = tracked(repository).filter((path) => !wanted.has(path))
    evidence('ignoredAllTheSame', extra.length > 0 && repository.ignored(extra).length === extra.length)
    expect(extra, 'files that do not belong into the commit').toEqual([])
  },
)

test(
  'no commit holds a secret',
  { meta: { id: 'no-secret', group: 'secrets', gate: true, covers: [3] } },
  ({ repository }) => {
    tip(repository)
    const found = published(repository).flatMap((commit) =>
      tracked(repository, commit.id)
        .filter((path) => secrets.some((secret) => repository.show(commit.id, path)?.includes(secret)))
        .map((path) => `${path} in ${commit.id.slice(0, 7)} "${commit.message.split('\n')[0]}"`),
    )
    expect(found, 'files with a secret').toEqual([])
  },
)

test(
  'a .gitignore is part of the commit',
  { meta: { id: 'rules-in-commit', group: 'ignore', covers: [2, 4] } },
  ({ repository }) => {
    tip(repository)
    if (!tracked(repository).includes('.gitignore')) throw new Error('The commit has no .gitignore in its top folder.')
  },
)

test(
  'the rules leave out secrets, builds, logs and backups',
  { meta: { id: 'rules-leave-out', group: 'ignore', covers: [4] } },
  ({ repository, random, evidence }) => {
    const name = random.pick(['carriers', 'tariffs', 'zones', 'customs'])
    const today = ['.env', 'dist/server.js', 'rates.log', 'src/rates.js~']
    const tomorrow = [
      `dist/${name}.js`,
      `dist/static/${name}.css`,
      `${name}.log`,
      `logs/${name}.log`,
      `${name}.js~`,
      `test/${name}.test.js~`,
    ]
    const leftOut = repository.ignored([...today, ...tomorrow])
    const letIn = [...today, ...tomorrow].filter((path) => !leftOut.includes(path))
    evidence(
      'todayOnly',
      letIn.every((path) => !today.includes(path)),
    )
    expect(letIn, 'paths that the rules let in').toEqual([])
  },
)

test(
  'the rules leave out no source',
  { meta: { id: 'rules-let-in', group: 'ignore', covers: [4] } },
  ({ repository, random }) => {
    const name = random.pick(['carriers', 'tariffs', 'zones', 'customs'])
    if (repository.read('.gitignore') === null) throw new Error('There is no .gitignore yet.')
    const source = [
      ...Object.keys(intended),
      '.gitignore',
      `src/${name}.js`,
      `test/${name}.test.js`,
      'src/catalog.js',
      `${name}.md`,
    ]
    expect(repository.ignored(source), 'paths that the rules leave out').toEqual([])
  },
)

test(
  'the secrets and the build stay on the disk',
  { meta: { id: 'still-on-disk', group: 'ignore', covers: [5] } },
  ({ repository }) => {
    const expected = {
      '.env': 'DEPLOY_HOST=deploy@rates.parcelshop.example',
      'dist/server.js': intended['src/server.js'] ?? '',
      'dist/rates.js': intended['src/rates.js'] ?? '',
    }
    const gone = Object.entries(expected)
      .filter(([path, line]) => !repository.read(path)?.includes(line))
      .map(([path]) => path)
    expect(gone, 'files that are gone or changed').toEqual([])
  },
)

test(
  'deploy.sh can be executed',
  { meta: { id: 'script-executable', group: 'tidy', covers: [6] } },
  ({ repository }) => {
    tip(repository)
    expect(
      repository.tree('refs/heads/main').find((entry) => entry.path === 'deploy.sh')?.mode,
      'mode of deploy.sh in the commit',
    ).toBe('100755')
    expect(repository.executable('deploy.sh'), 'deploy.sh is executable on the disk').toBe(true)
  },
)

test(
  'the subject fits into one line of a list',
  { meta: { id: 'subject', group: 'message', covers: [7] } },
  ({ repository, transcript, evidence }) => {
    const subject = tip(repository).message.split(/\r?\n/)[0] ?? ''
    transcript('subject', subject)
    evidence('subject', [...subject].length > 72 ? 'long' : 'short')
    expect([...subject].length, 'characters of the subject, at most 72').toBeLessThanOrEqual(72)
    expect(wordsIn(subject), 'words of the subject, at least 3').toBeGreaterThanOrEqual(3)
  },
)

test(
  'the body gives the reason',
  { meta: { id: 'body', group: 'message', covers: [8] } },
  ({ repository, transcript, evidence }) => {
    const [, second = '', ...rest] = tip(repository).message.trimEnd().split(/\r?\n/)
    const body = rest.filter((line) => !isTrailer(line)).join('\n')
    transcript('second line', second === '' ? '(empty)' : second)
    transcript('body', body.trim() === '' ? '(none)' : body)
    evidence('body', second !== '' ? 'no empty line' : 'short')
    expect(second, 'second line of the message').toBe('')
    expect(wordsIn(body), 'words of the body, at least 8').toBeGreaterThanOrEqual(8)
  },
)

test(
  'the repository has its own identity',
  { meta: { id: 'identity-configured', group: 'identity', covers: [9] } },
  ({ repository }) => {
    const own = { name: repository.config('user.name'), email: repository.config('user.email') }
    expect(own, 'user.name and user.email in repo/.git/config').toEqual(noor)
  },
)

test(
  'the commit is by Noor Haddad',
  { meta: { id: 'identity-of-commit', group: 'identity', covers: [9] } },
  ({ repository }) => {
    const { authorName, authorEmail, committerName, committerEmail } = tip(repository)
    expect(
      { author: `${authorName} <${authorEmail}>`, committer: `${committerName} <${committerEmail}>` },
      'who the commit says it is by',
    ).toEqual({
      author: `${noor.name} <${noor.email}>`,
      committer: `${noor.name} <${noor.email}>`,
    })
  },
)

test('git status has nothing to tell', { meta: { id: 'clean', group: 'tidy', covers: [10] } }, ({ repository }) => {
  tip(repository)
  expect(repository.status(), 'lines of git status').toEqual([])
})
