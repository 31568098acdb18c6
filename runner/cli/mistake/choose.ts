import { isMistakeId } from '../../domain/gate/mistake-head.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import type { Answer, Input } from '../command.ts'
import type { Context } from '../context.ts'
import { targetOf } from '../current.ts'
import { listMistakes, showMistake } from './look.ts'
import { newMistake, refreshMistakes, saveMistake } from './write.ts'

/** What of the command was asked for, done. */
export async function answerFor(context: Context, input: Input): Promise<Answer> {
  const { options, words } = input
  const [slug, id] = words
  if (slug === undefined) throw new RunnerError('no-slug', { command: 'mistake' })
  requireSense(input)
  const target = targetOf(context, { options, words: [slug] })
  const asked = { exercise: target.exercise, language: options['lang'] === undefined ? null : target.language }
  if (id !== undefined && !isMistakeId(id)) throw new RunnerError('mistake-id', { slug: target.exercise.slug, id })
  if (options['refresh'] === true) return refreshMistakes(context, asked.exercise, textOf(options['from']) ?? 'HEAD')
  if (typeof options['new'] === 'string') return newMistake(context, asked, options['new'])
  if (id === undefined) return listMistakes(context, asked)
  return options['save'] === true ? saveMistake(context, asked.exercise, id) : showMistake(context, asked, id)
}

/** One thing at a time, about what it can be done with. */
function requireSense({ options, words }: Input): void {
  const refuse = (option: string, problem: string): never => {
    throw new RunnerError('option-value', { command: 'mistake', option: `--${option}`, problem })
  }
  const [first, second] = ['save', 'new', 'refresh'].filter((name) => options[name] !== undefined)
  if (first && second) refuse(second, `cannot stand beside --${first}`)
  if (first === 'save' && words.length < 2) refuse('save', 'needs the id of a mistake: <slug> <id> --save')
  if (first && first !== 'save' && words.length > 1) refuse(first, 'takes the slug of an exercise and no second word')
  if (first !== undefined && first !== 'new' && options['lang'] !== undefined)
    refuse('lang', `cannot stand beside --${first}, which takes every language`)
  if (options['from'] !== undefined && first !== 'refresh') refuse('from', 'stands beside --refresh only')
}

const textOf = (value: string | boolean | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined
