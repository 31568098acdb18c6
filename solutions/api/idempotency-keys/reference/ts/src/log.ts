import type { RequestHandler } from 'express'

/** One line for each request, for the people who look for what went wrong. Bodies hold card numbers and stay out of it. */
export const logRequests: RequestHandler = (req, res, next) => {
  res.on('finish', () => {
    console.log(JSON.stringify({ method: req.method, path: req.originalUrl, status: res.statusCode }))
  })
  next()
}
