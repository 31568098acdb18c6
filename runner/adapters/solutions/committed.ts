import { relative } from 'node:path'
import { RunnerError } from '../../errors/runner-error.ts'
import { gitFailure, runGit, spawnGit, type GitCall } from '../git/run-git.ts'

/**
 * Reads files as a commit of the project had them.
 * @param wanted path → where it may lie, as absolute paths, first choice first
 */
export async function readCommitted(
  root: string,
  revision: string,
  wanted: ReadonlyMap<string, readonly string[]>,
): Promise<Map<string, string>> {
  const call: GitCall = { cwd: root, action: `read the project as of ${revision}`, path: root }
  await requireCommit(revision, call)
  const known = await pathsIn(revision, call)
  const found = new Map<string, string>()
  for (const [path, places] of wanted) {
    const place = places.map((p) => relative(root, p)).find((p) => known.has(p))
    if (place !== undefined) found.set(path, (await runGit(['show', `${revision}:./${place}`], call)).toString('utf8'))
  }
  return found
}

async function requireCommit(revision: string, call: GitCall): Promise<void> {
  const { code, stderr } = await spawnGit(['rev-parse', '--verify', '--quiet', `${revision}^{commit}`], call)
  if (code === 0) return
  throw stderr.trim() === '' ? new RunnerError('unknown-revision', { revision }) : gitFailure(stderr, call)
}

async function pathsIn(revision: string, call: GitCall): Promise<Set<string>> {
  const folders = ['exercises', 'solutions', 'templates']
  const listed = await runGit(['ls-tree', '-r', '-z', '--name-only', revision, '--', ...folders], call)
  return new Set(listed.toString('utf8').split('\0'))
}
