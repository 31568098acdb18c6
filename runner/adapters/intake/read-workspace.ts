import { setTimeout as sleep } from 'node:timers/promises'
import { storedPath } from '../../domain/submission/submission-paths.ts'
import type { SubmissionFile } from '../../domain/submission/submission.ts'
import { refusalOf, usedOfTools, workIn, type LeftOut, type Refusal } from '../../domain/submission/work.ts'
import { readEntries, textsIn } from './entries.ts'
import { namedEntries } from './read-folder.ts'
import { inBareRepository } from './read-repository.ts'
import { IntakeRefusal } from './refusal.ts'
import { laidOut, rebuilt } from './repository-config.ts'

export interface ReadWorkspace {
  /** The learner's work as grading would get it; null where nothing of it could be taken. */
  files: SubmissionFile[] | null
  leftOut: LeftOut[]
  /** Why it could not be handed in as it is. */
  refusal: Refusal | null
}

/** Tries before a file that changes all the time is given up; an editor that saves needs a moment. */
const tries = 5

/**
 * Reads a workspace of one's own by the rules of intake. Nothing in it is changed.
 *
 * @param listed names what would be saved of it
 */
export async function readWorkspace(
  folder: string,
  listed: () => Promise<readonly Buffer[]>,
  expected: ReadonlySet<string>,
): Promise<ReadWorkspace> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await readOnce(folder, await listed(), expected)
    } catch (error) {
      if (attempt < tries && isPassing(error)) await sleep(20 * attempt)
      else if (error instanceof IntakeRefusal)
        return { files: null, leftOut: [], refusal: { rule: error.rule, message: error.message } }
      // The folder is gone, or changes all the time: a run of nothing names what is missing.
      else if (isPassing(error)) return { files: [], leftOut: [], refusal: null }
      else throw error
    }
  }
}

const isPassing = (error: unknown): boolean =>
  error instanceof IntakeRefusal
    ? error.rule === 'changed-while-read'
    : ['ENOENT', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')

async function readOnce(
  folder: string,
  paths: readonly Buffer[],
  expected: ReadonlySet<string>,
): Promise<ReadWorkspace> {
  const entries = namedEntries(folder, paths)
  const work = workIn(entries.map((e) => ({ ...e, path: storedPath(e.path) })))
  if (work.refused) return { files: null, leftOut: [], refusal: work.refused }
  const stored = readEntries(work.taken)
  const texts = textsIn(stored)
  const hasRepository = stored.some(({ path }) => path.startsWith('repo/') || path.startsWith('remotes/'))
  return {
    files: hasRepository ? await inBareRepository((call) => rebuilt(call, stored)) : laidOut(stored),
    leftOut: [...work.odd, ...usedOfTools(work, texts)],
    refusal: refusalOf(work, texts, expected),
  }
}
