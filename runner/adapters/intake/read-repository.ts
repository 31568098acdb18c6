import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  decodeReceipt,
  intakeLimits,
  receiptFile,
  receiptRef,
  variantOfRef,
  type Incoming,
  type IncomingState,
  type IncomingWork,
  type Receipt,
  type WantedWorks,
} from '../../domain/submission/submission.ts'
import { readBundleHeader } from './bundle-header.ts'
import { acceptedEntries, type RawEntry } from './entries.ts'
import type { VariantId } from '../../domain/exercise/variant.ts'
import { IntakeRefusal, sizeText } from './refusal.ts'
import type { Remote } from './remote.ts'
import { safeGit, soundGit, type SafeGitCall } from './safe-git.ts'
import { rebuilt } from './repository-config.ts'
import { refusedAsOddity, refuseLanguage } from './oddities.ts'
import { ensureFolder, removeTree } from '../files/late-packages.ts'

/** What is read about states in one go. */
const mostLog = 4 * 1024 * 1024

/** Reads a bundle: its header by us, then everything else through a bare repository of our own. */
export async function readBundle(bundle: Buffer, wanted: WantedWorks): Promise<Incoming> {
  const { refs } = readBundleHeader(bundle)
  if (![...refs.keys()].some((ref) => variantOfRef(ref)))
    throw new IntakeRefusal('nothing-handed-in', 'The bundle holds no work made with: npm run submit.')
  return inBareRepository(async (call) => {
    const file = join(call.repository, 'submission.bundle')
    writeFileSync(file, bundle, { flag: 'wx', mode: 0o600 })
    await fetchInto({ ...call, protocols: 'file' }, file)
    return readFetched(call, wanted)
  })
}

/** Fetches what was pushed to a remote that the instructor's roster names. */
export async function readRemote(remote: Remote, wanted: WantedWorks): Promise<Incoming> {
  return inBareRepository(async (call) => {
    await fetchInto({ ...call, protocols: remote.protocol, ssh: remote.protocol === 'ssh' }, remote.address)
    return readFetched(call, wanted)
  })
}

/** Bare, without a template, and made by hand: no git has a say in what is in it. Gone when the work ends. */
export async function inBareRepository<T>(work: (call: SafeGitCall) => Promise<T>): Promise<T> {
  const repository = mkdtempSync(join(tmpdir(), 'gym-intake-'))
  try {
    for (const name of ['objects/pack', 'objects/info', 'refs/heads']) ensureFolder(join(repository, name))
    writeFileSync(join(repository, 'HEAD'), 'ref: refs/heads/none\n')
    writeFileSync(join(repository, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n')
    return await work({ repository })
  } finally {
    removeTree(repository)
  }
}

async function fetchInto(call: SafeGitCall, from: string): Promise<void> {
  const args = [
    'fetch',
    '--quiet',
    '--no-tags',
    '--no-write-fetch-head',
    '--no-recurse-submodules',
    '--no-auto-maintenance',
    '--',
    from,
    '+refs/gym/*:refs/gym/*',
  ]
  await soundGit(args, call, 'not-sound', 'git could not take it over.')
  // Older gits check a bundle's objects only when they are asked to.
  await soundGit(
    ['fsck', '--strict', '--no-dangling', '--no-progress', '--no-reflogs'],
    call,
    'not-sound',
    'It holds objects that git finds unsound.',
  )
}

async function readFetched(call: SafeGitCall, wanted: WantedWorks): Promise<Incoming> {
  const refs = await refsIn(call)
  const receipt = await readReceipt(call, refs)
  const incoming: Incoming = { receipt, works: [], oddities: [] }
  for (const [ref, commit] of refs) {
    const variant = variantOfRef(ref)
    const languages = variant && wanted.get(variant.slug)
    if (!variant || !languages) continue
    await refusedAsOddity(incoming.oddities, variant.slug, async () => {
      refuseLanguage(variant, languages)
      incoming.works.push(await readWork(call, variant, commit))
    })
  }
  return incoming
}

async function refsIn(call: SafeGitCall): Promise<Map<string, string>> {
  const printed = await soundGit(
    ['for-each-ref', '--format=%(objectname) %(objecttype) %(refname)', 'refs/gym/'],
    { ...call, mostOutput: 256 * 1024 },
    'not-sound',
    'Its refs cannot be read.',
  )
  const lines = printed
    .toString()
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' '))
  if (lines.length > intakeLimits.refs)
    throw new IntakeRefusal('too-many-refs', `It holds ${lines.length} refs; at most ${intakeLimits.refs} are taken.`)
  const refs = new Map(lines.filter(([, type]) => type === 'commit').map(([id = '', , ref = '']) => [ref, id]))
  if (![...refs.keys()].some((ref) => variantOfRef(ref)))
    throw new IntakeRefusal('nothing-handed-in', 'Nothing was handed in there with: npm run submit.')
  return refs
}

async function readReceipt(call: SafeGitCall, refs: ReadonlyMap<string, string>): Promise<Receipt | null> {
  const commit = refs.get(receiptRef)
  if (commit === undefined) return null
  const { code, stdout } = await safeGit(['cat-file', 'blob', `${commit}:${receiptFile}`], {
    ...call,
    mostOutput: intakeLimits.fileBytes,
  })
  return code === 0 ? decodeReceipt(stdout.toString()) : null
}

interface Commit {
  tree: string
  seconds: number
  isCheck: boolean
}

/** The states of a variant: what was checked or handed in, and the newest one whatever it was. */
async function readWork(call: SafeGitCall, variant: VariantId, commit: string): Promise<IncomingWork> {
  const commits = await commitsOf(call, commit)
  const counted = commits.filter((c, i) => i === 0 || c.isCheck).reverse()
  const listed = new Map<string, RawEntry[]>()
  for (const { tree } of counted) if (!listed.has(tree)) listed.set(tree, acceptedEntries(await listTree(call, tree)))
  const contents = await readContents(call, [...listed.values()].flat())
  const files = new Map<string, IncomingState['files']>()
  for (const [tree, entries] of listed) {
    const read = entries.map(({ path, executable, id = '' }) => ({
      path,
      executable,
      content: contents.get(id) ?? Buffer.of(),
    }))
    files.set(tree, await rebuilt(call, read))
  }
  let last = 0
  const states = counted.map(({ tree, seconds }): IncomingState => {
    // A clock that was set back must not make a later state the earlier one.
    last = Math.max(last, seconds)
    return { at: new Date(last * 1000).toISOString(), files: files.get(tree) ?? [] }
  })
  return { ...variant, states }
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
    return { tree: tree.trim(), seconds: momentOf(seconds), isCheck: /^#\d+ check\b/.test(subject) }
  })
}

function momentOf(seconds: string): number {
  const number = Number(seconds)
  if (Number.isSafeInteger(number) && number > 0 && number < 253_402_300_800) return number
  throw new IntakeRefusal('odd-time', 'A saved state of it has no time that could be.')
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

const strict = new TextDecoder('utf-8', { fatal: true })

function treeEntry(record: Buffer): RawEntry {
  const tab = record.indexOf(9)
  const [mode = '', , id = '', size = ''] = record.subarray(0, tab).toString('latin1').split(/ +/)
  return {
    path: textOf(record.subarray(tab + 1)),
    kind: kinds[mode] ?? 'special',
    executable: mode === '100755',
    size: Number(size) || 0,
    id,
    read: () => Buffer.of(),
  }
}

export function textOf(name: Uint8Array): string {
  try {
    return strict.decode(name)
  } catch {
    throw new IntakeRefusal('odd-name', 'A name in it is not written in UTF-8.')
  }
}

/** All contents that are wanted, in one process. git checks each against its id. */
async function readContents(call: SafeGitCall, entries: readonly RawEntry[]): Promise<Map<string, Buffer>> {
  const sizes = new Map(entries.map((e) => [e.id ?? '', e.size]))
  const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0)
  if (bytes > intakeLimits.packBytes)
    throw new IntakeRefusal(
      'too-large',
      `Its states hold ${sizeText(bytes)} together; at most ${sizeText(intakeLimits.packBytes)} are taken.`,
    )
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
