import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Learner, Rejection } from '../../domain/class/grading.ts'
import { csvText } from '../../domain/class/gradebook-csv.ts'
import type { ExerciseSet } from '../../domain/sets/set.ts'
import { ensureFolder, writeAtomic } from '../files/late-packages.ts'
import { writeProblem } from '../files/writing.ts'
import { readSetFile } from '../store/set-file.ts'

/** The set of a class folder, null before the first collect. */
export function readClassSet(folder: string): ExerciseSet | null {
  const file = join(folder, 'set.json')
  return existsSync(file) ? readSetFile(file) : null
}

export const writeClassSet = (folder: string, set: ExerciseSet): void => put(folder, 'set.json', json(set))

export const writeRejections = (folder: string, rejections: readonly Rejection[]): void =>
  put(folder, 'rejections.json', json(rejections))

/** The roster in our own columns, whatever it was imported from. */
export function writeRoster(folder: string, roster: readonly Learner[]): void {
  const rows = roster.map((l) => [l.id, l.name, l.email, l.github, l.sisId, l.remote])
  put(folder, 'roster.csv', csvText([['id', 'name', 'email', 'github', 'sisId', 'remote'], ...rows]))
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** A class folder holds other people's work and marks: it is the instructor's alone. */
function put(folder: string, name: string, text: string): void {
  try {
    ensureFolder(folder, 0o700)
    writeAtomic(join(folder, name), text)
  } catch (error) {
    throw writeProblem(folder, error)
  }
}
