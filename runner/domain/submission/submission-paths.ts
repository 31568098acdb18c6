import { isClutter } from './downloads.ts'
import { isLearners } from './learner-paths.ts'

/**
 * Paths inside a submission: which may stand there, and which are taken. A file that grading expects of the learner is
 * never left out.
 */

/** A learner's repository (driver git) is kept under this name, so that no git ever takes it for a repository. */
const storedGit = '%.git'
const emptyFolderMark = '%keep'

/** Folders that are never looked into. */
const skippedFolders = new Set([
  'node_modules',
  '.git',
  '.vscode',
  '.idea',
  '.snapshots',
  '.cache',
  '.husky',
  '.github',
  '.bundle',
  '.mvn',
  '.gradle',
  '__pycache__',
  '.venv',
  'venv',
  'target',
])

/** What programs leave behind, and what no learner writes: not handed in, however much of it there is. */
const leftBehind = /\.(node|so|dll|dylib|class|jar|pyc|pth|exe|wasm|heapsnapshot|log|zip|tar|tgz|gz|tmp|bak|swp)$/i

/** In a repository that an exercise is about, everything else is work. */
const skippedInRepository = new Set(['node_modules', '.git'])
const ofRepository = /^(repo|remotes)\//

/** `true` where a path lies in a folder that is not looked into. */
export function isSkipped(path: string): boolean {
  const names = path.toLowerCase().split('/')
  if (!ofRepository.test(path)) return names.some((name) => skippedFolders.has(name) || name === storedGit)
  // A repository inside the repository is nobody's task, and its data would be taken for files.
  return names.some((name, i) => skippedInRepository.has(name) || (name === storedGit && i !== 1))
}

/** What of a path that lies in a skipped folder names that folder: `src/target/`; null for all others. */
export function skippedFolder(path: string): string | null {
  const folder = foldersOf(path).find(isSkipped)
  return folder === undefined ? null : `${folder}/`
}

/** `true` for what is taken of a submission: the learner's files, and of a repository its data. */
export function isTaken(path: string): boolean {
  // A file in the place of a repository points to one somewhere else.
  if (isSkipped(path) || path === `repo/${storedGit}` || !isLearners(path)) return false
  const place = inRepository(path)
  // The configuration is rebuilt from the facts in it.
  if (place) return place.inner === 'config' || isDataOfRepository(place.inner)
  return ofRepository.test(path) || !(leftBehind.test(path) || isClutter(path))
}

/** `true` for the data of a git repository: more and larger files are allowed there. */
export const isRepositoryData = (path: string): boolean => /^repo\/%\.git\/|^remotes\/[^/]+\.git\//.test(path)

/** What is data in a repository; its configuration, hooks, attributes, grafts and alternates are not. */
const dataOfRepository = /^(HEAD|packed-refs|index|sharedindex\.[0-9a-f]+|(refs|logs|reftable|objects)\/.+)$/
/** By these git knows that something was begun and not ended, which a suite may ask for; nothing in them is ever run. */
const underWay = /^((MERGE|CHERRY_PICK|REVERT)_HEAD|BISECT_(LOG|START)|rebase-(merge|apply)\/(head-name|next))$/
const neverData = /^objects\/info\/(?!packs$)|\.lock$/

/** The repository that a stored path belongs to and the path in it, or null. */
export function inRepository(path: string): { repository: string; inner: string } | null {
  const [, repository, inner] = /^(repo\/%\.git|remotes\/[^/]+\.git)\/(.+)$/.exec(path) ?? []
  return repository === undefined || inner === undefined ? null : { repository, inner }
}

const isDataOfRepository = (inner: string): boolean =>
  (dataOfRepository.test(inner) || underWay.test(inner)) && !neverData.test(inner)

const needsEscape = /^%*\.git(modules)?$|^%+keep$/i
const isEscaped = /^%+\.gitmodules$|^%%+(\.git|keep)$/i

/**
 * A path on a learner's disk, as it is stored: git has no `.git` in a tree, so that such a name gets a "%" before it;
 * names that look like the result of this get one more, so that it can be undone.
 */
export const storedPath = (path: string): string =>
  eachName(path, (name) => (needsEscape.test(name) ? `%${name}` : name))

/** Where a stored file belongs in a workspace; null for the marker of an empty folder. */
export function laidOutPath(stored: string): string | null {
  if (stored.endsWith(`/${emptyFolderMark}`)) return null
  // Only the repository of a git exercise becomes one again.
  const path = eachName(stored, (name) => (isEscaped.test(name) ? name.slice(1) : name))
  return path.replace(/^repo\/%\.git(?=\/|$)/, 'repo/.git')
}

const eachName = (path: string, change: (name: string) => string): string => path.split('/').map(change).join('/')

/**
 * The folder of a repository that is none of an exercise's, or null. A git that is started in it would do what its
 * configuration says.
 */
export function embeddedRepository(paths: readonly string[]): string | null {
  const folded = paths.map((path) => path.toLowerCase())
  const heads = folded.flatMap((path) =>
    path === 'head' || path.endsWith('/head') ? [path.slice(0, -'head'.length)] : [],
  )
  const found = heads.find(
    (folder) =>
      !isRepositoryData(`${folder}head`) &&
      folded.some((path) =>
        /^(config|objects\/|refs\/)/.test(path.startsWith(folder) ? path.slice(folder.length) : ''),
      ),
  )
  return found === undefined ? null : found === '' ? '.' : found
}

const mostDepth = 20
const mostLength = 240

/** Characters that are not shown, or that turn the direction of writing: a name is to be what it looks like. */
const hidden = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]/
/** What some systems cannot have in a name, or take for a drive or a stream. */
const unportable = /[\\:*?"<>|]/
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i

/** Why a path may not stand in a submission, or null. */
export function pathProblem(path: string): string | null {
  if (path.length > mostLength) return `is longer than ${mostLength} characters`
  const names = path.split('/')
  if (names.length > mostDepth) return `lies more than ${mostDepth} folders deep`
  for (const name of names) {
    const problem = nameProblem(name)
    if (problem !== null) return problem
  }
  return null
}

function nameProblem(name: string): string | null {
  if (name === '' || name === '.' || name === '..') return 'leaves its folder'
  if (name.includes('\ufffd')) return 'is not written in UTF-8'
  if (hidden.test(name)) return 'holds characters that are not shown'
  if (unportable.test(name)) return 'holds a character that not every system can have in a name'
  if (/[. ]$/.test(name)) return 'ends with a dot or a space'
  if (reserved.test(name)) return 'is a name that some systems keep for devices'
  if (name.startsWith('-')) return 'begins with a hyphen, as an option does'
  // Some disks take these for .git.
  if (/^(\.git|git~\d+)$/i.test(name.normalize('NFKC'))) return 'is a name of git’s own'
  return null
}

/**
 * Paths that are one with another on a disk which does not tell capitals or composed letters apart, each with its twin.
 * Of several spellings the last in the order of code points stays: small letters. A folder goes before a file.
 */
export function twins(paths: readonly string[]): Map<string, string> {
  const folders = new Map<string, string>()
  for (const folder of paths.flatMap(foldersOf)) keepLast(folders, folder)
  const files = new Map<string, string>()
  const found = new Map<string, string>()
  for (const path of paths) {
    const other = foldersOf(path).find((folder) => folders.get(fold(folder)) !== folder)
    const twin = other === undefined ? folders.get(fold(path)) : folders.get(fold(other))
    if (twin === undefined) keepLast(files, path)
    else found.set(path, `${twin}/`)
  }
  for (const path of paths) {
    const last = files.get(fold(path)) ?? path
    if (last !== path && !found.has(path)) found.set(path, last)
  }
  return found
}

const foldersOf = (path: string): string[] => [...path.matchAll(/\//g)].map((slash) => path.slice(0, slash.index))

function keepLast(spellings: Map<string, string>, path: string): void {
  const known = spellings.get(fold(path))
  if (known === undefined || known < path) spellings.set(fold(path), path)
}

const fold = (path: string): string => path.normalize('NFC').toLowerCase()
