import express, { type Express } from 'express'
import { health } from './health.ts'

/** What the service is for. Nothing here has to change. */
export function createApp(): Express {
  const app = express()
  app.disable('x-powered-by')
  app.use(health)

  app.get('/fast', (_req, res) => {
    res.json({ ok: true })
  })

  // A request that takes its time, as one that waits for a payment provider.
  app.get('/slow', (req, res) => {
    const ms = Number(req.query['ms'])
    setTimeout(() => res.json({ ms }), ms)
  })

  // Answered when the whole body has come.
  app.post('/upload', async (req, res) => {
    let bytes = 0
    for await (const chunk of req) bytes += (chunk as Buffer).length
    res.json({ bytes })
  })

  return app
}
