import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { AddedWork, PackedBundle, SubmissionPacker } from '../../app/ports.ts'
import type { VariantId } from '../../domain/exercise/variant.ts'
import { receiptFile, receiptRef, workRef, type Receipt } from '../../domain/submission/submission.ts'
import { printable } from '../../domain/submission/printable.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { pushEnvironment, pushFlags } from '../git/git-environment.ts'
import { requireGit } from '../git/git-version.ts'
import { complaintOf, runGit, type GitCall } from '../git/run-git.ts'
import { openSimpleGit, simpleGitFailure } from '../git/simple-git.ts'
import { runCommand } from '../process/run-command.ts'
import { quote } from '../snapshots/snapshot-commit.ts'
import { listSnapshots } from '../snapshots/snapshots.ts'
import { sha256Of } from '../files/hash.ts'
import { writing } from '../files/writing.ts'
import { ensureFolder, removeTree } from '../files/late-packages.ts'

export interface PackerOptions {
  folderOf: (id: VariantId) => string
  /** workspace/.snapshots */
  stores: string
  /** Reads a store as the intake will read what is packed of it. */
  readStates: (store: string, commit: string, id: VariantId) => Promise<ReadStates>
}

/** The states that can be handed in, and what is said of the others. */
export interface ReadStates {
  states: readonly {
    at: string
    seconds: number
    subject: string
    entries: readonly PackedEntry[]
    leftOut: readonly { message: string }[]
  }[]
  refused: readonly { message: string }[]
  newestIsRefused: boolean
}
interface PackedEntry {
  path: string
  executable: boolean
  /** git's id of the content. */
  id?: string
}

/**
 * Packs saved states for handing in: of each only what counts as work, so that what is taken in is what was packed. It
 * works in a repository of its own that borrows the stores' objects and is gone afterwards.
 */
export function submissionPacker({ folderOf, stores, readStates }: PackerOptions): SubmissionPacker {
  const storeOf = (id: VariantId): string => join(stores, `${basename(folderOf(id))}.git`)
  let made: string | null = null
  const borrowing = (ids: readonly VariantId[]): string => {
    made ??= emptyRepository()
    borrow(
      made,
      ids.map((id) => join(storeOf(id), 'objects')),
    )
    return made
  }
  return {
    add: async (id) => {
      const [tip] = await listSnapshots(storeOf(id))
      if (!tip) return null
      const read = await readStates(storeOf(id), tip.commit, id)
      return {
        newest: read.states.length === 0 ? null : await packStates(borrowing([id]), id, read.states),
        leftOut: (read.states.at(-1)?.leftOut ?? []).map((one) => one.message),
        refused: read.refused.map((one) => one.message),
        presentIsRefused: read.newestIsRefused,
      }
    },
    bundle: async (receipt, file) => {
      const scratch = borrowing(receipt.works)
      return writeBundle(scratch, await writeRefs(scratch, receipt), file)
    },
    push: async (receipt, remote) => {
      const scratch = borrowing(receipt.works)
      await push(scratch, await writeRefs(scratch, receipt), remote)
    },
    close: () => {
      if (made !== null) removeTree(made)
      made = null
    },
  }
}

function emptyRepository(): string {
  const scratch = mkdtempSync(join(tmpdir(), 'gym-submit-'))
  for (const name of ['objects/info', 'objects/pack', 'refs/gym/work']) ensureFolder(join(scratch, name))
  writeFileSync(join(scratch, 'HEAD'), 'ref: refs/heads/none\n')
  writeFileSync(join(scratch, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n')
  return scratch
}

function borrow(scratch: string, objects: readonly string[]): void {
  const file = join(scratch, 'objects/info/alternates')
  const known = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
  writeFileSync(file, [...new Set([...known.filter(Boolean), ...objects])].map((s) => `${s}\n`).join(''))
}

/** The refs that are handed in, each where the receipt says it is. */
async function writeRefs(scratch: string, receipt: Receipt): Promise<string[]> {
  await requireGit()
  for (const work of receipt.works) writeFileSync(join(scratch, workRef(work)), `${work.commit}\n`)
  await runGit(['fast-import', '--quiet', '--done'], { ...call(scratch, scratch), input: receiptStream(receipt) })
  return [receiptRef, ...receipt.works.map(workRef)]
}

/** A line of commits of the states, with the contents that the store has and nothing that is no work. */
async function packStates(
  scratch: string,
  id: VariantId,
  states: ReadStates['states'],
): Promise<NonNullable<AddedWork['newest']>> {
  await runGit(['fast-import', '--quiet', '--done'], { ...call(scratch, scratch), input: statesStream(id, states) })
  const printed = await runGit(['rev-parse', workRef(id), `${workRef(id)}^{tree}`], call(scratch, scratch))
  const [commit = '', tree = ''] = printed.toString().split('\n')
  return { commit, tree, at: states.at(-1)?.at ?? '', states: states.length }
}

function statesStream(id: VariantId, states: ReadStates['states']): Buffer[] {
  const commits = states.map(({ seconds, subject, entries }) => {
    const files = entries.map(
      (e) => `M ${e.executable ? '100755' : '100644'} ${e.id} ${quote(Buffer.from(e.path).toString('latin1'))}\n`,
    )
    const head = `commit ${workRef(id)}\ncommitter ${committer} ${seconds} +0000\ndata ${Buffer.byteLength(subject)}\n${subject}\ndeleteall\n`
    return Buffer.from([head, ...files, '\n'].join(''))
  })
  return [...commits, Buffer.from('done\n')]
}

const committer = 'Backend Gym <learn@backend-gym.invalid>'

const call = (scratch: string, path: string): GitCall => ({
  cwd: scratch,
  action: 'pack the submission',
  path,
  env: { GIT_DIR: scratch },
})

function receiptStream(receipt: Receipt): Buffer[] {
  const text = Buffer.from(`${JSON.stringify(receipt, null, 2)}\n`)
  const seconds = Math.floor(Date.parse(receipt.submittedAt) / 1000)
  const head = `commit ${receiptRef}\ncommitter ${committer} ${seconds} +0000\ndata 8\nreceipt\n\nM 100644 inline ${receiptFile}\ndata ${text.length}\n`
  return [Buffer.from(head), text, Buffer.from('\ndone\n')]
}

/** Written beside its place and renamed: what stood there before is replaced whole or not at all. */
async function writeBundle(scratch: string, refs: string[], file: string): Promise<PackedBundle> {
  const draft = join(dirname(file), `.${basename(file)}.${process.pid}`)
  return writing(file, async () => {
    ensureFolder(dirname(file))
    try {
      await bundleInto(draft, scratch, refs, file)
      const content = readFileSync(draft)
      renameSync(draft, file)
      return { sha256: sha256Of(content), bytes: content.length }
    } finally {
      rmSync(draft, { force: true })
    }
  })
}

async function bundleInto(draft: string, scratch: string, refs: string[], file: string): Promise<void> {
  try {
    const git = await openSimpleGit({ folder: scratch, env: { GIT_DIR: scratch } })
    await git.raw('bundle', 'create', '--quiet', draft, ...refs)
  } catch (error) {
    throw simpleGitFailure(error, call(scratch, file))
  }
}

const pushMs = 120_000

/** Pushes with the person's own git settings and keys, since it is their remote; hooks take no part. */
async function push(scratch: string, refs: string[], remote: string): Promise<void> {
  const args = [
    ...pushFlags,
    'push',
    '--quiet',
    '--no-verify',
    '--recurse-submodules=no',
    '--',
    remote,
    ...refs.map((ref) => `+${ref}:${ref}`),
  ]
  const pushed = await runCommand(['git', ...args], {
    cwd: scratch,
    env: pushEnvironment(scratch),
    onlyThisEnv: true,
    timeoutMs: pushMs,
  })
  if (pushed.missing) throw new RunnerError('no-git')
  if (pushed.code !== 0) throw new RunnerError('push-failed', { remote, reason: printable(complaintOf(pushed.stderr)) })
}
