import { join } from 'node:path'
import express, { type Express } from 'express'
import { cors } from './middleware/cors.ts'
import { notFound, sendError } from './middleware/errors.ts'
import { requireToken } from './middleware/token.ts'
import { health } from './routes/health.ts'
import { orders } from './routes/orders.ts'
import { webhooks } from './routes/webhooks.ts'

const publicFolder = join(import.meta.dirname, '../public')

export function createApp(): Express {
  const app = express()

  app.use(sendError)
  app.use(express.json())
  app.use('/health', health)
  app.use('/api/orders', orders)
  app.use(requireToken)
  app.use('/assets', express.static(publicFolder))
  app.use('/webhooks', webhooks)
  app.use(cors)
  app.use(notFound)

  return app
}
