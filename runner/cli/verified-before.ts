import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { writeAtomic } from '../adapters/files/late-packages.ts'
import { engineHash, filesBelow, hashFiles } from '../adapters/files/content-hash.ts'
import type { VerifyResult } from '../app/verify.ts'
import type { Exercise } from '../domain/exercise/exercise.ts'
import type { Context } from './context.ts'

/**
 * Remembers, by content, which exercises passed the gate: `verify --changed` leaves them out. A plain pass is
 * remembered on this machine and rests on the runner too; ten deep passes are a property of the exercise, kept in a
 * file that is committed with it, so that CI repeats them for what has changed.
 */

type Remembered = Record<string, string>

export function changedOnly(context: Context, exercises: readonly Exercise[], deep: boolean): Exercise[] {
  const known = read(context, deep)
  const engine = deep ? 'content' : engineHash(context.settings.root)
  return exercises.filter((e) => known[e.slug] !== contentHash(context, e, engine))
}

export function rememberVerified(context: Context, result: VerifyResult, deep: boolean): void {
  const known = read(context, deep)
  const engine = deep ? 'content' : engineHash(context.settings.root)
  const { bySlug } = context.catalog()
  for (const exercise of bySlug.values()) {
    const variants = result.exercises.filter((e) => e.slug === exercise.slug)
    const lacking = result.notRun.some((e) => e.slug === exercise.slug)
    if (variants.length === 0) continue
    if (variants.every((v) => v.ok) && !lacking) known[exercise.slug] = contentHash(context, exercise, engine)
    else delete known[exercise.slug]
  }
  mkdirSync(dirname(fileOf(context, deep)), { recursive: true })
  const sorted = Object.fromEntries(Object.entries(known).sort(([a], [b]) => (a < b ? -1 : 1)))
  writeAtomic(fileOf(context, deep), `${JSON.stringify(sorted, null, 2)}\n`)
}

const fileOf = (context: Context, deep: boolean): string =>
  deep ? join(context.settings.root, 'solutions', 'verified-deep.json') : join(context.settings.cache, 'verified.json')

function read(context: Context, deep: boolean): Remembered {
  try {
    return JSON.parse(readFileSync(fileOf(context, deep), 'utf8')) as Remembered
  } catch {
    return {}
  }
}

/** Hash of everything an exercise is: its files and its solutions'. */
export function contentHash(context: Context, exercise: Exercise, engine: string): string {
  return `${engine}-${hashFiles(context.settings.root, [exercise.folder, context.source.solutionFolder(exercise)].flatMap(filesBelow))}`
}
