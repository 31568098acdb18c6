import express, { type Express } from 'express'
import { orders } from './orders.ts'
import { Problem, sendProblem } from './problem.ts'

const json = 'application/json'

export function createApp(): Express {
  const app = express()
  app.disable('x-powered-by')

  app.post('/orders', (req, _res, next) => {
    if (!req.is(json)) throw new Problem(415, `Send the order as ${json}.`)
    next()
  })
  app.use(express.json({ type: json, limit: '100kb' }))
  app.use('/orders', orders)
  app.use(sendProblem)

  return app
}
