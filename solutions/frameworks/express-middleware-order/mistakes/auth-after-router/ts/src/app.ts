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

  // For everybody.
  app.use('/health', health)
  app.use('/assets', express.static(publicFolder))

  // For the payment provider: the route verifies the bytes as they came.
  app.use('/webhooks', express.raw({ type: 'application/json' }), webhooks)

  // For clerks: the browser's preflight first, then the token, and only then the body.
  app.use('/api', cors, express.json())
  app.use('/api/orders', orders)
  app.use('/api', requireToken)

  app.use(notFound)
  app.use(sendError)

  return app
}
