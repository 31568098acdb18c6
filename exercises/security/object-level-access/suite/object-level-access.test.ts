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

const byId = (invoices: Invoice[]): Invoice[] => invoices.toSorted((a, b) => (a.id < b.id ? -1 : 1))

async function listOf(who: Caller): Promise<Invoice[]> {
  const answer = await who.call('GET', '/invoices')
  expect(answer.status, 'status of a list').toBe(200)
  const { invoices } = answer.json() as { invoices: Invoice[] }
  if (!Array.isArray(invoices)) throw new Error('The answer to GET /invoices has no list "invoices".')
  return byId(invoices)
}

const pathOf = ({ id }: Invoice): string => `/invoices/${id}`
const linePath = (invoice: Invoice): string => `${pathOf(invoice)}/lines/${invoice.lines[0]?.id}`

/** Refused, in whichever way, and without a word of the invoice. */
function expectNothing(answer: HttpResponse, { reference, lines }: Invoice, what: string): void {
  const secrets = [reference, ...lines.map((line) => line.text)]
  const told = secrets.filter((text) => answer.text.includes(text))
  expect(told, `${what} shows nothing of the invoice`).toEqual([])
  expect(answer.status, `${what} is refused`).toBeGreaterThanOrEqual(400)
}

async function expectUnchanged(owner: Caller, invoice: Invoice): Promise<void> {
  const now = await owner.call('GET', pathOf(invoice))
  expect(now.status, "status of the owner's GET afterwards").toBe(200)
  expect(now.json(), 'the invoice afterwards').toEqual(invoice)
}

test(
  'shows an invoice to its owner and to no other customer',
  { meta: { id: 'reads-own-only', group: 'read', covers: [1, 2] } },
  async ({ server, requirement }) => {
    const [ada, bob] = [caller(server, 'ada'), caller(server, 'bob')]
    const own = await ada.call('GET', '/invoices/1003')
    requirement(1)
    expect(own.status, "status of ada's GET of her invoice 1003").toBe(200)
    expect(own.json()).toMatchObject({ id: '1003', owner: 'ada', reference: 'ADA-FEBRUARY' })
    requirement(2)
    expectNothing(await bob.call('GET', '/invoices/1003'), own.json() as Invoice, "bob's GET of ada's invoice")
    requirement(1)
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
    expect(byId(listed.invoices), "the invoices in carol's list").toEqual(byId(own))
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
  async ({ server, random, requirement }) => {
    const [carol, dave] = customers(server, random)
    const invoice = await invoiceOf(carol, random)
    const upper = `/invoices/${invoice.id.toUpperCase()}`
    requirement(2)
    expectNothing(await dave.call('GET', pathOf(invoice)), invoice, "dave's GET")
    expectNothing(await dave.call('GET', upper), invoice, "dave's GET with capital letters")
    expectNothing(await dave.call('GET', `${upper}/pdf`), invoice, "dave's GET of the PDF with capital letters")
    requirement(1)
    const own = await carol.call('GET', upper)
    expect(own.status, "status of the owner's GET with capital letters").toBe(200)
    expect(own.json(), 'the invoice, as the owner sees it').toEqual(invoice)
  },
)

test(
  'lets only the owner change or delete an invoice',
  { meta: { id: 'writes-own-only', group: 'write', covers: [2, 4] } },
  async ({ server, random, requirement }) => {
    const [carol, dave] = customers(server, random)
    const invoice = await invoiceOf(carol, random)
    requirement(2)
    expectNothing(await dave.call('PUT', pathOf(invoice), { reference: 'PAID' }), invoice, "dave's PUT")
    await expectUnchanged(carol, invoice)
    expectNothing(await dave.call('PUT', linePath(invoice), { cents: 1 }), invoice, "dave's PUT of the line")
    await expectUnchanged(carol, invoice)
    expectNothing(await dave.call('DELETE', pathOf(invoice)), invoice, "dave's DELETE")
    await expectUnchanged(carol, invoice)

    requirement(4)
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
  async ({ server, random, requirement }) => {
    const [carol, dave] = customers(server, random)
    const invoice = await invoiceOf(carol, random)
    requirement(4)
    const put = await carol.call('PUT', pathOf(invoice), { reference: 'GIFT', owner: dave.name })
    expect(put.json(), 'the invoice after a PUT that names another owner').toEqual({ ...invoice, reference: 'GIFT' })
    requirement(1)
    const posted = await carol.call('POST', '/invoices', { reference: 'FOR-DAVE', owner: dave.name, lines: [] })
    expect(posted.status, 'status of a POST that names another owner').toBe(201)
    expect((posted.json() as Invoice).owner, 'owner of the new invoice').toBe(carol.name)
    expect((await dave.call('GET', '/invoices')).json(), "dave's list").toEqual({ invoices: [] })
  },
)

test(
  'acts on the invoice of the path, whatever id a body names',
  { meta: { id: 'path-decides', group: 'write', covers: [1, 4] } },
  async ({ server, random, requirement }) => {
    const [carol, dave] = customers(server, random)
    const [invoice, daves] = [await invoiceOf(carol, random), await invoiceOf(dave, random)]
    requirement(4)
    const put = await dave.call('PUT', pathOf(daves), { id: invoice.id, reference: 'MINE' })
    expect(put.json(), "dave's invoice after his PUT").toEqual({ ...daves, reference: 'MINE' })
    await expectUnchanged(carol, invoice)
    requirement(1)
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
      expect(theirs.status, "status of a stranger's request").toBe(404)
      const none = await dave.call(method, pathOf(nobody) + tail, json)
      expect(none.status, 'status of the same request with an unknown id').toBe(404)
      expect(text(theirs, invoice), "body for a stranger's invoice, compared with the body for an unknown id").toBe(
        text(none, nobody),
      )
      await expectUnchanged(carol, invoice)
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
      expect(answer.status, "status of support's GET").toBe(200)
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
      expect((await sam.call(method, path, json)).status, "status of support's write").toBe(403)
      await expectUnchanged(carol, invoice)
    }
  },
)

test(
  'treats every other role as a customer',
  { meta: { id: 'other-roles', group: 'roles', covers: [7] } },
  async ({ server, random }) => {
    const [carol] = customers(server, random)
    const invoice = await invoiceOf(carol, random)
    for (const role of ['partner', null]) {
      const paul = caller(server, 'paul', role)
      expectNothing(await paul.call('GET', pathOf(invoice)), invoice, 'GET in another role')
      expect((await paul.call('GET', '/invoices')).json(), 'the list in another role').toEqual({ invoices: [] })
      expect(
        (await caller(server, carol.name, role).call('GET', pathOf(invoice))).status,
        "status of the owner's GET in another role",
      ).toBe(200)
    }
  },
)

/** An invoice of several lines, two of them alike. */
async function longInvoiceOf(owner: Caller, random: Random): Promise<Invoice> {
  const mark = random.integer(100_000, 999_999)
  const lines = [
    { text: `${mark} same`, cents: 500 },
    { text: `${mark} same`, cents: 500 },
    { text: `${mark} other`, cents: random.integer(600, 900) },
  ]
  const answer = await owner.call('POST', '/invoices', { reference: `LONG-${mark}`, lines })
  const invoice = answer.json() as Invoice
  if (typeof invoice?.id !== 'string' || !Array.isArray(invoice.lines))
    throw new Error('The answer to POST /invoices is not an invoice.')
  return invoice
}

/** An id, as a caller may write it. */
const small = (id: string): string => id
const capital = (id: string): string => id.toUpperCase()
const mixed = (id: string): string => [...id].map((c, i) => (i % 2 ? c.toUpperCase() : c)).join('')

/** Every route below an invoice; the last two members say whether it writes, and what. */
const routesOf = (path: string, line: string): [method: string, path: string, json?: unknown][] => [
  ['GET', path],
  ['GET', `${path}/pdf`],
  ['GET', `${path}/lines/${line}`],
  ['PUT', path, { reference: 'STOLEN' }],
  ['PUT', `${path}/lines/${line}`, { text: 'STOLEN', cents: 1 }],
  ['DELETE', path],
]

/** For this caller the answer must be the one that an unknown invoice has, on every route, and nothing may happen. */
async function expectNone(who: Caller, owner: Caller, invoice: Invoice): Promise<void> {
  const lineId = invoice.lines[0]?.id ?? ''
  for (const id of [invoice.id, invoice.id.toUpperCase(), mixed(invoice.id)]) {
    const nobody = randomUUID()
    const unknown = routesOf(`/invoices/${nobody}`, lineId)
    for (const [i, [method, path, json]] of routesOf(`/invoices/${id}`, lineId).entries()) {
      const answer = await who.call(method, path, json)
      expectNothing(answer, invoice, "a stranger's request")
      expect(answer.status, "status of a stranger's request").toBe(404)
      const none = await who.call(unknown[i]?.[0] ?? '', unknown[i]?.[1] ?? '', json)
      expect(none.status, 'status of the same request with an unknown id').toBe(404)
      expect(
        answer.text.toLowerCase().replaceAll(invoice.id, '<id>'),
        "body for a stranger's invoice, compared with the body for an unknown id",
      ).toBe(none.text.toLowerCase().replaceAll(nobody, '<id>'))
      if (method !== 'GET') await expectUnchanged(owner, invoice)
    }
  }
}

test(
  'keeps every route closed to a stranger, in whichever letters the id is written, before and after the owner has called',
  { meta: { id: 'every-route-closed', group: 'read', covers: [1, 2, 3] } },
  async ({ server, random, requirement }) => {
    const [carol, dave] = customers(server, random)
    const invoice = await longInvoiceOf(carol, random)
    await invoiceOf(dave, random)
    requirement(2)
    await expectNone(dave, carol, invoice)
    requirement(1)
    const changed = (
      await carol.call('PUT', pathOf(invoice).replace(invoice.id, invoice.id.toUpperCase()), {
        reference: 'REF-CHANGED',
      })
    ).json() as Invoice
    expect(changed, 'the invoice after the PUT of its owner with capital letters').toEqual({
      ...invoice,
      reference: 'REF-CHANGED',
    })
    requirement(3)
    expect(await listOf(carol), "carol's list afterwards").toEqual([changed])
    requirement(2)
    await expectNone(dave, carol, changed)
    const seed = (await caller(server, 'bob').call('GET', '/invoices/1002')).json() as Invoice
    await expectNone(caller(server, 'ada'), caller(server, 'bob'), seed)
    await expectNone(dave, caller(server, 'bob'), seed)
  },
)

test(
  'takes no other name for the name of the owner',
  { meta: { id: 'names-alike', group: 'read', covers: [2, 3] } },
  async ({ server, random, requirement }) => {
    const carol = caller(server, `nora-${random.integer(100_000, 999_999)}`)
    const invoice = await invoiceOf(carol, random)
    for (const name of [
      `${carol.name}0`,
      carol.name.slice(0, -1),
      carol.name.slice(1),
      `x${carol.name}`,
      'c',
      'carol',
      'owner',
      'support',
      'admin',
      '*',
      '%',
      'undefined',
      'null',
      'constructor',
      '__proto__',
      'toString',
      '1',
      invoice.id,
    ]) {
      const other = caller(server, name)
      requirement(2)
      expectNothing(await other.call('GET', pathOf(invoice)), invoice, 'GET under another name')
      expect((await other.call('GET', pathOf(invoice))).status, 'status of GET under another name').toBe(404)
      expect(
        (await other.call('PUT', pathOf(invoice), { reference: 'X' })).status,
        'status of PUT under another name',
      ).toBe(404)
      requirement(3)
      expect(await listOf(other), 'the list under another name').toEqual([])
    }
    requirement(2)
    await expectUnchanged(carol, invoice)
  },
)

test(
  'lists what the owner has after each change',
  { meta: { id: 'list-follows', group: 'read', covers: [1, 3, 4] } },
  async ({ server, random, requirement }) => {
    const [carol, dave] = customers(server, random)
    const same = { reference: 'SAME', lines: [{ text: 'same', cents: 100 }] }
    const post = async (who: Caller) => (await who.call('POST', '/invoices', same)).json() as Invoice
    const [a, b, c, d] = [await post(carol), await post(carol), await post(carol), await post(dave)]
    requirement(1)
    expect(new Set([a, b, c, d].map((i) => i.id)).size, 'number of ids of four invoices').toBe(4)
    expect(new Set([a, b, c, d].map((i) => i.lines[0]?.id)).size, 'number of ids of four lines').toBe(4)
    requirement(3)
    expect(await listOf(carol), "carol's list").toEqual(byId([a, b, c]))
    await carol.call('PUT', pathOf(b), { reference: 'CHANGED' })
    expect(await listOf(carol), "carol's list after a PUT").toEqual(byId([a, { ...b, reference: 'CHANGED' }, c]))
    expect(
      (await carol.call('DELETE', `/invoices/${a.id.toUpperCase()}`)).status,
      'status of DELETE with capital letters',
    ).toBe(204)
    expect(await listOf(carol), "carol's list after a DELETE").toEqual(byId([{ ...b, reference: 'CHANGED' }, c]))
    requirement(1)
    const e = await post(carol)
    expect(
      [b, c, d].map((i) => i.id),
      'ids of the other invoices, where the one made after a DELETE is to be new',
    ).not.toContain(e.id)
    requirement(3)
    expect(await listOf(dave), "dave's list").toEqual([d])
    await carol.call('DELETE', pathOf(e))
    requirement(4)
    for (const [method, path, json] of routesOf(pathOf(a), a.lines[0]?.id ?? '')) {
      for (const who of [carol, dave])
        expect((await who.call(method, path, json)).status, 'status of a request after the DELETE').toBe(404)
    }
    requirement(3)
    expect(await listOf(carol), "carol's list at the end").toEqual(byId([{ ...b, reference: 'CHANGED' }, c]))
    expect(
      (await listOf(caller(server, 'ada'))).map((i) => i.id),
      "ids in ada's list",
    ).toEqual(['1001', '1003'])
    expect(
      (await listOf(caller(server, 'bob'))).map((i) => i.id),
      "ids in bob's list",
    ).toEqual(['1002', '1004'])
  },
)

test(
  'lets the owner use every route, with the id in small, capital and mixed letters',
  { meta: { id: 'owner-every-route', group: 'write', covers: [1, 4] } },
  async ({ server, random, requirement }) => {
    const [carol] = customers(server, random)
    for (const write of [small, capital, mixed]) {
      requirement(write === small ? 4 : 1)
      const invoice = await longInvoiceOf(carol, random)
      const path = `/invoices/${write(invoice.id)}`
      expect((await carol.call('GET', path)).json(), 'the invoice, as its owner reads it').toEqual(invoice)
      const ids = invoice.lines.map((line) => line.id)
      expect(new Set(ids).size, 'number of ids of three lines').toBe(3)
      let wanted = invoice
      for (const [i, change] of [
        [1, { text: 'second', cents: 0 }],
        [2, { cents: 77 }],
        [0, { text: 'first' }],
        [1, { text: 'second again', cents: 9 }],
      ] as const) {
        const line = `${path}/lines/${ids[i]}`
        const changed = { ...wanted.lines[i], ...change }
        const put = await carol.call('PUT', line, change)
        expect([put.status, put.json()], "answer to the owner's PUT of a line").toEqual([200, changed])
        wanted = { ...wanted, lines: wanted.lines.map((l, j) => (i === j ? { ...l, ...change } : l)) }
        expect((await carol.call('GET', line)).json(), 'the line afterwards').toEqual(changed)
        expect((await carol.call('GET', path)).json(), 'the invoice after the PUT of a line').toEqual(wanted)
      }
      const put = await carol.call('PUT', path, { reference: 'RENAMED' })
      wanted = { ...wanted, reference: 'RENAMED' }
      expect([put.status, put.json()], "answer to the owner's PUT").toEqual([200, wanted])
      await expectUnchanged(carol, wanted)
      const pdf = await carol.call('GET', `${path}/pdf`)
      expect(
        [pdf.status, pdf.text.includes('RENAMED'), pdf.text.includes('second again')],
        'status of the PDF, and whether it has reference and line',
      ).toEqual([200, true, true])
      expect(await listOf(carol), "carol's list").toEqual([wanted])
      const gone = await carol.call('DELETE', path)
      expect([gone.status, gone.text], "answer to the owner's DELETE").toEqual([204, ''])
      expect((await carol.call('DELETE', path)).status, 'status of a second DELETE').toBe(404)
      expect(await listOf(carol), "carol's list after the DELETE").toEqual([])
    }
  },
)

test(
  'takes nothing but reference and lines from a POST, and nothing but the reference from a PUT',
  { meta: { id: 'nothing-but', group: 'write', covers: [1, 4] } },
  async ({ server, random, requirement }) => {
    const [carol, dave] = customers(server, random)
    const daves = await invoiceOf(dave, random)
    const named = randomUUID()
    const extra = {
      owner: dave.name,
      user: dave.name,
      role: 'support',
      userId: dave.name,
      paid: true,
      total: 0,
      createdAt: 'today',
      status: 'paid',
    }
    for (const id of [named, '1001', '5', daves.id, daves.id.toUpperCase(), null]) {
      requirement(1)
      const answer = await carol.call('POST', '/invoices', {
        ...extra,
        id,
        reference: 'EXTRA',
        lines: [{ text: 'a', cents: 5 }],
      })
      expect(answer.status, 'status of POST').toBe(201)
      const invoice = answer.json() as Invoice
      expect(invoice, 'the new invoice').toEqual({
        id: expect.any(String),
        owner: carol.name,
        reference: 'EXTRA',
        lines: [{ id: expect.any(String), text: 'a', cents: 5 }],
      })
      expect(
        [named, '1001', '5', daves.id].includes(invoice.id.toLowerCase()),
        'the new invoice has the id of the body',
      ).toBe(false)
      await expectUnchanged(carol, invoice)
      requirement(4)
      for (const other of [named, daves.id, invoice.id.toUpperCase(), null, '1002']) {
        const put = await carol.call('PUT', pathOf(invoice), {
          ...extra,
          id: other,
          reference: `R-${other}`,
          lines: [],
        })
        expect([put.status, put.json()], 'answer to a PUT with other members').toEqual([
          200,
          { ...invoice, reference: `R-${other}` },
        ])
        await expectUnchanged(carol, { ...invoice, reference: `R-${other}` })
      }
      const lines = [{ id: invoice.lines[0]?.id, text: 'free', cents: 0 }]
      await carol.call('PUT', pathOf(invoice), { reference: 'LINES', lines })
      await expectUnchanged(carol, { ...invoice, reference: 'LINES' })
    }
    requirement(1)
    expect(
      (await carol.call('GET', `/invoices/${named}`)).status,
      'status of GET for an id that only a body has named',
    ).toBe(404)
    expect((await listOf(carol)).length, "number of invoices in carol's list").toBe(6)
    expect(await listOf(dave), "dave's list").toEqual([daves])
    expect((await caller(server, 'bob').call('GET', '/invoices/1002')).json(), "bob's invoice 1002").toMatchObject({
      owner: 'bob',
      reference: 'BOB-JANUARY',
    })
  },
)

test(
  'lets no body open what the path does not',
  { meta: { id: 'body-opens-nothing', group: 'write', covers: [2] } },
  async ({ server, random }) => {
    const [carol, dave] = customers(server, random)
    const [invoice, daves] = [await invoiceOf(carol, random), await invoiceOf(dave, random)]
    const bodies = [
      { id: daves.id, owner: dave.name, reference: 'X' },
      { id: daves.id, invoice: daves.id, invoiceId: daves.id, reference: 'X', text: 'X', cents: 1 },
      { owner: dave.name, user: dave.name, role: 'support', reference: 'X', text: 'X', cents: 1 },
      { owner: carol.name, user: carol.name, reference: 'X', text: 'X', cents: 1 },
    ]
    for (const body of bodies) {
      for (const path of [pathOf(invoice), linePath(invoice), `${pathOf(invoice)}/lines/${daves.lines[0]?.id}`]) {
        expect((await dave.call('PUT', path, body)).status, "status of a stranger's PUT").toBe(404)
        await expectUnchanged(carol, invoice)
        await expectUnchanged(dave, daves)
      }
    }
  },
)

test(
  'finds a line below no other invoice: of the same owner, of a stranger, of nobody',
  { meta: { id: 'line-elsewhere', group: 'write', covers: [5] } },
  async ({ server, random }) => {
    const [carol, dave] = customers(server, random)
    const sam = caller(server, 'sam', 'support')
    const [first, second, daves] = [
      await longInvoiceOf(carol, random),
      await longInvoiceOf(carol, random),
      await invoiceOf(dave, random),
    ]
    const pairs: [Caller, Invoice | { id: string }, Invoice][] = [
      [carol, first, second],
      [carol, second, first],
      [carol, first, daves],
      [carol, daves, first],
      [dave, daves, first],
      [dave, first, daves],
      [carol, { id: randomUUID() }, first],
      [carol, { id: '1001' }, first],
    ]
    for (const [who, { id }, { lines }] of pairs) {
      for (const line of lines) {
        for (const path of [`/invoices/${id}/lines/${line.id}`, `/invoices/${id.toUpperCase()}/lines/${line.id}`]) {
          expect((await who.call('GET', path)).status, 'status of GET of a line below another invoice').toBe(404)
          expect(
            (await who.call('PUT', path, { text: 'X', cents: 1 })).status,
            'status of PUT of a line below another invoice',
          ).toBe(404)
          expect((await sam.call('GET', path)).status, "status of support's GET of a line below another invoice").toBe(
            404,
          )
        }
      }
    }
    for (const line of ['0', '99999999', 'x', 'constructor', '-1'])
      expect(
        (await carol.call('GET', `${pathOf(first)}/lines/${line}`)).status,
        'status of GET of an unknown line',
      ).toBe(404)
    for (const [who, invoice] of [
      [carol, first],
      [carol, second],
      [dave, daves],
    ] as const) {
      await expectUnchanged(who, invoice)
      for (const line of invoice.lines)
        expect(
          (await who.call('GET', `${pathOf(invoice)}/lines/${line.id}`)).json(),
          'the line below its own invoice',
        ).toEqual(line)
    }
  },
)

test(
  'lets support read all there is, on every route and in any letters',
  { meta: { id: 'support-reads-all', group: 'roles', covers: [6] } },
  async ({ server, random }) => {
    const [carol, dave] = customers(server, random)
    const all = [
      await longInvoiceOf(carol, random),
      await invoiceOf(dave, random),
      ...(await listOf(caller(server, 'ada'))),
      ...(await listOf(caller(server, 'bob'))),
    ]
    // "ada" owns invoices herself, and carol made hers before she joined support.
    for (const name of ['sam', 'ada', carol.name]) {
      const sam = caller(server, name, 'support')
      for (const invoice of all) {
        for (const id of [invoice.id, invoice.id.toUpperCase(), mixed(invoice.id)]) {
          const answer = await sam.call('GET', `/invoices/${id}`)
          expect([answer.status, answer.json()], "answer to support's GET").toEqual([200, invoice])
          const pdf = await sam.call('GET', `/invoices/${id}/pdf`)
          expect(
            [pdf.status, pdf.text.startsWith('%PDF') && pdf.text.includes(invoice.reference)],
            "support's PDF: status, and whether it is the invoice's",
          ).toEqual([200, true])
          for (const line of invoice.lines)
            expect(
              (await sam.call('GET', `/invoices/${id}/lines/${line.id}`)).json(),
              'the line, as support sees it',
            ).toEqual(line)
        }
      }
      const listed = await listOf(sam)
      expect(
        listed.filter((i) => all.some((a) => a.id === i.id)),
        "the invoices of all owners in support's list",
      ).toEqual(byId(all))
      expect(new Set(listed.map((i) => i.id)).size, "number of different invoices in support's list").toBe(
        listed.length,
      )
      expect(
        (await sam.call('GET', `/invoices/${randomUUID()}`)).status,
        "status of support's GET of an unknown id",
      ).toBe(404)
    }
  },
)

test(
  'refuses each write of support with 403: other invoices, its own, and such as do not exist',
  { meta: { id: 'support-403-everywhere', group: 'roles', covers: [6] } },
  async ({ server, random }) => {
    const [carol, dave] = customers(server, random)
    const [invoice, daves] = [await longInvoiceOf(carol, random), await invoiceOf(dave, random)]
    const before = await listOf(caller(server, 'sam', 'support'))
    for (const sam of [caller(server, 'sam', 'support'), caller(server, carol.name, 'support')]) {
      for (const [path, line] of [
        [pathOf(invoice), invoice.lines[1]?.id],
        [`/invoices/${invoice.id.toUpperCase()}`, invoice.lines[0]?.id],
        [pathOf(daves), daves.lines[0]?.id],
        [pathOf(daves), invoice.lines[0]?.id],
        ['/invoices/1001', '1'],
        [`/invoices/${randomUUID()}`, '1'],
      ] as const) {
        for (const [method, to, json] of routesOf(path, line ?? '')) {
          if (method === 'GET') continue
          expect((await sam.call(method, to, json)).status, "status of support's write").toBe(403)
        }
        for (const json of [
          { reference: 'X', lines: [{ text: 'a', cents: 1 }] },
          { reference: 'X', lines: [], owner: carol.name, role: 'customer' },
        ]) {
          expect((await sam.call('POST', '/invoices', json)).status, "status of support's POST").toBe(403)
        }
        expect(await listOf(sam), 'all invoices afterwards').toEqual(before)
      }
    }
    await expectUnchanged(carol, invoice)
  },
)

test(
  'gives each other role the rights of a customer on every route, no more and no less',
  { meta: { id: 'roles-every-route', group: 'roles', covers: [7] } },
  async ({ server, random }) => {
    for (const role of [
      'partner',
      'admin',
      'Support',
      'SUPPORT',
      'supporter',
      'support2',
      'support-lead',
      'supp',
      'not support',
      'support,admin',
      'owner',
      'root',
      'user',
      'true',
      '1',
      '*',
      'constructor',
      '__proto__',
      'toString',
      '',
      null,
    ]) {
      const [carol] = customers(server, random)
      const invoice = await invoiceOf(carol, random)
      const paul = caller(server, `paul-${pairs}`, role)
      for (const [method, path, json] of routesOf(pathOf(invoice), invoice.lines[0]?.id ?? '')) {
        const answer = await paul.call(method, path, json)
        expectNothing(answer, invoice, 'a request in another role')
        expect(answer.status, "status of a stranger's request in another role").toBe(404)
        if (method !== 'GET') await expectUnchanged(carol, invoice)
      }
      expect(await listOf(paul), 'the list in another role').toEqual([])
      const posted = await paul.call('POST', '/invoices', { reference: 'MINE', lines: [{ text: 'own', cents: 3 }] })
      expect(posted.status, 'status of POST in another role').toBe(201)
      const own = posted.json() as Invoice
      expect(own.owner, 'owner of the new invoice').toBe(paul.name)
      expect(await listOf(paul), 'the list in another role, after POST').toEqual([own])
      for (const [method, path, json] of routesOf(pathOf(own), own.lines[0]?.id ?? '')) {
        expect((await paul.call(method, path, json)).status, "status of the owner's request in another role").toBe(
          method === 'DELETE' ? 204 : 200,
        )
      }
    }
  },
)
