import { resolve } from 'node:path'
import { dropDraft, keepDraft, readDraft } from '../../adapters/classroom/regrade-draft.ts'
import { markChanges } from '../../domain/class/gradebook.ts'
import { renderRegrade } from '../../ui/terminal/grade.ts'
import type { Answer, Command, Input, OptionValues } from '../command.ts'
import type { Context } from '../context.ts'
import { audit, openClass, roundsOf, recordResults, worksOf } from '../grading/class-work.ts'
import { openGrader } from '../grading/open-grader.ts'
import { keepReserve, reserveOf } from '../grading/reserve.ts'
import { databaseUrlOf, runRounds, workersOf } from '../grading/run-rounds.ts'

export const regrade: Command = {
  summary: 'Grades the original submissions again under the present conditions, and shows what would change.',
  usage:
    '[--class DIR] [--slug S] [--learner L] [--again] [--apply] [--reserve DIR|none] [--workers N] [--database-url URL] [--unsafe]',
  details: [
    '--slug, --learner  only this exercise, only this learner',
    '--again            also what was graded under the very same conditions',
    '--apply            keep the new results, those of the last dry run among them; without it only the difference is shown',
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
  const workers = workersOf('regrade', options)
  const work = openClass(context, resolve(startedIn, String(options['class'] ?? '.')))
  const reserve = reserveOf(work.folder, options['reserve'] as string | undefined, startedIn)
  const works = worksOf(work).filter(
    (w) =>
      [undefined, w.slug].includes(options['slug'] as string | undefined) &&
      [undefined, w.learner].includes(options['learner'] as string | undefined),
  )
  const open = await openGrader(context, { unsafe, reserve, slots: Math.max(1, workers) })
  try {
    // Another name for the same conditions, until a result is kept: its keys are new, its seeds are not.
    const again = options['again'] === true ? ` again ${work.records.results.length}` : ''
    const draft = new Set(readDraft(work.folder))
    // What is kept stands behind the draft, so that it is what counts where both have a result.
    const rounds = roundsOf(work, works, { grader: open.grader, known: [...draft, ...work.records.results], again })
    const drafted = rounds.known.filter((r) => draft.has(r))
    const fresh = await runRounds(context, open, {
      folder: work.folder,
      works,
      next: rounds.next,
      lane: 'regrade',
      databaseUrl: databaseUrlOf(options),
      workers,
      record: (r) => keepDraft(work.folder, r),
    })
    const results = [...drafted, ...fresh]
    const unchanged = rounds.known.length - drafted.length
    const changes = markChanges({ rules: work.rules, late: work.late, ...work.records }, results)
    if (apply) {
      recordResults(work.folder, results)
      dropDraft(work.folder)
      keepReserve(work.folder, reserve)
    }
    audit(context, work.folder, apply ? 'regrade' : 'regrade (dry run)', {
      graded: results.length,
      changed: changes.length,
      ...(options['slug'] ? { slug: options['slug'] } : {}),
      ...(options['learner'] ? { learner: options['learner'] } : {}),
    })
    return {
      exitCode: 0,
      json: { applied: apply, regraded: results.length, unchanged, changes },
      text: renderRegrade({
        apply,
        regraded: results.length,
        unchanged,
        changes,
        folder: work.folder,
        asked: askedWith(options),
      }),
    }
  } finally {
    await open.close()
  }
}

/** What decides which results a regrade is about: with other words, `--apply` would not find those of the dry run. */
function askedWith(options: OptionValues): string[] {
  const named = ['slug', 'learner', 'reserve'].flatMap((name) =>
    typeof options[name] === 'string' ? [`--${name}`, options[name]] : [],
  )
  const flags = ['again', 'unsafe'].flatMap((name) => (options[name] === true ? [`--${name}`] : []))
  return [...named, ...flags]
}
