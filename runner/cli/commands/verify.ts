import { RunnerError } from '../../errors/runner-error.ts'
import { formatProblem } from '../../domain/decode.ts'
import { nearest } from '../../domain/exercise/catalog.ts'
import { verify, type Pass, type VerifyResult } from '../../app/verify.ts'
import { renderVerify } from '../../ui/terminal/verify.ts'
import type { Exercise } from '../../domain/exercise/exercise.ts'
import type { Answer, Command } from '../command.ts'
import type { Context } from '../context.ts'
import { changedOnly, rememberVerified } from '../verified-before.ts'
import { progressLine } from '../progress-line.ts'

export const verifyCommand: Command = {
  summary: 'Proves that exercises are sound: starter red, solutions green, each mistake with its own hint.',
  usage: '[slug…] [--changed] [--deep [--minutes N]]',
  details: [
    '--minutes   with --deep: start no further pass after so many minutes; what has not had all ten is named',
    '--changed   only exercises whose files changed since they last passed',
    '--deep      ten passes with other seeds, time zones and locales; seven of them run the solutions alone, with the cases shuffled',
  ],
  options: { changed: { type: 'boolean' }, deep: { type: 'boolean' }, minutes: { type: 'string' } },
  words: 1000,
  run: async (context, { options, words }) =>
    verifyNow(context, words, {
      deep: options['deep'] === true,
      changed: options['changed'] === true,
      minutes: minutesOf(options['minutes']),
    }),
}

function minutesOf(value: string | boolean | undefined): number {
  if (value === undefined) return Infinity
  const minutes = Number(value)
  if (minutes > 0) return minutes
  throw new RunnerError('option-value', {
    command: 'verify',
    option: '--minutes',
    problem: 'must be a number of minutes',
  })
}

export interface GateOptions {
  deep?: boolean
  changed?: boolean
  /** Deep only: no pass starts later than this; exercises that have not had all of them are named. */
  minutes?: number
}

/** Runs the gate over some exercises or all of them; shared by `verify` and `test`. */
export async function verifyNow(
  context: Context,
  slugs: readonly string[],
  { deep = false, changed = false, minutes = Infinity }: GateOptions,
): Promise<Answer> {
  const chosen = choose(context, slugs)
  const exercises = changed ? changedOnly(context, chosen, deep) : chosen
  const { result, left } = deep
    ? await verifyDeep(context, exercises, minutes)
    : { result: (await runPasses(context, exercises, false)).result, left: [] }
  if (!deep) rememberVerified(context, result, false)
  const lacking = context.settings.requireAll && result.notRun.length > 0
  const ok = result.ok && !lacking
  const later = left.length === 0 ? '' : `\n  Left for another time: ${left.join(', ')}\n`
  return {
    exitCode: ok ? 0 : 4,
    json: { ...result, ok, ...(deep ? { left } : {}) },
    text: renderVerify(result, context.settings, lacking) + later,
  }
}

/** One exercise after the other, each remembered at once: a run that is cut off has not been for nothing. */
async function verifyDeep(
  context: Context,
  exercises: readonly Exercise[],
  minutes: number,
): Promise<{ result: VerifyResult; left: string[] }> {
  const until = Date.now() + minutes * 60_000
  const results: VerifyResult[] = []
  const left: string[] = []
  for (const exercise of exercises) {
    if (Date.now() > until) {
      left.push(exercise.slug)
      continue
    }
    const { result, complete } = await runPasses(context, [exercise], true, until)
    if (complete) rememberVerified(context, result, true)
    else left.push(exercise.slug)
    results.push(result)
  }
  const all = {
    ok: results.every((r) => r.ok),
    exercises: results.flatMap((r) => r.exercises),
    notRun: results.flatMap((r) => r.notRun),
  }
  return { result: all, left }
}

interface Passes {
  result: VerifyResult
  /** No pass was left out for want of time. */
  complete: boolean
}

async function runPasses(
  context: Context,
  exercises: readonly Exercise[],
  deep: boolean,
  until = Infinity,
): Promise<Passes> {
  const ports = {
    source: context.source,
    readiness: await context.readiness(),
    runs: await context.runs(),
    trees: context.trees,
    solutions: await context.solutions(),
    network: context.network,
  }
  const line = progressLine(context.settings)
  const results: VerifyResult[] = []
  const wanted = passes(deep)
  for (const [index, pass] of wanted.entries()) {
    if (Date.now() > until && index > 0) break
    const label = deep ? `pass ${index + 1} of ${deepPasses}: ` : ''
    results.push(
      await verify(ports, { exercises, pass, onProgress: (done, total, what) => line.show(done, total, label + what) }),
    )
  }
  line.clear()
  return { result: merge(results), complete: results.length === wanted.length }
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

const deepPasses = 10
const zones = ['UTC', 'Pacific/Kiritimati', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Pago_Pago']
const locales = ['C.UTF-8', 'tr_TR.UTF-8', 'de_DE.UTF-8']

function passes(deep: boolean): Pass[] {
  if (!deep) return [{ seed: 1, env: {}, shuffle: false }]
  return Array.from({ length: deepPasses }, (_, i) => ({
    seed: 1000 + i * 7919,
    shuffle: i % 4 !== 0,
    env: {
      TZ: zones[i % zones.length] ?? 'UTC',
      LANG: locales[i % locales.length] ?? 'C.UTF-8',
      LC_ALL: locales[i % locales.length] ?? 'C.UTF-8',
    },
  }))
}

/** A variant is sound only when every pass says so; problems are told once. */
function merge(results: readonly VerifyResult[]): VerifyResult {
  const [first] = results
  if (!first || results.length === 1) return first ?? { ok: true, exercises: [], notRun: [] }
  const exercises = first.exercises.map((variant) => {
    const all = results.flatMap((r) =>
      r.exercises.filter((e) => e.slug === variant.slug && e.language === variant.language),
    )
    const problems = [...new Map(all.flatMap((e) => e.problems).map((p) => [`${p.rule} ${p.message}`, p])).values()]
    const slowest = Math.max(...all.map((e) => e.durationMs))
    return { ...variant, problems, ok: problems.length === 0, durationMs: slowest }
  })
  return { ...first, exercises, ok: exercises.every((e) => e.ok) }
}
