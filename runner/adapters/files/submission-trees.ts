import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import type { SubmissionTrees, TreeFile } from '../../app/grading-ports.ts'
import { configOfOurs, isConfigOfOurs } from '../../domain/submission/submission-config.ts'
import { isAlive } from '../process/signals.ts'
import { placeFile } from './place-file.ts'

export interface SubmissionTreesOptions {
  cache: string
  /** Folder of the cache: what is graded, and what is checked at home. */
  below?: 'grading' | 'checks'
  /** Which paths a learner may hand in (adapters/intake); everything else comes from the plan. */
  isLearners: (path: string) => boolean
}

/**
 * Lays submissions out for a run. What a learner may hand in is theirs alone, so that a file of the starter that they
 * deleted stays away; what they may not (configuration) is the plan's.
 */
export function submissionTrees({ cache, below = 'grading', isLearners }: SubmissionTreesOptions): SubmissionTrees {
  const parent = join(cache, below, String(process.pid))
  let counter = 0
  return {
    lay: async (plan, files) => {
      const folder = join(parent, String(counter++))
      // Slots of a grader may see other processes than there are, and their parent clears up after them.
      if (below === 'checks' && counter === 1) removeForgotten(dirname(parent))
      // Those who may walk through may not look round: the sandbox's account knows the name of its own tree only.
      mkdirSync(parent, { recursive: true, mode: 0o711 })
      mkdirSync(folder, { mode: 0o755 })
      for (const file of plan.files) if (!isLearners(file.to)) placeFile(folder, file)
      for (const file of files)
        if (isLearners(file.path) && !startsPrograms.test(file.path)) writeLearners(folder, safeConfig(file))
      return folder
    },
    remove: (folder) => {
      rmSync(folder, { recursive: true, force: true })
      removeEmpty(parent)
    },
  }
}

/** Far longer than any check takes: a process of another container may seem to be gone. */
const forgottenMs = 3_600_000

/** A runner that was killed could not remove its own. */
function removeForgotten(folder: string): void {
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder).filter((n) => /^\d+$/.test(n) && !isAlive(Number(n)))) {
    const place = join(folder, name)
    const age = Date.now() - (statSync(place, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (age > forgottenMs) rmSync(place, { recursive: true, force: true })
  }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {
    // Another tree lies in it.
  }
}

const repository = String.raw`^(repo/\.git|remotes/[^/]+)/`
/** A learner's repositories are read as data; hooks, further settings and attributes would run programs. */
const startsPrograms = new RegExp(`${repository}(hooks/|config\\.|info/attributes$)`)
const configFile = new RegExp(`${repository}config$`)

/**
 * Intake has rebuilt the configuration; what it did not make is replaced by one that says nothing but what is there.
 */
function safeConfig(file: TreeFile): TreeFile {
  if (!configFile.test(file.path) || isConfigOfOurs(Buffer.from(file.content).toString('utf8'))) return file
  return { ...file, content: Buffer.from(configOfOurs([], file.path.startsWith('remotes/'))) }
}

function writeLearners(folder: string, { path, executable, content }: TreeFile): void {
  const target = join(folder, path)
  const inside = relative(folder, target)
  // Intake refuses such names; a queue is not trusted to have kept its word.
  if (
    inside === '' ||
    inside.startsWith('..') ||
    (inside.split(sep).includes('.git') && !path.startsWith('repo/.git/') && !path.startsWith('remotes/'))
  )
    throw new Error(`the path "${path}" leaves the submission`)
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, content, { mode: executable ? 0o755 : 0o644, flag: 'wx' })
}
