import { Router } from 'express'

/** Asked by the platform: restart this process? send it requests? */
export const health = Router()

health.get('/livez', (_req, res) => {
  res.json({ status: 'ok' })
})

health.get('/readyz', (_req, res) => {
  res.json({ status: 'ready' })
})
