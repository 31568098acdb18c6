import { createHash } from 'node:crypto'
import type { Language } from '../../domain/exercise/exercise.ts'

/** Who of a generated class hands in what: the same learners and works for the same number, on every machine. */

export interface ClassExercise {
  slug: string
  languages: readonly Language[]
  weight: number
}

/** Eight exercises in five languages; one needs a server. */
export const classExercises: readonly ClassExercise[] = [
  { slug: 'hello-gym', languages: ['ts', 'py', 'java', 'rb'], weight: 1 },
  { slug: 'python-shared-state', languages: ['py'], weight: 2 },
  { slug: 'java-decimal-ledger', languages: ['java'], weight: 3 },
  { slug: 'ruby-shared-default', languages: ['rb'], weight: 2 },
  { slug: 'node-lost-promises', languages: ['ts'], weight: 2 },
  { slug: 'jwt-verify', languages: ['ts', 'py', 'java'], weight: 4 },
  { slug: 'rbac-engine', languages: ['ts'], weight: 3 },
  { slug: 'pg-constraints-first', languages: ['sql'], weight: 2.5 },
]

export type WorkKind =
  | 'right'
  | 'other'
  | 'wrong'
  /** Right, after the close. */
  | 'late'
  /** A mistake in time, and right after the close. */
  | 'late-better'
  /** A mistake after the close, then right under a clock that was set back to before it: late all the same. */
  | 'set-back'
  | 'exits'
  | 'kills'
  | 'endless'
  | 'empty'
  | 'broken'
  /** A link in the place of a file. */
  | 'linked'
  | 'missing'

export interface PlannedWork {
  slug: string
  language: Language
  kind: WorkKind
  /** Picks one of several mistakes, or one of several delays. */
  pick: number
}

/** How a learner hands in; `nothing`, `junk` and `void` hold no work. */
export type Form = 'bundle' | 'folder' | 'tar' | 'zip' | 'nothing' | 'junk' | 'void'

export interface PlannedLearner {
  id: string
  name: string
  form: Form
  /** Their files are those of others, byte for byte. */
  copies: boolean
  works: PlannedWork[]
}

const shares: readonly (readonly [WorkKind, number])[] = [
  ['right', 37],
  ['other', 8],
  ['wrong', 22],
  ['late', 8],
  ['late-better', 4],
  ['set-back', 3],
  ['exits', 3],
  ['kills', 1],
  ['endless', 1],
  ['empty', 4],
  ['broken', 4],
  ['missing', 5],
]

/** A number from 0 to 2³²−1 that depends on nothing but these words. */
const numberOf = (...words: (string | number)[]): number =>
  createHash('sha256').update(words.join('\0')).digest().readUInt32BE(0)

export function planClass(count: number): PlannedLearner[] {
  return Array.from({ length: count }, (_, i): PlannedLearner => {
    const id = `learner-${String(i + 1).padStart(3, '0')}`
    const form = formOf(i)
    return {
      id,
      name: nameOf(i),
      form,
      copies: i % 10 === 9,
      works: ['nothing', 'junk', 'void'].includes(form)
        ? []
        : classExercises.map((exercise, e) => workOf(exercise, id, i, e, form)),
    }
  })
}

function formOf(i: number): Form {
  if (i % 25 === 7) return 'nothing'
  if (i % 25 === 13) return 'junk'
  if (i % 50 === 22) return 'void'
  return (['bundle', 'folder', 'bundle', 'tar', 'folder', 'bundle', 'zip'] as const)[i % 7] ?? 'bundle'
}

/** Names that spreadsheets, sorting and encodings stumble over. */
const nameOf = (i: number): string =>
  ['Ada Lovelace', '=HYPERLINK("x")', 'Łucja Ångström', 'O’Neill, "Sam"', '李小龍', '-1+1', 'Zoë'][i % 7] ?? ''

function workOf({ slug, languages }: ClassExercise, id: string, i: number, e: number, form: Form): PlannedWork {
  const pick = numberOf('pick', id, slug)
  const language = languages[numberOf('language', id, slug) % languages.length] ?? 'ts'
  // Each kind once in the first learners: a small class has all of them, too.
  const kind =
    i * classExercises.length + e < shares.length * 2
      ? (shares[(i * classExercises.length + e) % shares.length]?.[0] ?? 'right')
      : kindOf(numberOf('kind', id, slug) % 100)
  return { slug, language, kind: possible(kind, form, i, e, language), pick }
}

function kindOf(percent: number): WorkKind {
  let sum = 0
  for (const [kind, share] of shares) if (percent < (sum += share)) return kind
  return 'right'
}

/** An archive's times are those of its making, and only a bundle holds earlier states. */
function possible(kind: WorkKind, form: Form, i: number, e: number, language: Language): WorkKind {
  if (form === 'folder' && i % 9 === 4 && e === 3) return 'linked'
  if (kind === 'kills' && (language === 'sql' || language === 'java')) return 'exits'
  if (kind === 'late' && (form === 'tar' || form === 'zip')) return 'right'
  if (kind === 'set-back' && form !== 'bundle') return 'right'
  if (kind === 'late-better' && form !== 'bundle') return form === 'folder' ? 'late' : 'wrong'
  return kind
}
