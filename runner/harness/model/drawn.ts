import { Random, type Arbitrary, type Value } from 'fast-check'

interface Generator {
  clone: () => Generator
  getState: () => readonly number[]
  /** A whole number of 32 bits. */
  next: () => number
}

/** The run's own generator in the shape of fast-check's, so that a seed means the same inputs on every machine. */
function generator(state: number): Generator {
  let now = state >>> 0
  return {
    clone: () => generator(now),
    getState: () => [now],
    next: () => {
      now = (now + 0x6d2b79f5) >>> 0
      let t = now
      t = Math.imul(t ^ (t >>> 15), t | 1)
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
      return (t ^ (t >>> 14)) | 0
    },
  }
}

/** Values with what is needed to make them smaller; small ones and limits come more often among the first. */
export function drawnValues<I>(inputs: Arbitrary<I>, seed: number, count: number): Value<I>[] {
  const random = new Random(generator(seed))
  return Array.from({ length: count }, (_, i) => inputs.generate(random, 2 + Math.floor(Math.log10(i + 1))))
}

/** Values alone, for what a model does not decide. */
export const drawn = <I>(inputs: Arbitrary<I>, seed: number, count: number): I[] =>
  drawnValues(inputs, seed, count).map(({ value }) => value)
