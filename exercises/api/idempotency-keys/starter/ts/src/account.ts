import type { RequestHandler } from 'express'
import { Problem } from './problem.ts'

/** Stands for the real login: whoever calls says which account they are. */
export const requireAccount: RequestHandler = (req, res, next) => {
  const account = req.get('X-Account-Id')
  if (!account) throw new Problem(401, 'X-Account-Id is missing.')
  res.locals['account'] = account
  next()
}
