import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import type { VerifyResult } from '../app/verify.ts'
import type { Exercise } from '../domain/exercise.ts'
import type { Context } from './context.ts'

/**
 * Remembers, by content, which exercises passed the gate: `verify --changed` leaves them out. A plain pass is
 * remembered on this machine and rests on the runner too; ten deep passes are a property of the exercise, kept in a
 * file that is committed with it, so that CI repeats them for what has changed.
 */

type Remembered = Record<string, string>

export function changedOnly(context: Context, exercises: readonly Exercise[], deep: boolean): Exercise[] {
  const known = read(context, deep)
  const engine = deep ? 'content' : engineHash(context)
  return exercises.filter((e) => known[e.slug] !== contentHash(context, e, engine))
}

export function rememberVerified(context: Context, result: VerifyResult, deep: boolean): void {
  const known = read(context, deep)
  const engine = deep ? 'content' : engineHash(context)
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
  writeFileAtomic.sync(fileOf(context, deep), `${JSON.stringify(sorted, null, 2)}\n`)
}

const fileOf = (context: Context, deep: boolean): string => deep ? join(context.settings.root, 'solutions', 'verified-deep.json') : join(context.settings.cache, 'verified.json')

function read(context: Context, deep: boolean): Remembered {
  try {
    return JSON.parse(readFileSync(fileOf(context, deep), 'utf8')) as Remembered
  } catch {
    return {}
  }
}

/** Everything a verdict rests on besides the exercise itself: the harness, the rules, the templates, the tools' versions. */
function engineHash({ settings: { root } }: Context): string {
  const folders = ['runner/harness', 'runner/domain', 'runner/adapters', 'runner/app', 'templates'].map((f) => join(root, f))
  return hashOf(root, [...folders.flatMap(filesBelow), join(root, 'package-lock.json')])
}

function contentHash(context: Context, exercise: Exercise, engine: string): string {
  return `${engine}-${hashOf(context.settings.root, [exercise.folder, context.source.solutionFolder(exercise)].flatMap(filesBelow))}`
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name))
    .sort()
}

/** Paths count as seen from the project, so that two clones agree. */
function hashOf(root: string, files: readonly string[]): string {
  const hash = createHash('sha256')
  for (const file of files) hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex').slice(0, 32)
}
