import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { GivenOverride } from '../../domain/class/gradebook.ts'
import { isLearnerId, parseRoster } from '../../domain/class/gradebook-roster.ts'
import type { GradedResult, Learner, Rejection, SubmittedWork } from '../../domain/class/grading.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { appendLines, readJsonFile, readLines } from './json-lines.ts'
import { readTextFile } from './text-file.ts'
import { overrideSchema, rejectionsSchema, resultSchema, worksSchema } from './schemas.ts'

/** Everything of a class folder but its set. */
export interface ClassRecords {
  roster: Learner[]
  works: SubmittedWork[]
  rejections: Rejection[]
  results: GradedResult[]
  overrides: GivenOverride[]
  /** Files with lines that broke off, in sentences. */
  torn: string[]
}

/** Reads what collecting, grading and overriding have left in a class folder. */
export function readClass(folder: string): ClassRecords {
  const results = readLines(join(folder, 'results.jsonl'), resultSchema)
  const overrides = readLines(join(folder, 'overrides.jsonl'), overrideSchema)
  const torn = [['results.jsonl', results.torn] as const, ['overrides.jsonl', overrides.torn] as const].filter(
    ([, n]) => n > 0,
  )
  return {
    roster: readRoster(folder),
    works: readWorks(folder),
    rejections: readRejections(folder),
    results: results.values,
    overrides: overrides.values,
    torn: torn.map(
      ([name, n]) =>
        `${name}: ${n} ${n === 1 ? 'line' : 'lines'} broke off and ${n === 1 ? 'was' : 'were'} passed over`,
    ),
  }
}

/** What was not taken so far; none before the first collect. */
export const readRejections = (folder: string): Rejection[] =>
  readJsonFile(join(folder, 'rejections.json'), rejectionsSchema) ?? []

/** The roster in its own order; none is an empty one. */
export function readRoster(folder: string): Learner[] {
  const file = join(folder, 'roster.csv')
  if (!existsSync(file)) return []
  const read = parseRoster(readTextFile(file))
  if (read.ok) return read.roster
  throw new RunnerError('roster-invalid', { path: file, problems: read.problems.map((p) => `  ${p}`).join('\n') })
}

/** All states that were handed in, by learner and variant in the order of their names; oldest first in each. */
export function readWorks(folder: string): SubmittedWork[] {
  const submissions = join(folder, 'submissions')
  if (!existsSync(submissions)) return []
  const learners = readdirSync(submissions, { withFileTypes: true })
    .filter((e) => e.isDirectory() && isLearnerId(e.name))
    .map((e) => e.name)
  return learners.sort().flatMap((learner) => {
    const own = join(submissions, learner)
    const files = readdirSync(own)
      .filter((name) => /^[a-z0-9-]+@[a-z]+\.json$/.test(name))
      .sort()
    const works = files.flatMap((name) => readJsonFile(join(own, name), worksSchema) ?? [])
    const other = works.find((w) => w.learner !== learner)
    if (other) throw new RunnerError('class-folder', { path: own, reason: `it holds work of "${other.learner}"` })
    return works
  })
}

/** A line of the audit log: who did what, when. */
export interface AuditLine {
  at: string
  who: string
  what: string
  [fact: string]: unknown
}

export const appendOverride = (folder: string, override: GivenOverride): void =>
  appendLines(join(folder, 'overrides.jsonl'), [override])

export const appendAudit = (folder: string, line: AuditLine): void => appendLines(join(folder, 'audit.jsonl'), [line])
