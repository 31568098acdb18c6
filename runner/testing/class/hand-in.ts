import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { submissionPacker } from '../../adapters/submission/pack-submission.ts'
import { csvText } from '../../domain/class/gradebook-csv.ts'
import { workRef, type Receipt } from '../../domain/submission/submission.ts'
import { tar, zip } from '../red-team/archives.ts'
import { classExercises, type PlannedLearner, type PlannedWork } from './class-plan.ts'
import { entryOf, solutionOf, workFiles, type Files } from './class-files.ts'

/**
 * Writes what a class hands in: bundles, folders and archives, as learners would make them, and some that hold nothing.
 */

export const closesAt = { local: '2026-03-02T23:59', zone: 'Europe/Berlin' } as const
const closesMs = Date.parse('2026-03-02T22:59:00Z')
/** As old as the archives of testing/red-team/archives.ts. */
const inTimeMs = 1_770_000_000_000
export const latePolicy = { graceMinutes: 15, percentPerDay: 10, capPercent: 50, lateDays: 0 } as const

/** What each delay costs, said here once more in plain numbers. */
export const delays = [
  { minutes: 10, percent: 0 },
  { minutes: 16, percent: 10 },
  { minutes: 30 * 60, percent: 20 },
  { minutes: 9 * 24 * 60, percent: 50 },
] as const
export const delayOf = ({ pick }: PlannedWork): (typeof delays)[number] => delays[pick % delays.length] ?? delays[0]

interface State {
  atMs: number
  files: Files
}

/** The states of a work, oldest first. */
function statesOf(learner: PlannedLearner, work: PlannedWork): State[] {
  const lateMs = closesMs + delayOf(work).minutes * 60_000
  const solution = solutionOf(work)
  if (work.kind === 'set-back')
    return [
      { atMs: lateMs, files: workFiles(learner, work, solution) },
      { atMs: inTimeMs, files: withOddFile(learner, workFiles(learner, work, 'reference')) },
    ]
  if (work.kind === 'late') return [{ atMs: lateMs, files: workFiles(learner, work, solution) }]
  const first = { atMs: inTimeMs, files: withOddFile(learner, workFiles(learner, work, solution)) }
  return work.kind === 'late-better' ? [first, { atMs: lateMs, files: workFiles(learner, work, 'reference') }] : [first]
}

/** Some have a file beside their work that not every disk can hold and that nothing uses: it costs them nothing. */
const withOddFile = (learner: PlannedLearner, files: Files): Files =>
  learner.form === 'bundle' && numberOf(learner) % 4 === 1 ? new Map([...files, ['notes 12:30.txt', 'x\n']]) : files

const handedIn = ({ works }: PlannedLearner): PlannedWork[] => works.filter((w) => w.kind !== 'missing')
const variant = ({ slug, language }: PlannedWork): string => `${slug}@${language}`

export function writeSetAndRoster(folder: string, learners: readonly PlannedLearner[]): void {
  const set = {
    formatVersion: 1,
    id: 'generated-class',
    name: 'A generated class',
    version: 1,
    passMark: 60,
    closesAt,
    late: latePolicy,
    exercises: classExercises.map(({ slug, weight }) => ({ slug, weight })),
  }
  writeFileSync(join(folder, 'set.json'), JSON.stringify(set, null, 2))
  const rows = learners.map(({ id, name }) => [id, name, `${id}@example.org`, '', '', ''])
  writeFileSync(join(folder, 'roster.csv'), csvText([['id', 'name', 'email', 'github', 'sisId', 'remote'], ...rows]))
}

/** @param folder for the submissions; @param scratch for what is gone afterwards */
export async function writeHandIn(folder: string, scratch: string, learner: PlannedLearner): Promise<void> {
  mkdirSync(folder, { recursive: true })
  switch (learner.form) {
    case 'nothing':
      return
    case 'void':
      return writeFileSync(join(folder, `${learner.id}.zip`), '')
    case 'junk':
      return writeFileSync(join(folder, `${learner.id}.bundle`), `# v2 git bundle\n${'not one at all '.repeat(20)}`)
    case 'folder':
      return writeFolder(join(folder, learner.id), learner)
    case 'bundle':
      return writeBundle(bundlePlace(folder, learner), join(scratch, learner.id), learner)
    default:
      return writeFileSync(
        join(folder, `${learner.id}.${learner.form}`),
        learner.form === 'tar'
          ? tar(entriesOf(learner))
          : zip(entriesOf(learner).map((e) => ({ ...e, ...zipTime(learner) }))),
      )
  }
}

/**
 * In time in each of the two, though the clock's hands stand after the close: in Tokyo, with the time in UTC beside it, and in
 * the zone of the set, where there is none.
 */
const zipTime = (learner: PlannedLearner): { clock: string; utc?: number } =>
  Math.floor(numberOf(learner) / 14) % 2 === 0
    ? { clock: '2026-03-03T06:00:00', utc: Date.parse('2026-03-02T21:00:00Z') / 1000 }
    : { clock: '2026-03-02T23:30:00' }

const numberOf = ({ id }: PlannedLearner): number => Number(/\d+$/.exec(id)?.[0])

/** Some come as a platform gives them out: in a folder of the person's name, or under the name of a second download. */
function bundlePlace(folder: string, learner: PlannedLearner): string {
  const number = numberOf(learner)
  if (number % 3 === 1) return join(folder, `${learner.id} (1).bundle`)
  if (number % 3 === 2) return join(folder, `${learner.id}.bundle`)
  const own = join(folder, `${learner.name.replaceAll('/', '_')}_${number}_assignsubmission_file_`)
  mkdirSync(own, { recursive: true })
  writeFileSync(join(own, 'desktop.ini'), 'x')
  return join(own, 'work.bundle')
}

function entriesOf(learner: PlannedLearner): { path: string; content: Buffer }[] {
  return handedIn(learner).flatMap((work) => {
    const [state] = statesOf(learner, work)
    return [...(state?.files ?? [])].map(([path, text]) => ({
      path: `${variant(work)}/${path}`,
      content: Buffer.from(text),
    }))
  })
}

function writeFolder(folder: string, learner: PlannedLearner): void {
  for (const work of handedIn(learner)) {
    const [state] = statesOf(learner, work)
    const linked = work.kind === 'linked' ? entryOf(work.slug, work.language) : null
    for (const [path, text] of state?.files ?? []) {
      const target = join(folder, variant(work), path)
      mkdirSync(dirname(target), { recursive: true })
      if (path === linked) {
        symlinkSync('/etc/passwd', target)
        continue
      }
      writeFileSync(target, text)
      utimesSync(target, new Date(state?.atMs ?? 0), new Date(state?.atMs ?? 0))
    }
  }
}

/** The states lie in a store of commits; the product's own packer makes the bundle of it. */
async function writeBundle(file: string, stores: string, learner: PlannedLearner): Promise<void> {
  const store = join(stores, 'all.git')
  for (const name of ['objects/pack', 'objects/info', 'refs/heads']) mkdirSync(join(store, name), { recursive: true })
  writeFileSync(join(store, 'HEAD'), 'ref: refs/heads/none\n')
  writeFileSync(join(store, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n')
  const works = handedIn(learner)
  execFileSync('git', ['fast-import', '--quiet', '--done'], {
    cwd: store,
    env: gitEnv,
    input: Buffer.concat([...works.flatMap((w) => commitsOf(learner, w)), Buffer.from('done\n')]),
  })
  const told = execFileSync('git', ['for-each-ref', '--format=%(refname) %(objectname) %(tree)'], {
    cwd: store,
    env: gitEnv,
    encoding: 'utf8',
  })
  const ids = new Map(
    told
      .split('\n')
      .map((line) => line.split(' '))
      .map(([ref = '', commit = '', tree = '']) => [ref, { commit, tree }]),
  )
  const receipt: Receipt = {
    formatVersion: 1,
    learner: { id: learner.id, name: learner.name, email: '' },
    set: { id: 'generated-class', version: 1 },
    submittedAt: new Date(
      Math.max(inTimeMs, ...works.flatMap((w) => statesOf(learner, w)).map((s) => s.atMs)),
    ).toISOString(),
    works: works.map((work) => ({
      slug: work.slug,
      language: work.language,
      commit: '',
      tree: '',
      ...ids.get(workRef(work)),
      at: new Date(statesOf(learner, work).at(-1)?.atMs ?? 0).toISOString(),
      states: statesOf(learner, work).length,
      attempts: work.pick % 9,
      hintsUsed: [],
      minutesToPass: work.kind === 'right' ? work.pick % 90 : null,
    })),
  }
  const packer = submissionPacker({ folderOf: () => 'all', stores, readStates: nothingSaved })
  await packer.bundle(receipt, file)
  packer.close()
}

const nothingSaved = () => Promise.reject(new Error('the states are in the receipt'))

const gitEnv = { PATH: process.env['PATH'] ?? '', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' }

/** Before the states that count some learners have one that cannot be taken: its code uses what no disk may hold. */
function commitsOf(learner: PlannedLearner, work: PlannedWork): Buffer[] {
  const [first, ...later] = statesOf(learner, work)
  const states = first === undefined ? [] : [first, ...later]
  if (first && numberOf(learner) % 4 === 2)
    states.unshift({
      atMs: first.atMs,
      files: new Map([
        ['a.ts', "import './aux.ts'"],
        ['aux.ts', ''],
      ]),
    })
  return states.flatMap(({ atMs, files }, i) => {
    const message = `#${i + 1} check`
    const head = `commit ${workRef(work)}\ncommitter Gym <learn@backend-gym.invalid> ${atMs / 1000} +0000\ndata ${message.length}\n${message}\ndeleteall\n`
    return [Buffer.from(head), ...[...files].flatMap(([path, text]) => blobOf(path, Buffer.from(text)))]
  })
}

const blobOf = (path: string, content: Buffer): Buffer[] => [
  Buffer.from(`M 100644 inline ${path}\ndata ${content.length}\n`),
  content,
  Buffer.from('\n'),
]
