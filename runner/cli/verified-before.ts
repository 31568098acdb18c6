import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import type { VerifyResult } from '../app/verify.ts'
import type { Exercise } from '../domain/exercise.ts'
import type { Context } from './context.ts'

/**
 * Remembers, by content, which exercises passed the gate: `verify --changed` leaves them out.
 * A plain pass does not count for `--deep`.
 */

type Remembered = Record<string, string>

export function changedOnly(context: Context, exercises: readonly Exercise[], deep: boolean): Exercise[] {
  const known = read(context, deep)
  const engine = engineHash(context)
  return exercises.filter((e) => known[e.slug] !== contentHash(context, e, engine))
}

export function rememberVerified(context: Context, result: VerifyResult, deep: boolean): void {
  const known = read(context, deep)
  const engine = engineHash(context)
  const { bySlug } = context.catalog()
  for (const exercise of bySlug.values()) {
    const variants = result.exercises.filter((e) => e.slug === exercise.slug)
    const lacking = result.notRun.some((e) => e.slug === exercise.slug)
    if (variants.length === 0) continue
    if (variants.every((v) => v.ok) && !lacking) known[exercise.slug] = contentHash(context, exercise, engine)
    else delete known[exercise.slug]
  }
  mkdirSync(dirname(fileOf(context, deep)), { recursive: true })
  writeFileAtomic.sync(fileOf(context, deep), JSON.stringify(known))
}

const fileOf = (context: Context, deep: boolean): string => join(context.settings.cache, deep ? 'verified-deep.json' : 'verified.json')

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
  return hashOf([...folders.flatMap(filesBelow), join(root, 'package-lock.json')])
}

function contentHash(context: Context, exercise: Exercise, engine: string): string {
  return `${engine}-${hashOf([exercise.folder, context.source.solutionFolder(exercise)].flatMap(filesBelow))}`
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name))
    .sort()
}

function hashOf(files: readonly string[]): string {
  const hash = createHash('sha256')
  for (const file of files) hash.update(file).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex').slice(0, 32)
}
