import { spawnGit } from '../git/run-git.ts'

/** The unified diff of two folders; paths are told as `yours/…` and `reference/…`. */
export async function diffFolders(from: string, to: string): Promise<string> {
  const args = ['diff', '--no-index', '--no-ext-diff', '--no-textconv', '--no-color', '--no-prefix', '--', from, to]
  // Exit code 1 means "they differ".
  const { stdout } = await spawnGit(args, { cwd: from, action: 'compare with the reference', path: from })
  return stdout
    .toString()
    .replaceAll(`${from.slice(1)}/`, 'yours/')
    .replaceAll(`${to.slice(1)}/`, 'reference/')
    .replaceAll(from, 'yours')
    .replaceAll(to, 'reference')
}
