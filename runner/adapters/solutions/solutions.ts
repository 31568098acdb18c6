import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { CatalogSource, Overlay, Solution, Solutions } from '../../app/ports.ts'
import type { Exercise, Language } from '../../domain/exercise/exercise.ts'
import { trueHints } from '../../domain/gate/mistake-head.ts'
import { isWhole, type Mistake } from '../../domain/gate/mistake.ts'
import { readEquivalents } from './equivalents.ts'
import { readMistakes } from './read-mistakes.ts'

/** The solutions below `solutions/<area>/<slug>/`. */
export function solutionsOf(source: Pick<CatalogSource, 'layers' | 'solutionFolder'>): Solutions {
  return {
    mistakes: (exercise) => readMistakes(source, exercise),
    equivalents: (exercise) => readEquivalents(source, exercise),
    in: (exercise, language) => {
      const folder = source.solutionFolder(exercise)
      const wrong = readMistakes(source, exercise).filter((m) => m.languages.includes(language) && isWhole(m))
      return [...rightSolutions(folder, language), ...wrong.map((m) => wrongSolution(folder, m, language))]
    },
  }
}

function rightSolutions(folder: string, language: Language): Solution[] {
  const alternatives = existsSync(folder) ? readdirSync(folder).filter((n) => /^alternative(-[a-z0-9-]+)?$/.test(n)) : []
  const named = [
    { kind: 'reference' as const, id: 'reference' },
    ...alternatives.sort().map((id) => ({ kind: 'alternative' as const, id })),
  ]
  return named
    .map((solution) => ({ ...solution, folder: join(folder, solution.id, language) }))
    .filter((solution) => isFolder(solution.folder))
    .map(({ kind, id, folder: own }) => ({ kind, id, overlays: [own], hints: [], breaks: [] }))
}

/** A mistake is laid over its base; a script does the whole work its own way. */
function wrongSolution(folder: string, mistake: Mistake, language: Language): Solution {
  const { id, head } = mistake
  const base = join(folder, head.base, language)
  const own = mistake.form === 'folder' ? join(mistake.path, language) : textsOf(mistake, language)
  const scripted = typeof own === 'string' && existsSync(join(own, 'solve.sh'))
  return {
    kind: 'mistake',
    id,
    overlays: scripted || !existsSync(base) ? [own] : [base, own],
    hints: trueHints(id, head),
    breaks: head.breaks,
  }
}

function textsOf({ changes }: Mistake, language: Language): Overlay {
  const below = `${language}/`
  return new Map(
    changes.filter(({ path }) => path.startsWith(below)).map(({ path, after }) => [path.slice(below.length), after]),
  )
}

const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory()
