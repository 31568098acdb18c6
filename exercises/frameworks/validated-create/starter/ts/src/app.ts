import express, { type Express } from 'express'
import { orders } from './orders.ts'

export function createApp(): Express {
  const app = express()
  app.disable('x-powered-by')

  app.use(express.json())
  app.use('/orders', orders)

  return app
}
