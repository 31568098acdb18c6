import { lstatSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type Commit, type MadeRepository, type Repository } from '#harness'

/** Of the learner's repository; its ids are the same on every machine. */
const tip = 'cae803da8a091da9dd80e35f6f97c3c1047c4145'
const firstBad = '1bf052bca02a295cc66e29e5e43f2218afd0c75a'

// Other histories of the same program.

const build = `import { appendFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
const sources = new Map(readdirSync('src').map((name) => [name, readFileSync(\`src/\${name}\`, 'utf8')]))
appendFileSync('builds.log', \`built \${new Date().toISOString()}\\n\`)
for (const [name, text] of sources) {
  for (const [, wanted, from] of text.matchAll(/^import \\{ (.+) \\} from '\\.\\/(.+)'$/gm)) {
    if (new RegExp(\`^export (function|const) \${wanted}\\\\b\`, 'm').test(sources.get(from) ?? '')) continue
    console.error(\`build failed: src/\${name} imports \${wanted}, which src/\${from} does not export\`)
    process.exit(1)
  }
}
mkdirSync('dist', { recursive: true })
for (const [name, text] of sources) writeFileSync(\`dist/\${name}\`, text)
`

const price = `import { parseArgs } from 'node:util'
import { percentOff } from './discount.mjs'
const { values } = parseArgs({ options: { qty: { type: 'string' }, unit: { type: 'string' } } })
const cents = Number(values.qty) * Number(values.unit)
console.log(cents - Math.floor((cents * percentOff(Number(values.qty))) / 100))
`

const discount = (rule: string, name = 'percentOff'): string =>
  `export function ${name}(pieces) {\n  return ${rule}\n}\n`

/** What a commit has in place of the files of a good one; null: it lacks the file. */
type State = Record<string, string | null>

const good: State = {
  '.gitignore': 'dist/\n',
  'build.mjs': build,
  'src/price.mjs': price,
  'src/discount.mjs': discount('pieces >= 10 ? 10 : 0'),
}
const bad: State = { 'src/discount.mjs': discount('pieces > 10 ? 10 : 0') }
const unbuildable: State = { 'src/discount.mjs': discount('pieces >= 10 ? 10 : 0', 'percentage') }
/** Builds, and does this when it is asked for a price. */
const doing = (statements: string): State => ({ 'src/price.mjs': `${statements}\n` })
const printing = (text: string): State => doing(`console.log(${JSON.stringify(text)})`)

/** Ways to lose the discount of ten pieces, and what is then printed. */
const bugs = ['pieces > 10 ? 10 : 0', 'pieces >= 100 ? 10 : 0', 'pieces >= 10 ? 1 : 0', 'pieces >= 10 ? -10 : 0']

type Files = Map<string, string>

function filesAt(state: State, i: number): Files {
  const logs = Array.from(
    { length: Math.floor(i / 2) + 1 },
    (_, n) => `release 1.0.${n} built on the machine of Noor\n`,
  )
  const noise = {
    // Every other commit is a release: a log that the script has changed stands in git's way.
    'builds.log': logs.join(''),
    'docs/carriers.md': Array.from({ length: i + 1 }, (_, n) => `- carrier ${n + 1}\n`).join(''),
  }
  return new Map(
    Object.entries({ ...noise, ...good, ...state }).flatMap(([path, text]) => (text === null ? [] : [[path, text]])),
  )
}

interface Clone extends MadeRepository {
  script: string
  /** Of each commit, by path. */
  files: Files[]
  /** Checks a commit out and runs the learner's script on it; gives what its exit code says. */
  judge: (commit: number) => Promise<string>
  checkOut: (commit: number) => Promise<void>
  /** Leaves in dist/ what somebody else has built from this commit. */
  build: (commit: number) => Promise<void>
}

/** Whoever stashes needs a name, and the learner's own settings are not here. */
const identity = {
  GIT_AUTHOR_NAME: 'Noor',
  GIT_AUTHOR_EMAIL: 'noor@parcelshop.example',
  GIT_COMMITTER_NAME: 'Noor',
  GIT_COMMITTER_EMAIL: 'noor@parcelshop.example',
}

function cloneOf(repository: Repository, name: string, states: readonly State[]): Clone {
  const script = repository.copy('check.sh')
  if (script === null) throw new Error('There is no file check.sh beside repo/.')
  expect((statSync(script).mode & 0o100) !== 0, 'check.sh can be executed').toBe(true)
  const files = states.map(filesAt)
  const made = repository.make(
    name,
    files.map((now, i) => {
      const gone = [...(files[i - 1]?.keys() ?? [])].filter((path) => !now.has(path)).map((path) => [path, null])
      const changes = Object.fromEntries([...now, ...gone]) as Record<string, string | null>
      return i === 0
        ? { message: 'Release 1.0', tag: 'v1.0', files: changes }
        : { message: `Commit ${i}`, files: changes }
    }),
  )
  const checkOut = async (commit: number): Promise<void> => {
    const id = made.ids[commit] ?? ''
    const { code, stderr } = await made.run(['git', 'checkout', '--quiet', '--force', id], { quiet: true })
    // Only what the script has done to an earlier commit can stand in the way.
    if (code !== 0) throw new Error(`git could not check out the next commit: ${complaintIn(stderr)}`)
  }
  return {
    ...made,
    script,
    files,
    checkOut,
    judge: async (commit) => {
      await checkOut(commit)
      return meaningOf((await made.run([script], { env: identity })).code)
    },
    build: async (commit) => {
      await checkOut(commit)
      await made.run(['node', 'build.mjs'], { quiet: true })
      await checkOut(commit)
    },
  }
}

/** What git bisect run takes an exit code for; null: ended by a signal. */
function meaningOf(code: number | null): string {
  if (code === 0) return 'good'
  if (code === 125) return 'cannot be told'
  return code !== null && code <= 127 ? 'bad' : 'end of the search'
}

test(
  'a good commit: exit code 0',
  { meta: { id: 'good', group: 'verdicts', covers: [1, 2] } },
  async ({ repository, requirement, evidence }) => {
    requirement(1)
    const clone = cloneOf(repository, 'good', [good, bad])
    requirement(2)
    const verdict = await clone.judge(0)
    evidence('swapped', verdict === 'bad' && (await clone.judge(1)) === 'good')
    expect(verdict, 'verdict on a commit that prints 4500').toBe('good')
  },
)

test(
  'a bad commit: an exit code that means bad',
  { meta: { id: 'bad', group: 'verdicts', covers: [1, 3] } },
  async ({ repository, requirement }) => {
    requirement(1)
    const clone = cloneOf(repository, 'bad', [good, bad])
    requirement(3)
    expect(await clone.judge(1), 'verdict on a commit that prints 5000').toBe('bad')
  },
)

test(
  'a commit that does not build: exit code 125',
  { meta: { id: 'unbuildable', group: 'verdicts', covers: [4, 5] } },
  async ({ repository, transcript, evidence, requirement }) => {
    const clone = cloneOf(repository, 'unbuildable', [good, unbuildable, bad])
    requirement(4)
    const fresh = await clone.judge(1)
    evidence('fresh', fresh)
    await clone.build(0)
    transcript('then', 'dist/ holds the build of a good commit; the same commit is judged again')
    const withOldBuild = await clone.judge(1)
    evidence('oldBuildAnswers', withOldBuild === 'good' && fresh !== 'good')
    expect(fresh, 'verdict on a commit that does not build, without dist/').toBe('cannot be told')
    requirement(5)
    expect(withOldBuild, 'verdict on a commit that does not build, with an old dist/').toBe('cannot be told')
  },
)

test(
  'a build can fail in other ways: exit code 125',
  { meta: { id: 'unbuildable-otherwise', group: 'verdicts', covers: [4] } },
  async ({ repository, transcript, requirement }) => {
    const withRounding: State = {
      'src/price.mjs': `import { floorCents } from './rounding.mjs'\n${price.replace('Math.floor', 'floorCents')}`,
    }
    const clone = cloneOf(repository, 'other-failures', [
      { ...withRounding, 'src/rounding.mjs': 'export const floorCents = Math.floor\n' },
      withRounding,
      { 'build.mjs': `${build}}\n` },
      bad,
    ])
    requirement(4)
    transcript('first', 'a good commit, which has a file src/rounding.mjs; in the next one the file is missing')
    await clone.judge(0)
    expect(await clone.judge(1), 'verdict on a commit that lacks a file').toBe('cannot be told')
    await clone.build(3)
    transcript('then', 'dist/ holds the build of a bad commit; in the next one build.mjs itself has a syntax error')
    expect(await clone.judge(2), 'verdict on a commit whose build.mjs does not run').toBe('cannot be told')
  },
)

test(
  'an output that only resembles 4500 is bad',
  { meta: { id: 'resembles', group: 'verdicts', covers: [3] } },
  async ({ repository, transcript, evidence }) => {
    const outputs = ['14500', '45000', '4500 cents', '5000\n4500', '4500\n5000', '']
    const clone = cloneOf(repository, 'resembles', outputs.map(printing))
    for (const [i, output] of outputs.entries()) {
      transcript('prints', JSON.stringify(output))
      const verdict = await clone.judge(i)
      evidence('accepted', verdict === 'good')
      expect(verdict, 'verdict on a commit that prints something like 4500').toBe('bad')
    }
  },
)

test(
  'what is written on standard error is no part of the answer',
  { meta: { id: 'standard-error', group: 'verdicts', covers: [2, 3] } },
  async ({ repository, transcript, evidence, requirement }) => {
    const clone = cloneOf(repository, 'standard-error', [
      { 'build.mjs': `${build}console.error('build failed to find a newer compiler; it is done all the same')\n` },
      doing(`${price}console.error('warning: the unit price will be named --unit-cents')`),
      doing("console.error('4500')\nconsole.log(5000)"),
    ])
    requirement(2)
    transcript('first', 'a good commit whose build writes a warning on standard error')
    expect(await clone.judge(0), 'verdict on a good commit whose build warns').toBe('good')
    transcript('then', 'a good commit that prints 4500, and a warning on standard error')
    expect(await clone.judge(1), 'verdict on a good commit that warns').toBe('good')
    requirement(3)
    transcript('then', 'a commit that prints 5000, and 4500 on standard error')
    const verdict = await clone.judge(2)
    evidence('accepted', verdict === 'good')
    expect(verdict, 'verdict on a commit that prints 4500 on standard error alone').toBe('bad')
  },
)

test(
  'a program that builds and then fails is bad, whatever it ends with',
  { meta: { id: 'program-fails', group: 'verdicts', covers: [3] } },
  async ({ repository, transcript, evidence }) => {
    const ends: [string, string][] = [
      ['throws an error', "throw new Error('no price')"],
      ['ends with 125', 'console.log(5000)\nprocess.exit(125)'],
      ['ends with 255', 'console.log(5000)\nprocess.exit(255)'],
      ['is killed', "process.kill(process.pid, 'SIGKILL')"],
    ]
    const clone = cloneOf(
      repository,
      'program-fails',
      ends.map(([, statements]) => doing(statements)),
    )
    for (const [i, [what]] of ends.entries()) {
      transcript('the program', what)
      const verdict = await clone.judge(i)
      evidence('handedOn', i > 0 && verdict !== 'good' && verdict !== 'bad')
      expect(verdict, 'verdict on a commit whose program fails').toBe('bad')
    }
  },
)

test(
  'an old build in dist/ does not answer for another commit',
  { meta: { id: 'old-build', group: 'clean', covers: [5] } },
  async ({ repository, transcript, evidence }) => {
    const clone = cloneOf(repository, 'old-build', [good, bad])
    await clone.build(1)
    transcript('before', 'dist/ holds the build of a bad commit; a good one is checked out')
    const onGood = await clone.judge(0)
    evidence('oldBuildAnswers', onGood === 'bad')
    expect(onGood, 'verdict on a good commit, with the build of a bad one').toBe('good')
    await clone.build(0)
    transcript('before', 'dist/ holds the build of a good commit; a bad one is checked out')
    const onBad = await clone.judge(1)
    evidence('oldBuildAnswers', onBad === 'good')
    expect(onBad, 'verdict on a bad commit, with the build of a good one').toBe('bad')
  },
)

test(
  'a file that only an old build has put into dist/ does not help a commit',
  { meta: { id: 'old-file', group: 'clean', covers: [5] } },
  async ({ repository, transcript, evidence }) => {
    // The build does not look at this kind of import.
    const calling: State = {
      'src/price.mjs': `import * as rounding from './rounding.mjs'\n${price.replace('Math.floor', 'rounding.floor')}`,
    }
    const clone = cloneOf(repository, 'old-file', [
      { ...calling, 'src/rounding.mjs': 'export const floor = Math.floor\n' },
      calling,
    ])
    await clone.build(0)
    transcript('before', 'a good commit was built, which has src/rounding.mjs; the next one lacks it and builds')
    const verdict = await clone.judge(1)
    evidence('oldBuildAnswers', verdict === 'good')
    expect(verdict, 'verdict on a commit whose program misses a file of an old build').toBe('bad')
  },
)

/** Paths of a commit whose file in the folder is not what the commit holds. */
const differing = ({ folder, files }: Clone, commit: number): string[] =>
  [...(files[commit] ?? [])]
    .filter(([path, text]) => {
      const file = join(folder, path)
      return !lstatSync(file, { throwIfNoEntry: false })?.isFile() || readFileSync(file, 'utf8') !== text
    })
    .map(([path]) => path)

/** What git tells: where HEAD is, and the tracked files that are not as they were. */
async function statusOf(clone: Clone): Promise<{ head: string; changed: string[] }> {
  const { lines } = await clone.run(['git', 'status', '--porcelain=v2', '--branch', '--untracked-files=no'], {
    quiet: true,
  })
  return {
    head: lines.filter((line) => /^# branch\.(oid|head)/.test(line)).join('  '),
    changed: lines.filter((line) => !line.startsWith('#')).map((line) => line.split(' ').at(-1) ?? ''),
  }
}

test(
  'every tracked file is as it was, and so is HEAD',
  { meta: { id: 'leaves-no-trace', group: 'clean', covers: [6] } },
  async ({ repository, transcript }) => {
    const commits: [string, State][] = [
      ['a bad commit', bad],
      ['a commit that does not build', unbuildable],
      ['a good commit', good],
      ['a commit whose program throws', doing("throw new Error('no price')")],
      ['a commit whose build.mjs does not run', { 'build.mjs': `${build}}\n` }],
    ]
    const clone = cloneOf(
      repository,
      'trace',
      commits.map(([, state]) => state),
    )
    for (const [i, [what]] of commits.entries()) {
      transcript('judged', what)
      await clone.judge(i)
      const { head, changed } = await statusOf(clone)
      const touched = [...new Set([...changed, ...differing(clone, i)])].sort()
      transcript('changed', touched.join('\n') || '(nothing)')
      expect(touched, 'tracked files that differ afterwards').toEqual([])
      expect(head, 'HEAD afterwards').toBe(`# branch.oid ${clone.ids[i]}  # branch.head (detached)`)
    }
  },
)

test(
  'where a branch is checked out, it stays checked out',
  { meta: { id: 'on-a-branch', group: 'clean', covers: [6] } },
  async ({ repository }) => {
    const clone = cloneOf(repository, 'on-a-branch', [good, bad])
    await clone.run([clone.script], { env: identity })
    const { head, changed } = await statusOf(clone)
    expect(changed, 'tracked files that differ afterwards').toEqual([])
    expect(head, 'HEAD afterwards').toBe(`# branch.oid ${clone.ids[1]}  # branch.head main`)
  },
)

test(
  'a clone in a folder of an odd name: judged like any other',
  { meta: { id: 'any-folder', group: 'clean', covers: [1] } },
  async ({ repository }) => {
    const spaced = cloneOf(repository, "Piet's copy (2) of prices", [good])
    expect(await spaced.judge(0), 'verdict on a good commit in a folder with spaces in its name').toBe('good')
    for (const name of ['-n', '[old] $HOME & co'])
      expect(await cloneOf(repository, name, [good]).judge(0), 'verdict on a good commit in an odd folder').toBe('good')
  },
)

/** Lets git search; gives the commits that it names, as their places in the history. */
async function search(clone: Clone): Promise<number[]> {
  await clone.run(['git', 'bisect', 'start', 'main', 'v1.0'])
  const { stdout, stderr } = await clone.run(['git', 'bisect', 'run', clone.script], {
    limitMs: 30_000,
    quiet: true,
    env: { ...identity, LC_ALL: 'C' },
  })
  const left = await clone.run(['git', 'rev-list', 'refs/bisect/bad', '--not', '--glob=refs/bisect/good-*'], {
    quiet: true,
  })
  if (!/first bad commit/.test(stdout + stderr)) throw new Error(`git bisect run was stopped: ${complaintIn(stderr)}`)
  return left.lines.map((id) => clone.ids.indexOf(id)).sort((a, b) => a - b)
}

const complaintIn = (stderr: string): string =>
  stderr
    .split('\n')
    .filter((line) => /^(error|fatal|bisect)/i.test(line) || line.startsWith('\t'))
    .slice(0, 4)
    .join(' ') || 'it did not say why.'

/** Good until the culprit, bad from there on, and some that do not build. */
const historyOf = (commits: number, culprit: number, bug: string, broken: readonly number[] = []): State[] =>
  Array.from({ length: commits }, (_, i) => ({
    'src/discount.mjs': discount(
      i < culprit ? 'pieces >= 10 ? 10 : 0' : bug,
      broken.includes(i) ? 'percentage' : 'percentOff',
    ),
  }))

const named = (clone: Clone, i: number, broken: readonly number[]): string =>
  `${clone.ids[i]?.slice(0, 7)} (commit ${i}${broken.includes(i) ? ', which does not build' : ''})`

test(
  'git bisect run finds the first bad commit of another history',
  { meta: { id: 'finds-it', group: 'search', gate: true, covers: [7] } },
  async ({ repository, random, transcript }) => {
    const culprit = random.integer(10, 26)
    // Git's first question falls on the middle.
    const broken = [15, 16, 22, 29].filter((i) => Math.abs(i - culprit) > 1)
    const clone = cloneOf(repository, 'long-history', historyOf(32, culprit, random.pick(bugs), broken))
    const found = await search(clone)
    transcript('git named', found.map((i) => named(clone, i, broken)).join(', '))
    expect(found, 'place of the first bad commit, counted from v1.0').toEqual([culprit])
  },
)

test(
  'git bisect run finds a first bad commit at either end',
  { meta: { id: 'finds-it-at-the-ends', group: 'search', covers: [7] } },
  async ({ repository, random, transcript }) => {
    for (const [culprit, broken] of [
      [1, [2]],
      [4, [2]],
    ] as const) {
      const clone = cloneOf(repository, `ends-${culprit}`, historyOf(5, culprit, random.pick(bugs), broken))
      const found = await search(clone)
      transcript('git named', found.map((i) => named(clone, i, broken)).join(', '))
      expect(found, 'place of the first bad commit, counted from v1.0').toEqual([culprit])
    }
  },
)

test(
  'where commits that do not build stand before the first bad one, git names them together',
  { meta: { id: 'finds-it-beside-unbuildable', group: 'search', covers: [7] } },
  async ({ repository, random, transcript }) => {
    const culprit = random.integer(3, 5)
    const broken = [culprit - 2, culprit - 1]
    const clone = cloneOf(repository, 'hidden-culprit', historyOf(8, culprit, random.pick(bugs), broken))
    const found = await search(clone)
    transcript('git named', found.map((i) => named(clone, i, broken)).join(', '))
    expect(found, 'places of the commits that git names, counted from v1.0').toEqual([...broken, culprit])
  },
)

test(
  'ANSWER names the first bad commit of repo/',
  { meta: { id: 'answer', group: 'answer', covers: [8] } },
  ({ files, repository, transcript }) => {
    const answer = (files.exists('ANSWER') ? files.read('ANSWER') : '').trim()
    const commit = repository.log('refs/heads/main').find((c) => c.id === answer)
    transcript('ANSWER', answer === '' ? '(empty)' : `${answer}${commit ? `   ${subjectOf(commit)}` : ''}`)
    expect(/^[0-9a-f]{40}$/.test(answer), 'ANSWER holds a full id of 40 characters and nothing else').toBe(true)
    expect(commit !== undefined, 'ANSWER is the id of a commit of main').toBe(true)
    expect(answer === firstBad, 'ANSWER is the id of the first bad commit').toBe(true)
  },
)

const subjectOf = (commit: Commit): string => commit.message.split('\n')[0] ?? ''

test(
  'main is as it was, with one commit on top',
  { meta: { id: 'history-kept', group: 'revert', covers: [9] } },
  ({ repository, evidence }) => {
    const log = repository.log('refs/heads/main')
    const kept = log.some((c) => c.id === tip)
    evidence('rewritten', !kept)
    if (!kept) throw new Error(`The commit that main began with, ${tip.slice(0, 7)}, is no longer part of main.`)
    expect(log.length - repository.log(tip).length, 'new commits on main').toBe(1)
  },
)

test(
  'the newest commit takes the first bad one back, and nothing else',
  { meta: { id: 'reverted', group: 'revert', covers: [9] } },
  ({ repository, transcript }) => {
    const [newest] = repository.log('refs/heads/main')
    if (!newest) throw new Error('main has no commit.')
    if (newest.id === tip) throw new Error('main has no new commit yet.')
    const filesOf = (revision: string): Map<string, string> =>
      new Map(repository.tree(revision).map((e) => [e.path, `${e.mode} ${e.id}`]))
    const [before, wrong, now] = [`${firstBad}~1`, firstBad, 'refs/heads/main'].map(filesOf)
    // No later commit has touched what the bad one did, so these files are as they were before it.
    const wanted = new Map([...filesOf(tip)].map(([path, e]) => [path, e === wrong?.get(path) ? before?.get(path) : e]))
    const differ = [...new Set([...wanted.keys(), ...(now?.keys() ?? [])])].filter(
      (path) => wanted.get(path) !== now?.get(path),
    )
    const back = [...(wrong?.keys() ?? [])].filter((path) => wrong?.get(path) !== before?.get(path))
    transcript('to be taken back', back.join('\n'))
    expect(
      differ.filter((path) => back.includes(path)),
      'files that are not as they were before the first bad commit',
    ).toEqual([])
    expect(
      differ.filter((path) => !back.includes(path)),
      'other files that have changed',
    ).toEqual([])
  },
)

test(
  'main is checked out, and nothing is under way',
  { meta: { id: 'tidy', group: 'revert', covers: [10] } },
  ({ repository, evidence }) => {
    const underWay = repository.inProgress()
    evidence('bisecting', underWay.includes('bisect'))
    expect(underWay, 'what git has begun and not ended').toEqual([])
    expect(repository.branch(), 'branch that is checked out').toBe('main')
    expect(repository.status(), 'lines of git status').toEqual([])
  },
)
