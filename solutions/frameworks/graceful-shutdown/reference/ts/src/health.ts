import { Router } from 'express'

/** Whether new requests are welcome. */
export const readiness = { accepting: true }

/** Asked by the platform: restart this process? send it requests? */
export const health = Router()

health.get('/livez', (_req, res) => {
  res.json({ status: 'ok' })
})

health.get('/readyz', (_req, res) => {
  if (readiness.accepting) return void res.json({ status: 'ready' })
  res.status(503).json({ status: 'draining' })
})
