import { resolve } from 'node:path'
import { onceAskedToStop } from '../../adapters/process/stop-signals.ts'
import { work } from '../../app/work.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import type { Answer, Command, Input } from '../command.ts'
import type { Context } from '../context.ts'
import { openGrader } from '../grading/open-grader.ts'
import { openQueuePlace } from '../grading/queue-place.ts'
import { databaseUrlOf, workersOf } from '../grading/run-rounds.ts'

export const worker: Command = {
  summary: 'Grades what the command grade on another machine has put into a PostgreSQL, until it is told to stop.',
  usage: '--database-url URL [--workers N] [--reserve DIR] [--until-empty] [--unsafe]',
  details: [
    '--database-url  the PostgreSQL of the class (or GYM_DATABASE_URL)',
    '--workers       works at once; one for each processor without it',
    '--until-empty   end when there is nothing left to do',
    'SIGTERM and Ctrl-C: what is under way is finished, nothing new is taken.',
  ],
  options: {
    'database-url': { type: 'string' },
    workers: { type: 'string' },
    reserve: { type: 'string' },
    'until-empty': { type: 'boolean' },
    unsafe: { type: 'boolean' },
  },
  words: 0,
  run: runWorker,
  drains: true,
}

async function runWorker(context: Context, { options }: Input): Promise<Answer> {
  const databaseUrl = databaseUrlOf(options)
  if (databaseUrl === undefined)
    throw new RunnerError('option-value', {
      command: 'worker',
      option: '--database-url',
      problem: 'is needed: a worker takes its jobs from a PostgreSQL',
    })
  const reserve =
    options['reserve'] === undefined ? undefined : resolve(context.settings.startedIn, String(options['reserve']))
  const slots = workersOf('worker', options, 1)
  const open = await openGrader(context, { unsafe: options['unsafe'] === true, reserve, slots })
  const place = await openQueuePlace(context, databaseUrl)
  const stop = new AbortController()
  onceAskedToStop(() => stop.abort())
  try {
    context.say(`  Grading, ${slots} at once. Ctrl-C ends it when what is under way is finished.`)
    const done = await work({
      queue: place.queue,
      grader: open.grader,
      slots,
      stop: stop.signal,
      untilEmpty: options['until-empty'] === true,
      onResult: (n) => context.say(`  ${n} graded`),
    })
    return { exitCode: 0, json: { graded: done }, text: `  ${done} graded.\n` }
  } finally {
    await place.close()
    await open.close()
  }
}
