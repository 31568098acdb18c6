import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import type { CatalogSource } from '../../app/ports.ts'
import { recordSchema, type ProofRecord } from '../../domain/gate/record.ts'
import type { Exercise } from '../../domain/exercise/exercise.ts'
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

const fileOf = (source: CatalogSource, exercise: Exercise): string => join(source.solutionFolder(exercise), recordName)
