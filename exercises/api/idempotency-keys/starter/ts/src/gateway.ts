import { gatewayUrl, leaseMs } from './config.ts'

/**
 * The payment gateway's API. It does not know idempotency: two requests are two charges, also under one reference. But
 * a charge can be found under its reference from the moment the gateway has received it.
 */

export interface ChargeRequest {
  /** Ours; any text. */
  reference: string
  amount: number
  currency: string
  card: string
}

export interface Charge {
  id: string
  reference: string
}

/** The bank said no. */
export class CardDeclined extends Error {}

/** No answer, or one that says nothing about the charge: it may have been made or not. */
export class GatewayUnavailable extends Error {}

export async function charge(request: ChargeRequest): Promise<Charge> {
  const answer = await send('/charges', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(request) })
  if (answer.status === 402) throw new CardDeclined('The card was declined.')
  return (await json(answer, 201)) as Charge
}

/** The charge that was made under this reference, if there is one. */
export async function findCharge(reference: string): Promise<Charge | null> {
  const charges = (await json(await send(`/charges?reference=${encodeURIComponent(reference)}`, {}), 200)) as Charge[]
  return charges[0] ?? null
}

/** Gives up well before the lease of a key ends. */
async function send(path: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(gatewayUrl + path, { ...request, signal: AbortSignal.timeout(leaseMs / 3) })
  } catch (error) {
    throw new GatewayUnavailable('The gateway does not answer.', { cause: error })
  }
}

async function json(answer: Response, status: number): Promise<unknown> {
  if (answer.status !== status) throw new GatewayUnavailable(`The gateway answered ${answer.status}.`)
  try {
    return await answer.json()
  } catch (error) {
    throw new GatewayUnavailable('The answer of the gateway was cut off.', { cause: error })
  }
}
