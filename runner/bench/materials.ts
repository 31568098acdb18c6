import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Manifest } from '../domain/exercise/exercise.ts'
import { faults, wrongAnswer, type Kind } from './edits.ts'

/** The texts of the exercises that bench makes, and where its files lie. */
const folder = join(import.meta.dirname, 'material')

export const standAloneFolder = join(folder, 'stand-alone')

const read = (kind: Kind, path: string): string => readFileSync(join(folder, kind, path), 'utf8')

export const slugOf = (kind: Kind): string => manifestOf(kind).slug
export const areas: Record<Kind, 'languages' | 'api'> = { module: 'languages', http: 'api' }
export const referenceOf = (kind: Kind): string => read(kind, 'reference/main.ts')
export const suiteOf = (kind: Kind): string => read(kind, 'suite.ts')
export const manifestOf = (kind: Kind): Manifest => JSON.parse(read(kind, 'exercise.json')) as Manifest

/** Path below the project → text, of one exercise in the catalog and its reference solution. */
export function exerciseFiles(kind: Kind, slug: string): Record<string, string> {
  const [exercise, solution] = [`exercises/${areas[kind]}/${slug}`, `solutions/${areas[kind]}/${slug}`]
  const reference = referenceOf(kind)
  const [first] = faults[kind]
  return {
    [`${exercise}/exercise.json`]: JSON.stringify({ ...manifestOf(kind), slug }),
    [`${exercise}/README.md`]: read(kind, 'README.md'),
    [`${exercise}/hints.json`]: '[]',
    [`${exercise}/suite/${slug}.test.ts`]: suiteOf(kind),
    [`${exercise}/starter/ts/run.json`]: '{ "run": ["node", "src/main.ts"] }',
    [`${exercise}/starter/ts/src/main.ts`]: first ? wrongAnswer(reference, first) : reference,
    [`${solution}/reference/ts/src/main.ts`]: reference,
  }
}
