import { join } from 'node:path'
import express, { Router, type Express } from 'express'
import { cors } from './middleware/cors.ts'
import { notFound, sendError } from './middleware/errors.ts'
import { requireToken } from './middleware/token.ts'
import { health } from './routes/health.ts'
import { orders } from './routes/orders.ts'
import { webhooks } from './routes/webhooks.ts'

const publicFolder = join(import.meta.dirname, '../public')

export function createApp(): Express {
  const app = express()
  app.use(cors)
  app.use('/api/orders', clerkApi())
  app.use('/webhooks', providerApi())
  app.use('/health', health)
  app.use('/assets', express.static(publicFolder))
  app.use(notFound, sendError)
  return app
}

/** Each audience has a router with the whole policy inside, so that the order of the routers is free. */
function clerkApi(): Router {
  return Router().use(requireToken).use(express.json()).use(orders)
}

function providerApi(): Router {
  return Router().use(express.raw({ type: () => true })).use(webhooks)
}
