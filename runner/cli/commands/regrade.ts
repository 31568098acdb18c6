import { resolve } from 'node:path'
import { differences } from '../../domain/class/grade-plan.ts'
import type { GradedResult } from '../../domain/class/grading.ts'
import { renderRegrade } from '../../ui/terminal/grade.ts'
import type { Answer, Command, Input } from '../command.ts'
import type { Context } from '../context.ts'
import { audit, openClass, planOf, recordResults, worksOf } from '../grading/class-work.ts'
import { openGrader } from '../grading/open-grader.ts'
import { databaseUrlOf, runPlan, workersOf } from '../grading/run-plan.ts'

export const regrade: Command = {
  summary: 'Grades the original submissions again under the present conditions, and shows what would change.',
  usage:
    '[--class DIR] [--slug S] [--learner L] [--again] [--apply] [--reserve DIR] [--workers N] [--database-url URL] [--unsafe]',
  details: [
    '--slug, --learner  only this exercise, only this learner',
    '--again            also what was graded under the very same conditions',
    '--apply            keep the new results; without it only the difference is shown',
    'The others are those of grade: see its --help. Marks set by hand stay.',
  ],
  options: {
    class: { type: 'string' },
    slug: { type: 'string' },
    learner: { type: 'string' },
    again: { type: 'boolean' },
    apply: { type: 'boolean' },
    reserve: { type: 'string' },
    workers: { type: 'string' },
    'database-url': { type: 'string' },
    unsafe: { type: 'boolean' },
  },
  words: 0,
  run: runRegrade,
}

async function runRegrade(context: Context, { options }: Input): Promise<Answer> {
  const { startedIn } = context.settings
  const [unsafe, apply] = [options['unsafe'] === true, options['apply'] === true]
  const reserve = options['reserve'] === undefined ? undefined : resolve(startedIn, String(options['reserve']))
  const workers = workersOf('regrade', options)
  const work = openClass(context, resolve(startedIn, String(options['class'] ?? '.')))
  const works = worksOf(work).filter(
    (w) =>
      [undefined, w.slug].includes(options['slug'] as string | undefined) &&
      [undefined, w.learner].includes(options['learner'] as string | undefined),
  )
  const open = await openGrader(context, { unsafe, reserve, slots: Math.max(1, workers) })
  try {
    // Another name for the same conditions: its keys are new, its seeds are not.
    const again = options['again'] === true ? ` again ${context.clock.now().toISOString()}` : ''
    const plan = planOf(work, works, open.grader, again)
    const results = await runPlan(context, open, {
      folder: work.folder,
      works,
      plan,
      lane: 'regrade',
      databaseUrl: databaseUrlOf(options),
      workers,
      record: () => {},
    })
    const changes = differences(latest(work.records.results), results)
    if (apply) recordResults(work.folder, results)
    audit(context, work.folder, apply ? 'regrade' : 'regrade (dry run)', {
      graded: results.length,
      changed: changes.length,
      ...(options['slug'] ? { slug: options['slug'] } : {}),
      ...(options['learner'] ? { learner: options['learner'] } : {}),
    })
    return {
      exitCode: 0,
      json: { applied: apply, regraded: results.length, unchanged: works.length - plan.wanted.length, changes },
      text: renderRegrade({ apply, regraded: results.length, unchanged: works.length - plan.wanted.length, changes }),
    }
  } finally {
    await open.close()
  }
}

/** A tree may have been graded several times; the last result of it counts. */
const latest = (results: readonly GradedResult[]): GradedResult[] => [
  ...new Map(results.map((r) => [`${r.learner} ${r.slug} ${r.language} ${r.tree}`, r])).values(),
]
