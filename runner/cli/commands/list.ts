import { areaOf } from '../../app/target.ts'
import type { Catalog } from '../../domain/exercise/catalog.ts'
import { languagesOf, type Exercise } from '../../domain/exercise/exercise.ts'
import {
  bestOf,
  isMovedPast,
  isPassed,
  stateOf,
  type ExerciseState,
  type Progress,
} from '../../domain/progress/progress.ts'
import type { ReadinessOf } from '../../domain/progress/selection.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { renderList, stateWithBest, type ListArea, type ListRow } from '../../ui/terminal/list.ts'
import type { Answer, Command, Input } from '../command.ts'
import type { Context } from '../context.ts'

const states = ['new', 'started', 'skipped', 'passed', 'not-ready'] as const

export const list: Command = {
  summary: 'Lists areas and exercises with state, difficulty, minutes and languages.',
  usage: '[text] [--area A] [--state S]',
  details: [
    'text      only exercises with this text in slug, title or systems',
    '--area    only this area',
    `--state   only this state: ${states.join(', ')}`,
  ],
  options: { area: { type: 'string' }, state: { type: 'string' } },
  words: 1,
  run: showList,
}

async function showList(context: Context, { options, words }: Input): Promise<Answer> {
  const area = areaOf(options['area'] as string | undefined)
  const state = stateOption(options['state'])
  const text = (words[0] ?? '').toLowerCase()
  const catalog = context.catalog()
  const progress = context.store.load()
  const { missing } = await context.readiness()
  const fits = (e: Exercise): boolean =>
    (area === undefined || e.area === area) &&
    (state === undefined || shownState(e, progress, missing) === state) &&
    [e.slug, e.title.toLowerCase(), ...e.systems].some((s) => s.includes(text))
  const filtered = area !== undefined || state !== undefined || text !== ''
  return {
    exitCode: 0,
    // One of the two is printed; in a large catalog the other would cost as much again.
    json: context.settings.json ? { areas: jsonAreas(catalog, progress, missing, fits) } : null,
    text: context.settings.json
      ? ''
      : renderList(
          catalog.areas.map((a) => listArea(a.title, a.exercises, progress, missing, fits)),
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

/** Machine-readable contract: docs/json.md. */
function jsonAreas(catalog: Catalog, progress: Progress, missing: ReadinessOf, fits: (e: Exercise) => boolean) {
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
    })),
  }))
}

/** Not ready: no variant can run here and nothing was passed yet. */
function shownState(e: Exercise, progress: Progress, missing: ReadinessOf): ExerciseState | 'not-ready' {
  const state = stateOf(progress, e.slug)
  const ready = languagesOf(e).some((language) => missing({ exercise: e, language }).length === 0)
  return ready || state === 'passed' ? state : 'not-ready'
}

function listArea(
  title: string,
  exercises: Exercise[],
  progress: Progress,
  missing: ReadinessOf,
  fits: (e: Exercise) => boolean,
): ListArea {
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
        remark: remarkOf(e, state, progress, missing),
      }
    }),
  }
}

function remarkOf(e: Exercise, state: ListRow['state'], progress: Progress, missing: ReadinessOf): string {
  const lacking = languagesOf(e).filter((language) => missing({ exercise: e, language }).length > 0)
  const first = lacking[0] && missing({ exercise: e, language: lacking[0] })[0]
  if (state === 'not-ready') return `needs ${first?.id}: ${first?.howToInstall}`
  const open = e.requires.filter((slug) => !isMovedPast(progress, slug))
  const after = open.length > 0 ? [`after ${open.join(', ')}`] : []
  const parts = state === 'new' ? after : [stateWithBest(state, bestOf(progress, e.slug))]
  return [...parts, ...(first ? [`${lacking.join(', ')} needs ${first.id}`] : [])].join('; ')
}
