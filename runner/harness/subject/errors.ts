/** An error that learner code threw, as plain data. */
export interface ThrownError {
  name: string
  message: string
  code?: unknown
  cause?: unknown
  props?: Record<string, unknown>
}

export interface Unhandled {
  kind: 'rejection' | 'exception'
  error: ThrownError
}

/** What learner code threw, as an error of the suite's side. */
export class Thrown extends Error {
  readonly thrown: ThrownError
  constructor(thrown: ThrownError) {
    super(thrown.message)
    this.name = thrown.name
    this.thrown = thrown
  }
}

/** A reply is made up by the child: what says "thrown" may hold anything. */
export function thrownOf(value: unknown): ThrownError {
  const error = value as Partial<ThrownError> | null | undefined
  if (typeof error?.name !== 'string' || typeof error.message !== 'string')
    return { name: 'Error', message: '(something unreadable was thrown)' }
  return error as ThrownError
}
