import { boundMemory } from '../../adapters/process/bounded-memory.ts'
import { watchFolder, type FolderWatch } from '../../adapters/watcher/watcher.ts'
import { checkWatched, type CheckResult } from '../../app/check.ts'
import { openCheckLoop, type CheckLoop } from '../../app/check-loop.ts'
import type { Target } from '../../app/target.ts'
import { idOf } from '../../domain/exercise/variant.ts'
import { isPassed } from '../../domain/progress/progress.ts'
import { renderConfirmReset, renderFooter } from '../../ui/terminal/watch.ts'
import { checkJson, checkScreen } from '../check-answer.ts'
import type { Context } from '../context.ts'
import { knownError } from '../known-error.ts'
import { renderError } from '../../ui/terminal/help.ts'
import type { Key } from './keyboard.ts'
import type { ListState } from './list-screen.ts'
import { drawList } from './list-screen.ts'
import type { Screen } from './screen.ts'

/** What the screen shows. Only the verdict is drawn anew by a check; the others stay until a key. */
export type View =
  { kind: 'verdict' } | { kind: 'text'; text: string } | { kind: 'list'; state: ListState } | { kind: 'confirm-reset' }

/** One sitting in watch mode: the exercise, its last verdict, and what is shown. */
export interface Session {
  target: () => Target
  last: () => CheckResult | null
  view: () => View
  show: (view: View) => void
  /** A line under the screen. */
  say: (text: string) => void
  check: () => void
  /** Goes on with another exercise, whose workspace exists; `notice` stands above its first verdict. */
  turnTo: (target: Target, notice?: string) => Promise<void>
  /** Lays out anew what is shown, as in a terminal of another size. */
  redraw: () => Promise<void>
  /** Whether the key scrolled what is shown. */
  scroll: (key: Key) => boolean
  /** Gives the terminal to a program, as an editor, until it ends; nothing is drawn meanwhile. */
  lend: (work: () => Promise<void>) => Promise<void>
  close: () => Promise<void>
}

/** Short enough not to be felt, long enough for an editor that writes in steps. */
const debounceMs = 12
/** A check that takes longer says that it is under way. */
const busyAfterMs = 400

/** @param lend stops reading keys while a program has the terminal */
export async function openSession(
  context: Context,
  first: Target,
  screen: Screen,
  lend: (work: () => Promise<void>) => Promise<void>,
): Promise<Session> {
  const state = {
    target: first,
    last: null as CheckResult | null,
    verdict: '',
    notice: '',
    view: { kind: 'verdict' } as View,
    closed: false,
    lent: false,
  }
  const memory = boundMemory({ uses: 20, laterMs: 50 })
  let watch: FolderWatch | null = null
  const redraw = (): void => draw(context, screen, state, watch?.polling ?? false)
  const loop: CheckLoop = openCheckLoop({
    debounceMs,
    check: () => checked(context, screen, state, redraw).finally(memory.used),
  })
  const watchCurrent = async (): Promise<void> => {
    await watch?.close()
    watch = await watchFolder(context.workspaces.folder(idOf(state.target)), {
      onChange: loop.saved,
    })
  }
  await watchCurrent()
  loop.now()
  return {
    target: () => state.target,
    last: () => state.last,
    view: () => state.view,
    show: (view) => {
      state.view = view
      redraw()
    },
    say: screen.say,
    check: loop.now,
    turnTo: async (target, notice = '') => {
      Object.assign(state, { target, last: null, verdict: '', notice, view: { kind: 'verdict' } })
      await watchCurrent()
      redraw()
      loop.now()
    },
    redraw: () => layOutAnew(context, state).then(redraw),
    scroll: screen.scroll,
    lend: async (work) => {
      state.lent = true
      await lend(work).finally(() => (state.lent = false))
      redraw()
    },
    close: async () => {
      state.closed = true
      await watch?.close()
      await loop.close()
    },
  }
}

interface State {
  target: Target
  last: CheckResult | null
  verdict: string
  notice: string
  view: View
  closed: boolean
  lent: boolean
}

/** The verdict was laid out for a terminal of another width. */
async function layOutAnew(context: Context, state: State): Promise<void> {
  if (state.last && state.verdict !== '') state.verdict = await checkScreen(context, state.last, [], true)
}

/** One check of what is on disk now; its verdict is shown, whatever became of it. Never rejects. */
async function checked(context: Context, screen: Screen, state: State, redraw: () => void): Promise<void> {
  const { target } = state
  const busy = setTimeout(() => state.lent || screen.status(`  Checking ${target.exercise.slug} …`), busyAfterMs)
  try {
    const { result, saved } = await checkWatched(context, target)
    clearTimeout(busy)
    if (state.target.exercise === target.exercise && !state.closed) await showVerdict(context, state, result, redraw)
    // What there is to say about the saving comes after the verdict.
    const warnings = await saved
    result.judgement.warnings.push(...warnings)
    if (warnings.length > 0 && state.last === result) await showVerdict(context, state, result, redraw)
    return
  } catch (error) {
    const known = knownError(error)
    state.verdict = renderError(known, context.settings)
    if (context.settings.json)
      process.stdout.write(
        `${JSON.stringify({ error: { code: known.code, message: known.message, remedy: known.remedy } })}\n`,
      )
  } finally {
    clearTimeout(busy)
  }
  if (state.view.kind === 'verdict') redraw()
}

async function showVerdict(context: Context, state: State, result: CheckResult, redraw: () => void): Promise<void> {
  if (state.last !== null && state.last !== result) state.notice = ''
  state.last = result
  if (context.settings.json) return void process.stdout.write(`${JSON.stringify(checkJson(result))}\n`)
  state.verdict = await checkScreen(context, result, [], true)
  if (state.view.kind === 'verdict') redraw()
}

function draw(context: Context, screen: Screen, state: State, polling: boolean): void {
  if (context.settings.json || state.closed || state.lent) return
  const { view } = state
  if (view.kind === 'verdict') return screen.draw(verdictText(context, state, polling))
  if (view.kind === 'list') return screen.draw(drawList(view.state, context, process.stdout.rows || 24))
  if (view.kind === 'confirm-reset')
    return screen.draw(renderConfirmReset(state.target.exercise.slug, context.settings))
  return screen.draw(view.text)
}

function verdictText(context: Context, { target, last, verdict, notice }: State, polling: boolean): string {
  const above = notice === '' ? '' : `\n${notice}\n`
  if (verdict === '') return `${above}\n  Checking ${target.exercise.slug} …\n`
  const progress = last?.progress ?? context.store.load()
  const all = [...context.catalog().bySlug.keys()]
  const done = all.filter((slug) => isPassed(progress, slug)).length
  const footer = renderFooter(
    { passed: last?.judgement.verdict.kind === 'passed', done, total: all.length, polling },
    context.settings,
  )
  return `${above}${verdict.trimEnd()}\n\n${footer}`
}
