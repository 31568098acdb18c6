import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  decodeReceipt,
  intakeLimits,
  receiptFile,
  receiptRef,
  variantOfRef,
  type ExpectedPaths,
  type Incoming,
  type IncomingState,
  type Receipt,
  type WantedWorks,
} from '../../domain/submission/submission.ts'
import type { SetTime } from '../../domain/sets/set-time.ts'
import { readBundleHeader } from './bundle-header.ts'
import { readStates, type SavedState } from './read-states.ts'
import { IntakeRefusal } from './refusal.ts'
import type { Remote } from './remote.ts'
import { safeGit, soundGit, type SafeGitCall } from './safe-git.ts'
import { refusedAsOddity, refuseLanguage } from './oddities.ts'
import { ensureFolder, removeTree } from '../files/late-packages.ts'

/** What somebody wants of a submission. */
export interface Asked {
  wanted: WantedWorks
  now: Date
  expected: ExpectedPaths
  /** A moment of the set, by whose clock times without a zone are told. */
  clock: SetTime | null
}

/** Reads a bundle: its header by us, then everything else through a bare repository of our own. */
export async function readBundle(bundle: Buffer, asked: Asked): Promise<Incoming> {
  const { refs } = readBundleHeader(bundle)
  if (![...refs.keys()].some((ref) => variantOfRef(ref)))
    throw new IntakeRefusal('nothing-handed-in', 'The bundle holds no work made with: npm run submit.')
  return inBareRepository(async (call) => {
    const file = join(call.repository, 'submission.bundle')
    writeFileSync(file, bundle, { flag: 'wx', mode: 0o600 })
    await fetchInto({ ...call, protocols: 'file' }, file)
    return readFetched(call, asked)
  })
}

/** Fetches what was pushed to a remote that the instructor's roster names. */
export async function readRemote(remote: Remote, asked: Asked): Promise<Incoming> {
  return inBareRepository(async (call) => {
    await fetchInto({ ...call, protocols: remote.protocol, ssh: remote.protocol === 'ssh' }, remote.address)
    return readFetched(call, asked)
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

async function readFetched(call: SafeGitCall, { wanted, expected, now }: Asked): Promise<Incoming> {
  const refs = await refsIn(call)
  const receipt = await readReceipt(call, refs)
  const incoming: Incoming = { inside: '', receipt, works: [], oddities: [], leftOut: [] }
  for (const [ref, commit] of refs) {
    const variant = variantOfRef(ref)
    const languages = variant && wanted.get(variant.slug)
    if (!variant || !languages) continue
    const { slug } = variant
    await refusedAsOddity(incoming.oddities, slug, async () => {
      refuseLanguage(variant, languages)
      const { states, refused } = await readStates(call, commit, expected(variant), now)
      const leftOut = new Map(states.flatMap((s) => s.leftOut).map((one) => [one.message, one]))
      incoming.leftOut.push(...[...leftOut.values()].map(({ rule, message }) => ({ slug, rule, message })))
      incoming.oddities.push(...refused.map((refusal) => ({ slug, ...refusal })))
      if (states.length > 0) incoming.works.push({ ...variant, states: states.map(incomingState) })
    })
  }
  return incoming
}

/** What the clock said is kept where the state counts as younger. */
function incomingState({ at, seconds, order, files }: SavedState): IncomingState {
  const said = new Date(seconds * 1000).toISOString()
  return { at, ...(said === at ? {} : { said }), order, files }
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
