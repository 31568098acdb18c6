import express, { type Express } from 'express'
import { requireAccount } from './account.ts'
import { logRequests } from './log.ts'
import { payments } from './payments.ts'
import { sendProblem } from './problem.ts'

export function createApp(): Express {
  const app = express()
  app.use(express.json())
  app.use(logRequests)
  app.use('/payments', requireAccount, payments)
  app.use(sendProblem)
  return app
}
