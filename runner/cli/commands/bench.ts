import { readOptions } from '../../bench/options.ts'
import { renderReport } from '../../bench/render.ts'
import { runBench } from '../../bench/run-bench.ts'
import type { Command } from '../command.ts'
import { progressLine } from '../progress-line.ts'

export const bench: Command = {
  summary: 'Measures the runner against vitest alone, as ratios of the same run; takes some minutes.',
  usage: '[--only <name>[,<name>…]] [--runs N] [--edits N]',
  details: [
    '--only    only these measures (runner/docs/performance.md says what each is)',
    '--runs    pairs of ours and baseline, 9 without it',
    '--edits   saves in watch mode: 40 without it, 200 for the memory',
  ],
  options: { only: { type: 'string' }, runs: { type: 'string' }, edits: { type: 'string' } },
  words: 0,
  run: async ({ settings }, { options }) => {
    // Minutes without a sign would be too many, so progress is shown with --json too; stdout stays the report's.
    const line = progressLine({ ...settings, json: false })
    const onProgress = atMostEvery(settings.interactive ? 0 : quietMs, line.show)
    const report = await runBench({ root: settings.root, options: readOptions(options), onProgress })
    line.clear()
    return { exitCode: (report.wrongVerdicts ?? 0) > 0 ? 1 : 0, json: report, text: renderReport(report) }
  },
}

/** Time between two lines of a log. */
const quietMs = 5_000

type Show = (done: number, total: number, what: string) => void

/** Lets through what begins something new, and of the rest only so much. */
function atMostEvery(ms: number, show: Show): Show {
  let [last, shown] = [0, 0]
  return (done, total, what) => {
    if (done === last && performance.now() - shown < ms) return
    last = done
    shown = performance.now()
    show(done, total, what)
  }
}
