import { createHash } from 'node:crypto'
import { expect, test, type Commit, type Repository, type Scene } from '#harness'

/** SHA-256 of what each file of the starter holds. */
const intended: Record<string, string> = {
  '.env.example': 'a2d370ed095e40f0b028f8bfa0a32901d02305525e488811e74e99d94c3af6e1',
  'README.md': 'e3e3075c2c073305a0ea06205bf639507336795894606c1029100dc2097806fc',
  'deploy.sh': '9ae808d59abc0ccbee801accad730d9824dc03c479fe3466453fd57156ffcb4b',
  'package.json': 'c287de66561219b8db8a3458cce2b9b32fd4c30ea892640d2a26372ccef85753',
  'src/rates.js': '55ca278e353633fbefaf554a8513d2a001943f3e28913ed823b698f689b4e348',
  'src/server.js': '0a08d8a6d5ea96b1e21b2777fcda23d09a797a1432ba8ba146b660b64dd62b65',
  'test/rates.test.js': '754fb9e684beb34ab886d8d20aba655ec6a74fcd68e9bb1319cf3ec1075d71aa',
}

/** These the service runs from. */
const onDisk: Record<string, string> = {
  '.env': '32ce8389b15ecf9704edb3e450269a6929ee5aa210d68060ffaefc69a343c3c7',
  'dist/rates.js': '55ca278e353633fbefaf554a8513d2a001943f3e28913ed823b698f689b4e348',
  'dist/server.js': '0a08d8a6d5ea96b1e21b2777fcda23d09a797a1432ba8ba146b660b64dd62b65',
}

const holds = (content: string | null | undefined, sha256: string): boolean =>
  typeof content === 'string' && createHash('sha256').update(content).digest('hex') === sha256

/** Stand in .env, and one of them in the editor's backup too. */
const secrets = ['pr7-cobalt-heron-20931', 'winter-stairs-42']
const isSecret = (text: string | null): boolean => secrets.some((secret) => text?.includes(secret))

const noor = { name: 'Noor Haddad', email: 'noor.haddad@parcelshop.example' }
const main = 'refs/heads/main'

/** The newest commit on main; every case about the commit needs one. */
function tip(repository: Repository): Commit {
  const [commit] = repository.log(main)
  if (!commit) throw new Error('There is no commit on main yet.')
  return commit
}

/** Every commit that a branch or tag leads to, once. */
function published(repository: Repository): Commit[] {
  const names = [
    ...Object.keys(repository.branches()).map((b) => `refs/heads/${b}`),
    ...Object.keys(repository.tags()).map((t) => `refs/tags/${t}`),
  ]
  return [...new Map(names.flatMap((name) => repository.log(name)).map((c) => [c.id, c])).values()]
}

const tracked = (repository: Repository, revision = main): string[] =>
  repository.tree(revision).map((entry) => entry.path)

const subjectOf = ({ message }: Commit): string => message.split(/\r?\n/)[0] ?? ''

/** Runs of characters with a letter or a digit in them. */
const wordsIn = (text: string): number => text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length

const isTrailer = (line: string): boolean => /^([A-Za-z-]+-by|Change-Id): /i.test(line)

test(
  'the repository has one commit, on main',
  { meta: { id: 'one-commit', group: 'content', covers: [1] } },
  ({ repository, evidence, transcript }) => {
    const all = published(repository)
    const own = repository.log(main)
    transcript('commits', all.map((c) => `${c.id.slice(0, 7)} ${subjectOf(c)}`).join('\n') || '(none)')
    evidence('commits', all.length)
    evidence('several', own.length > 1)
    expect(repository.branch(), 'branch that is checked out').toBe('main')
    expect(own.length, 'commits on main').toBe(1)
    expect(all.length - own.length, 'commits that only other branches and tags lead to').toBe(0)
  },
)

test(
  'the commit holds the files of the service',
  { meta: { id: 'holds-the-service', group: 'content', covers: [2] } },
  ({ repository }) => {
    tip(repository)
    const missing = Object.keys(intended).filter((path) => !tracked(repository).includes(path))
    expect(missing, 'files that the commit lacks').toEqual([])
  },
)

test(
  'the files of the service are as they were in the beginning',
  { meta: { id: 'content-kept', group: 'content', covers: [2] } },
  ({ repository }) => {
    tip(repository)
    const changed = Object.entries(intended)
      .filter(([path, sha256]) => tracked(repository).includes(path) && !holds(repository.show(main, path), sha256))
      .map(([path]) => path)
    expect(changed, 'files whose content in the commit is another one').toEqual([])
  },
)

const wanted = new Set([...Object.keys(intended), '.gitignore'])

test(
  'the commit holds nothing else',
  { meta: { id: 'holds-nothing-else', group: 'content', covers: [2] } },
  async ({ repository, evidence }) => {
    tip(repository)
    const extra = tracked(repository).filter((path) => !wanted.has(path))
    const ignored = await ignoredInClone(repository, extra)
    evidence('ignoredAllTheSame', extra.length > 0 && ignored.length === extra.length)
    evidence(
      'addedByColleague',
      extra.some((path) => today.includes(path)),
    )
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
        .filter((path) => isSecret(repository.show(commit.id, path)))
        .map((path) => `${path} in ${commit.id.slice(0, 7)} "${subjectOf(commit)}"`),
    )
    expect(found, 'files with a secret').toEqual([])
  },
)

test(
  'no message holds a secret',
  { meta: { id: 'no-secret-in-message', group: 'secrets', gate: true, covers: [3] } },
  ({ repository }) => {
    tip(repository)
    const found = published(repository).filter(({ message }) => isSecret(message))
    expect(
      found.map(({ id }) => id.slice(0, 7)),
      'commits whose message holds a secret',
    ).toEqual([])
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

const today = ['.env', 'dist/rates.js', 'dist/server.js', 'rates.log', 'src/rates.js~']

/** Those of these paths that the rules of the commit leave out, where somebody has cloned it. */
async function ignoredInClone(repository: Repository, paths: readonly string[]): Promise<string[]> {
  if (paths.length === 0) return []
  const clone = repository.unpack(main)
  await quietly(clone, ['init', '--quiet'])
  // An own list of rules would be read as well, if this account had one.
  const settings = ['-c', 'core.excludesFile=/dev/null', '-c', 'core.quotePath=false']
  return quietly(clone, [...settings, 'check-ignore', '--no-index', '--', ...paths])
}

async function quietly(scene: Scene, args: string[]): Promise<string[]> {
  const { code, lines, stderr } = await scene.run(['git', ...args], { quiet: true })
  if (code !== 0 && code !== 1) throw new Error(`git ${args[0]} did not work: ${stderr.split('\n')[0]}`)
  return lines
}

/** Kinds of files that stay out, and some that do not exist yet. */
const kinds: Record<string, string[]> = {
  build: [
    'dist/carriers.js',
    'dist/carriers.js.map',
    'dist/VERSION',
    'dist/.env.example',
    'dist/.gitkeep',
    'dist/README.md',
    'dist/static/carriers.css',
    'dist/src/server.js',
    'dist/a/b/c/deep.js',
  ],
  log: [
    'carriers.log',
    'npm-debug.log',
    'logs/carriers.log',
    'src/carriers.log',
    'test/zones/europe.log',
    'two words.log',
    '.log',
  ],
  backup: [
    'carriers.js~',
    'deploy.sh~',
    '.env~',
    '.gitignore~',
    'src/zones/europe.js~',
    'test/rates.test.js~',
    'notes~',
  ],
}

test(
  'the rules leave out secrets, builds, logs and backups',
  { meta: { id: 'rules-leave-out', group: 'ignore', covers: [4] } },
  async ({ repository, evidence }) => {
    tip(repository)
    const asked = [...today, ...Object.values(kinds).flat()]
    const leftOut = await ignoredInClone(repository, asked)
    const letIn = asked.filter((path) => !leftOut.includes(path))
    const some = Object.values(kinds).filter((paths) => paths.some((path) => letIn.includes(path)))
    const whole = some.filter((paths) => paths.every((path) => letIn.includes(path)))
    const named = today.every((path) => !letIn.includes(path))
    evidence('letIn', !named ? 'today' : whole.length === some.length ? 'tomorrow' : 'some of tomorrow')
    expect(letIn, 'paths that the rules let in').toEqual([])
  },
)

test(
  'the rules leave out no source',
  { meta: { id: 'rules-let-in', group: 'ignore', covers: [4] } },
  async ({ repository }) => {
    tip(repository)
    if (!tracked(repository).includes('.gitignore')) throw new Error('The commit has no .gitignore yet.')
    const tomorrow = [
      'src/carriers.js',
      'src/zones/europe.js',
      'src/catalog.js',
      'src/logger.js',
      'src/log.js',
      'src/env.js',
      'src/dist.js',
      'src/distance.js',
      'test/carriers.test.js',
      'test/zones/europe.test.js',
    ]
    expect(await ignoredInClone(repository, [...wanted, ...tomorrow]), 'paths that the rules leave out').toEqual([])
  },
)

test(
  'the secrets and the build stay on the disk',
  { meta: { id: 'still-on-disk', group: 'ignore', covers: [5] } },
  ({ repository }) => {
    const gone = Object.keys(onDisk).filter((path) => repository.read(path) === null)
    expect(gone, 'files that are gone').toEqual([])
    const changed = Object.entries(onDisk).filter(([path, sha256]) => !holds(repository.read(path), sha256))
    expect(
      changed.map(([path]) => path),
      'files that have changed',
    ).toEqual([])
  },
)

test(
  'deploy.sh can be executed',
  { meta: { id: 'script-executable', group: 'tidy', covers: [6] } },
  ({ repository, evidence }) => {
    tip(repository)
    const mode = repository.tree(main).find((entry) => entry.path === 'deploy.sh')?.mode
    const executable = repository.executable('deploy.sh')
    evidence('onDisk', executable)
    expect(mode, 'mode of deploy.sh in the commit').toBe('100755')
    expect(executable, 'deploy.sh is executable on the disk').toBe(true)
  },
)

test(
  'the subject fits into one line of a list',
  { meta: { id: 'subject', group: 'message', covers: [7] } },
  ({ repository, transcript }) => {
    const subject = subjectOf(tip(repository))
    transcript('subject', subject)
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
    evidence('words', wordsIn(body))
    expect(second, 'second line of the message').toBe('')
    expect(wordsIn(body), 'words of the body, at least 8').toBeGreaterThanOrEqual(8)
  },
)

test(
  'the repository has its own identity',
  { meta: { id: 'identity-configured', group: 'identity', covers: [9] } },
  ({ repository, evidence }) => {
    const own = { name: repository.config('user.name'), email: repository.config('user.email') }
    evidence('missing', own.name === null || own.email === null)
    expect(own, 'user.name and user.email in repo/.git/config').toEqual(noor)
  },
)

test(
  'the commit is by Noor Haddad',
  { meta: { id: 'identity-of-commit', group: 'identity', covers: [9] } },
  ({ repository }) => {
    const { authorName, authorEmail, committerName, committerEmail } = tip(repository)
    const she = `${noor.name} <${noor.email}>`
    expect(`${authorName} <${authorEmail}>`, 'author of the commit').toBe(she)
    expect(`${committerName} <${committerEmail}>`, 'committer of the commit').toBe(she)
  },
)

test('git status has nothing to tell', { meta: { id: 'clean', group: 'tidy', covers: [10] } }, ({ repository }) => {
  tip(repository)
  expect(repository.status(), 'lines of git status').toEqual([])
  expect(repository.inProgress(), 'what git has begun and not ended').toEqual([])
})
