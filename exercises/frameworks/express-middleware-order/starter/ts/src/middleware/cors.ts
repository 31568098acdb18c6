import type { RequestHandler } from 'express'

/** The shop's pages run on another origin; their browser asks first with a preflight (OPTIONS). */
export const cors: RequestHandler = (req, res, next) => {
  res.set('Access-Control-Allow-Origin', 'https://shop.example')
  const isPreflight = req.method === 'OPTIONS' && req.get('Access-Control-Request-Method') !== undefined
  if (!isPreflight) return next()
  res.set('Access-Control-Allow-Methods', 'GET, POST')
  res.set('Access-Control-Allow-Headers', 'Authorization, Content-Type')
  res.status(204).end()
}
