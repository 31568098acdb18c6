import type { RequestHandler } from 'express'
import { HttpError } from '../http-error.ts'

const clerks = new Map([
  ['tok_ada', 'Ada'],
  ['tok_grace', 'Grace'],
])

/** Lets a request pass only with `Authorization: Bearer <token>` of a clerk. */
export const requireToken: RequestHandler = (req, res, next) => {
  const token = /^Bearer (\S+)$/.exec(req.get('Authorization') ?? '')?.[1]
  const clerk = token === undefined ? undefined : clerks.get(token)
  if (clerk === undefined) throw new HttpError(401, 'UNAUTHENTICATED', 'A valid token is needed.')
  res.locals.clerk = clerk
  next()
}
