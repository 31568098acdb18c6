import { createHash, type Hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CatalogSource, Overlay, TrialInput } from '../../app/ports.ts'
import { partsOf, wordsOf, type ImportGraph } from '../../domain/gate/parts.ts'
import { languagesOf, type Exercise, type Language } from '../../domain/exercise/exercise.ts'
import { filesIn } from '../files/walk.ts'

/**
 * Keys of trials: a hash of all that an outcome rests on. What only judges an outcome (rules, hints, groups, the brief's
 * sections) is not in it, so that a changed hint judges again and runs nothing.
 */

export interface KeysOptions {
  root: string
  source: CatalogSource
  graph: ImportGraph
  /** Hashes of the runner's files, by their paths from the project's folder. */
  code: ReadonlyMap<string, string>
  /** Versions of what this machine brings for a variant: toolchain, servers, packs, git. */
  machineOf: (exercise: Exercise, language: Language) => readonly string[]
}

export interface TrialKeys {
  keyOf: (trial: TrialInput) => string
  /** Of the runner's parts that an exercise rests on, in all its languages; the same on every machine. */
  engineOf: (exercise: Exercise) => string
}

const format = '1'

export function openKeys(options: KeysOptions): TrialKeys {
  const contentOf = contentHashes()
  const packages = packagesOf(readFileSync(join(options.root, 'package-lock.json'), 'utf8'))
  const files = [...options.code.keys()]
  const partHashes = new Map<string, string>()
  const codeOf = (path: string): string => {
    const hash = options.code.get(path)
    if (hash === undefined) throw new Error(`${path} is part of what a trial rests on, and its code was not read`)
    return hash
  }
  const partsHash = (exercise: Exercise, language: Language): string => {
    const known = partHashes.get(`${exercise.slug} ${language}`)
    if (known !== undefined) return known
    const hash = createHash('sha256').update(packages)
    for (const path of partsOf(options.graph, files, usesOf(options.source, exercise, language)))
      add(hash, path, codeOf(path))
    const made = hash.digest('hex')
    partHashes.set(`${exercise.slug} ${language}`, made)
    return made
  }
  return {
    keyOf: (trial) => {
      const { exercise, language } = trial
      const hash = createHash('sha256')
      add(hash, format, process.version, process.platform, process.arch)
      add(hash, partsHash(exercise, language), ...options.machineOf(exercise, language))
      addExercise(hash, options.source, trial, contentOf)
      addTree(hash, trial, contentOf)
      return hash.digest('hex').slice(0, 40)
    },
    engineOf: (exercise) => {
      const hash = createHash('sha256')
      for (const language of languagesOf(exercise)) add(hash, partsHash(exercise, language))
      return hash.digest('hex').slice(0, 32)
    },
  }
}

function usesOf(source: CatalogSource, exercise: Exercise, language: Language): Parameters<typeof partsOf>[2] {
  const text = source.suiteFiles(exercise).map((path) => readFileSync(path, 'utf8'))
  const { driver, services, packs } = exercise
  return { driver, language, services, packs, words: wordsOf(text.join('\n')) }
}

/** What of the exercise reaches a run besides the tree: the suite with its variants, the recipe, the limits. */
function addExercise(hash: Hash, source: CatalogSource, trial: TrialInput, contentOf: ContentOf): void {
  const { exercise, language, pass } = trial
  const { driver, services, packs, budgetMs, needs } = exercise
  add(
    hash,
    JSON.stringify({
      driver,
      services,
      packs,
      budgetMs,
      needs,
      language,
      recipe: source.recipe(trial),
      pass,
    }),
  )
  for (const { path, full } of filesIn(join(exercise.folder, 'suite'))) add(hash, path, contentOf(full))
}

/** The tree by what it is made of: nothing has to be written to know it. */
function addTree(hash: Hash, { plan, overlays, change }: TrialInput, contentOf: ContentOf): void {
  for (const { to, source, executable } of plan.files)
    add(hash, to, String(executable), 'from' in source ? contentOf(source.from) : source.text)
  if (plan.repository !== null) add(hash, 'repository', contentOf(plan.repository))
  for (const overlay of overlays) addOverlay(hash, overlay, contentOf)
  add(hash, change ?? 'whole')
}

function addOverlay(hash: Hash, overlay: Overlay, contentOf: ContentOf): void {
  const texts =
    typeof overlay === 'string'
      ? filesIn(overlay).map(({ path, full }) => [path, contentOf(full)] as const)
      : [...overlay].sort(([a], [b]) => (a < b ? -1 : 1))
  for (const [path, text] of texts) add(hash, text === null ? 'without' : 'over', path, text ?? '')
}

type ContentOf = (path: string) => string

/** Content hashes of files, each read once: keys are made in one go, while nobody edits. */
function contentHashes(): ContentOf {
  const known = new Map<string, string>()
  return (path) => {
    const hash = known.get(path) ?? createHash('sha256').update(readFileSync(path)).digest('hex')
    known.set(path, hash)
    return hash
  }
}

function add(hash: Hash, ...parts: readonly string[]): void {
  for (const part of parts) hash.update(part).update('\0')
}

/** Name and version of every installed package that is not for development alone. */
export function packagesOf(lockfile: string): string {
  const { packages } = JSON.parse(lockfile) as { packages: Record<string, { version?: string; dev?: boolean }> }
  return Object.entries(packages)
    .filter(([path, entry]) => path !== '' && entry.dev !== true)
    .map(([path, { version }]) => `${path} ${version}`)
    .sort()
    .join('\n')
}
