import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { GradedResult } from '../../domain/class/grading.ts'
import { appendLines, readLines } from './json-lines.ts'
import { resultSchema } from './schemas.ts'

/** What a dry run has graded, until it is kept: `regrade --apply` takes it from here instead of grading it again. */
const draftIn = (folder: string): string => join(folder, 'regrade.jsonl')

export const readDraft = (folder: string): GradedResult[] => readLines(draftIn(folder), resultSchema).values

export const keepDraft = (folder: string, results: readonly GradedResult[]): void =>
  appendLines(draftIn(folder), results)

export const dropDraft = (folder: string): void => rmSync(draftIn(folder), { force: true })
