import { cpSync, existsSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { RunnerError } from '../../errors/runner-error.ts'
import type { Solution, Trees } from '../../app/ports.ts'
import { placeFile } from './place-file.ts'
import { runCommand } from '../process/run-command.ts'

export interface TreesOptions {
  cache: string
  buildRepository: (recipe: string, folder: string) => Promise<void>
}

/** Trees of files for the content gate: starter ⊕ overlays, without a learner's repository around them. */
export function treesIn({ cache, buildRepository }: TreesOptions): Trees {
  const parent = join(cache, 'trees', String(process.pid))
  let counter = 0
  return {
    build: async (plan, overlays, change) => {
      const folder = join(parent, String(counter++))
      for (const file of plan.files) placeFile(folder, file)
      if (plan.repository) await buildRepository(plan.repository, join(folder, 'repo'))
      for (const overlay of overlays) await lay(overlay, folder)
      if (change === 'emptied') emptyFiles(folder)
      return folder
    },
    files: (folder) => new Set(filesOf(folder)),
    remove: (folder) => rmSync(folder, { recursive: true, force: true }),
    solutions: (folder, language) => solutionsIn(folder, language),
    clear: () => rmSync(parent, { recursive: true, force: true }),
  }
}

/** An overlay is files laid over the tree, or a `solve.sh` that is run in it (driver git). */
async function lay(overlay: string, folder: string): Promise<void> {
  const script = join(overlay, 'solve.sh')
  if (!existsSync(script)) return cpSync(overlay, folder, { recursive: true })
  const result = await runCommand(['sh', script], {
    cwd: existsSync(join(folder, 'repo')) ? join(folder, 'repo') : folder,
    env: {
      HOME: folder,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_TERMINAL_PROMPT: '0',
      GIT_EDITOR: 'true',
    },
  })
  if (result.code !== 0)
    throw new RunnerError('content-invalid', {
      problems: `${script}: ended with ${result.code}: ${result.stderr.trim().slice(0, 500)}`,
    })
}

/** Every file of the learner's is there and holds nothing. */
function emptyFiles(folder: string): void {
  for (const path of filesOf(folder).filter((p) => !p.startsWith('.exercise.json'))) {
    if (!path.includes('.git/')) truncateSync(join(folder, path), 0)
  }
  if (existsSync(join(folder, 'repo'))) rmSync(join(folder, 'repo', '.git'), { recursive: true, force: true })
}

/** Links are not followed: a pack's node_modules is no file of the learner's. */
function filesOf(folder: string, below = ''): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (entry.isDirectory()) return filesOf(folder, path)
    return entry.isFile() ? [path] : []
  })
}

function solutionsIn(folder: string, language: string): Solution[] {
  const found: Solution[] = []
  const reference = join(folder, 'reference', language)
  // A mistake is laid over the reference; a script does the whole work its own way.
  const below = existsSync(reference) && !existsSync(join(reference, 'solve.sh')) ? [reference] : []
  const add = (kind: Solution['kind'], id: string, path: string): void => {
    if (!existsSync(path) || !statSync(path).isDirectory()) return
    found.push({ kind, id, overlays: kind === 'mistake' ? [...below, path] : [path] })
  }
  add('reference', 'reference', reference)
  for (const name of namesIn(folder).filter((n) => /^alternative(-[a-z0-9-]+)?$/.test(n)))
    add('alternative', name, join(folder, name, language))
  for (const name of namesIn(join(folder, 'mistakes'))) add('mistake', name, join(folder, 'mistakes', name, language))
  return found
}

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder).sort() : [])
