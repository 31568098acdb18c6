import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { checkVariant } from '../../app/check.ts'
import { skip, takeUp, type Skipped } from '../../app/skip.ts'
import { startVariant } from '../../app/start.ts'
import { nextTarget, type Target, type TargetInput } from '../../app/target.ts'
import { idOf } from '../../domain/exercise/variant.ts'
import type { PassedOver, ReadinessOf } from '../../domain/progress/selection.ts'
import { commandLine } from '../../errors/command-line.ts'
import {
  passedOverLine,
  renderAllDone,
  renderNothingReady,
  skippedLines,
  startedLines,
  takenUpLine,
  welcome,
  type OwnPackage,
} from '../../ui/terminal/next.ts'
import { checkAnswer } from '../check-answer.ts'
import type { Answer, Command, Input } from '../command.ts'
import { launcherFrom } from '../faster.ts'
import { offerPack } from '../offer-pack.ts'
import { whileBusy } from '../progress-line.ts'
import { requireSetOpen } from '../set-opening.ts'
import { seedOf } from '../seed-option.ts'
import type { Context } from '../context.ts'

export const next: Command = {
  summary: 'Continues the current exercise, or starts the next one, and checks it.',
  usage: '[slug] [--lang L] [--area A] [--seed N] [--skip]',
  details: [
    'slug      this exercise instead of the next by order',
    '--lang    ts, py, java, rb … where the exercise has more than one',
    '--area    only exercises of this area',
    '--seed    repeat a run with the seed it printed',
    '--skip    leave this one for later, which is recorded, and go on with another; it stays open',
  ],
  options: {
    lang: { type: 'string' },
    area: { type: 'string' },
    seed: { type: 'string' },
    skip: { type: 'boolean' },
  },
  words: 1,
  run: runNext,
}

async function runNext(context: Context, input: Input): Promise<Answer> {
  if (input.options['skip'] === true) return skipAndGoOn(context, input)
  const target = await offeredTarget(context, input)
  const first = Object.keys(context.store.load().exercises).length === 0
  if (target === 'all-done')
    return { exitCode: 0, json: { done: true, next: commandLine('list') }, text: renderAllDone() }
  if (Array.isArray(target))
    return {
      exitCode: 3,
      json: { done: false, missing: target, next: commandLine('doctor') },
      text: renderNothingReady(target),
    }
  return continueWith(context, target, first, seedOf(input.options['seed']))
}

/** What was asked for says which exercise is skipped; the next one is picked by order. */
async function skipAndGoOn(context: Context, input: Input): Promise<Answer> {
  const seed = seedOf(input.options['seed'])
  const { missing } = await context.readiness()
  const skipped = skip(context, targetInput(context, input), missing)
  const answer = await runNext(context, { words: [], options: seed === undefined ? {} : { seed: String(seed) } })
  return withSkipped(answer, skipped, context)
}

const withSkipped = (answer: Answer, skipped: Skipped, { settings }: Context): Answer => ({
  ...answer,
  json: { ...(answer.json as Record<string, unknown>), skipped },
  text: `\n${skippedLines(skipped, settings).join('\n')}\n${answer.text}`,
})

/** What comes next; where it waits for a pack only, the pack is offered first, once. */
async function offeredTarget(context: Context, input: Input): Promise<ReturnType<typeof nextTarget>> {
  if (input.words[0] === undefined) requireSetOpen(context)
  const { missing } = await context.readiness()
  const target = nextTarget(targetInput(context, input), missing)
  const waiting = waitingFor(target, missing)
  if (!waiting || !(await offerPack(context, waiting.slug, waiting.missing))) return target
  return nextTarget(targetInput(context, input), (await context.readiness(true)).missing)
}

function targetInput(context: Context, { options, words }: Input): TargetInput {
  const wanted = {
    slug: words[0],
    language: options['lang'] as string | undefined,
    area: options['area'] as string | undefined,
  }
  return {
    catalog: context.catalog(),
    progress: context.store.load(),
    here: context.workspaces.containing(context.settings.startedIn),
    wanted,
    set: context.setCatalog(),
  }
}

/** The exercise that would come first if this machine had what it needs. */
function waitingFor(target: ReturnType<typeof nextTarget>, missing: ReadinessOf): PassedOver | null {
  if (target === 'all-done') return null
  if (Array.isArray(target)) return target[0] ?? null
  const lacks = missing(target)
  return lacks.length > 0 ? { slug: target.exercise.slug, missing: lacks } : (target.passedOver[0] ?? null)
}

/** Where the learner works in a project inside the workspace that has a package.json: npm looks no further up. */
function ownPackage(context: Context, target: Target): OwnPackage | null {
  const workspace = context.workspaces.folder(idOf(target))
  const folder = context.source.entry(target).split('/')[0] ?? ''
  const inside = join(workspace, folder)
  if (folder === '' || !existsSync(join(inside, 'package.json'))) return null
  return { folder, launcher: launcherFrom({ root: context.settings.root, startedIn: inside }) }
}

async function continueWith(
  context: Context,
  target: Target,
  first: boolean,
  seed: number | undefined,
): Promise<Answer> {
  const { exercise, passedOver } = target
  const ready = (await context.readiness()).missing(target).length === 0
  const started = ready && (await startVariant(context, target))
  const again = ready ? takeUp(context, target) : null
  const folder = relative(context.settings.root, context.workspaces.folder(idOf(target)))
  const before = [
    ...(first ? welcome : []),
    ...passedOver.map(passedOverLine),
    ...(started ? startedLines(folder, exercise, ownPackage(context, target)) : []),
    ...(again ? [takenUpLine(exercise.slug, again.best)] : []),
  ]
  const result = await whileBusy(context.settings, `Checking ${exercise.slug}`, () =>
    checkVariant(context, target, seed),
  )
  return checkAnswer(context, result, before)
}
