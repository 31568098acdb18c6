import type { Answer, JsonObject, Request } from './http.ts'
import { renderPdf } from './pdf.ts'
import { all, find, findLine, newInvoiceId, newLine, remove, save, type Invoice } from './store.ts'

export function handle(request: Request): Answer {
  if (request.user === '') return { status: 401, body: { error: 'who are you?' } }
  const [, root, id, part, lineId, ...more] = request.path.split('/')
  if (root !== 'invoices' || more.length > 0) return notFound
  if (id === undefined) return collection(request)
  if (part === undefined) return one(request, id)
  if (part === 'pdf' && lineId === undefined) return pdf(request, id)
  if (part === 'lines' && lineId !== undefined) return line(request, id, lineId)
  return notFound
}

const notFound: Answer = { status: 404, body: { error: 'not found' } }

function collection({ method, user, body }: Request): Answer {
  if (method === 'GET') return { status: 200, body: { invoices: all() } }
  if (method !== 'POST') return notFound
  const invoice = { id: newInvoiceId(), owner: user, reference: '', ...body, lines: linesIn(body) } as Invoice
  save(invoice)
  return { status: 201, headers: { Location: `/invoices/${invoice.id}` }, body: invoice }
}

function one({ method, body }: Request, id: string): Answer {
  const invoice = find(id)
  if (!invoice) return notFound
  if (method === 'GET') return { status: 200, body: invoice }
  if (method === 'PUT') {
    const changed = { ...invoice, ...body } as Invoice
    save(changed)
    return { status: 200, body: changed }
  }
  if (method === 'DELETE') {
    remove(invoice)
    return { status: 204 }
  }
  return notFound
}

function pdf({ method }: Request, id: string): Answer {
  const invoice = find(id)
  if (!invoice || method !== 'GET') return notFound
  return { status: 200, headers: { 'Content-Type': 'application/pdf' }, body: renderPdf(invoice) }
}

function line({ method, body }: Request, id: string, lineId: string): Answer {
  const invoice = find(id)
  const found = findLine(lineId)
  if (!invoice || !found) return notFound
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
