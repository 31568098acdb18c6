import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { followBuild, type Build } from './build.ts'
import type { Files } from './files.ts'
import type { Packages } from './run.ts'
import type { Dockerfile } from './dockerfile.ts'
import { parseDockerignore } from './dockerignore.ts'
import { filesIn } from '../run/folder-files.ts'
import { StopRun, type RunState } from '../run/run-state.ts'
import { parseSaved } from '../run/saved-json.ts'

/** The learner's Dockerfile and .dockerignore, read as Docker reads them; nothing is built or started. */
export interface Docker {
  /**
   * A folder of the workspace with a Dockerfile. What Docker would refuse to read stops the run.
   * @param also paths that stand in the folder on a developer's machine and not in the workspace, as `.git/HEAD`
   */
  project: (folder: string, also?: readonly string[]) => Promise<DockerProject>
}

export interface DockerProject {
  dockerfile: Dockerfile
  /** Is this path of the folder kept from Docker by .dockerignore? */
  excluded: (path: string) => boolean
  /** Follows the build of the last stage; `changed` files have another content than in a build without them. */
  build: (changed?: readonly string[]) => Build
}

export function docker(run: RunState): Docker {
  return { project: (folder, also = []) => openProject(join(run.context.workspace, folder), folder, also) }
}

async function openProject(root: string, folder: string, also: readonly string[]): Promise<DockerProject> {
  const read = (path: string): string | null => readText(root, path)
  const text = read('Dockerfile')
  if (text === null) throw new StopRun('does-not-load', `The file ${folder}/Dockerfile is missing.`)
  // Loaded on use: the parser costs other suites a tenth of a second.
  const { parseDockerfile } = await import('./parse.ts')
  const dockerfile = parseDockerfile(text)
  const ignore = parseDockerignore(read('Dockerfile.dockerignore') ?? read('.dockerignore') ?? '')
  refuse(`${folder}/Dockerfile`, dockerfile.problems)
  refuse(`${folder}/.dockerignore`, ignore.problems)
  const paths = [...new Set([...filesIn(root), ...also])].filter((path) => !ignore.excludes(path))
  const contextWith = (changed: readonly string[]): Files =>
    new Map(paths.map((path) => [path, `context:${path}${changed.includes(path) ? ' (changed)' : ''}`]))
  return {
    dockerfile,
    excluded: ignore.excludes,
    build: (changed = []) =>
      followBuild({ dockerfile, context: contextWith(changed), packages: packagesIn(read('package.json')) }),
  }
}

function refuse(file: string, problems: readonly string[]): void {
  const [first] = problems
  if (first !== undefined) throw new StopRun('does-not-load', `Docker cannot read ${file}. ${first}`)
}

function packagesIn(text: string | null): Packages {
  try {
    const { dependencies = {}, devDependencies = {} } = parseSaved(text ?? '{}') as Record<
      string,
      Record<string, string>
    >
    return { dependencies: Object.keys(dependencies), devDependencies: Object.keys(devDependencies) }
  } catch {
    throw new StopRun('does-not-load', 'package.json is not JSON.')
  }
}

/** Regular files only, as a learner writes them; null when it is missing. */
function readText(root: string, path: string): string | null {
  const full = join(root, path)
  const stats = lstatSync(full, { throwIfNoEntry: false })
  if (!stats) return null
  if (!stats.isFile() || stats.size > 1024 * 1024)
    throw new StopRun('does-not-load', `${path} is not a regular file of at most 1 MB.`)
  return readFileSync(full, 'utf8')
}
