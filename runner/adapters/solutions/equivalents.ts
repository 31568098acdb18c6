import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CatalogSource, Equivalents } from '../../app/ports.ts'
import { languagesOf, type Exercise } from '../../domain/exercise/exercise.ts'
import { decodeEquivalents, equivalentName, equivalentProblems, type Equivalent } from '../../domain/mutation/equivalent.ts'
import { readBase } from './base-files.ts'

/** The list of an exercise; one that is not there is empty. What cannot be read is a problem, and no entry. */
export function readEquivalents(
  source: Pick<CatalogSource, 'layers' | 'solutionFolder'>,
  exercise: Exercise,
): Equivalents {
  const file = join(source.solutionFolder(exercise), equivalentName)
  if (!existsSync(file)) return { entries: [], problems: [] }
  const decoded = decodeEquivalents(file, readFileSync(file, 'utf8'))
  const referenceText = ({ language, file: path }: Equivalent): string | null => {
    if (!languagesOf(exercise).includes(language)) return null
    return readBase(source, exercise, 'reference', [`${language}/${path}`]).texts.get(`${language}/${path}`) ?? null
  }
  return {
    entries: decoded.ok ? decoded.value : [],
    problems: equivalentProblems(decoded, referenceText),
  }
}
