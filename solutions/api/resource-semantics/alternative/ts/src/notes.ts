import type { Answer, JsonObject, Request } from './http.ts'

type Handler = (body: JsonObject) => Answer
/** What a resource can do; HEAD, OPTIONS, 405 and Allow follow from the table. */
type Resource = Map<string, Handler>

interface Note extends JsonObject {
  id: number
}

let notes: Note[] = []
let nextId = 1

export function handle({ method, path, body }: Request): Answer {
  const resource = resourceAt(path)
  if (!(resource instanceof Map)) return resource
  const allow = [...resource.keys(), 'HEAD', 'OPTIONS'].join(', ')
  if (method === 'OPTIONS') return { status: 204, headers: { Allow: allow } }
  const handler = resource.get(method === 'HEAD' ? 'GET' : method)
  return handler ? handler(body) : { status: 405, headers: { Allow: allow } }
}

function resourceAt(path: string): Resource | Answer {
  const [, name, idText, ...more] = path.split('/')
  if (name !== 'notes' || more.length > 0) return { status: 404 }
  if (idText === undefined) return allNotes
  if (!/^[1-9]\d*$/.test(idText)) return { status: 400 }
  const note = notes.find((n) => BigInt(n.id) === BigInt(idText))
  return note ? oneNote(note) : { status: 404 }
}

const allNotes: Resource = new Map<string, Handler>([
  ['GET', () => ({ status: 200, body: { notes } })],
  [
    'POST',
    (body) => {
      const note = { ...body, id: nextId++ }
      notes.push(note)
      return { status: 201, headers: { Location: `/notes/${note.id}` }, body: note }
    },
  ],
])

function oneNote(note: Note): Resource {
  const { id } = note
  const store = (changed: Note): Answer => {
    notes = notes.map((n) => (n.id === id ? changed : n))
    return { status: 200, body: changed }
  }
  return new Map<string, Handler>([
    ['GET', () => ({ status: 200, body: note })],
    ['PUT', (body) => store({ ...body, id })],
    ['PATCH', (body) => store({ ...patched(note, body), id })],
    [
      'DELETE',
      () => {
        notes = notes.filter((n) => n.id !== id)
        return { status: 204 }
      },
    ],
  ])
}

/** RFC 7396: keep what the patch does not name, then add what it names and does not delete. */
function patched(target: JsonObject, patch: JsonObject): JsonObject {
  const kept = Object.entries(target).filter(([name]) => !Object.hasOwn(patch, name))
  const changed = Object.entries(patch)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => [name, isObject(value) ? patched(isObject(target[name]) ? target[name] : {}, value) : value])
  return Object.fromEntries([...kept, ...changed])
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
