import { planFor } from '../../app/plan.ts'
import { areaOf, knownLanguage } from '../../app/target.ts'
import type { Catalog } from '../../domain/exercise/catalog.ts'
import { languagesOf, type Exercise } from '../../domain/exercise/exercise.ts'
import {
  bestOf,
  isMovedPast,
  isPassed,
  progressOf,
  stateOf,
  type ExerciseState,
  type Progress,
} from '../../domain/progress/progress.ts'
import type { ReadinessOf } from '../../domain/progress/selection.ts'
import { commandLine } from '../../errors/command-line.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { renderList, stateWithBest, type GoneRow, type ListArea, type ListRow } from '../../ui/terminal/list.ts'
import type { Answer, Command, Input } from '../command.ts'
import type { Context } from '../context.ts'

const states = ['new', 'started', 'skipped', 'passed', 'not-ready'] as const

export const list: Command = {
  summary: 'Lists areas and exercises with state, difficulty, minutes and languages.',
  usage: '[text] [--area A] [--state S] [--lang L]',
  details: [
    'text      only exercises with this text in slug, title or systems',
    '--area    only this area',
    `--state   only this state: ${states.join(', ')}`,
    '--lang    only exercises in this language: ts, py, java, rb …',
  ],
  options: { area: { type: 'string' }, state: { type: 'string' }, lang: { type: 'string' } },
  words: 1,
  run: showList,
}

async function showList(context: Context, { options, words }: Input): Promise<Answer> {
  const area = areaOf(options['area'] as string | undefined)
  const state = stateOption(options['state'])
  const language = knownLanguage(options['lang'] as string | undefined, 'list')
  const text = (words[0] ?? '').toLowerCase()
  const catalog = context.catalog()
  const progress = context.store.load()
  const { missing } = await context.readiness()
  const fits = (e: Exercise): boolean =>
    (area === undefined || e.area === area) &&
    (language === undefined || language in e.languages) &&
    (state === undefined || shownState(e, progress, missing) === state) &&
    [e.slug, e.title.toLowerCase(), ...e.systems].some((s) => s.includes(text))
  const filtered = area !== undefined || state !== undefined || language !== undefined || text !== ''
  const view: View = { progress, missing, fits, changed: (e) => changedIn(context, e, progress) }
  const gone = filtered ? [] : goneFrom(catalog, progress)
  return {
    exitCode: 0,
    toRead: true,
    // One of the two is printed; in a large catalog the other would cost as much again.
    json: context.settings.json ? { areas: jsonAreas(catalog, view), gone } : null,
    text: context.settings.json
      ? ''
      : renderList(
          catalog.areas.map((a) => listArea(a.title, a.exercises, view)),
          gone,
          context.settings,
          filtered,
        ),
  }
}

function stateOption(value: string | boolean | undefined): ListRow['state'] | undefined {
  if (value === undefined) return undefined
  const state = states.find((s) => s === value)
  if (state) return state
  throw new RunnerError('option-value', {
    command: 'list',
    option: '--state',
    problem: `must be one of ${states.join(', ')}`,
  })
}

/** What the rows of the list are made of. */
interface View {
  progress: Progress
  missing: ReadinessOf
  fits: (e: Exercise) => boolean
  /** Whether the project has another version by now than the one that was started. */
  changed: (e: Exercise) => boolean
}

function changedIn(context: Context, exercise: Exercise, progress: Progress): boolean {
  const started = languagesOf(exercise).filter((language) => progressOf(progress, { slug: exercise.slug, language }))
  return started.some((language) => {
    const id = { slug: exercise.slug, language }
    if (!context.workspaces.exists(id)) return false
    const plan = planFor(context.source, { exercise, language }, context.workspaces.folder(id))
    return context.workspaces.changedSince(plan).length > 0
  })
}

/** Started here, and renamed or removed in the project since: known by their workspaces. */
const goneFrom = (catalog: Catalog, progress: Progress): GoneRow[] =>
  Object.keys(progress.exercises)
    .filter((slug) => !catalog.bySlug.has(slug))
    .map((slug) => ({ slug, best: bestOf(progress, slug) }))

/** Machine-readable contract: docs/json.md. */
function jsonAreas(catalog: Catalog, { progress, missing, fits, changed }: View) {
  return catalog.areas.map(({ id, title, exercises }) => ({
    area: id,
    title,
    exercises: exercises.filter(fits).map((e) => ({
      slug: e.slug,
      title: e.title,
      difficulty: e.difficulty,
      minutes: e.minutes,
      driver: e.driver,
      systems: e.systems,
      languages: languagesOf(e),
      services: e.services,
      requires: e.requires,
      state: shownState(e, progress, missing),
      best: bestOf(progress, e.slug),
      changed: changed(e),
    })),
  }))
}

/** Not ready: no variant can run here and nothing was passed yet. */
function shownState(e: Exercise, progress: Progress, missing: ReadinessOf): ExerciseState | 'not-ready' {
  const state = stateOf(progress, e.slug)
  const ready = languagesOf(e).some((language) => missing({ exercise: e, language }).length === 0)
  return ready || state === 'passed' ? state : 'not-ready'
}

function listArea(title: string, exercises: Exercise[], view: View): ListArea {
  const { progress, missing, fits } = view
  return {
    title,
    done: exercises.filter((e) => isPassed(progress, e.slug)).length,
    total: exercises.length,
    rows: exercises.filter(fits).map((e): ListRow => {
      const state = shownState(e, progress, missing)
      return {
        slug: e.slug,
        difficulty: e.difficulty,
        minutes: e.minutes,
        languages: languagesOf(e),
        state,
        remark: remarkOf(e, state, view),
      }
    }),
  }
}

function remarkOf(e: Exercise, state: ListRow['state'], { progress, missing, changed }: View): string {
  const lacking = languagesOf(e).filter((language) => missing({ exercise: e, language }).length > 0)
  const first = lacking[0] && missing({ exercise: e, language: lacking[0] })[0]
  if (state === 'not-ready') return `needs ${first?.id}: ${first?.howToInstall}`
  const open = e.requires.filter((slug) => !isMovedPast(progress, slug))
  const after = open.length > 0 ? [`after ${open.join(', ')}`] : []
  const parts = state === 'new' ? after : [stateWithBest(state, bestOf(progress, e.slug))]
  const news = changed(e) ? [`changed since you started it: ${commandLine('show', e.slug)}`] : []
  return [...parts, ...news, ...(first ? [`${lacking.join(', ')} needs ${first.id}`] : [])].join('; ')
}
