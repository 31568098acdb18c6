import { existsSync, lstatSync, readFileSync, renameSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { PlannedFile, ScaffoldPlan } from '../../domain/exercise/scaffold.ts'
import { ensureFolder, removeTree } from './late-packages.ts'
import { placeFile } from './place-file.ts'
import { filesIn } from './walk.ts'

/**
 * What each workspace was made of, kept beside it: an exercise may change in the project while somebody works on it, and
 * their brief and the base of their diff stay those that they began with, until they take the new ones over by a reset.
 */

/** The recipe of a git exercise's repository, under a name that no starter has. */
const recipe = '.repository.json'
/** Files that speak to the tools; their change says nothing to a learner. */
const toolFiles = new Set(['package.json', '.exercise.json'])

/** @param parent workspace/.starters */
const placeOf = (parent: string, plan: ScaffoldPlan): string => join(parent, basename(plan.folder))

/** Keeps the files of a plan; written beside and renamed, so that a kill leaves the old ones or the new ones. */
export function keepStarter(parent: string, plan: ScaffoldPlan): void {
  const place = placeOf(parent, plan)
  const fresh = `${place}.${process.pid}`
  removeTree(fresh)
  ensureFolder(fresh)
  for (const file of withRecipe(plan)) placeFile(fresh, file)
  removeTree(place)
  renameSync(fresh, place)
}

/** The plan that a workspace was made by; null for one that an older version made. */
export function keptPlan(parent: string, plan: ScaffoldPlan): ScaffoldPlan | null {
  const place = placeOf(parent, plan)
  if (!existsSync(place)) return null
  const files = filesIn(place).map(({ path, full }): PlannedFile => ({
    to: path,
    source: { from: full },
    executable: (lstatSync(full).mode & 0o100) !== 0,
  }))
  const repository = files.some(({ to }) => to === recipe) ? join(place, recipe) : null
  return { ...plan, files: files.filter(({ to }) => to !== recipe), repository }
}

/** Files that are others in the project by now than when the workspace was made. */
export function changedSince(parent: string, plan: ScaffoldPlan): string[] {
  const kept = keptPlan(parent, plan)
  if (kept === null) return []
  const [before, now] = [withRecipe(kept), withRecipe(plan)].map(contents)
  const paths = new Set([...(before?.keys() ?? []), ...(now?.keys() ?? [])])
  return [...paths]
    .filter((path) => !toolFiles.has(path) && before?.get(path) !== now?.get(path))
    .map((path) => (path === recipe ? 'repo/' : path))
    .sort()
}

const withRecipe = ({ files, repository }: ScaffoldPlan): PlannedFile[] =>
  repository === null ? files : [...files, { to: recipe, source: { from: repository }, executable: false }]

const contents = (files: readonly PlannedFile[]): Map<string, string> =>
  new Map(
    files.map(({ to, source }) => [to, 'from' in source ? readFileSync(source.from, 'latin1') : latin1(source.text)]),
  )

const latin1 = (text: string): string => Buffer.from(text).toString('latin1')
