import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import * as v from 'valibot'
import type { GenericSchema, InferOutput } from 'valibot'
import type { CatalogSource, Layer } from '../../app/ports.ts'
import { buildCatalog } from '../../domain/exercise/catalog.ts'
import { decodeJson, formatProblem, type FileProblem } from '../../domain/decode.ts'
import {
  areaIds,
  areaSchema,
  manifestSchema,
  runSchema,
  type AreaId,
  type AreaManifest,
  type Exercise,
  type Manifest,
  type RunRecipe,
} from '../../domain/exercise/exercise.ts'
import type { Variant } from '../../domain/exercise/variant.ts'
import { hintsSchema, type Hint } from '../../domain/judging/hint.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { openManifestIndex, type ManifestIndex } from './manifest-index.ts'
import { walk } from './walk.ts'

/**
 * Reads the exercises' files of a project. Only decoded manifests are kept (in `indexFile`), each as long as its file
 * is the same, so nothing is ever stale.
 */
export function catalogSource(root: string, indexFile: string | null = null): CatalogSource {
  const index = openManifestIndex(indexFile)
  return {
    load: () => loadCatalog(root, index),
    brief: (exercise) => readBrief(exercise),
    hints: (exercise) => required(join(exercise.folder, 'hints.json'), hintsSchema) as Hint[],
    recipe: readRecipe,
    suiteFiles: (exercise) => suiteFiles(exercise),
    entry: (variant) => entryOf(root, variant),
    layers: (variant) => layersOf(root, variant),
    runnerFrom: (folder) => runnerFrom(root, folder),
    solutionFolder: (exercise) => join(root, 'solutions', exercise.area, exercise.slug),
  }
}

/** Two folders up as a rule, which also holds for a clone that is moved; another way only where workspace/ is a link. */
function runnerFrom(root: string, folder: string): string {
  if (folder === '' || dirname(dirname(folder)) === root) return '../../runner'
  return relative(folder, join(root, 'runner')).replaceAll(sep, '/')
}

function loadCatalog(root: string, index: ManifestIndex): ReturnType<CatalogSource['load']> {
  const problems: FileProblem[] = []
  const areas = new Map<AreaId, AreaManifest>()
  const exercises: Exercise[] = []
  for (const area of areaIds.filter((id) => existsSync(join(root, 'exercises', id)))) {
    const folder = join(root, 'exercises', area)
    const manifest = take(join(folder, 'area.json'), areaSchema, problems)
    if (!manifest) continue
    areas.set(area, manifest)
    for (const slug of manifest.exercises) {
      const loaded = takeManifest(index, join(folder, slug, 'exercise.json'), problems)
      if (!loaded) continue
      if (loaded.slug !== slug)
        problems.push({
          file: join(folder, slug, 'exercise.json'),
          at: 'slug',
          message: `must be "${slug}", as its folder and area.json say`,
        })
      exercises.push({ ...loaded, area, folder: join(folder, slug) })
    }
    problems.push(...unlisted(folder, manifest))
  }
  index.save()
  return { catalog: buildCatalog(areas, exercises), problems: [...problems, ...twice(exercises)] }
}

function takeManifest(index: ManifestIndex, file: string, problems: FileProblem[]): Manifest | null {
  const known = index.get(file)
  if (known) return known
  const decoded = take(file, manifestSchema, problems)
  if (decoded) index.put(file, decoded)
  return decoded
}

function take<S extends GenericSchema>(file: string, schema: S, problems: FileProblem[]): InferOutput<S> | null {
  if (!existsSync(file)) {
    problems.push({ file, at: '', message: 'is missing' })
    return null
  }
  const decoded = decodeJson(file, readFileSync(file, 'utf8'), schema)
  if (decoded.ok) return decoded.value
  problems.push(...decoded.problems)
  return null
}

function unlisted(folder: string, manifest: AreaManifest): FileProblem[] {
  const listed = new Set(manifest.exercises)
  return readdirSync(folder, { withFileTypes: true })
    .filter((e) => e.isDirectory() && !listed.has(e.name))
    .map((e) => ({ file: join(folder, e.name), at: '', message: 'is not listed in area.json' }))
}

function twice(exercises: readonly Exercise[]): FileProblem[] {
  const seen = new Set<string>()
  return exercises.flatMap((e) => {
    if (!seen.has(e.slug)) return (seen.add(e.slug), [])
    return [
      {
        file: join(e.folder, 'exercise.json'),
        at: 'slug',
        message: `the slug "${e.slug}" stands twice in the catalog`,
      },
    ]
  })
}

function required<S extends GenericSchema>(file: string, schema: S): InferOutput<S> {
  const problems: FileProblem[] = []
  const value = take(file, schema, problems)
  if (value !== null) return value
  throw new RunnerError('content-invalid', { problems: problems.map(formatProblem).join('\n') })
}

function readBrief(exercise: Exercise): string {
  const path = join(exercise.folder, 'README.md')
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new RunnerError('brief-missing', { path }, { cause })
  }
}

/** Exercises without a program (sql, git, docker …) have no run.json. */
function readRecipe({ exercise, language }: Variant): RunRecipe {
  const file = join(exercise.folder, 'starter', language, 'run.json')
  return existsSync(file) ? (required(file, runSchema) as RunRecipe) : { run: ['none'] }
}

function suiteFiles(exercise: Exercise): string[] {
  const folder = join(exercise.folder, 'suite')
  return readdirSync(folder)
    .filter((name) => name.endsWith('.test.ts'))
    .sort()
    .map((name) => join(folder, name))
}

function layersOf(root: string, { exercise, language }: Variant): Layer[] {
  const template = exercise.languages[language]?.template ?? ''
  const folders = [...templateFolders(root, template), join(exercise.folder, 'starter', language)]
  return folders.map((folder) => ({ folder, files: layerFiles(folder) }))
}

/** Regular files of the catalog below a folder, sorted; links are refused, so that no layer reaches outside of it. */
export function layerFiles(folder: string): Layer['files'] {
  if (!existsSync(folder)) throw new RunnerError('content-invalid', { problems: `${folder}: is missing` })
  return [...walk(folder)]
    .filter(({ kind }) => kind !== 'folder')
    .map(({ path, full, kind }) => {
      if (kind !== 'file') throw new RunnerError('content-invalid', { problems: `${full}: is not a regular file` })
      return { path, executable: (statSync(full).mode & 0o100) !== 0 }
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}

const templateSchema = v.strictObject({ toolchain: v.string(), entry: v.string(), base: v.optional(v.string()) })

/** A template may stand on another: what both have, the upper one says. */
function templateFolders(root: string, name: string): string[] {
  const folder = join(root, 'templates', name)
  const { base } = required(join(folder, 'template.json'), templateSchema)
  return [...(base === undefined ? [] : templateFolders(root, base)), folder]
}

/** `entry` of the manifest's language, else the template's. */
function entryOf(root: string, { exercise, language }: Variant): string {
  const { template = '', entry } = exercise.languages[language] ?? {}
  return entry ?? required(join(root, 'templates', template, 'template.json'), templateSchema).entry
}
