import type { Answer, JsonObject, Request } from './http.ts'

/** id → the note as it is shown */
const notes = new Map<number, JsonObject>()

export function handle({ method, path, body }: Request): Answer {
  if (path === '/notes') return collection(method, body)
  if (path.startsWith('/notes/')) return item(method, path.slice('/notes/'.length), body)
  return notFound
}

const notFound: Answer = { status: 404, body: { error: 'not found' } }

function collection(method: string, body: JsonObject): Answer {
  if (method === 'GET') return { status: 200, body: { notes: [...notes.values()] } }
  if (method === 'POST') {
    const id = notes.size + 1
    const note = { id, ...body }
    notes.set(id, note)
    return { status: 200, body: note }
  }
  return notFound
}

function item(method: string, idText: string, body: JsonObject): Answer {
  const id = parseInt(idText)
  const note = notes.get(id)

  if (method === 'GET') {
    if (!note) return notFound
    note['views'] = Number(note['views'] ?? 0) + 1
    return { status: 200, body: note }
  }
  if (method === 'PUT' || method === 'PATCH') {
    const changed = { ...note, ...body }
    notes.set(id, changed)
    return { status: 200, body: changed }
  }
  if (method === 'DELETE') {
    notes.delete(id)
    return { status: 200, body: { deleted: id } }
  }
  return notFound
}
