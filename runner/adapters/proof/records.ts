import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import type { CatalogSource } from '../../app/ports.ts'
import { recordSchema, type ProofRecord } from '../../domain/gate/record.ts'
import type { Exercise, Language } from '../../domain/exercise/exercise.ts'
import { equivalentName } from '../../domain/mutation/equivalent.ts'
import { filesBelow, hashFiles } from '../files/content-hash.ts'
import { writeAtomic } from '../files/late-packages.ts'

const recordName = 'verified.json'

/** What is on record of an exercise; null where nothing is, or nothing that can be read. */
export function readRecord(source: CatalogSource, exercise: Exercise): ProofRecord | null {
  try {
    const read: unknown = JSON.parse(readFileSync(fileOf(source, exercise), 'utf8'))
    const decoded = v.safeParse(recordSchema, read)
    return decoded.success ? decoded.output : null
  } catch {
    return null
  }
}

export function writeRecord(source: CatalogSource, exercise: Exercise, record: ProofRecord): void {
  writeAtomic(fileOf(source, exercise), `${JSON.stringify(record, null, 2)}\n`)
}

/** Hash of everything an exercise is: its files and its solutions', the record itself left out. */
export function proofContent(root: string, source: CatalogSource, exercise: Exercise): string {
  const files = [exercise.folder, source.solutionFolder(exercise)].flatMap(filesBelow)
  const record = fileOf(source, exercise)
  return hashFiles(
    root,
    files.filter((file) => file !== record),
  )
}

/** Hash of all that the counts of an exercise's mutants rest on in one language, besides the runner and the machine. */
export function mutantsContent(root: string, source: CatalogSource, exercise: Exercise, language: Language): string {
  const solutions = source.solutionFolder(exercise)
  const folders = [
    join(exercise.folder, 'suite'),
    join(exercise.folder, 'starter', language),
    join(solutions, 'reference', language),
  ]
  const list = join(solutions, equivalentName)
  return hashFiles(root, [...folders.filter(existsSync).flatMap(filesBelow), ...[list].filter(existsSync)])
}

const fileOf = (source: CatalogSource, exercise: Exercise): string => join(source.solutionFolder(exercise), recordName)
