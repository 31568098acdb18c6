import type { Answer, JsonObject, Request } from './http.ts'
import { renderPdf } from './pdf.ts'
import { all, find, newInvoiceId, newLine, remove, save, type Invoice } from './store.ts'

export function handle(request: Request): Answer {
  if (request.user === '') return { status: 401, body: { error: 'who are you?' } }
  const [, root, id, part, lineId, ...more] = request.path.split('/')
  if (root !== 'invoices' || more.length > 0) return notFound
  if (request.role === 'support' && request.method !== 'GET') return forbidden
  if (id === undefined) return collection(request)
  // From here on there is only this invoice, and it is one that the caller may see.
  const invoice = request.method === 'GET' && part === undefined ? visible(request, id) : find(id)
  if (!invoice) return notFound
  if (part === undefined) return one(request, invoice)
  if (part === 'pdf' && lineId === undefined) return pdf(request, invoice)
  if (part === 'lines' && lineId !== undefined) return line(request, invoice, lineId)
  return notFound
}

const notFound: Answer = { status: 404, body: { error: 'not found' } }
const forbidden: Answer = { status: 403, body: { error: 'support reads, and writes nothing' } }

/** Another customer's invoice is as good as none. */
function visible(request: Request, id: string): Invoice | undefined {
  const invoice = find(id)
  return invoice && maySee(request, invoice) ? invoice : undefined
}

const maySee = ({ user, role }: Request, invoice: Invoice): boolean => role === 'support' || invoice.owner === user

function collection(request: Request): Answer {
  const { method, user, body } = request
  if (method === 'GET') return { status: 200, body: { invoices: all().filter((invoice) => maySee(request, invoice)) } }
  if (method !== 'POST') return notFound
  const invoice = { id: newInvoiceId(), owner: user, reference: String(body['reference'] ?? ''), lines: linesIn(body) }
  save(invoice)
  return { status: 201, headers: { Location: `/invoices/${invoice.id}` }, body: invoice }
}

function one({ method, body }: Request, invoice: Invoice): Answer {
  if (method === 'GET') return { status: 200, body: invoice }
  if (method === 'PUT') {
    const changed = { ...invoice, reference: String(body['reference'] ?? invoice.reference) }
    save(changed)
    return { status: 200, body: changed }
  }
  if (method === 'DELETE') {
    remove(invoice)
    return { status: 204 }
  }
  return notFound
}

function pdf({ method }: Request, invoice: Invoice): Answer {
  if (method !== 'GET') return notFound
  return { status: 200, headers: { 'Content-Type': 'application/pdf' }, body: renderPdf(invoice) }
}

function line({ method, body }: Request, invoice: Invoice, lineId: string): Answer {
  const found = invoice.lines.find((l) => l.id === lineId)
  if (!found) return notFound
  if (method === 'PUT') {
    found.text = String(body['text'] ?? found.text)
    found.cents = Number(body['cents'] ?? found.cents)
  } else if (method !== 'GET') return notFound
  return { status: 200, body: found }
}

function linesIn(body: JsonObject): Invoice['lines'] {
  const lines = (body['lines'] ?? []) as { text: string; cents: number }[]
  return lines.map(({ text, cents }) => newLine(text, cents))
}
