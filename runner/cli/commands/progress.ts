import { isPassed, stateOf } from '../../domain/progress/progress.ts'
import { renderProgress } from '../../ui/terminal/progress.ts'
import type { Command } from '../command.ts'

export const progress: Command = {
  summary: 'Shows how far you are, by area.',
  usage: '',
  details: [],
  options: {},
  words: 0,
  run: async (context) => {
    const saved = context.store.load()
    const areas = context.catalog().areas.map(({ id, title, exercises }) => ({
      area: id,
      title,
      total: exercises.length,
      started: exercises.filter((e) => stateOf(saved, e.slug) === 'started').length,
      skipped: exercises.filter((e) => stateOf(saved, e.slug) === 'skipped').length,
      passed: exercises.filter((e) => isPassed(saved, e.slug)).length,
    }))
    const attempts = Object.values(saved.exercises)
      .flatMap((byLanguage) => Object.values(byLanguage))
      .reduce((sum, p) => sum + p.attempts, 0)
    return {
      exitCode: 0,
      json: { areas, attempts, current: saved.current },
      text: renderProgress(areas, attempts, saved.current, context.settings),
    }
  },
}
