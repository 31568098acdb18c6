import { Value, type Arbitrary } from 'fast-check'
import { expect } from 'vitest'
import type { Answers } from './answers.ts'
import { drawnValues } from './drawn.ts'
import { smallest, type Case } from './smallest.ts'
import { wrongAmong, type Question, type Wrong } from './wrong.ts'

export type { Wrong } from './wrong.ts'

/** What is compared with what. */
export interface Agreement<I, A> {
  /** The fixture: the run's seed decides what is drawn. */
  random: { seed: number }
  /** The fixture. */
  transcript: (label: string, value: unknown) => void
  inputs: Arbitrary<I>
  /** How many inputs are drawn. */
  runs: number
  /** Inputs that are always among them, before the drawn ones. */
  always?: readonly I[]
  /** Asks the learner's work for all of them at once. */
  answers: (inputs: readonly I[]) => Promise<Answers<A>>
  /** The right answer, found in another way than the reference's. */
  model: (input: I) => A
  /** The words for what is compared: of the `expect` that fails. */
  at: string | ((wrong: Wrong<I, A>) => string)
  /** The input as the learner sees it; JSON where nothing is said. */
  show?: (input: I) => string
  /** How often the learner's work may be asked while looking for the smallest input, 80 where nothing is said … */
  mostAsks?: number
  /** … and for how long, 4 000 where nothing is said. */
  mostMs?: number
}

/**
 * Compares the learner's answers with a model's. On a difference the smallest input with a wrong answer is looked for
 * and shown, and the case fails by an `expect`.
 */
export async function agrees<I, A>(agreement: Agreement<I, A>): Promise<void> {
  const { inputs, random, runs, always = [], model, answers } = agreement
  const values = [...always.map((value) => new Value(value, undefined)), ...drawnValues(inputs, random.seed, runs)]
  const question: Question<I, A> = { answers, model, another: bounded(agreement) }
  const { wrong, unaligned } = await wrongAmong(
    question,
    values.map(({ value }) => value),
  )
  const start = shortest(agreement, wrong)
  if (start) {
    const first = { value: values[start.index] as Value<I>, wrong: start }
    const found = await smallest(inputs, question, first)
    return fail(agreement, await alone(question, found), wrong.length, values.length)
  }
  if (!unaligned) return
  for (const [label, text] of unaligned.end ?? []) agreement.transcript(label, text)
  expect(unaligned.answers.length, 'the number of answers').toBe(values.length)
}

function bounded({
  mostAsks = 80,
  mostMs = 4_000,
}: Agreement<never, never> | { mostAsks?: number; mostMs?: number }): () => boolean {
  let asks = 0
  const began = performance.now()
  return () => asks++ < mostAsks && performance.now() - began < mostMs
}

const shownBy = <I, A>({ show = JSON.stringify }: Agreement<I, A>, input: I): string => show(input)

function shortest<I, A>(agreement: Agreement<I, A>, wrong: readonly Wrong<I, A>[]): Wrong<I, A> | undefined {
  const length = (one: Wrong<I, A>): number => shownBy(agreement, one.input).length
  return wrong.reduce<Wrong<I, A> | undefined>(
    (least, one) => (least && length(least) <= length(one) ? least : one),
    undefined,
  )
}

/** What comes when nothing else is asked: that is what the learner will see who tries it by hand. */
async function alone<I, A>(question: Question<I, A>, found: Case<I, A>): Promise<Wrong<I, A> & { alone: boolean }> {
  const { wrong } = await wrongAmong({ ...question, another: () => false }, [found.value.value])
  return wrong[0] ? { ...wrong[0], alone: true } : { ...found.wrong, alone: false }
}

function fail<I, A>(
  agreement: Agreement<I, A>,
  wrong: Wrong<I, A> & { alone: boolean },
  differing: number,
  asked: number,
): void {
  const { transcript, at } = agreement
  const words = typeof at === 'string' ? at : at(wrong)
  transcript('inputs', `${asked}, ${differing} with a wrong answer; the smallest found is shown`)
  transcript('input', shownBy(agreement, wrong.input))
  if (!wrong.alone)
    transcript('input', 'Asked alone it is answered as expected: something is kept from the inputs before it.')
  if (wrong.got === undefined) for (const [label, text] of wrong.end) transcript(label, text)
  if (wrong.got === undefined) expect({}, words).toStrictEqual({ answer: wrong.expected })
  expect(wrong.got, words).toStrictEqual(wrong.expected)
  // toStrictEqual tells apart what the comparison does; if ever not, a wrong answer must not pass by that.
  throw new Error(words)
}
