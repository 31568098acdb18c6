import type { Learner } from './grading.ts'
import { openQuotes, parseTable } from './gradebook-csv.ts'

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

/**
 * Reads a roster: our own, GitHub Classroom's, or the export of a Canvas gradebook. Only `id` is needed; a column nobody
 * knows is passed over. All problems are told together, and nobody is left out in silence.
 */
export function parseRoster(text: string): RosterRead {
  const lines = openQuotes(text)
  if (lines.length > 0)
    return {
      ok: false,
      problems: lines.map(
        (line) => `line ${line}: a quotation mark is opened there and not closed; remove it, or close it`,
      ),
    }
  const [head = [], ...rows] = parseTable(text).rows
  const names = head.map((h) => h.toLowerCase().replaceAll(/[\s_-]/g, ''))
  const read = isCanvas(names) ? canvasLearners(names, rows) : ownLearners(names, rows)
  if (read === null)
    return {
      ok: false,
      problems: [`the first line names no column "id"; it names ${head.map((h) => `"${h.trim()}"`).join(', ')}`],
    }
  const problems = problemsOf(read)
  return problems.length > 0 ? { ok: false, problems } : { ok: true, roster: read }
}

const valueIn = (row: readonly string[], place: number): string => (row[place] ?? '').trim()

function ownLearners(names: readonly string[], rows: readonly (readonly string[])[]): Learner[] | null {
  const place = (wanted: readonly string[]): number => names.findIndex((n) => wanted.includes(n))
  const id = place(columns.id)
  if (id < 0) return null
  return rows.map((row): Learner => {
    const value = (wanted: readonly string[]): string => valueIn(row, place(wanted))
    const read = {
      id: valueIn(row, id),
      name: value(columns.name),
      email: value(columns.email),
      github: value(columns.github),
      sisId: value(columns.sisId),
      remote: value(columns.remote),
    }
    return names[id] === 'identifier' ? fromGithubClassroom(read) : read
  })
}

/**
 * An identifier there may be a person's name: the account names a folder then. Whoever has not accepted yet has no
 * account, and is called by their name.
 */
function fromGithubClassroom(read: Learner): Learner {
  if (isLearnerId(read.id)) return read
  const id = read.github === '' ? idFromName(read.id) : read.github
  return { ...read, id, name: read.name === '' ? read.id : read.name }
}

const isCanvas = (names: readonly string[]): boolean =>
  names[0] === 'student' &&
  names.includes('id') &&
  ['section', 'sisuserid', 'sisloginid'].some((n) => names.includes(n))

/** Canvas's own number of a person means nothing outside of it: the login names them, else the school's id. */
function canvasLearners(names: readonly string[], rows: readonly (readonly string[])[]): Learner[] {
  const people = rows.filter((row) => {
    const student = valueIn(row, 0).toLowerCase()
    return !['', 'points possible', 'student, test', 'test student'].includes(student)
  })
  return people.map((row): Learner => {
    const [login, sisId, number] = ['sisloginid', 'sisuserid', 'id'].map((n) => valueIn(row, names.indexOf(n)))
    const email = login?.includes('@') === true ? login : ''
    const id = [login, sisId, number].find((word) => word !== undefined && word !== '') ?? ''
    return { id, name: valueIn(row, 0), email, github: '', sisId: sisId ?? '', remote: '' }
  })
}

/** An id made of a person's name. */
export const idFromName = (name: string): string =>
  name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 64)

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
