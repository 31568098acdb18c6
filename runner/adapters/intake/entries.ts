import { createHash } from 'node:crypto'
import { byCodePoint } from '../../domain/class/gradebook.ts'
import { printable } from '../../domain/submission/printable.ts'
import { isRepositoryData } from '../../domain/submission/submission-paths.ts'
import { type SubmissionFile } from '../../domain/submission/submission.ts'
import { refusalOf, usedOfTools, type LeftOut, type Listed, type Work } from '../../domain/submission/work.ts'
import { IntakeRefusal } from './refusal.ts'

/** One entry of a submission as a folder, an archive or a tree of git tells it, before anything of it is read. */
export interface RawEntry extends Listed {
  executable: boolean
  /** git's id of the content, where git tells it. */
  id?: string
  read: () => Buffer
}

/** The files of one state, and what of it is no part of the work although somebody may think so. */
export interface State {
  files: SubmissionFile[]
  leftOut: LeftOut[]
}

/**
 * The state that was read as `files`, all that is taken of it. Refused where the work needs what cannot be taken.
 *
 * @param expected paths that the exercise has from the start
 */
export function stateOf(work: Work<RawEntry>, files: SubmissionFile[], expected: ReadonlySet<string>): State {
  const texts = work.odd.length + work.passedOver.length === 0 ? [] : textsIn(files)
  const refusal = refusalOf(work, texts, expected)
  if (refusal) throw new IntakeRefusal(refusal.rule, refusal.message)
  return { files, leftOut: [...work.odd, ...usedOfTools(work, texts)] }
}

export const textsIn = (files: readonly SubmissionFile[]): string[] =>
  files.filter(({ path }) => !isRepositoryData(path)).map(({ content }) => Buffer.from(content).toString())

/** Reads entries that are taken; the sizes told before must hold. */
export function readEntries(entries: readonly RawEntry[]): SubmissionFile[] {
  return entries.map(({ path, executable, size, read }) => {
    const content = read()
    if (content.length !== size)
      throw new IntakeRefusal('changed-while-read', `"${printable(path)}" is not as large as it was said to be.`)
    return { path, executable, content }
  })
}

/** `tree-` and the SHA-256 of paths, modes and contents: the same files have the same name, wherever they came from. */
export function treeName(files: readonly SubmissionFile[]): string {
  const hash = createHash('sha256')
  for (const { path, executable, content } of files.toSorted((a, b) => byCodePoint(a.path, b.path))) {
    hash.update(`${path}\0${executable ? 'x' : '-'}\0${content.length}\0`).update(content)
  }
  return `tree-${hash.digest('hex')}`
}
