import { statSync } from 'node:fs'
import { expect, test, type Commit, type MadeCommit, type MadeRepository, type Random, type Repository } from '#harness'

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

/** Ways to lose the discount of ten pieces, and what is then printed. */
const bugs = ['pieces > 10 ? 10 : 0', 'pieces >= 100 ? 10 : 0', 'pieces >= 10 ? 1 : 0', 'pieces >= 10 ? -10 : 0']

const discount = (rule: string, name: string): string => `export function ${name}(pieces) {\n  return ${rule}\n}\n`

interface Plot {
  commits: number
  /** Places from 0; everything from here on is bad. */
  bad: number
  unbuildable: readonly number[]
}

function historyOf({ commits, bad, unbuildable }: Plot, random: Random): MadeCommit[] {
  const bug = random.pick(bugs)
  let builds = ''
  return Array.from({ length: commits }, (_, i) => {
    // Every other commit is a release: a log that the script has changed stands in git's way.
    if (i % 2 === 0) builds += `release 1.0.${i} built on the machine of Noor\n`
    const files = {
      'builds.log': builds,
      'docs/carriers.md': Array.from({ length: i + 1 }, (__, n) => `- carrier ${n + 1}\n`).join(''),
      'src/discount.mjs': discount(
        i < bad ? 'pieces >= 10 ? 10 : 0' : bug,
        unbuildable.includes(i) ? 'percentage' : 'percentOff',
      ),
    }
    const fixed = { 'build.mjs': build, 'src/price.mjs': price, '.gitignore': 'dist/\n' }
    return i === 0
      ? { message: 'Release 1.0', tag: 'v1.0', files: { ...files, ...fixed } }
      : { message: `Commit ${i}`, files }
  })
}

const good = 0
const unbuildable = 1
const bad = 3
/** Four commits: good, one that does not build, good, bad. */
const short: Plot = { commits: 4, bad: 3, unbuildable: [1] }

interface Clone extends MadeRepository {
  script: string
  /** Checks a commit out and runs the learner's script on it; gives its exit code. */
  judge: (commit: number) => Promise<number>
}

function cloneOf(repository: Repository, random: Random, plot: Plot, name = 'clone'): Clone {
  const script = repository.copy('check.sh')
  if (script === null) throw new Error('There is no file check.sh beside repo/.')
  if ((statSync(script).mode & 0o100) === 0) throw new Error('check.sh is not executable.')
  const made = repository.make(name, historyOf(plot, random))
  const judge = async (commit: number): Promise<number> => {
    await made.run(['git', 'checkout', '--quiet', '--force', made.ids[commit] ?? ''], { quiet: true })
    return (await made.run([script])).code ?? 255
  }
  return { ...made, script, judge }
}

const isBad = (code: number): boolean => code >= 1 && code <= 127 && code !== 125

test(
  'a good commit: exit code 0',
  { meta: { id: 'good', group: 'verdicts', covers: [1, 2] } },
  async ({ repository, random }) => {
    const clone = cloneOf(repository, random, short, 'good')
    expect(await clone.judge(good), 'exit code on a commit that prints 4500').toBe(0)
  },
)

test(
  'a bad commit: an exit code that means bad',
  { meta: { id: 'bad', group: 'verdicts', covers: [1, 3] } },
  async ({ repository, random }) => {
    const clone = cloneOf(repository, random, short, 'bad')
    const code = await clone.judge(bad)
    if (!isBad(code))
      throw new Error(
        `The exit code on a commit that prints another price was ${code}; 1 to 124, 126 and 127 mean bad.`,
      )
  },
)

test(
  'a commit that does not build: exit code 125',
  { meta: { id: 'unbuildable', group: 'verdicts', covers: [4, 5] } },
  async ({ repository, random, transcript, evidence }) => {
    const clone = cloneOf(repository, random, short, 'unbuildable')
    const fresh = await clone.judge(unbuildable)
    await buildAt(clone, good)
    transcript('then', 'dist/ holds the build of a good commit; the same commit is judged again')
    const withOldBuild = await clone.judge(unbuildable)
    evidence('oldBuildAnswers', withOldBuild === 0)
    expect(fresh, 'exit code on a commit that does not build, without dist/').toBe(125)
    expect(withOldBuild, 'exit code on a commit that does not build, with an old dist/').toBe(125)
  },
)

/** As somebody else would have built there before. */
async function buildAt(clone: Clone, commit: number): Promise<void> {
  await clone.run(['git', 'checkout', '--quiet', '--force', clone.ids[commit] ?? ''], { quiet: true })
  await clone.run(['node', 'build.mjs'], { quiet: true })
  await clone.run(['git', 'checkout', '--quiet', '--force', clone.ids[commit] ?? ''], { quiet: true })
}

test(
  'an old build in dist/ does not answer for another commit',
  { meta: { id: 'old-build', group: 'clean', covers: [5] } },
  async ({ repository, random, transcript }) => {
    const clone = cloneOf(repository, random, short, 'old-build')
    await buildAt(clone, bad)
    transcript('before', 'dist/ holds the build of a bad commit; a good one is checked out')
    expect(await clone.judge(good), 'exit code on a good commit').toBe(0)
    await buildAt(clone, good)
    transcript('before', 'dist/ holds the build of a good commit; a bad one is checked out')
    const code = await clone.judge(bad)
    if (!isBad(code)) throw new Error(`The exit code on a bad commit was ${code}.`)
  },
)

test(
  'every tracked file is as it was, and so is HEAD',
  { meta: { id: 'leaves-no-trace', group: 'clean', covers: [6] } },
  async ({ repository, random, transcript }) => {
    const clone = cloneOf(repository, random, short, 'trace')
    for (const [commit, kind] of [
      [bad, 'a commit'],
      [unbuildable, 'a commit that does not build'],
    ] as const) {
      await clone.judge(commit)
      const { lines } = await clone.run(['git', 'status', '--porcelain=v2', '--branch', '--untracked-files=no'], {
        quiet: true,
      })
      const changed = lines.filter((line) => !line.startsWith('#')).map((line) => line.split(' ').at(-1))
      transcript('changed', changed.join('\n') || '(nothing)')
      expect(changed, `tracked files that differ after ${kind} was judged`).toEqual([])
      expect(lines.filter((line) => line.startsWith('# branch.')).join('  '), 'HEAD afterwards').toBe(
        `# branch.oid ${clone.ids[commit]}  # branch.head (detached)`,
      )
    }
  },
)

test(
  'a clone in a folder with spaces in its name: judged like any other',
  { meta: { id: 'any-folder', group: 'clean', covers: [1] } },
  async ({ repository, random }) => {
    const clone = cloneOf(repository, random, short, "Piet's copy (2) of prices")
    expect(await clone.judge(2), 'exit code on a good commit').toBe(0)
  },
)

/** Lets git search; gives the commits that it names, as their places in the history. */
async function search(clone: Clone): Promise<number[]> {
  await clone.run(['git', 'bisect', 'start', 'main', 'v1.0'])
  const { stdout, stderr } = await clone.run(['git', 'bisect', 'run', clone.script], {
    limitMs: 30_000,
    quiet: true,
    env: { LC_ALL: 'C' },
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

test(
  'git bisect run finds the first bad commit of another history',
  { meta: { id: 'finds-it', group: 'search', gate: true, covers: [7] } },
  async ({ repository, random, transcript }) => {
    const culprit = random.integer(10, 26)
    // Git's first question falls on the middle.
    const broken = [15, 16, 22, 29].filter((i) => Math.abs(i - culprit) > 1)
    const clone = cloneOf(repository, random, { commits: 32, bad: culprit, unbuildable: broken }, 'long-history')
    const found = await search(clone)
    transcript('git named', found.map((i) => named(clone, i, broken)).join(', '))
    expect(found, 'place of the first bad commit, counted from v1.0').toEqual([culprit])
  },
)

const named = (clone: Clone, i: number, broken: readonly number[]): string =>
  `${clone.ids[i]?.slice(0, 7)} (commit ${i}${broken.includes(i) ? ', which does not build' : ''})`

test(
  'where commits that do not build stand before the first bad one, git names them together',
  { meta: { id: 'finds-it-beside-unbuildable', group: 'search', covers: [7] } },
  async ({ repository, random, transcript }) => {
    const culprit = random.integer(3, 5)
    const broken = [culprit - 2, culprit - 1]
    const clone = cloneOf(repository, random, { commits: 8, bad: culprit, unbuildable: broken }, 'hidden-culprit')
    const found = await search(clone)
    transcript('git named', found.map((i) => named(clone, i, broken)).join(', '))
    expect(found, 'places of the commits that git names, counted from v1.0').toEqual([...broken, culprit])
  },
)

test(
  'ANSWER names the first bad commit of repo/',
  { meta: { id: 'answer', group: 'answer', covers: [8] } },
  ({ files, repository, transcript, evidence }) => {
    const answer = (files.exists('ANSWER') ? files.read('ANSWER') : '').trim()
    const commit = repository.log(tip).find((c) => c.id === answer)
    transcript('ANSWER', answer === '' ? '(empty)' : `${answer}${commit ? `   ${subjectOf(commit)}` : ''}`)
    if (!/^[0-9a-f]{40}$/.test(answer))
      throw new Error('ANSWER does not hold a full id of 40 characters, and nothing else.')
    if (!commit) throw new Error('main has no commit with this id.')
    evidence(
      'unbuildable',
      ['Call the price of an order what it is', 'Put rounding into', 'Begin to move rounding'].some((subject) =>
        commit.message.startsWith(subject),
      ),
    )
    if (answer !== firstBad) throw new Error('This is a commit of main, but not the first bad one.')
  },
)

const subjectOf = (commit: Commit): string => commit.message.split('\n')[0] ?? ''

test(
  'main is as it was, with one commit on top',
  { meta: { id: 'history-kept', group: 'revert', covers: [9] } },
  ({ repository, evidence }) => {
    const log = repository.log('refs/heads/main')
    const before = log.findIndex((c) => c.id === tip)
    evidence('rewritten', before < 0)
    if (before < 0) throw new Error(`The commit that main began with, ${tip.slice(0, 7)}, is no longer part of main.`)
    expect(before, 'new commits on main').toBe(1)
  },
)

/** Lines that a change takes away and adds, whatever their place. */
function changeOf(before: string | null, after: string | null): { gone: string[]; came: string[] } {
  const [old, now] = [(before ?? '').split('\n'), (after ?? '').split('\n')]
  return { gone: without(old, now), came: without(now, old) }
}

function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = [...others]
  return lines
    .filter((line) => {
      const at = left.indexOf(line)
      if (at >= 0) left.splice(at, 1)
      return at < 0
    })
    .sort()
}

function changesOf(
  repository: Repository,
  from: string,
  to: string,
): Record<string, { gone: string[]; came: string[] }> {
  const [before, after] = [from, to].map((id) => new Map(repository.tree(id).map((e) => [e.path, `${e.mode} ${e.id}`])))
  const paths = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])].filter(
    (path) => before?.get(path) !== after?.get(path),
  )
  return Object.fromEntries(
    paths.sort().map((path) => [path, changeOf(repository.show(from, path), repository.show(to, path))]),
  )
}

test(
  'the newest commit takes the first bad one back, and nothing else',
  { meta: { id: 'reverted', group: 'revert', covers: [9] } },
  ({ repository }) => {
    const [newest] = repository.log('refs/heads/main')
    if (!newest) throw new Error('main has no commit.')
    if (newest.id === tip) throw new Error('main has no new commit yet.')
    expect(newest.parents.length, 'parents of the newest commit').toBe(1)
    const wrong = Object.entries(changesOf(repository, `${firstBad}~1`, firstBad)).map(([path, { gone, came }]) => [
      path,
      { gone: came, came: gone },
    ])
    expect(changesOf(repository, newest.parents[0] ?? '', newest.id), 'what the newest commit changes').toEqual(
      Object.fromEntries(wrong),
    )
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
