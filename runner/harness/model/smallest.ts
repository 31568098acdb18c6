import type { Arbitrary, Value } from 'fast-check'
import { wrongAmong, type Question, type Wrong } from './wrong.ts'

/** An input that can be made smaller, and what was wrong with it. */
export interface Case<I, A> {
  value: Value<I>
  wrong: Wrong<I, A>
}

/** How many inputs are asked for at once: a child answers hundreds as fast as one. */
const together = 600
const page = 60

/**
 * Goes down fast-check's tree of smaller inputs as long as one of them has a wrong answer, two levels with each ask.
 * The same inputs and answers lead to the same end; `another` sets the bound.
 */
export async function smallest<I, A>(
  inputs: Arbitrary<I>,
  question: Question<I, A>,
  start: Case<I, A>,
): Promise<Case<I, A>> {
  let current = start
  for (;;) {
    const next = await smaller(inputs, question, current.value)
    if (next === null) return current
    current = next
  }
}

async function smaller<I, A>(
  inputs: Arbitrary<I>,
  question: Question<I, A>,
  value: Value<I>,
): Promise<Case<I, A> | null> {
  const children = below(inputs, value)
  for (let batch = taken(children, page); batch.length > 0; batch = taken(children, page)) {
    if (!question.another()) return null
    const each = Math.floor((together - batch.length) / batch.length)
    const under = batch.map((child) => taken(below(inputs, child), each))
    const all = [...batch, ...under.flat()]
    const { wrong } = await wrongAmong(
      question,
      all.map(({ value: input }) => input),
    )
    const found = new Map(wrong.map((one) => [all[one.index], one]))
    const firstOf = (values: readonly Value<I>[]): Value<I> | undefined => values.find((one) => found.has(one))
    const child = firstOf(batch)
    const lowest = (child && firstOf(under[batch.indexOf(child)] ?? [])) ?? child ?? firstOf(under.flat())
    const of = lowest && found.get(lowest)
    if (lowest && of) return { value: lowest, wrong: of }
  }
  return null
}

/** A value of the suite's own, not drawn, may be one that cannot be made smaller. */
function below<I>(inputs: Arbitrary<I>, { value, context }: Value<I>): Iterator<Value<I>> {
  const canShrink = context !== undefined || inputs.canShrinkWithoutContext(value)
  return canShrink ? inputs.shrink(value, context) : [][Symbol.iterator]()
}

function taken<T>(values: Iterator<T>, most: number): T[] {
  const list: T[] = []
  while (list.length < most) {
    const { value, done } = values.next()
    if (done) break
    list.push(value)
  }
  return list
}
