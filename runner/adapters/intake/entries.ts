import { createHash } from 'node:crypto'
import { byCodePoint } from '../../domain/class/gradebook.ts'
import {
  collision,
  embeddedRepository,
  isRepositoryData,
  isSkipped,
  isTaken,
  pathProblem,
} from '../../domain/submission/submission-paths.ts'
import { intakeLimits, type SubmissionFile } from '../../domain/submission/submission.ts'
import { printable } from '../../domain/submission/printable.ts'
import { IntakeRefusal, sizeText } from './refusal.ts'

/** One entry of a submission as a folder, an archive or a tree of git tells it, before anything of it is read. */
export interface RawEntry {
  /** Path below the workspace, as it is stored. */
  path: string
  kind: 'file' | 'symlink' | 'hard-link' | 'submodule' | 'special'
  executable: boolean
  size: number
  /** git's id of the content, where git tells it. */
  id?: string
  read: () => Buffer
}

const kindMessages: Record<Exclude<RawEntry['kind'], 'file'>, string> = {
  symlink: 'is a link; submissions hold plain files only',
  'hard-link': 'is a hard link to another file; submissions hold plain files only',
  submodule: 'is a submodule; submissions hold plain files only',
  special: 'is no plain file but a pipe, a socket or a device',
}

/** The entries that are the learner's to hand in, after every check that needs no content. */
export function acceptedEntries(all: readonly RawEntry[]): RawEntry[] {
  if (all.length > intakeLimits.entries)
    throw new IntakeRefusal('too-many-files', `It holds more than ${intakeLimits.entries} entries.`)
  const entries = all.filter((e) => !isSkipped(e.path))
  for (const { path, kind } of entries) {
    const problem = pathProblem(path)
    if (problem !== null) throw new IntakeRefusal('odd-name', `The path "${printable(path)}" ${problem}.`)
    if (kind !== 'file') throw new IntakeRefusal(kind, `"${printable(path)}" ${kindMessages[kind]}.`)
  }
  const twins = collision(entries.map((e) => e.path))
  if (twins)
    throw new IntakeRefusal(
      'name-collision',
      `"${printable(twins[0])}" and "${printable(twins[1])}" are one name on some disks.`,
    )
  const taken = entries.filter((e) => isTaken(e.path))
  const repository = embeddedRepository(taken.map((e) => e.path))
  if (repository !== null)
    throw new IntakeRefusal(
      'embedded-repository',
      `"${printable(repository)}" is a git repository of its own, which no exercise asks for.`,
    )
  requireSizes(
    taken.filter((e) => !isRepositoryData(e.path)),
    intakeLimits.files,
    intakeLimits.fileBytes,
    intakeLimits.bytes,
  )
  requireSizes(
    taken.filter((e) => isRepositoryData(e.path)),
    intakeLimits.repositoryFiles,
    intakeLimits.repositoryFileBytes,
    intakeLimits.repositoryBytes,
  )
  return taken
}

function requireSizes(entries: readonly RawEntry[], mostFiles: number, mostFileBytes: number, mostBytes: number): void {
  if (entries.length > mostFiles)
    throw new IntakeRefusal('too-many-files', `It holds ${entries.length} files; at most ${mostFiles} are taken.`)
  const large = entries.find((e) => e.size > mostFileBytes)
  if (large)
    throw new IntakeRefusal(
      'too-large',
      `"${printable(large.path)}" has ${sizeText(large.size)}; at most ${sizeText(mostFileBytes)} are taken.`,
    )
  const bytes = entries.reduce((sum, e) => sum + e.size, 0)
  if (bytes > mostBytes)
    throw new IntakeRefusal(
      'too-large',
      `Its files have ${sizeText(bytes)} together; at most ${sizeText(mostBytes)} are taken.`,
    )
}

/** Reads accepted entries; the sizes told before must hold. */
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
