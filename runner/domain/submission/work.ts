import { isLearners } from './learner-paths.ts'
import { printable, sizeText } from './printable.ts'
import {
  embeddedRepository,
  isRepositoryData,
  isSkipped,
  isTaken,
  pathProblem,
  skippedFolder,
  twins,
} from './submission-paths.ts'
import { intakeLimits } from './submission.ts'

/**
 * What of a workspace counts as the learner's work: the one rule of checking, saving, packing, taking in and grading. A
 * check runs exactly these files, so that what has its points at home has them in the gradebook.
 */

/** One entry of a workspace as a disk, an archive or a tree of git tells it, before anything of it is read. */
export interface Listed {
  /** Path below the workspace, as it is stored (submission-paths.ts). */
  path: string
  kind: 'file' | 'symlink' | 'hard-link' | 'submodule' | 'special' | 'unreadable'
  size: number
}

/** By which rule something is not taken, and what to change. */
export interface Refusal {
  rule: string
  message: string
}

export interface LeftOut extends Refusal {
  path: string
}

export interface Work<Entry> {
  taken: Entry[]
  /** Files of the learner's that cannot be part of it. */
  odd: LeftOut[]
  /** Folders (ending in a slash) and files that tools leave behind: they are passed over. */
  passedOver: string[]
  /** Why nothing of it can be taken; null as a rule. */
  refused: Refusal | null
}

/** Parts entries into what is work and what is not. */
export function workIn<Entry extends Listed>(all: readonly Entry[]): Work<Entry> {
  const nothing = { taken: [], odd: [], passedOver: [] }
  const count = tooMany(all.length, intakeLimits.entries)
  if (count) return { ...nothing, refused: count }
  const entries = all.filter((e) => !isSkipped(e.path))
  const odd = entries.flatMap((e) => oddity(e) ?? [])
  const sound = without(entries, odd)
  const doubled = twins(sound.map((e) => e.path))
  odd.push(...[...doubled].map(([path, twin]) => twinOf(path, twin)))
  const taken = without(sound, odd).filter((e) => isTaken(e.path))
  const large = taken.filter((e) => !isRepositoryData(e.path) && e.size > intakeLimits.fileBytes)
  odd.push(...large.map((e) => tooLarge(e, intakeLimits.fileBytes)))
  const rest = without(taken, odd)
  return { taken: rest, odd, passedOver: passedOver(all), refused: wholeProblem(rest) }
}

function without<Entry extends Listed>(entries: readonly Entry[], odd: readonly LeftOut[]): Entry[] {
  const paths = new Set(odd.map((o) => o.path))
  return entries.filter((e) => !paths.has(e.path))
}

const kindProblems: Record<Exclude<Listed['kind'], 'file'>, string> = {
  symlink: 'is a link; put a copy of the file in its place',
  'hard-link': 'is a hard link to another file; put a copy of the file in its place',
  submodule: 'is a submodule; put the files themselves in its place',
  special: 'is no plain file but a pipe, a socket or a device; remove it',
  unreadable: 'cannot be read; give it rights to read',
}

function oddity({ path, kind }: Listed): LeftOut | null {
  const problem = pathProblem(path.replace(/(?<=.)\/$/, ''))
  if (problem !== null) return leftOut(path, 'odd-name', `The path "${printable(path)}" ${problem}; rename it.`)
  return kind === 'file' ? null : leftOut(path, kind, `"${printable(path)}" ${kindProblems[kind]}.`)
}

const leftOut = (path: string, rule: string, message: string): LeftOut => ({ path, rule, message })

const twinOf = (path: string, twin: string): LeftOut =>
  leftOut(
    path,
    'name-collision',
    `"${printable(path)}" and "${printable(twin)}" are one name on some disks; rename one of them.`,
  )

const tooLarge = ({ path, size }: Listed, most: number): LeftOut =>
  leftOut(
    path,
    'too-large',
    `"${printable(path)}" has ${sizeText(size)}, and at most ${sizeText(most)} are taken; make it smaller or remove it.`,
  )

/** What speaks against all of it, since nobody could say which part to leave out. */
function wholeProblem(taken: readonly Listed[]): Refusal | null {
  const repository = embeddedRepository(taken.map((e) => e.path))
  if (repository !== null)
    return {
      rule: 'embedded-repository',
      message: `"${printable(repository)}" is a git repository of its own, which no exercise asks for; remove it.`,
    }
  const files = taken.filter((e) => !isRepositoryData(e.path))
  const repositories = taken.filter((e) => isRepositoryData(e.path))
  const large = repositories.find((e) => e.size > intakeLimits.repositoryFileBytes)
  return (
    (large ? tooLarge(large, intakeLimits.repositoryFileBytes) : null) ??
    tooMany(files.length, intakeLimits.files) ??
    tooMuch(files, intakeLimits.bytes) ??
    tooMany(repositories.length, intakeLimits.repositoryFiles) ??
    tooMuch(repositories, intakeLimits.repositoryBytes)
  )
}

function tooMany(count: number, most: number): Refusal | null {
  if (count <= most) return null
  return {
    rule: 'too-many-files',
    message: `It holds ${count} files, and at most ${most} are taken; remove what is no part of the work.`,
  }
}

function tooMuch(entries: readonly Listed[], most: number): Refusal | null {
  const bytes = entries.reduce((sum, e) => sum + e.size, 0)
  if (bytes <= most) return null
  return {
    rule: 'too-large',
    message: `Its files have ${sizeText(bytes)} together, and at most ${sizeText(most)} are taken; remove what is no part of the work.`,
  }
}

function passedOver(all: readonly Listed[]): string[] {
  const folders = all.flatMap((e) => skippedFolder(e.path) ?? [])
  const files = all.filter((e) => !isSkipped(e.path) && isLearners(e.path) && !isTaken(e.path)).map((e) => e.path)
  return [...new Set([...folders, ...files])]
}

/**
 * Why a state is refused: as a whole, or for a file that cannot be taken although the work needs it. What is odd and used
 * by nobody is left out instead.
 *
 * @param texts of what is taken
 * @param expected paths that the exercise has from the start
 */
export function refusalOf(
  { taken, odd, refused }: Work<unknown>,
  texts: readonly string[],
  expected: ReadonlySet<string>,
): Refusal | null {
  const needed = odd.find((o) => taken.length === 0 || expected.has(o.path) || isNamed(o.path, texts))
  return refused ?? (needed ? { rule: needed.rule, message: needed.message } : null)
}

/** What of the files that are passed over the work seems to use, each in a sentence. */
export const usedOfTools = ({ passedOver }: Pick<Work<unknown>, 'passedOver'>, texts: readonly string[]): LeftOut[] =>
  passedOver
    .filter((path) => isNamed(path, texts))
    .map((path) =>
      leftOut(
        path,
        'of-tools',
        path.endsWith('/')
          ? `"${printable(path)}" is named like a folder of tools, and nothing in it is part of the work; rename it.`
          : `"${printable(path)}" is named like something that tools leave behind, and is no part of the work; rename it.`,
      ),
    )

const mostNamed = 5

/**
 * What a learner is told of the files that were left out, and of a state that cannot be handed in: each with what to
 * change.
 */
export function remarksOn(leftOut: readonly LeftOut[], refusal: Refusal | null): string[] {
  const others = leftOut.filter((one) => one.message !== refusal?.message)
  const more = others.length - mostNamed
  return [
    ...(refusal ? [`${refusal.message} As it is, this state cannot be handed in.`] : []),
    ...others.slice(0, mostNamed).map(({ message }) => `${message} It is left out of your work.`),
    ...(more > 0 ? [`${more} more ${more === 1 ? 'file is' : 'files are'} left out for such reasons.`] : []),
  ]
}

/** What a .gitignore leaves out of the saved states although the work seems to use it. */
export const usedOfIgnored = (ignored: readonly string[], texts: readonly string[]): LeftOut[] =>
  ignored
    .filter((path) => isTaken(path.endsWith('/') ? `${path}x` : path) && isNamed(path, texts))
    .map((path) =>
      leftOut(path, 'ignored', `"${printable(path)}" is left out by a .gitignore; take it out of there if it is work.`),
    )

/** Whether one of the texts names a file or a folder: as it is, or as an import would, without the ending. */
function isNamed(path: string, texts: readonly string[]): boolean {
  const name = path.split('/').findLast((part) => part !== '') ?? ''
  if (path.endsWith('/'))
    return texts.some((text) => ['/', '.', "'", '"', '`'].some((end) => holdsWord(text, name, end)))
  return texts.some((text) => [name, name.replace(/(?<=.)\.[^.]*$/, '')].some((word) => holdsWord(text, word)))
}

/** @param end what has to stand behind the word; anything but a letter, where it is not given */
function holdsWord(text: string, word: string, end = ''): boolean {
  for (let at = text.indexOf(word + end); at >= 0; at = text.indexOf(word + end, at + 1))
    if (!isLetter(text[at - 1]) && (end !== '' || !isLetter(text[at + word.length]))) return true
  return false
}

const isLetter = (character: string | undefined): boolean => character !== undefined && /[\p{L}\p{N}_]/u.test(character)
