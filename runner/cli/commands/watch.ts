import { takeUp } from '../../app/skip.ts'
import { startVariant } from '../../app/start.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { spokenAs } from '../../errors/command-line.ts'
import { keysForCommands, renderLeft } from '../../ui/terminal/watch.ts'
import type { Answer, Command, Input } from '../command.ts'
import type { Context } from '../context.ts'
import { targetOf, variantDetails, variantOptions, variantUsage } from '../current.ts'
import { act } from '../watch/actions.ts'
import { openKeyboard, type Key, type Keyboard } from '../watch/keyboard.ts'
import { textWidth } from '../settings.ts'
import { openScreen } from '../watch/screen.ts'
import { openSession, type Session } from '../watch/session.ts'

export const watch: Command = {
  summary: 'Checks the current exercise on each save, until you leave.',
  usage: variantUsage,
  details: [
    ...variantDetails,
    '--json    one object a line for each verdict, that of check; no keys',
    '--plain   verdicts one below the other; type a key and Enter',
  ],
  options: variantOptions,
  words: 1,
  run: watchUntilLeft,
}

async function watchUntilLeft(context: Context, input: Input): Promise<Answer> {
  const target = targetOf(context, input)
  const { exercise } = target
  const missing = (await context.readiness()).missing(target)
  if (missing[0])
    throw new RunnerError('not-ready', {
      what: exercise.slug,
      missing: `${missing[0].needs} (${missing[0].howToInstall})`,
    })
  await startVariant(context, target)
  takeUp(context, target)
  const screen = openScreen(context.settings, process.stdout)
  const terminal: Terminal = { lend: (work) => work() }
  const session = await openSession(context, target, screen, (work) => terminal.lend(work))
  if (!context.settings.json) spokenAs(keysForCommands)
  try {
    await (context.settings.json ? untilReaderLeaves() : untilQuit(context, session, terminal))
  } finally {
    spokenAs(null)
    await session.close()
    if (!context.settings.json) screen.close()
  }
  const left = session.target().exercise.slug
  return {
    exitCode: 0,
    json: { left },
    text: context.settings.json ? '' : renderLeft(left),
  }
}

/** How the terminal is given to another program for a while; known once there is a keyboard. */
interface Terminal {
  lend: (work: () => Promise<void>) => Promise<void>
}

/** There are no keys with --json: the end comes by a signal, or when nobody reads any more. */
function untilReaderLeaves(): Promise<void> {
  return new Promise((resolve) => process.stdout.once('error', () => resolve()))
}

/** One key after the other, so that a second never meets the first half way. */
function untilQuit(context: Context, session: Session, terminal: Terminal): Promise<void> {
  return new Promise((resolve) => {
    let queue: Promise<unknown> = Promise.resolve()
    const finish = (): void => {
      undo()
      keyboard.close()
      resolve()
    }
    const onKey = (key: Key): void => {
      if (key === 'suspend') return suspend(keyboard)
      if (key === 'interrupt') return finish()
      queue = queue.then(async () => (await act(context, session, key)) === 'quit' && finish())
    }
    const keyboard = openKeyboard(process.stdin, onKey, context.settings.plain)
    terminal.lend = (work) => {
      keyboard.release()
      return work().finally(keyboard.resume)
    }
    const undo = listen(context, keyboard, session)
  })
}

/** Ctrl-Z arrives as a key here. We give the terminal back and stop the whole group, as Ctrl-Z does elsewhere. */
function suspend(keyboard: Keyboard): void {
  keyboard.release()
  process.kill(0, 'SIGTSTP')
}

/** Takes the terminal again after a pause, draws anew in another size, and gives it back whatever ends us. */
function listen({ settings }: Context, keyboard: Keyboard, session: Session): () => void {
  const resumed = (): void => {
    keyboard.resume()
    void session.redraw()
  }
  const resized = (): void => {
    settings.columns = textWidth(process.stdout.columns)
    void session.redraw()
  }
  process.on('SIGCONT', resumed)
  process.on('exit', keyboard.release)
  process.stdout.on('resize', resized)
  return () => {
    process.off('SIGCONT', resumed)
    process.off('exit', keyboard.release)
    process.stdout.off('resize', resized)
  }
}
