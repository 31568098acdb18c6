import type { Learner } from './grading.ts'
import { parseCsv } from './gradebook-csv.ts'

export type RosterRead = { ok: true; roster: Learner[] } | { ok: false; problems: string[] }

/** Ids name folders: nothing that could leave one. */
const idPattern = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/

/** `true` for an id that may stand in a path of the class folder. */
export const isLearnerId = (id: string): boolean => idPattern.test(id) && !id.includes('..')

/** Column names as we write them and as GitHub Classroom's roster has them; case and spaces do not matter. */
const columns = {
  id: ['id', 'identifier'],
  name: ['name', 'fullname'],
  email: ['email'],
  github: ['github', 'githubusername'],
  sisId: ['sisid', 'sisuserid'],
  remote: ['remote', 'repository'],
} as const

/** Reads roster.csv. Only `id` is needed; a column nobody knows is passed over. All problems are told together. */
export function parseRoster(text: string): RosterRead {
  const [head = [], ...rows] = parseCsv(text)
  const names = head.map((h) => h.toLowerCase().replaceAll(/[\s_-]/g, ''))
  const place = (wanted: readonly string[]): number => names.findIndex((n) => wanted.includes(n))
  const at = {
    id: place(columns.id),
    name: place(columns.name),
    email: place(columns.email),
    github: place(columns.github),
    sisId: place(columns.sisId),
    remote: place(columns.remote),
  }
  if (at.id < 0) return { ok: false, problems: ['the first line names no column "id"'] }
  const roster = rows.map((row): Learner => {
    const value = (i: number): string => (row[i] ?? '').trim()
    const read = {
      id: value(at.id),
      name: value(at.name),
      email: value(at.email),
      github: value(at.github),
      sisId: value(at.sisId),
      remote: value(at.remote),
    }
    return names[at.id] === 'identifier' ? fromGithubClassroom(read) : read
  })
  const problems = problemsOf(roster)
  return problems.length > 0 ? { ok: false, problems } : { ok: true, roster }
}

/** An identifier there may be a person's name; the account names a folder then. */
const fromGithubClassroom = (read: Learner): Learner =>
  isLearnerId(read.id) || read.github === ''
    ? read
    : { ...read, id: read.github, name: read.name === '' ? read.id : read.name }

function problemsOf(roster: readonly Learner[]): string[] {
  const seen = new Set<string>()
  return roster.flatMap(({ id }, i) => {
    // Folders of two ids that differ in case only are one folder on some systems.
    const folded = id.toLowerCase()
    if (!isLearnerId(id))
      return [
        `learner ${i + 1}: "${id}" is no id: up to 64 letters, digits and . _ @ -, beginning with a letter or digit`,
      ]
    if (seen.has(folded)) return [`learner ${i + 1}: the id "${id}" stands twice`]
    seen.add(folded)
    return []
  })
}
