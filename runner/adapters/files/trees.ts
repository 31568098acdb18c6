import { isUtf8 } from 'node:buffer'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { RunnerError } from '../../errors/runner-error.ts'
import type { Overlay, Trees } from '../../app/ports.ts'
import { isLearners } from '../../domain/submission/learner-paths.ts'
import { placeFile } from './place-file.ts'
import { filesIn } from './walk.ts'
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
    files: (folder) => new Set(pathsIn(folder)),
    texts: (folder) => textsOf(folder),
    copy: (folder) => {
      const target = join(parent, String(counter++))
      cpSync(folder, target, { recursive: true, verbatimSymlinks: true })
      return target
    },
    remove: (folder) => rmSync(folder, { recursive: true, force: true }),
    clear: () => rmSync(parent, { recursive: true, force: true }),
  }
}

async function lay(overlay: Overlay, folder: string): Promise<void> {
  if (typeof overlay === 'string') return layFolder(overlay, folder)
  for (const [path, text] of overlay) {
    const target = join(folder, path)
    if (text === null) {
      rmSync(target)
    } else {
      mkdirSync(dirname(target), { recursive: true })
      writeFileSync(target, text)
    }
  }
}

/** Its files are laid over the tree, or its `solve.sh` is run there (driver git). */
async function layFolder(overlay: string, folder: string): Promise<void> {
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
  for (const path of pathsIn(folder).filter((p) => !p.startsWith('.exercise.json'))) {
    if (!path.includes('.git/')) truncateSync(join(folder, path), 0)
  }
  if (existsSync(join(folder, 'repo'))) rmSync(join(folder, 'repo', '.git'), { recursive: true, force: true })
}

/** Links are not followed: a pack's node_modules is no file of the learner's. */
const pathsIn = (folder: string): string[] => filesIn(folder).map(({ path }) => path)

function textsOf(folder: string): ReturnType<Trees['texts']> {
  const read = pathsIn(folder)
    .filter((path) => isLearners(path) && !path.includes('.git/'))
    .map((path) => ({ path, bytes: readFileSync(join(folder, path)) }))
  return {
    texts: new Map(read.filter((f) => isUtf8(f.bytes)).map((f) => [f.path, f.bytes.toString('utf8')])),
    noText: read.filter((f) => !isUtf8(f.bytes)).map((f) => f.path),
  }
}
