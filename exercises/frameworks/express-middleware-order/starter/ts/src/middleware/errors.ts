import type { ErrorRequestHandler, RequestHandler } from 'express'
import { HttpError } from '../http-error.ts'

/** For requests that nobody has answered. */
export const notFound: RequestHandler = (req) => {
  throw new HttpError(404, 'NOT_FOUND', `There is nothing at ${req.path}.`)
}

/** Turns any error into {"error": {"code", "message"}}; what is not meant for the caller goes to the log. */
export const sendError: ErrorRequestHandler = (err, req, res, next) => {
  const { status, code, message } = describe(err)
  if (status >= 500) console.error(err)
  res.status(status).json({ error: { code, message } })
}

function describe(err: unknown): { status: number; code: string; message: string } {
  if (err instanceof HttpError) return err
  // Express and its body parsers give their errors a status: 400, 413 …
  const status = (err as { status?: unknown } | null)?.status
  if (status === 413) return { status, code: 'TOO_LARGE', message: 'The body is too large.' }
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return { status, code: 'BAD_REQUEST', message: 'The request cannot be read.' }
  }
  return { status: 500, code: 'INTERNAL', message: 'Something went wrong on our side.' }
}
