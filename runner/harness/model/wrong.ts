import { isDeepStrictEqual } from 'node:util'
import type { Answers } from './answers.ts'

/** An input whose answer is another than the model's. */
export interface Wrong<I, A> {
  input: I
  expected: A
  /** Undefined where no answer came. */
  got: A | undefined
  /** Of the input among those that were asked together. */
  index: number
  end: NonNullable<Answers<A>['end']>
}

export interface Question<I, A> {
  answers: (inputs: readonly I[]) => Promise<Answers<A>>
  model: (input: I) => A
  /** Says whether there may be one more ask; each one counts. */
  another: () => boolean
}

/** What came of asking for many at once. `unaligned`: not one answer for each input, and no single input is to blame. */
export interface Found<I, A> {
  wrong: Wrong<I, A>[]
  unaligned: Answers<A> | null
}

/**
 * Asks for all inputs at once. Where there is one answer for each, every wrong one is found by that; where there is not,
 * answers cannot be told apart by their place, so the input to blame is looked for by asking for fewer.
 */
export async function wrongAmong<I, A>(question: Question<I, A>, inputs: readonly I[]): Promise<Found<I, A>> {
  const came = await question.answers(inputs)
  const wrong = compared(question, inputs, came)
  if (came.answers.length === inputs.length) return { wrong, unaligned: null }
  if (inputs.length === 1) return { wrong: [blamed(question, inputs, came)], unaligned: null }
  const suspect = wrong[0]?.index ?? Math.min(came.answers.length, inputs.length - 1)
  const middle = Math.ceil(inputs.length / 2)
  const parts = [
    [suspect, suspect + 1],
    [0, middle],
    [middle, inputs.length],
  ] as const
  for (const [from, to] of parts) {
    if (!question.another()) break
    const { wrong: inPart } = await wrongAmong(question, inputs.slice(from, to))
    if (inPart.length > 0) return { wrong: inPart.map((one) => ({ ...one, index: one.index + from })), unaligned: null }
  }
  return { wrong: [], unaligned: came }
}

const compared = <I, A>(
  { model }: Question<I, A>,
  inputs: readonly I[],
  { answers, end = [] }: Answers<A>,
): Wrong<I, A>[] =>
  inputs.slice(0, answers.length).flatMap((input, index) => {
    const [expected, got] = [model(input), answers[index]]
    return isDeepStrictEqual(got, expected) ? [] : [{ input, expected, got, index, end }]
  })

/** The only input, with no answer or with several: all that came is what came for it. */
function blamed<I, A>(
  { model }: Question<I, A>,
  [input]: readonly I[],
  { answers, end = [] }: Answers<A>,
): Wrong<I, A> {
  const got = answers.length === 0 ? undefined : (answers as unknown as A)
  return { input: input as I, expected: model(input as I), got, index: 0, end }
}
