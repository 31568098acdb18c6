/**
 * Names that configure tools and are never the learner's to hand in: they would speak to ours (docs/security.md).
 */
const ours = new Set([
  'package.json',
  'package-lock.json',
  'run.json',
  'template.json',
  'repository.json',
  '.exercise.json',
  '.npmrc',
  '.gitignore',
  '.gitattributes',
  '.gitmodules',
  'tsconfig.json',
  'README.md',
])
const oursPattern = /^(vitest|vite|jest)\.config\.[a-z]+$/
const foldersOfOurs = new Set(['node_modules', '.git', '.cache', '.vscode', '.idea', '__pycache__', 'target'])

/**
 * Whether a file of a submission is the learner's work. What is not is left out of a submission and comes from the
 * exercise instead, in grading as in a fresh workspace.
 * @param path relative to the workspace, with forward slashes; in driver git `repo/…` and `remotes/…` are all theirs
 */
export function isLearners(path: string): boolean {
  const parts = path.split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return false
  if (parts[0] === 'repo' || parts[0] === 'remotes') return true
  const name = parts.at(-1) ?? ''
  if (parts.slice(0, -1).some((part) => foldersOfOurs.has(part))) return false
  // Deeper down such a file is part of the work: no tool of ours looks there.
  return parts.length > 1 || (!ours.has(name) && !oursPattern.test(name))
}
