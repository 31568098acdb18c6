import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { isSource } from '../../domain/gate/parts.ts'
import { filesIn } from './walk.ts'

/**
 * Everything a mark rests on besides the exercise itself: the harness, the rules, the templates, the tools' versions. Tests
 * and the content gate are no part of it: a change of theirs must not grade a class again.
 */
export function engineHash(root: string): string {
  const folders = ['runner/harness', 'runner/domain', 'runner/adapters', 'runner/app', 'templates']
  const files = folders.flatMap((folder) => filesBelow(join(root, folder)))
  const isPart = (path: string): boolean => isSource(path) && !path.startsWith('runner/domain/gate/')
  const parts = files.filter((file) => isPart(relative(root, file).split(sep).join('/')))
  return hashFiles(root, [...parts, join(root, 'package-lock.json')])
}

/** Every regular file below a folder, as absolute paths in a stable order. */
export const filesBelow = (folder: string): string[] => filesIn(folder).map(({ full }) => full)

/** 32 hex digits over paths and contents. Paths count as seen from the project, so that two clones agree. */
export function hashFiles(root: string, files: readonly string[]): string {
  const hash = createHash('sha256')
  for (const file of files) hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex').slice(0, 32)
}

/** Hash of what a learner meets of an exercise: brief, starter, suite, hints. What only its authors keep is not in it. */
export const metContent = (root: string, exerciseFolder: string): string =>
  `content-${hashFiles(root, filesBelow(exerciseFolder))}`
