import { RunnerError } from '../errors/runner-error.ts'

/** The value of --seed: a whole number from 0 to 2^31 − 1, or nothing. */
export function seedOf(value: string | boolean | undefined, command = 'check'): number | undefined {
  if (value === undefined) return undefined
  const seed = Number(value)
  if (typeof value === 'string' && /^\d+$/.test(value) && seed < 2 ** 31) return seed
  throw new RunnerError('option-value', {
    command,
    option: '--seed',
    problem: 'must be a whole number from 0 to 2147483647',
  })
}
