import { closeSync, constants, existsSync, mkdtempSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { SubmittedWork } from '../../domain/class/grading.ts'
import { withStates } from '../../domain/class/states.ts'
import { type IncomingWork, type Receipt, type SubmissionFile } from '../../domain/submission/submission.ts'
import { variantName } from '../../domain/exercise/variant.ts'
import { worksSchema } from './schemas.ts'
import { readJsonFile } from './json-lines.ts'
import { ensureFolder, removeTree, writeAtomic } from '../files/late-packages.ts'
import { treeName } from '../intake/entries.ts'

/**
 * Puts a learner's states of one variant into the class folder: trees by their content, and the list of all states that
 * were ever taken. The same again changes nothing; a state once taken is never lost by a later, shorter submission.
 */
export function keepWork(
  classFolder: string,
  learner: string,
  work: IncomingWork,
  receipt: Receipt | null,
  now: Date,
): SubmittedWork[] {
  const own = join(classFolder, 'submissions', learner)
  ensureFolder(own, 0o700)
  const told = receipt?.works.find((w) => w.slug === work.slug && w.language === work.language)
  const { attempts = 0, hintsUsed = [], minutesToPass = null } = told ?? {}
  const incoming = work.states.map(({ at, order, files }): SubmittedWork => ({
    learner,
    slug: work.slug,
    language: work.language,
    tree: keepTree(own, files),
    at,
    ...(order === null ? {} : { order }),
    received: now.toISOString(),
    attempts,
    hintsUsed,
    minutesToPass,
  }))
  const file = join(own, `${variantName(work)}.json`)
  const before = readJsonFile(file, worksSchema) ?? []
  const all = withStates(before, incoming)
  const text = `${JSON.stringify(all, null, 2)}\n`
  if (JSON.stringify(before) !== JSON.stringify(all)) writeAtomic(file, text)
  return all
}

/** Written under another name and renamed: a tree that is there is whole. */
function keepTree(own: string, files: readonly SubmissionFile[]): string {
  const name = treeName(files)
  const place = join(own, name)
  if (existsSync(place)) return name
  const draft = mkdtempSync(join(own, '.incoming-'))
  try {
    for (const file of files) writeNew(draft, file)
    renameSync(draft, place)
  } finally {
    removeTree(draft)
  }
  return name
}

/** A file that is there already is never written to, and no link is followed; nobody writes to it afterwards. */
function writeNew(folder: string, { path, executable, content }: SubmissionFile): void {
  const target = join(folder, path)
  ensureFolder(dirname(target))
  const handle = openSync(
    target,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0),
    executable ? 0o555 : 0o444,
  )
  try {
    for (let at = 0; at < content.length;) at += writeSync(handle, content, at)
  } finally {
    closeSync(handle)
  }
}
