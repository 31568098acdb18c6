import assert from 'node:assert/strict'
import { beforeEach, expect, it } from 'vitest'
import { createCheckout } from '../src/checkout.ts'
import { GatewayTimeout } from '../src/ports.ts'
import { card, makePorts, order } from './fakes.ts'

let ports: ReturnType<typeof makePorts>
const pay = () => createCheckout(ports).pay(order.id, card)
const charges = () => ports.gateway.charge.mock.calls.map(([request]) => request)

beforeEach(() => {
  ports = makePorts()
})

it('pays: money, order, mail', async () => {
  const result = await pay()
  const [charge] = charges()
  assert.deepEqual(result, { status: 'paid', chargeId: `charge for ${charge?.key}` })
  assert.deepEqual([charges().length, charge?.cents, charge?.card], [1, 7050, card])
  assert.deepEqual(ports.stored(), { ...order, status: 'paid', chargeId: `charge for ${charge?.key}` })
  expect(ports.mailer.send).toHaveBeenCalledOnce()
  expect(ports.mailer.send).toHaveBeenCalledWith(expect.objectContaining({ to: order.email }))
})

it('pays once', async () => {
  const first = await pay()
  assert.deepEqual(await pay(), first)
  assert.equal(charges().length, 1)
  expect(ports.mailer.send).toHaveBeenCalledOnce()
})

it('leaves everything as it was when the card is declined', async () => {
  ports.gateway.charge.mockResolvedValue({ approved: false, reason: 'stolen' })
  assert.deepEqual(await pay(), { status: 'declined' })
  assert.deepEqual(ports.stored(), order)
  expect(ports.mailer.send).not.toHaveBeenCalled()
})

it('uses one key for all tries', async () => {
  ports.gateway.charge.mockRejectedValueOnce(new GatewayTimeout())
  const result = await pay()
  assert.equal(result.status, 'paid')
  assert.equal(new Set(charges().map(({ key }) => key)).size, 1)
})

it('fails, and does not decline, when the gateway stays silent', async () => {
  ports.gateway.charge.mockRejectedValue(new GatewayTimeout())
  assert.deepEqual(await pay(), { status: 'failed' })
  assert.deepEqual(ports.stored(), order)
  expect(ports.mailer.send).not.toHaveBeenCalled()
})

it('charges once when saving takes two tries', async () => {
  ports.orders.save.mockRejectedValueOnce(new Error('deadlock'))
  await pay()
  assert.equal(charges().length, 1)
  expect(ports.gateway.refund).not.toHaveBeenCalled()
  assert.equal((ports.stored() as typeof order).status, 'paid')
})

it('gives the money back when the order cannot be saved', async () => {
  ports.orders.save.mockRejectedValue(new Error('disk full'))
  const result = await pay()
  assert.equal(result.status, 'failed')
  expect(ports.gateway.refund).toHaveBeenCalledWith(`charge for ${charges()[0]?.key}`)
  expect(ports.mailer.send).not.toHaveBeenCalled()
})

it.each([
  ['is good', []],
  ['is declined', [{ approved: false, reason: 'stolen' } as const]],
  ['has to be asked for twice', [new GatewayTimeout()]],
])('writes no card number into the log when the card %s', async (_, answers) => {
  for (const answer of answers) {
    if (answer instanceof Error) ports.gateway.charge.mockRejectedValueOnce(answer)
    else ports.gateway.charge.mockResolvedValueOnce(answer)
  }
  const { status } = await pay()
  assert.notEqual(status, 'failed')
  const written = JSON.stringify([...ports.log.info.mock.calls, ...ports.log.error.mock.calls])
  assert.doesNotMatch(written, new RegExp(card.number))
})
