import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { catalogSource } from '../../adapters/files/catalog-source.ts'
import { filesIn } from '../../adapters/files/walk.ts'
import { solutionsOf } from '../../adapters/solutions/solutions.ts'
import { planFor } from '../../app/plan.ts'
import type { Overlay, Solution } from '../../app/ports.ts'
import type { Language } from '../../domain/exercise/exercise.ts'
import { isLearners } from '../../domain/submission/learner-paths.ts'
import type { PlannedLearner, PlannedWork } from './class-plan.ts'

/** Path → content of a workspace's files. */
export type Files = ReadonlyMap<string, string>

const root = join(import.meta.dirname, '..', '..', '..')
const source = catalogSource(root)
const { catalog } = source.load()

/** A fresh workspace with the solution of this id laid over it. */
export function filesOf(slug: string, language: Language, solution: string): Files {
  const exercise = catalog.bySlug.get(slug)
  if (!exercise) throw new Error(`there is no exercise "${slug}"`)
  const fresh = planFor(source, { exercise, language }, '').files.filter((file) => isLearners(file.to))
  const files = new Map(
    fresh.map(({ to, source: from }) => [to, 'from' in from ? readFileSync(from.from, 'utf8') : from.text] as const),
  )
  const overlays = solutionsIn(slug, language).find(({ id }) => id === solution)?.overlays
  if (!overlays) throw new Error(`there is no solution "${solution}" of ${slug} in ${language}`)
  for (const [path, text] of overlays.flatMap(textsIn)) {
    if (text === null) files.delete(path)
    else files.set(path, text)
  }
  return files
}

const textsIn = (overlay: Overlay): [string, string | null][] =>
  typeof overlay === 'string'
    ? filesIn(overlay).map(({ path, full }) => [path, readFileSync(full, 'utf8')])
    : [...overlay]

const known = new Map<string, Solution[]>()

/** Read once: a class asks thousands of times. */
function solutionsIn(slug: string, language: Language): Solution[] {
  const exercise = catalog.bySlug.get(slug)
  const name = `${slug}@${language}`
  const solutions = known.get(name) ?? (exercise ? solutionsOf(source).in(exercise, language) : [])
  known.set(name, solutions)
  return solutions
}

/** The id of a work's solution. */
export function solutionOf({ slug, language, kind, pick }: PlannedWork): string {
  const solutions = solutionsIn(slug, language)
  if (kind === 'other' && solutions.some(({ id }) => id === 'alternative')) return 'alternative'
  if (kind !== 'wrong' && kind !== 'late-better' && kind !== 'set-back') return 'reference'
  const mistakes = solutions.filter((solution) => solution.kind === 'mistake')
  const mistake = mistakes[pick % mistakes.length]
  if (!mistake) throw new Error(`${slug} has no mistake in ${language}`)
  return mistake.id
}

/** The file that is started or loaded first. */
export function entryOf(slug: string, language: Language): string {
  const exercise = catalog.bySlug.get(slug)
  return exercise ? source.entry({ exercise, language }) : ''
}

const comment: Partial<Record<Language, string>> = { ts: '//', java: '//', py: '#', rb: '#', sql: '--' }

/** Stands before everything else in the file that is started; Java has no such place but in its class. */
const attacks: Partial<Record<Language, { exits: string; kills: string; endless: string }>> = {
  ts: { exits: 'process.exit(0)\n', kills: "process.kill(-1, 'SIGKILL')\n", endless: 'for (;;);\n' },
  py: { exits: 'import os; os._exit(0)\n', kills: 'import os; os.kill(-1, 9)\n', endless: 'while True: pass\n' },
  rb: { exits: 'exit!(0)\n', kills: 'Process.kill(9, -1)\n', endless: 'loop {}\n' },
  java: {
    exits: 'static { Runtime.getRuntime().halt(0); }',
    kills: '',
    endless: 'static { while (System.nanoTime() != 0) Thread.onSpinWait(); }',
  },
  sql: {
    exits: "copy (select 1) to program 'true';\n",
    kills: '',
    endless: 'do $$ begin loop null; end loop; end $$;\n',
  },
}
const unreadable: Partial<Record<Language, string>> = {
  ts: 'export const = {\n',
  py: 'def (:\n',
  rb: 'def (\n',
  java: 'class {\n',
  sql: 'creat tabel;\n',
}

/** What a learner hands in as one work; `solution` is one of solutionOf(), or the reference for a later state. */
export function workFiles(learner: PlannedLearner, { slug, language, kind }: PlannedWork, solution: string): Files {
  const files = new Map(filesOf(slug, language, solution))
  const entry = entryOf(slug, language)
  const text = files.get(entry) ?? ''
  const marked = learner.copies ? text : `${text}\n${comment[language]} ${learner.id}\n`
  files.set(entry, entryText(marked, language, kind))
  return files
}

function entryText(text: string, language: Language, kind: PlannedWork['kind']): string {
  if (kind === 'empty') return ''
  if (kind === 'broken') return `${unreadable[language]}${text}`
  if (kind !== 'exits' && kind !== 'kills' && kind !== 'endless') return text
  const attack = attacks[language]?.[kind] ?? ''
  return language === 'java' ? text.replace(/\bclass\s+\w+[^{]*\{/, `$& ${attack}`) : `${attack}${text}`
}
