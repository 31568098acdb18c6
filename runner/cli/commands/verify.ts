import { RunnerError } from '../../errors/runner-error.ts'
import { nearest } from '../../domain/exercise/catalog.ts'
import { formatProblem } from '../../domain/decode.ts'
import { renderVerify } from '../../ui/terminal/verify.ts'
import type { Exercise } from '../../domain/exercise/exercise.ts'
import type { Answer, Command, OptionValues } from '../command.ts'
import type { Context } from '../context.ts'
import { runGate, type GateOptions } from '../gate/run-gate.ts'

export const verifyCommand: Command = {
  summary: 'Proves that exercises are sound: starter red, solutions green, each wrong answer caught with a true hint.',
  usage: '[slug…] [--changed] [--oldest] [--minutes N] [--shard I/N] [--again] [--deep]',
  details: [
    '--changed   only what has changed since it was proved (solutions/…/verified.json), itself or the runner below it',
    '--oldest    what was proved longest ago comes first',
    '--minutes   starts no further exercise after so many minutes; what is left is named',
    '--shard     the I-th of N parts of the exercises, for several machines',
    '--again     runs everything, also trials whose outcome is known from before',
    '--deep      ten passes with other seeds, time zones and locales; seven run the solutions alone, cases shuffled',
  ],
  options: {
    changed: { type: 'boolean' },
    oldest: { type: 'boolean' },
    minutes: { type: 'string' },
    shard: { type: 'string' },
    again: { type: 'boolean' },
    deep: { type: 'boolean' },
  },
  words: 1000,
  run: async (context, { options, words }) => verifyNow(context, words, gateOptions(options)),
}

function gateOptions(options: OptionValues): GateOptions {
  const { minutes, shard } = options
  return {
    changed: options['changed'] === true,
    oldest: options['oldest'] === true,
    again: options['again'] === true,
    deep: options['deep'] === true,
    ...(minutes === undefined ? {} : { minutes: minutesOf(minutes) }),
    ...(shard === undefined ? {} : { shard: shardOf(String(shard)) }),
  }
}

function minutesOf(value: string | boolean): number {
  const minutes = Number(value)
  if (minutes > 0) return minutes
  throw new RunnerError('option-value', {
    command: 'verify',
    option: '--minutes',
    problem: 'must be a number of minutes',
  })
}

function shardOf(value: string): { index: number; of: number } {
  const [, index = 0, of = 0] = (/^([1-9]\d*)\/([1-9]\d*)$/.exec(value) ?? []).map(Number)
  if (index >= 1 && index <= of) return { index, of }
  throw new RunnerError('option-value', { command: 'verify', option: '--shard', problem: 'must be like 1/3 or 3/3' })
}

/** Runs the gate over some exercises or all of them; shared by `verify` and `test`. */
export async function verifyNow(context: Context, slugs: readonly string[], options: GateOptions): Promise<Answer> {
  const result = await runGate(context, choose(context, slugs), options)
  const lacking = context.settings.requireAll && result.notRun.length > 0
  const ok = result.ok && !lacking
  return {
    exitCode: ok ? 0 : 4,
    json: { ...result, ok, ...(options.sample ? { seed: options.sample.seed } : {}) },
    text: renderVerify(result, context.settings, { lacking, sample: options.sample ?? null }),
  }
}

function choose(context: Context, slugs: readonly string[]): Exercise[] {
  const {
    catalog: { bySlug },
    problems,
  } = context.source.load()
  const asked = slugs.map((word) => `/${word.split('/').at(-1)}/`)
  const relevant = problems.filter((p) => asked.length === 0 || asked.some((part) => `${p.file}/`.includes(part)))
  if (relevant.length > 0)
    throw new RunnerError('content-invalid', { problems: relevant.map((p) => `  ${formatProblem(p)}`).join('\n') })
  if (slugs.length === 0) return [...bySlug.values()]
  return slugs.map((word) => {
    const exercise = bySlug.get(word.split('/').at(-1) ?? '')
    if (!exercise)
      throw new RunnerError('unknown-exercise', { slug: word, nearest: nearest(word, bySlug.keys()) ?? undefined })
    return exercise
  })
}
