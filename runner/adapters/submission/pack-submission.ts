import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { PackedBundle, SubmissionPacker } from '../../app/ports.ts'
import type { VariantId } from '../../domain/exercise/variant.ts'
import { receiptFile, receiptRef, workRef, type Receipt } from '../../domain/submission/submission.ts'
import { printable } from '../../domain/submission/printable.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { pushEnvironment, pushFlags } from '../git/git-environment.ts'
import { requireGit } from '../git/git-version.ts'
import { complaintOf, runGit, type GitCall } from '../git/run-git.ts'
import { openSimpleGit, simpleGitFailure } from '../git/simple-git.ts'
import { runCommand } from '../process/run-command.ts'
import { listSnapshots } from '../snapshots/snapshots.ts'
import { sha256Of } from '../files/hash.ts'
import { writing } from '../files/writing.ts'
import { ensureFolder, removeTree } from '../files/late-packages.ts'

export interface PackerOptions {
  folderOf: (id: VariantId) => string
  /** workspace/.snapshots */
  stores: string
}

/**
 * Packs saved states for handing in. It works in a repository of its own that borrows the stores' objects and is gone
 * afterwards.
 */
export function submissionPacker({ folderOf, stores }: PackerOptions): SubmissionPacker {
  const storeOf = (id: VariantId): string => join(stores, `${basename(folderOf(id))}.git`)
  return {
    newest: async (id) => {
      const states = await listSnapshots(storeOf(id))
      const [tip] = states
      return tip ? { commit: tip.commit, tree: tip.tree, at: tip.at, states: states.length } : null
    },
    bundle: (receipt, file) => withScratch(receipt, storeOf, (scratch, refs) => writeBundle(scratch, refs, file)),
    push: (receipt, remote) => withScratch(receipt, storeOf, (scratch, refs) => push(scratch, refs, remote)),
  }
}

async function withScratch<T>(
  receipt: Receipt,
  storeOf: PackerOptions['folderOf'],
  work: (scratch: string, refs: string[]) => Promise<T>,
): Promise<T> {
  await requireGit()
  const scratch = mkdtempSync(join(tmpdir(), 'gym-submit-'))
  try {
    const stores = receipt.works.map((w) => join(storeOf(w), 'objects'))
    for (const name of ['objects/info', 'objects/pack', 'refs/gym/work']) ensureFolder(join(scratch, name))
    writeFileSync(join(scratch, 'HEAD'), 'ref: refs/heads/none\n')
    writeFileSync(join(scratch, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n')
    writeFileSync(join(scratch, 'objects/info/alternates'), stores.map((s) => `${s}\n`).join(''))
    for (const work of receipt.works) writeFileSync(join(scratch, workRef(work)), `${work.commit}\n`)
    await runGit(['fast-import', '--quiet', '--done'], { ...call(scratch, scratch), input: receiptStream(receipt) })
    return await work(scratch, [receiptRef, ...receipt.works.map(workRef)])
  } finally {
    removeTree(scratch)
  }
}

const call = (scratch: string, path: string): GitCall => ({
  cwd: scratch,
  action: 'pack the submission',
  path,
  env: { GIT_DIR: scratch },
})

function receiptStream(receipt: Receipt): Buffer[] {
  const text = Buffer.from(`${JSON.stringify(receipt, null, 2)}\n`)
  const seconds = Math.floor(Date.parse(receipt.submittedAt) / 1000)
  const head = `commit ${receiptRef}\ncommitter Backend Gym <learn@backend-gym.invalid> ${seconds} +0000\ndata 8\nreceipt\n\nM 100644 inline ${receiptFile}\ndata ${text.length}\n`
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
