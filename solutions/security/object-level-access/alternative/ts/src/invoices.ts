import type { Answer, JsonObject, Request } from './http.ts'
import { renderPdf } from './pdf.ts'
import * as store from './store.ts'
import type { Invoice, Line } from './store.ts'

class Refusal extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const noSuchThing = new Refusal(404, 'not found')

/** The invoices as one caller may have them. Handlers hold nothing else, so they cannot reach anybody else's. */
class Desk {
  readonly #user: string
  readonly #isSupport: boolean

  constructor({ user, role }: Request) {
    if (user === '') throw new Refusal(401, 'who are you?')
    this.#user = user
    this.#isSupport = role === 'support'
  }

  list(): Invoice[] {
    return store.all().filter((invoice) => this.#isSupport || invoice.owner === this.#user)
  }

  get(id: string): Invoice {
    const wanted = id.toLowerCase()
    const invoice = this.list().find((i) => i.id.toLowerCase() === wanted)
    if (!invoice) throw noSuchThing
    return invoice
  }

  line(id: string, lineId: string): Line {
    const line = this.get(id).lines.find((l) => l.id === lineId)
    if (!line) throw noSuchThing
    return line
  }

  add({ reference, lines }: JsonObject): Invoice {
    this.#mayWrite()
    const given = (lines ?? []) as { text: string; cents: number }[]
    const own = given.map(({ text, cents }) => store.newLine(text, cents))
    const invoice = { id: store.newInvoiceId(), owner: this.#user, reference: String(reference ?? ''), lines: own }
    store.save(invoice)
    return invoice
  }

  rename(id: string, { reference }: JsonObject): Invoice {
    this.#mayWrite()
    const invoice = this.get(id)
    if (typeof reference === 'string') invoice.reference = reference
    return invoice
  }

  changeLine(id: string, lineId: string, { text, cents }: JsonObject): Line {
    this.#mayWrite()
    const line = this.line(id, lineId)
    if (typeof text === 'string') line.text = text
    if (typeof cents === 'number') line.cents = cents
    return line
  }

  drop(id: string): void {
    this.#mayWrite()
    store.remove(this.get(id))
  }

  #mayWrite(): void {
    if (this.#isSupport) throw new Refusal(403, 'support reads, and writes nothing')
  }
}

type Handler = (desk: Desk, ids: string[], body: JsonObject) => Answer

const routes: [method: string, path: RegExp, handler: Handler][] = [
  ['GET', /^\/invoices$/, (desk) => ({ status: 200, body: { invoices: desk.list() } })],
  ['POST', /^\/invoices$/, (desk, _, body) => created(desk.add(body))],
  ['GET', /^\/invoices\/([^/]+)$/, (desk, [id = '']) => ({ status: 200, body: desk.get(id) })],
  ['PUT', /^\/invoices\/([^/]+)$/, (desk, [id = ''], body) => ({ status: 200, body: desk.rename(id, body) })],
  ['DELETE', /^\/invoices\/([^/]+)$/, (desk, [id = '']) => (desk.drop(id), { status: 204 })],
  ['GET', /^\/invoices\/([^/]+)\/pdf$/, (desk, [id = '']) => pdf(desk.get(id))],
  ['GET', /^\/invoices\/([^/]+)\/lines\/([^/]+)$/, (desk, [id = '', line = '']) => ({ status: 200, body: desk.line(id, line) })],
  ['PUT', /^\/invoices\/([^/]+)\/lines\/([^/]+)$/, (desk, [id = '', line = ''], body) => ({ status: 200, body: desk.changeLine(id, line, body) })],
]

const created = (invoice: Invoice): Answer => ({ status: 201, headers: { Location: `/invoices/${invoice.id}` }, body: invoice })
const pdf = (invoice: Invoice): Answer => ({ status: 200, headers: { 'Content-Type': 'application/pdf' }, body: renderPdf(invoice) })

export function handle(request: Request): Answer {
  try {
    const desk = new Desk(request)
    for (const [method, path, handler] of routes) {
      const match = method === request.method && path.exec(request.path)
      if (match) return handler(desk, match.slice(1), request.body)
    }
    throw noSuchThing
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, body: { error: error.message } }
    throw error
  }
}
