import { STATUS_CODES } from 'node:http'
import type { ErrorRequestHandler } from 'express'

/** An error that the client is told, as application/problem+json (RFC 9457). */
export class Problem extends Error {
  readonly status: number
  readonly headers: Record<string, string>

  constructor(status: number, detail: string, headers: Record<string, string> = {}) {
    super(detail)
    this.status = status
    this.headers = headers
  }

  body(): object {
    return { title: STATUS_CODES[this.status], status: this.status, detail: this.message }
  }
}

export const sendProblem: ErrorRequestHandler = (error, req, res, next) => {
  const problem = error instanceof Problem ? error : new Problem(statusOf(error), 'The request could not be served.')
  if (problem.status >= 500) console.error(error)
  res.status(problem.status).set(problem.headers).type('application/problem+json').send(JSON.stringify(problem.body()))
}

/** Express and its body parser say what is wrong with a request in `status`. */
const statusOf = (error: unknown): number => (error as { status?: number }).status ?? 500
