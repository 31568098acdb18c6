import { existsSync, readdirSync, renameSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { filesBelow, hashFiles } from '../../adapters/files/content-hash.ts'
import type { CatalogSource } from '../../app/ports.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { copyTree, ensureFolder, removeTree } from '../../adapters/files/late-packages.ts'

/**
 * A catalog whose suites have an instructor's private cases, too: `<folder>/<slug>/*.test.ts`, written like any suite,
 * in the groups of the exercise. They are copied into the cache, from where they reach #harness; learners never have
 * them.
 */
export function withReserve(source: CatalogSource, folder: string | undefined, cache: string): CatalogSource {
  if (folder === undefined) return source
  const copy = copied(folder, cache, source)
  return {
    ...source,
    suiteFiles: (exercise) => [...source.suiteFiles(exercise), ...testsIn(join(copy, exercise.slug))],
  }
}

/** Where a class keeps the cases that it was graded with. */
const kept = (classFolder: string): string => join(classFolder, 'reserve')

/** The cases that a grading uses: those of the option, else those that the class was graded with before. */
export function reserveOf(classFolder: string, option: string | undefined, startedIn: string): string | undefined {
  if (option === 'none') return undefined
  if (option !== undefined) return resolve(startedIn, option)
  return existsSync(kept(classFolder)) ? kept(classFolder) : undefined
}

/**
 * They belong to the class's record: a later grading that was not told of them would judge the same work by fewer cases.
 * The copy is whole or not there at all.
 */
export function keepReserve(classFolder: string, reserve: string | undefined): void {
  const place = kept(classFolder)
  if (reserve === place) return
  removeTree(place)
  if (reserve === undefined) return
  const fresh = `${place}.${process.pid}`
  copyTree(reserve, fresh)
  renameSync(fresh, place)
}

function copied(folder: string, cache: string, source: CatalogSource): string {
  const wrong = (problem: string): RunnerError =>
    new RunnerError('option-value', { command: 'grade', option: '--reserve', problem })
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw wrong(`names ${folder}, which is no folder`)
  const slugs = readdirSync(folder, { withFileTypes: true })
    .filter((e) => e.isDirectory())
    .map((e) => e.name)
  const { bySlug } = source.load().catalog
  const unknown = slugs.find((slug) => !bySlug.has(slug))
  if (unknown !== undefined) throw wrong(`holds a folder "${unknown}", and there is no such exercise`)
  if (!slugs.some((slug) => testsIn(join(folder, slug)).length > 0)) throw wrong('holds no <slug>/<name>.test.ts')
  // Named by its content: a worker never sees half a copy of another one.
  const copy = join(cache, 'reserve', hashFiles(folder, filesBelow(folder)))
  if (!existsSync(copy)) {
    ensureFolder(join(cache, 'reserve'), 0o700)
    copyTree(folder, copy)
  }
  return copy
}

const testsIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.test.ts'))
        .sort()
        .map((name) => join(folder, name))
    : []
