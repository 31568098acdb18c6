import { existsSync, lstatSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import type { Workspaces } from '../../app/ports.ts'
import { languages } from '../../domain/exercise/exercise.ts'
import { variantName, type VariantId } from '../../domain/exercise/variant.ts'
import { isEmptied, type PlannedFile, type ScaffoldPlan } from '../../domain/exercise/scaffold.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { placeFile } from './place-file.ts'
import { changedSince, keepStarter, keptPlan } from './starters.ts'
import { filesIn } from './walk.ts'
import { writing } from './writing.ts'
import { ensureFolder, removeTree } from './late-packages.ts'

/** What makes a folder a workspace. */
const marker = '.exercise.json'

export interface WorkspacesOptions {
  /** <project>/workspace */
  folder: string
  /** Makes the first commit of a workspace. */
  initRepository: (folder: string, message: string) => Promise<void>
  /** Carries out repository.json (driver git) in a folder. */
  buildRepository: (recipe: string, folder: string) => Promise<void>
}

export function workspacesIn(options: WorkspacesOptions): Workspaces {
  const starters = startersIn(options)
  const folderOf = (id: VariantId): string => workspaceFolder(options.folder, id)
  return {
    folder: folderOf,
    exists: (id) => existsSync(join(folderOf(id), marker)) && !isGoneOrEmptied(folderOf(id)),
    isEmptied: (id) => isGoneOrEmptied(folderOf(id)),
    mark: (plan) => writing(plan.folder, () => layMissing(plan, ({ to }) => to === marker)),
    containing: (folder) => containing(options.folder, folder),
    apply: (plan) => writing(plan.folder, () => applyPlan(options, plan)),
    restoreStarter: (plan) => writing(plan.folder, () => restoreStarter(options, plan)),
    keptPlan: (plan) => keptPlan(starters, plan),
    changedSince: (plan) => changedSince(starters, plan),
    sources: (folder) => sources(folder),
  }
}

const startersIn = ({ folder }: WorkspacesOptions): string => join(folder, '.starters')

/** `workspace/<slug>` belongs to the language started first, `workspace/<slug>@<lang>` to any other. */
function workspaceFolder(parent: string, id: VariantId): string {
  const [main, second] = [join(parent, id.slug), join(parent, variantName(id))]
  const owner = ownerOf(main)
  if (owner === null) return existsSync(second) ? second : main
  return owner.language === id.language ? main : second
}

function ownerOf(folder: string): VariantId | null {
  try {
    const { slug, language } = JSON.parse(readFileSync(join(folder, marker), 'utf8')) as Record<string, unknown>
    const known = languages.find((l) => l === language)
    return typeof slug === 'string' && known ? { slug, language: known } : null
  } catch {
    return null
  }
}

function containing(parent: string, folder: string): VariantId | null {
  const path = relative(parent, folder)
  const [name] = path.split(sep)
  return !name || name === '..' || name.startsWith('.') ? null : ownerOf(join(parent, name))
}

const isGoneOrEmptied = (folder: string): boolean => !existsSync(folder) || isEmptied(readdirSync(folder))

/** Builds the workspace beside its place and renames it there: a kill leaves no half workspace. */
async function applyPlan(options: WorkspacesOptions, plan: ScaffoldPlan): Promise<void> {
  if (!isGoneOrEmptied(plan.folder)) throw new RunnerError('workspace-not-ours', { path: plan.folder })
  if (existsSync(plan.folder)) return fillEmptied(options, plan)
  ensureFolder(options.folder)
  removeLeftovers(options.folder)
  const building = join(options.folder, `.building-${plan.slug}-${process.pid}-${Date.now()}`)
  try {
    for (const file of plan.files) placeFile(building, file)
    if (plan.repository) await options.buildRepository(plan.repository, join(building, 'repo'))
    await options.initRepository(building, firstCommit(plan))
    keepStarter(startersIn(options), plan)
    renameSync(building, plan.folder)
  } finally {
    removeTree(building)
  }
}

/** In place, because a shell may stand in it; what is left there stays, their repository above all. */
async function fillEmptied(options: WorkspacesOptions, plan: ScaffoldPlan): Promise<void> {
  layMissing(plan, () => true)
  keepStarter(startersIn(options), plan)
  if (plan.repository) await options.buildRepository(plan.repository, join(plan.folder, 'repo'))
  await options.initRepository(plan.folder, firstCommit(plan))
}

function layMissing(plan: ScaffoldPlan, wanted: (file: PlannedFile) => boolean): void {
  const missing = plan.files.filter((file) => wanted(file) && !existsSync(join(plan.folder, file.to)))
  for (const file of missing) placeFile(plan.folder, file)
}

const firstCommit = ({ slug }: ScaffoldPlan): string => `Start ${slug}: the pristine starter`

/** Folders of runners that were killed while they built. */
function removeLeftovers(parent: string): void {
  for (const name of readdirSync(parent).filter((n) => n.startsWith('.building-'))) {
    const age = Date.now() - lstatSync(join(parent, name)).mtimeMs
    if (age > 60_000) removeTree(join(parent, name))
  }
}

/** What a tool keeps in a workspace, not what the learner writes. */
const notTheirs = new Set(['.git', 'node_modules'])

/** Removes what is not in the starter (their .git and ignored folders excepted) and lays the starter down again. */
async function restoreStarter(options: WorkspacesOptions, plan: ScaffoldPlan): Promise<void> {
  for (const name of readdirSync(plan.folder).filter((n) => !notTheirs.has(n))) {
    removeTree(join(plan.folder, name))
  }
  for (const file of plan.files) placeFile(plan.folder, file)
  keepStarter(startersIn(options), plan)
  if (plan.repository) await options.buildRepository(plan.repository, join(plan.folder, 'repo'))
  // Only where theirs is gone altogether: without one their git would speak to the project's.
  if (!existsSync(join(plan.folder, '.git'))) await options.initRepository(plan.folder, firstCommit(plan))
}

const textFile =
  /\.(ts|mts|js|mjs|py|java|rb|sql|json|ya?ml|sh|txt|md|html|css)$|(^|\/)(Dockerfile|\.dockerignore|\.gitignore)$/

function sources(folder: string): Map<string, string> {
  const found = new Map<string, string>()
  if (!existsSync(folder)) return found
  for (const { path, full } of filesIn(folder, notTheirs)) {
    if (textFile.test(path) && lstatSync(full).size < 256 * 1024) found.set(path, readFileSync(full, 'utf8'))
  }
  return found
}
