import { idOf } from '../../domain/exercise/variant.ts'
import { progressOf } from '../../domain/progress/progress.ts'
import type { Hint } from '../../domain/judging/hint.ts'
import { commandLine } from '../../errors/command-line.ts'
import type { Answer, Command } from '../command.ts'
import type { Context } from '../context.ts'
import { startedTargetOf, variantDetails, variantOptions, variantUsage } from '../current.ts'
import { labelled } from '../../ui/terminal/style.ts'

export const hint: Command = {
  summary: 'Says more about the mistake of your last check, one level at a time.',
  usage: variantUsage,
  details: variantDetails,
  options: variantOptions,
  words: 1,
  run: async (context, input) => {
    const target = startedTargetOf(context, input)
    const { exercise } = target
    const own = progressOf(context.store.load(), idOf(target))
    if (context.hidesHints(exercise.slug)) return keptBack(exercise.slug)
    const id = own?.lastHint?.id
    const known = context.source.hints(exercise).find((h) => h.id === id)
    if (!known) return noHint(exercise.slug, own?.passedAt != null, own?.attempts ?? 0)
    const level = Math.min(3, Math.max(own?.hints[known.id] ?? 1, 1) + 1) as 2 | 3
    context.store.record({
      event: 'hint',
      at: context.clock.now().toISOString(),
      ...idOf(target),
      id: known.id,
      level,
    })
    return answer(context, exercise.slug, known, level)
  },
}

const keptBack = (slug: string): Answer => ({
  exitCode: 0,
  json: { slug, hint: null, next: commandLine('check') },
  text: `\n  The set you work on shows no hints. Read the case on the screen and the requirement it names.\n\n  Then    ${commandLine('show')}\n`,
})

function noHint(slug: string, passed: boolean, attempts: number): Answer {
  const text = passed
    ? 'It is passed: there is nothing to hint at.'
    : attempts === 0
      ? 'There is no check yet, so nothing is known of a mistake.'
      : 'No known mistake fits your last check. Read the case on the screen and the requirement it names.'
  const then = passed ? commandLine('next') : attempts === 0 ? commandLine('check') : commandLine('show')
  return { exitCode: 0, json: { slug, hint: null, next: then }, text: `\n  ${text}\n\n  Then    ${then}\n` }
}

function answer({ settings }: Context, slug: string, known: Hint, level: 2 | 3): Answer {
  const levels = [known.L1, known.L2, known.L3].slice(0, level)
  const lines = levels.flatMap((text, i) => [...labelled(2, `Hint ${i + 1}`, text, settings.columns, 9), ''])
  const link = level === 3 && known.link ? [...labelled(2, 'Read', known.link, settings.columns, 9), ''] : []
  const then =
    level < 3
      ? `  More    ${commandLine('hint')}\n`
      : `  More    ${commandLine('solution', '--give-up')}    (recorded), or try again\n`
  const text = ['', `${slug}: ${known.id}, level ${level} of 3`, '', ...lines, ...link].join('\n')
  return {
    exitCode: 0,
    json: { slug, hint: { id: known.id, level, text: known[`L${level}`] }, next: commandLine('next') },
    text: `${text}\n${then}  Then    ${commandLine('next')}\n`,
  }
}
