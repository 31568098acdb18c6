import { createHmac, timingSafeEqual } from 'node:crypto'
import { Router } from 'express'
import { HttpError } from '../http-error.ts'

const secret = process.env.WEBHOOK_SECRET ?? ''

export const webhooks = Router()

/** The payment provider signs the bytes it sends: X-Signature is their HMAC-SHA256 in hexadecimal digits. */
webhooks.post('/payments', (req, res) => {
  const bytes = req.body as Buffer
  const signature = createHmac('sha256', secret).update(bytes).digest('hex')
  if (!sameText(signature, req.get('X-Signature') ?? '')) {
    throw new HttpError(401, 'BAD_SIGNATURE', 'The signature does not fit the body.')
  }
  const event = JSON.parse(bytes.toString('utf8')) as { id: string }
  res.status(202).json({ received: event.id })
})

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
