import { STATUS_CODES } from 'node:http'
import type { ErrorRequestHandler } from 'express'

/** One value that is wrong, and where it stands (a JSON Pointer, RFC 6901). */
export interface Fault {
  pointer: string
  detail: string
}

/** A refusal that the client may see. */
export class Problem extends Error {
  readonly status: number
  readonly faults: readonly Fault[] | undefined

  constructor(status: number, detail: string, faults?: readonly Fault[]) {
    super(detail)
    this.status = status
    this.faults = faults
  }
}

/** Answers every error as application/problem+json (RFC 9457). */
export const sendProblem: ErrorRequestHandler = (error, _req, res, _next) => {
  const { status, message, faults } = problemOf(error)
  if (status >= 500) console.error(error)
  res
    .status(status)
    .type('application/problem+json')
    .json({ title: STATUS_CODES[status], status, detail: message, errors: faults })
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  // Express and its body parser give what they throw a status: 400 for malformed JSON, 413 for a large body.
  const status = (error as { status?: unknown } | null)?.status
  if (status === 400) return new Problem(400, 'The body is not JSON.')
  if (status === 413) return new Problem(413, 'The body may have 100 kB.')
  if (typeof status === 'number' && status >= 400 && status < 500) return new Problem(status, 'The request cannot be read.')
  return new Problem(500, 'Something went wrong on our side.')
}
