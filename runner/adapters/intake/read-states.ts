import { sizeText } from '../../domain/submission/printable.ts'
import { intakeLimits, isAhead, type SubmissionFile } from '../../domain/submission/submission.ts'
import { workIn, type LeftOut, type Refusal, type Work } from '../../domain/submission/work.ts'
import { stateOf, type RawEntry } from './entries.ts'
import { IntakeRefusal } from './refusal.ts'
import { rebuilt } from './repository-config.ts'
import { soundGit, type SafeGitCall } from './safe-git.ts'

/** One saved state: its files, and the entries that they were read from. */
export interface SavedState {
  at: string
  /** What the clock said, in seconds; `at` never falls from one state to the next. */
  seconds: number
  /** The line of its message that says which state it is, and its number there. */
  subject: string
  order: number | null
  entries: RawEntry[]
  files: SubmissionFile[]
  leftOut: LeftOut[]
}

export interface SavedStates {
  /** Oldest first, in the order in which they were made. */
  states: SavedState[]
  /** States that are not taken, those for one reason together. */
  refused: Refusal[]
  /** The newest state is one of them. */
  newestIsRefused: boolean
}

interface Commit {
  tree: string
  seconds: string
  subject: string
}

/** What is read about states in one go. */
const mostLog = 4 * 1024 * 1024

/**
 * The states of a variant: what was checked or handed in, and the newest one whatever it was. One that cannot be taken
 * costs none of the others.
 */
export async function readStates(
  call: SafeGitCall,
  commit: string,
  expected: ReadonlySet<string>,
  now: Date,
): Promise<SavedStates> {
  const commits = await commitsOf(call, commit)
  const counted = commits.filter((c, i) => i === 0 || /^#\d+ check\b/.test(c.subject)).reverse()
  const trees = await readTrees(call, [...new Set(counted.map((c) => c.tree))].reverse(), expected)
  const times = timesOf(counted, now)
  const states: SavedState[] = []
  const refused: { at: string; refusal: Refusal }[] = []
  for (const [i, { tree, subject, seconds }] of counted.entries()) {
    const at = times[i] ?? null
    const read = trees.get(tree)
    if (at === null || !read) refused.push({ at: 'no time', refusal: oddTime })
    else if (isAhead(at, now)) refused.push({ at, refusal: fromTomorrow })
    else if ('rule' in read) refused.push({ at, refusal: read })
    else states.push({ at, seconds: Number(seconds), subject, order: orderIn(subject), ...read })
  }
  return {
    states,
    refused: together(refused, counted.length),
    newestIsRefused: states.length === 0 || states.at(-1)?.subject !== counted.at(-1)?.subject,
  }
}

function orderIn(subject: string): number | null {
  const number = Number(/^#(\d{1,9}) /.exec(subject)?.[1] ?? Number.NaN)
  return Number.isNaN(number) ? null : number
}

const oddTime: Refusal = { rule: 'odd-time', message: 'A saved state of it has no time that could be.' }

const fromTomorrow: Refusal = {
  rule: 'time-to-come',
  message: 'A saved state of it says that it was made in a time to come; set the clock right, and check again.',
}

/**
 * When each state was made; null for no moment that could be. A clock that was set back must not make a later state the
 * earlier one, and one that ran far ahead for a while must not move all that came after it.
 */
function timesOf(commits: readonly Commit[], now: Date): (string | null)[] {
  let last = 0
  return commits.map(({ seconds }) => {
    const own = Number(seconds)
    if (!Number.isSafeInteger(own) || own <= 0 || own >= 253_402_300_800) return null
    const at = new Date(Math.max(last, own) * 1000).toISOString()
    if (!isAhead(at, now)) last = Math.max(last, own)
    return at
  })
}

/** One refusal for each reason, with the states that it met. */
function together(refused: readonly { at: string; refusal: Refusal }[], states: number): Refusal[] {
  const byReason = Map.groupBy(refused, ({ refusal }) => refusal.message)
  return [...byReason.values()].flatMap((same) => {
    const last = same.at(-1)
    if (!last) return []
    const { rule, message } = last.refusal
    const which = same.length === 1 ? `state of ${last.at}` : `${same.length} states, the last of ${last.at}`
    return [{ rule, message: states === 1 ? message : `${message} (${which})` }]
  })
}

type ReadTree = { entries: RawEntry[]; files: SubmissionFile[]; leftOut: LeftOut[] } | Refusal

/** @param trees the newest first: what does not fit into the limit of all of them is one of the oldest */
async function readTrees(
  call: SafeGitCall,
  trees: readonly string[],
  expected: ReadonlySet<string>,
): Promise<Map<string, ReadTree>> {
  const found = new Map<string, ReadTree>()
  const works = new Map<string, Work<RawEntry>>()
  const sizes = new Map<string, number>()
  for (const tree of trees) {
    const work = await orRefusal(async () => workIn(await listTree(call, tree)))
    if ('rule' in work) found.set(tree, work)
    else if (work.refused) found.set(tree, work.refused)
    else if (fits(sizes, work.taken)) works.set(tree, work)
    else found.set(tree, tooMuch)
  }
  const contents = await readContents(call, sizes)
  for (const [tree, work] of works) {
    const read = work.taken.map(({ path, executable, id = '' }) => ({
      path,
      executable,
      content: contents.get(id) ?? Buffer.of(),
    }))
    const state = await orRefusal(async () => {
      const { leftOut } = stateOf(work, read, expected)
      return { entries: work.taken, files: await rebuilt(call, read), leftOut }
    })
    found.set(tree, state)
  }
  return found
}

const tooMuch: Refusal = {
  rule: 'too-large',
  message: `All its states together hold more than ${sizeText(intakeLimits.packBytes)}; the newest are taken.`,
}

/** Adds the contents of a tree to those that are to be read, unless that would be too much. */
function fits(sizes: Map<string, number>, taken: readonly RawEntry[]): boolean {
  const more = new Map(taken.filter((e) => !sizes.has(e.id ?? '')).map((e) => [e.id ?? '', e.size]))
  const bytes = [...sizes.values(), ...more.values()].reduce((sum, size) => sum + size, 0)
  if (bytes > intakeLimits.packBytes) return false
  for (const [id, size] of more) sizes.set(id, size)
  return true
}

/** What refuses one state is an answer; what took too long would do so for every further one. */
async function orRefusal<T>(work: () => Promise<T>): Promise<T | Refusal> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof IntakeRefusal) || error.rule === 'too-slow') throw error
    return { rule: error.rule, message: error.message }
  }
}

async function commitsOf(call: SafeGitCall, commit: string): Promise<Commit[]> {
  const args = [
    'log',
    '--first-parent',
    `--max-count=${intakeLimits.states}`,
    '--format=%T%x00%ct%x00%s%x00',
    commit,
    '--',
  ]
  const printed = await soundGit(
    args,
    { ...call, mostOutput: mostLog },
    'not-sound',
    'Its saved states cannot be read.',
  )
  const fields = printed.toString().split('\0')
  return Array.from({ length: Math.floor(fields.length / 3) }, (_, i): Commit => {
    const [tree = '', seconds = '', subject = ''] = fields.slice(i * 3, i * 3 + 3)
    return { tree: tree.trim(), seconds, subject }
  })
}

const kinds: Record<string, RawEntry['kind']> = {
  '100644': 'file',
  '100755': 'file',
  '120000': 'symlink',
  '160000': 'submodule',
}

async function listTree(call: SafeGitCall, tree: string): Promise<RawEntry[]> {
  // A listing that breaks off is worth nothing; it is stopped before it can fill the memory.
  const printed = await soundGit(
    ['ls-tree', '-r', '-l', '-z', '--full-tree', tree],
    { ...call, mostOutput: intakeLimits.entries * 300 },
    'not-sound',
    'A saved state of it cannot be listed.',
  )
  const records: Buffer[] = []
  for (let from = 0; from < printed.length;) {
    const end = printed.indexOf(0, from)
    records.push(printed.subarray(from, end < 0 ? printed.length : end))
    from = end < 0 ? printed.length : end + 1
  }
  return records.map(treeEntry)
}

function treeEntry(record: Buffer): RawEntry {
  const tab = record.indexOf(9)
  const [mode = '', , id = '', size = ''] = record.subarray(0, tab).toString('latin1').split(/ +/)
  return {
    path: record.toString('utf8', tab + 1),
    kind: kinds[mode] ?? 'special',
    executable: mode === '100755',
    size: Number(size) || 0,
    id,
    read: () => Buffer.of(),
  }
}

/** All contents that are wanted, in one process. git checks each against its id. */
async function readContents(call: SafeGitCall, sizes: ReadonlyMap<string, number>): Promise<Map<string, Buffer>> {
  const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0)
  const contents = new Map<string, Buffer>()
  if (sizes.size === 0) return contents
  const input = Buffer.from([...sizes.keys()].map((id) => `${id}\n`).join(''))
  const printed = await soundGit(
    ['cat-file', '--batch'],
    { ...call, input, mostOutput: bytes + 100 * sizes.size },
    'not-sound',
    'A file of it cannot be read.',
  )
  let offset = 0
  for (const [id, size] of sizes) {
    const lineEnd = printed.indexOf(10, offset)
    if (printed.toString('latin1', offset, lineEnd) !== `${id} blob ${size}`)
      throw new IntakeRefusal('not-sound', 'A file of it is missing or is no file.')
    contents.set(id, printed.subarray(lineEnd + 1, lineEnd + 1 + size))
    offset = lineEnd + 1 + size + 1
  }
  return contents
}
