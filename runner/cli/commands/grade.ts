import { resolve } from 'node:path'
import { renderGrade, type GradeSummary } from '../../ui/terminal/grade.ts'
import { tallyOf } from '../../domain/class/grade-tally.ts'
import type { Answer, Command, Input } from '../command.ts'
import type { Context } from '../context.ts'
import { audit, openClass, roundsOf, recordResults, worksOf } from '../grading/class-work.ts'
import { openGrader } from '../grading/open-grader.ts'
import { keepReserve, reserveOf } from '../grading/reserve.ts'
import { databaseUrlOf, runRounds, workersOf } from '../grading/run-rounds.ts'

export const grade: Command = {
  summary: 'Grades what was collected into a class folder, each work in a sandbox; what is graded already is left.',
  usage: '[--class DIR] [--reserve DIR|none] [--workers N] [--database-url URL] [--unsafe]',
  details: [
    '--class         the class folder; without it the folder you are in',
    '--reserve       your own private cases, <slug>/*.test.ts, that learners never had; the class keeps them, none gives them up',
    '--workers       works at once, one for each processor without it; 0 leaves them to the command worker',
    '--database-url  a PostgreSQL that workers on other machines use, too (or GYM_DATABASE_URL)',
    '--unsafe        without a sandbox: runs the code of others with your rights, and is stamped into each result',
  ],
  options: {
    class: { type: 'string' },
    reserve: { type: 'string' },
    workers: { type: 'string' },
    'database-url': { type: 'string' },
    unsafe: { type: 'boolean' },
  },
  words: 0,
  run: runGrade,
}

async function runGrade(context: Context, { options }: Input): Promise<Answer> {
  const { startedIn } = context.settings
  const workers = workersOf('grade', options)
  const work = openClass(context, resolve(startedIn, String(options['class'] ?? '.')))
  const reserve = reserveOf(work.folder, options['reserve'] as string | undefined, startedIn)
  const works = worksOf(work)
  const open = await openGrader(context, { unsafe: options['unsafe'] === true, reserve, slots: Math.max(1, workers) })
  try {
    keepReserve(work.folder, reserve)
    const rounds = roundsOf(work, works, { grader: open.grader, known: work.records.results })
    const results = await runRounds(context, open, {
      folder: work.folder,
      works,
      next: rounds.next,
      lane: 'live',
      databaseUrl: databaseUrlOf(options),
      workers,
      record: (r) => recordResults(work.folder, r),
    })
    const tally = tallyOf(results)
    audit(context, work.folder, 'grade', {
      set: `${work.rules.id}@${work.rules.version}`,
      ...tally,
      sandbox: options['unsafe'] === true ? 'none' : 'bubblewrap',
      reserve: reserve !== undefined,
    })
    const summary: GradeSummary = {
      ...tally,
      before: rounds.known.length,
      unsafe: options['unsafe'] === true,
      folder: work.folder,
      problems: results.filter((r) => r.outcome === 'system-error'),
    }
    return {
      exitCode: tally.systemErrors > 0 ? 70 : 0,
      json: { ...summary },
      text: renderGrade(summary, context.settings),
    }
  } finally {
    await open.close()
  }
}
