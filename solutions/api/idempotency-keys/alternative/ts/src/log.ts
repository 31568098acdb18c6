import type { RequestHandler } from 'express'

/** One line for each request, for the people who look for what went wrong. Only what is known to be harmless. */
export const logRequests: RequestHandler = (req, res, next) => {
  res.on('finish', () => {
    const { amount, currency } = (req.body ?? {}) as { amount?: unknown; currency?: unknown }
    console.log(JSON.stringify({ method: req.method, path: req.originalUrl, amount, currency, status: res.statusCode }))
  })
  next()
}
