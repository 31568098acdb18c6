import type { Answer, JsonObject, Request } from './http.ts'

/** id → what the caller stored; the id itself is ours and stands only in what we show. */
const notes = new Map<string, JsonObject>()
let lastId = 0

export function handle({ method, path, body }: Request): Answer {
  if (path === '/notes') return collection(method, body)
  if (path.startsWith('/notes/')) return item(method, path.slice('/notes/'.length), body)
  return error(404, 'there is nothing at this path')
}

function collection(method: string, body: JsonObject): Answer {
  switch (method) {
    case 'GET':
    case 'HEAD':
      return { status: 200, body: { notes: [...notes.keys()].map(shown) } }
    case 'POST': {
      const id = String(++lastId)
      notes.set(id, contentOf(body))
      return { status: 201, headers: { Location: `/notes/${id}` }, body: shown(id) }
    }
    default:
      return otherMethod(method, 'GET, HEAD, POST, OPTIONS')
  }
}

function item(method: string, id: string, body: JsonObject): Answer {
  if (!/^[1-9][0-9]*$/.test(id)) return error(400, 'an id is a whole number from 1')
  const content = notes.get(id)
  if (content === undefined) return error(404, `there is no note ${id}`)
  switch (method) {
    case 'GET':
    case 'HEAD':
      return { status: 200, body: shown(id) }
    case 'PUT':
      notes.set(id, contentOf(body))
      return { status: 200, body: shown(id) }
    case 'PATCH':
      notes.set(id, merged(content, contentOf(body)) as JsonObject)
      return { status: 200, body: shown(id) }
    case 'DELETE':
      notes.delete(id)
      return { status: 204 }
    default:
      return otherMethod(method, 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS')
  }
}

const shown = (id: string): JsonObject => ({ ...notes.get(id), id: Number(id) })

function contentOf({ id: _, ...content }: JsonObject): JsonObject {
  return content
}

/** JSON Merge Patch, RFC 7396 section 2. */
function merged(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const members = new Map(isObject(target) ? Object.entries(target) : [])
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) members.delete(name)
    else members.set(name, merged(members.get(name), value))
  }
  return Object.fromEntries(members)
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function otherMethod(method: string, allow: string): Answer {
  if (method === 'OPTIONS') return { status: 204, headers: { Allow: allow } }
  return { ...error(405, `${method} is not possible here`), headers: { Allow: allow } }
}

const error = (status: number, message: string): Answer => ({ status, body: { error: message } })
