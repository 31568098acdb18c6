import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import type { SubmissionTrees, TreeFile } from '../../app/grading-ports.ts'
import { placeFile } from './place-file.ts'

export interface SubmissionTreesOptions {
  cache: string
  /** Which paths a learner may hand in (adapters/intake); everything else comes from the plan. */
  isLearners: (path: string) => boolean
}

/**
 * Lays submissions out for a run. What a learner may hand in is theirs alone, so that a file of the starter that they
 * deleted stays away; what they may not (configuration) is the plan's.
 */
export function submissionTrees({ cache, isLearners }: SubmissionTreesOptions): SubmissionTrees {
  const parent = join(cache, 'grading', String(process.pid))
  let counter = 0
  return {
    lay: async (plan, files) => {
      const folder = join(parent, String(counter++))
      // Those who may walk through may not look round: the sandbox's account knows the name of its own tree only.
      mkdirSync(parent, { recursive: true, mode: 0o711 })
      mkdirSync(folder, { mode: 0o755 })
      for (const file of plan.files) if (!isLearners(file.to)) placeFile(folder, file)
      for (const file of files) if (isLearners(file.path) && !speaksToGit.test(file.path)) writeLearners(folder, file)
      if (files.some((file) => file.path.startsWith('repo/.git/'))) writeFileSync(join(folder, 'repo/.git/config'), plainConfig)
      return folder
    },
    remove: (folder) => rmSync(folder, { recursive: true, force: true }),
  }
}

/** A learner's repository is read as data; its hooks and settings would run programs. */
const speaksToGit = /^repo\/\.git\/(hooks\/|config($|\.)|info\/attributes$)/
const plainConfig = '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n\tlogallrefupdates = true\n'

function writeLearners(folder: string, { path, executable, content }: TreeFile): void {
  const target = join(folder, path)
  const inside = relative(folder, target)
  // Intake refuses such names; a queue is not trusted to have kept its word.
  if (inside === '' || inside.startsWith('..') || (inside.split(sep).includes('.git') && !path.startsWith('repo/.git/') && !path.startsWith('remotes/'))) throw new Error(`the path "${path}" leaves the submission`)
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, content, { mode: executable ? 0o755 : 0o644, flag: 'wx' })
}
