import { randomUUID } from 'node:crypto'
import { expect, test, type HttpRequest, type HttpResponse, type Random, type Server } from '#harness'

interface Invoice {
  id: string
  owner: string
  reference: string
  lines: { id: string; text: string; cents: number }[]
}

interface Caller {
  name: string
  call: (method: string, path: string, json?: unknown) => Promise<HttpResponse>
}

/** Somebody who calls through the gateway. */
function caller(server: Server, name: string, role: string | null = 'customer'): Caller {
  const headers: Record<string, string> = { 'X-User': name, ...(role === null ? {} : { 'X-Role': role }) }
  const call: Caller['call'] = (method, path, json) => {
    const options: HttpRequest = json === undefined ? { headers } : { headers, json }
    return server.request(method, path, options)
  }
  return { name, call }
}

let pairs = 0

/** Two customers whom no other case knows. */
function customers(server: Server, random: Random): [Caller, Caller] {
  pairs += 1
  const number = `${pairs}${random.integer(100, 999)}`
  return [caller(server, `carol-${number}`), caller(server, `dave-${number}`)]
}

/** A new invoice, whose reference and line nobody else has. */
async function invoiceOf(owner: Caller, random: Random): Promise<Invoice> {
  const mark = random.integer(100_000, 999_999)
  const wanted = { reference: `REF-${mark}`, lines: [{ text: `${mark} parcels`, cents: random.integer(100, 9_000) }] }
  const answer = await owner.call('POST', '/invoices', wanted)
  const invoice = answer.json() as Invoice
  if (typeof invoice?.id !== 'string' || !Array.isArray(invoice.lines))
    throw new Error('The answer to POST /invoices is not an invoice.')
  return invoice
}

const pathOf = ({ id }: Invoice): string => `/invoices/${id}`
const linePath = (invoice: Invoice): string => `${pathOf(invoice)}/lines/${invoice.lines[0]?.id}`

/** Refused, in whichever way, and without a word of the invoice. */
function expectNothing(answer: HttpResponse, { owner, reference, lines }: Invoice, what: string): void {
  const secrets = [reference, ...lines.map((line) => line.text)]
  if (secrets.some((text) => answer.text.includes(text))) throw new Error(`${what} shows what only ${owner} may see.`)
  if (answer.status < 400) throw new Error(`${what} was answered with ${answer.status}; a refusal was expected.`)
}

async function expectUnchanged(owner: Caller, invoice: Invoice): Promise<void> {
  const now = await owner.call('GET', pathOf(invoice))
  expect(now.status, `status of ${owner.name}'s GET afterwards`).toBe(200)
  expect(now.json(), `${owner.name}'s invoice afterwards`).toEqual(invoice)
}

test(
  'shows an invoice to its owner and to no other customer',
  { meta: { id: 'reads-own-only', group: 'read', covers: [1, 2] } },
  async ({ server }) => {
    const [ada, bob] = [caller(server, 'ada'), caller(server, 'bob')]
    const own = await ada.call('GET', '/invoices/1003')
    expect(own.status, "status of ada's GET of her invoice 1003").toBe(200)
    expect(own.json()).toMatchObject({ id: '1003', owner: 'ada', reference: 'ADA-FEBRUARY' })
    expectNothing(await bob.call('GET', '/invoices/1003'), own.json() as Invoice, "bob's GET of ada's invoice")
    expect((await bob.call('GET', '/invoices/1004')).status, "status of bob's GET of his invoice 1004").toBe(200)
  },
)

test(
  'lists the own invoices and no others',
  { meta: { id: 'list-own-only', group: 'read', covers: [3] } },
  async ({ server, random }) => {
    const [carol, dave] = customers(server, random)
    const own = [await invoiceOf(carol, random), await invoiceOf(carol, random)]
    await invoiceOf(dave, random)
    const listed = (await carol.call('GET', '/invoices')).json() as { invoices: Invoice[] }
    expect(
      listed.invoices.map((i) => i.owner),
      "owners in carol's list",
    ).toEqual([carol.name, carol.name])
    expect(listed.invoices.map((i) => i.id).sort(), "ids in carol's list").toEqual(own.map((i) => i.id).sort())
    expect(
      (await caller(server, 'erin').call('GET', '/invoices')).json(),
      'the list of a customer without invoices',
    ).toEqual({ invoices: [] })
  },
)

test(
  'guards PDF and lines like the invoice itself',
  { meta: { id: 'pdf-and-lines', group: 'read', covers: [2] } },
  async ({ server, random }) => {
    const [carol, dave] = customers(server, random)
    const invoice = await invoiceOf(carol, random)
    const pdf = await carol.call('GET', `${pathOf(invoice)}/pdf`)
    expect(pdf.status, "status of the owner's GET of the PDF").toBe(200)
    expect(
      pdf.text.startsWith('%PDF') && pdf.text.includes(invoice.reference),
      'the owner gets the PDF of the invoice',
    ).toBe(true)
    expectNothing(await dave.call('GET', `${pathOf(invoice)}/pdf`), invoice, "dave's GET of the PDF")
    expect((await carol.call('GET', linePath(invoice))).json(), 'the line, as the owner sees it').toEqual(
      invoice.lines[0],
    )
    expectNothing(await dave.call('GET', linePath(invoice)), invoice, "dave's GET of the line")
  },
)

test(
  'guards an invoice however its id is written',
  { meta: { id: 'ids-any-case', group: 'read', covers: [1, 2] } },
  async ({ server, random }) => {
    const [carol, dave] = customers(server, random)
    const invoice = await invoiceOf(carol, random)
    const upper = `/invoices/${invoice.id.toUpperCase()}`
    expectNothing(await dave.call('GET', pathOf(invoice)), invoice, "dave's GET")
    expectNothing(await dave.call('GET', upper), invoice, "dave's GET with capital letters")
    expectNothing(await dave.call('GET', `${upper}/pdf`), invoice, "dave's GET of the PDF with capital letters")
    const own = await carol.call('GET', upper)
    expect(own.status, "status of the owner's GET with capital letters").toBe(200)
    expect(own.json(), 'the invoice, as the owner sees it').toEqual(invoice)
  },
)

test(
  'lets only the owner change or delete an invoice',
  { meta: { id: 'writes-own-only', group: 'write', covers: [2, 4] } },
  async ({ server, random }) => {
    const [carol, dave] = customers(server, random)
    const invoice = await invoiceOf(carol, random)
    expectNothing(await dave.call('PUT', pathOf(invoice), { reference: 'PAID' }), invoice, "dave's PUT")
    await expectUnchanged(carol, invoice)
    expectNothing(await dave.call('PUT', linePath(invoice), { cents: 1 }), invoice, "dave's PUT of the line")
    await expectUnchanged(carol, invoice)
    expectNothing(await dave.call('DELETE', pathOf(invoice)), invoice, "dave's DELETE")
    await expectUnchanged(carol, invoice)

    const cents = random.integer(10_000, 90_000)
    expect((await carol.call('PUT', linePath(invoice), { cents })).json(), "the line after the owner's PUT").toEqual({
      ...invoice.lines[0],
      cents,
    })
    const changed = await carol.call('PUT', pathOf(invoice), { reference: 'MAY' })
    expect(changed.json(), "the invoice after the owner's PUT").toEqual({
      ...invoice,
      reference: 'MAY',
      lines: [{ ...invoice.lines[0], cents }],
    })
    expect((await carol.call('DELETE', pathOf(invoice))).status, "status of the owner's DELETE").toBe(204)
    expect((await carol.call('GET', pathOf(invoice))).status, 'status of GET afterwards').toBe(404)
  },
)

test(
  'finds a line only in the invoice it belongs to',
  { meta: { id: 'line-of-another', group: 'write', covers: [5] } },
  async ({ server, random }) => {
    const [carol, dave] = customers(server, random)
    const [invoice, daves] = [await invoiceOf(carol, random), await invoiceOf(dave, random)]
    const path = `${pathOf(daves)}/lines/${invoice.lines[0]?.id}`
    expectNothing(await dave.call('GET', path), invoice, "dave's GET of carol's line below his own invoice")
    expectNothing(
      await dave.call('PUT', path, { cents: 1 }),
      invoice,
      "dave's PUT of carol's line below his own invoice",
    )
    await expectUnchanged(carol, invoice)
  },
)

test(
  'keeps the owner, whatever owner a body names',
  { meta: { id: 'owner-stays', group: 'write', covers: [1, 4] } },
  async ({ server, random }) => {
    const [carol, dave] = customers(server, random)
    const invoice = await invoiceOf(carol, random)
    const put = await carol.call('PUT', pathOf(invoice), { reference: 'GIFT', owner: dave.name })
    expect(put.json(), 'the invoice after a PUT that names another owner').toEqual({ ...invoice, reference: 'GIFT' })
    const posted = await carol.call('POST', '/invoices', { reference: 'FOR-DAVE', owner: dave.name, lines: [] })
    expect(posted.status, 'status of a POST that names another owner').toBe(201)
    expect((posted.json() as Invoice).owner, 'owner of the new invoice').toBe(carol.name)
    expect((await dave.call('GET', '/invoices')).json(), "dave's list").toEqual({ invoices: [] })
  },
)

test(
  'acts on the invoice of the path, whatever id a body names',
  { meta: { id: 'path-decides', group: 'write', covers: [1, 4] } },
  async ({ server, random }) => {
    const [carol, dave] = customers(server, random)
    const [invoice, daves] = [await invoiceOf(carol, random), await invoiceOf(dave, random)]
    const put = await dave.call('PUT', pathOf(daves), { id: invoice.id, reference: 'MINE' })
    expect(put.json(), "dave's invoice after his PUT").toEqual({ ...daves, reference: 'MINE' })
    await expectUnchanged(carol, invoice)
    const posted = (
      await dave.call('POST', '/invoices', { id: invoice.id.toUpperCase(), reference: 'MINE', lines: [] })
    ).json() as Invoice
    expect(posted.id.toLowerCase() === invoice.id.toLowerCase(), "dave's new invoice got the id of carol's").toBe(false)
    await expectUnchanged(carol, invoice)
  },
)

test(
  "answers for a stranger's invoice as for one that does not exist",
  { meta: { id: 'looks-unknown', group: 'hidden', covers: [2] } },
  async ({ server, random }) => {
    const [carol, dave] = customers(server, random)
    const invoice = await invoiceOf(carol, random)
    const nobody = { ...invoice, id: randomUUID() }
    const text = (answer: HttpResponse, { id }: Invoice): string => answer.text.toLowerCase().replaceAll(id, '<id>')
    for (const [method, tail, json] of [
      ['GET', ''],
      ['GET', '/pdf'],
      ['GET', `/lines/${invoice.lines[0]?.id}`],
      ['PUT', '', { reference: 'X' }],
      ['PUT', `/lines/${invoice.lines[0]?.id}`, { cents: 1 }],
      ['DELETE', ''],
    ] as const) {
      const theirs = await dave.call(method, pathOf(invoice) + tail, json)
      expect(theirs.status, `status of dave's ${method} of carol's invoice`).toBe(404)
      const none = await dave.call(method, pathOf(nobody) + tail, json)
      expect(none.status, `status of dave's ${method} of an unknown id`).toBe(404)
      expect(text(theirs, invoice), `body for carol's invoice, compared with the body for an unknown id`).toBe(
        text(none, nobody),
      )
    }
  },
)

test(
  'lets support read every invoice',
  { meta: { id: 'support-reads', group: 'roles', covers: [6] } },
  async ({ server, random }) => {
    const sam = caller(server, 'sam', 'support')
    const [carol, dave] = customers(server, random)
    const both = [await invoiceOf(carol, random), await invoiceOf(dave, random)]
    for (const invoice of both) {
      const answer = await sam.call('GET', pathOf(invoice))
      expect(answer.status, `status of support's GET of ${invoice.owner}'s invoice`).toBe(200)
      expect(answer.json(), 'the invoice, as support sees it').toEqual(invoice)
      expect((await sam.call('GET', `${pathOf(invoice)}/pdf`)).status, "status of support's GET of the PDF").toBe(200)
      expect((await sam.call('GET', linePath(invoice))).json(), 'the line, as support sees it').toEqual(
        invoice.lines[0],
      )
    }
    const { invoices } = (await sam.call('GET', '/invoices')).json() as { invoices: Invoice[] }
    const listed = both.filter((invoice) => invoices.some((i) => i.id === invoice.id)).map((invoice) => invoice.owner)
    expect(listed, "owners of the two invoices in support's list").toEqual([carol.name, dave.name])
  },
)

test(
  'lets support write nothing, and says so',
  { meta: { id: 'support-never-writes', group: 'roles', covers: [6] } },
  async ({ server, random }) => {
    const sam = caller(server, 'sam', 'support')
    const [carol] = customers(server, random)
    const invoice = await invoiceOf(carol, random)
    const writes = [
      ['PUT', pathOf(invoice), { reference: 'X' }],
      ['PUT', linePath(invoice), { cents: 1 }],
      ['DELETE', pathOf(invoice)],
      ['POST', '/invoices', { reference: 'X', lines: [] }],
    ] as const
    for (const [method, path, json] of writes) {
      expect((await sam.call(method, path, json)).status, `status of support's ${method}`).toBe(403)
    }
    await expectUnchanged(carol, invoice)
  },
)

test(
  'treats every other role as a customer',
  { meta: { id: 'other-roles', group: 'roles', covers: [7] } },
  async ({ server, random }) => {
    const [carol] = customers(server, random)
    const invoice = await invoiceOf(carol, random)
    for (const role of ['partner', null]) {
      const who = role === null ? 'a caller without a role' : `the role "${role}"`
      const paul = caller(server, 'paul', role)
      expectNothing(await paul.call('GET', pathOf(invoice)), invoice, `GET by ${who}`)
      expect((await paul.call('GET', '/invoices')).json(), `the list for ${who}`).toEqual({ invoices: [] })
      expect(
        (await caller(server, carol.name, role).call('GET', pathOf(invoice))).status,
        `status of the owner's GET with ${who}`,
      ).toBe(200)
    }
  },
)
