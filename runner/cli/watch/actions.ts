import { relative } from 'node:path'
import { checkVariant } from '../../app/check.ts'
import { skip, takeUp } from '../../app/skip.ts'
import { startVariant } from '../../app/start.ts'
import { nextTarget, type Target, type TargetInput } from '../../app/target.ts'
import { languagesOf } from '../../domain/exercise/exercise.ts'
import { idOf, type Variant } from '../../domain/exercise/variant.ts'
import { progressOf } from '../../domain/progress/progress.ts'
import { renderCases } from '../../ui/terminal/all-cases.ts'
import {
  renderGrid,
  renderKeys,
  renderLack,
  renderNothingLeft,
  renderProblem,
  renderSaid,
  renderSkipped,
  renderUntilKey,
  renderWatchDone,
  type GridRow,
} from '../../ui/terminal/watch.ts'
import { diff } from '../commands/diff.ts'
import { hint } from '../commands/hint.ts'
import { reset } from '../commands/reset.ts'
import { show } from '../commands/show.ts'
import { solution } from '../commands/solution.ts'
import { undo } from '../commands/undo.ts'
import type { Command } from '../command.ts'
import type { Context } from '../context.ts'
import { knownError } from '../known-error.ts'
import { requireSetOpen } from '../set-opening.ts'
import { editorCommand, type EditorCommand } from './editor.ts'
import type { Key } from './keyboard.ts'
import { listStep, openList } from './list-screen.ts'
import type { Session } from './session.ts'

/** What a key does where the session stands. Resolves `quit` when the sitting is over. Problems go onto the screen. */
export async function act(context: Context, session: Session, key: Key): Promise<'quit' | 'stay'> {
  try {
    return await actOn(context, session, key)
  } catch (error) {
    session.show({ kind: 'text', text: renderProblem(knownError(error), context.settings) })
    return 'stay'
  }
}

async function actOn(context: Context, session: Session, key: Key): Promise<'quit' | 'stay'> {
  const view = session.view()
  if (key === 'interrupt') return 'quit'
  if (view.kind === 'list') await inList(context, session, key)
  else if (view.kind === 'confirm-reset') await confirmReset(context, session, key)
  else if (session.scroll(key)) return 'stay'
  else if (view.kind === 'text' && !(key in verdictKeys)) session.show({ kind: 'verdict' })
  else if (key === 'q') return 'quit'
  else await verdictKeys[key]?.(context, session)
  return 'stay'
}

const verdictKeys: Record<Key, (context: Context, session: Session) => Promise<void> | void> = {
  h: (context, session) => answerOf(context, session, hint),
  b: (context, session) => answerOf(context, session, show),
  d: (context, session) => answerOf(context, session, diff),
  u: (context, session) => answerOf(context, session, undo),
  v: (context, session) => answerOf(context, session, solution),
  a: showCases,
  l: async (context, session) =>
    session.show({ kind: 'list', state: await openList(context, session.target().exercise) }),
  r: (_, session) => {
    session.show({ kind: 'verdict' })
    session.check()
  },
  x: (_, session) => session.show({ kind: 'confirm-reset' }),
  o: openEditor,
  n: goOn,
  s: skipIt,
  c: checkAll,
  '?': ({ settings }, session) => session.show({ kind: 'text', text: renderKeys(settings) }),
}

const inputOf = ({ exercise, language }: Target) => ({ options: { lang: language }, words: [exercise.slug] })

async function answerOf(context: Context, session: Session, command: Command): Promise<void> {
  const { text } = await command.run(context, inputOf(session.target()))
  session.show({ kind: 'text', text: renderUntilKey(text) })
}

function showCases({ settings }: Context, session: Session): void {
  const last = session.last()
  const cases = last?.judgement.cases.filter((one) => one.status === 'failed') ?? []
  if (!last || cases.length === 0) return session.say('  No case is red.')
  const { slug } = last.exercise
  const text = renderCases({ slug, cases, seed: last.seed, folder: last.workspace }, settings)
  session.show({ kind: 'text', text: renderUntilKey(text) })
}

async function confirmReset(context: Context, session: Session, key: Key): Promise<void> {
  if (key !== 'y') return session.show({ kind: 'verdict' })
  // The watcher sees the files come back and checks them.
  await answerOf(context, session, reset)
}

async function goOn(context: Context, session: Session): Promise<void> {
  const last = session.last()
  if (last?.judgement.verdict.kind !== 'passed')
    return session.say('  It is not passed yet. [s]kip it for now, or leave it for another with [l]ist.')
  await turnToNext(context, session)
}

async function skipIt(context: Context, session: Session): Promise<void> {
  const { exercise, language } = session.target()
  const { missing } = await context.readiness()
  const skipped = skip(context, { ...nextInput(context), wanted: { slug: exercise.slug, language } }, missing)
  await turnToNext(context, session, renderSkipped(skipped, context.settings))
}

const nextInput = (context: Context): TargetInput => ({
  catalog: context.catalog(),
  progress: context.store.load(),
  here: null,
  wanted: {},
  set: context.setCatalog(),
})

async function turnToNext(context: Context, session: Session, notice?: string): Promise<void> {
  requireSetOpen(context)
  const { missing } = await context.readiness()
  const target = nextTarget(nextInput(context), missing)
  if (target === 'all-done') return session.show({ kind: 'text', text: renderWatchDone() })
  if (Array.isArray(target)) return session.show({ kind: 'text', text: renderNothingLeft() })
  await turnTo(context, session, target, notice)
}

async function turnTo(context: Context, session: Session, target: Target, notice?: string): Promise<void> {
  const missing = (await context.readiness()).missing(target)
  if (missing[0]) return session.show({ kind: 'text', text: renderLack(target.exercise.slug, missing[0]) })
  await startVariant(context, target)
  takeUp(context, target)
  await session.turnTo(target, notice)
}

async function inList(context: Context, session: Session, key: Key): Promise<void> {
  const view = session.view()
  if (view.kind !== 'list') return
  const step = listStep(view.state, key)
  if (step.kind === 'stay') return session.show({ kind: 'list', state: step.state })
  if (step.kind === 'back') return session.show({ kind: 'verdict' })
  const { missing } = await context.readiness()
  const target = nextTarget({ ...nextInput(context), wanted: { slug: step.slug } }, missing)
  if (target !== 'all-done' && !Array.isArray(target)) await turnTo(context, session, target)
}

async function openEditor(context: Context, session: Session): Promise<void> {
  const { settings } = context
  const tell = (text: string): void => session.show({ kind: 'text', text: renderSaid(text, settings) })
  const target = session.target()
  const file = `${context.workspaces.folder(idOf(target))}/${context.source.entry(target)}`
  const editor = editorCommand(process.env, file)
  if (!editor)
    return tell(
      `No editor was found. Set EDITOR or GYM_EDITOR, or open ${relative(settings.startedIn, file)} yourself.`,
    )
  if (editor.inTerminal) return editHere(context, session, editor)
  const { runCommand } = await import('../../adapters/process/run-command.ts')
  const result = await runCommand(editor.command, { timeoutMs: 10_000 })
  if (result.code === 0) return session.say(`  Opened in ${editor.name}.`)
  tell(`${editor.name} did not open it: ${(result.stderr || 'no reason given').trim().split('\n')[0]}`)
}

/** An editor that draws in this terminal has it for itself until it ends. */
async function editHere({ settings }: Context, session: Session, { name, command }: EditorCommand): Promise<void> {
  if (!process.stdin.isTTY || settings.json) return session.say(`  ${name} needs a terminal of its own.`)
  const { execa } = await import('execa')
  const [file = '', ...args] = command
  await session.lend(async () => void (await execa(file, args, { stdio: 'inherit', reject: false })))
  session.show({ kind: 'verdict' })
}

/** Every variant with a workspace, at once; each counts as an attempt like any other check. */
async function checkAll(context: Context, session: Session): Promise<void> {
  const progress = context.store.load()
  const started = [...context.catalog().bySlug.values()].flatMap((exercise) =>
    languagesOf(exercise)
      .map((language): Variant => ({ exercise, language }))
      .filter((variant) => progressOf(progress, idOf(variant)) && context.workspaces.exists(idOf(variant))),
  )
  const rows: GridRow[] = started.map((variant) => ({ ...idOf(variant), outcome: null }))
  const show = (): void => session.show({ kind: 'text', text: renderGrid(rows, context.settings) })
  show()
  await Promise.all(
    started.map(async (variant, i) => {
      const { judgement } = await checkVariant(context, variant)
      rows[i] = {
        ...idOf(variant),
        outcome: { verdict: judgement.verdict.kind, score: judgement.score?.total ?? null },
      }
      if (session.view().kind === 'text') show()
    }),
  )
}
