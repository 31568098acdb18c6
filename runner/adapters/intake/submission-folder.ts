import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { byCodePoint } from '../../domain/class/gradebook.ts'
import { isClutter } from '../../domain/submission/downloads.ts'
import type { SubmissionSource } from './open-submission.ts'

export interface FoundSubmission {
  /** What the file or folder is called, without the ending that tells its format. */
  name: string
  source: SubmissionSource
}

/** Submissions lie side by side in a folder: one file or folder for each learner. Hidden ones are somebody else's. */
export function submissionsIn(folder: string): FoundSubmission[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.') && !isClutter(name))
    .sort(byCodePoint)
    .map((name) => submissionAt(join(folder, name)))
}

export const submissionAt = (path: string): FoundSubmission => ({
  name: basename(path).replace(/\.(bundle|zip|tar|tgz|tar\.gz)$/i, ''),
  source: { kind: 'path', path },
})

export const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory()
