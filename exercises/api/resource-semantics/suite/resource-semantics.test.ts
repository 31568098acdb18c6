import { expect, test, type HttpResponse, type Server } from '#harness'

type Note = { id: number } & Record<string, unknown>

const pathOf = ({ id }: Note): string => `/notes/${id}`
const noteIn = (answer: HttpResponse): Note => answer.json() as Note

/** A note that the case needs; what POST itself has to do is judged by its own cases. */
async function create(server: Server, content: Record<string, unknown>): Promise<Note> {
  const note = noteIn(await server.request('POST', '/notes', { json: content }))
  if (typeof note?.id !== 'number') throw new Error('The answer to POST /notes has no numeric id.')
  return note
}

/** Every note by its id; the order in the list is free. */
async function everything(server: Server): Promise<Record<string, Note>> {
  const { notes } = (await server.request('GET', '/notes')).json() as { notes: Note[] }
  if (!Array.isArray(notes)) throw new Error('The answer to GET /notes has no list "notes".')
  return Object.fromEntries(notes.map((note) => [`note ${note.id}`, note]))
}

const patch = (server: Server, note: Note, change: unknown): Promise<HttpResponse> =>
  server.request('PATCH', pathOf(note), {
    headers: { 'Content-Type': 'application/merge-patch+json' },
    body: JSON.stringify(change),
  })

test(
  'answers 201 with the Location of the new note',
  { meta: { id: 'post-created', group: 'create', covers: [2] } },
  async ({ server, random }) => {
    const content = { title: 'Call the carrier', parcel: random.integer(1000, 9999) }
    const answer = await server.request('POST', '/notes', { json: content })
    expect(answer.status, 'status of POST /notes').toBe(201)
    expect(answer.json(), 'the new note').toEqual({ ...content, id: expect.any(Number) })
    const { pathname } = new URL(answer.headers['location'] ?? '', 'http://localhost/notes')
    expect(pathname, 'path in the header Location').toBe(pathOf(noteIn(answer)))
  },
)

test(
  'shows the new note under its path and in the list',
  { meta: { id: 'note-is-shown', group: 'create', covers: [3] } },
  async ({ server, random }) => {
    const created = await create(server, { title: 'Count the pallets', bay: random.integer(1, 40), open: true })
    const shown = await server.request('GET', pathOf(created))
    expect(shown.status, 'status of GET').toBe(200)
    expect(shown.json(), 'the note under its path').toEqual(created)
    expect((await everything(server))[`note ${created.id}`], 'the note in the list').toEqual(created)
  },
)

test(
  'keeps the id of a note, whatever id a body names',
  { meta: { id: 'id-is-ours', group: 'create', covers: [1] } },
  async ({ server }) => {
    const titleOf = async (note: Note) => noteIn(await server.request('GET', pathOf(note)))['title']
    const first = await create(server, { title: 'First' })
    const second = await create(server, { id: first.id, title: 'Second' })
    expect(second.id === first.id, 'the new note got the id of another one').toBe(false)
    expect(await titleOf(first), 'title of the first note').toBe('First')
    const put = await server.request('PUT', pathOf(second), { json: { id: first.id, title: 'Put' } })
    expect(noteIn(put).id, 'id after PUT').toBe(second.id)
    expect(noteIn(await patch(server, second, { id: null, done: true })).id, 'id after PATCH').toBe(second.id)
    expect(await titleOf(first), 'title of the first note').toBe('First')
  },
)

test(
  'replaces the whole note by PUT, and changes nothing more when it is repeated',
  { meta: { id: 'put-replaces', group: 'change', covers: [4] } },
  async ({ server, random, evidence }) => {
    const note = await create(server, { title: 'Ring the depot', text: 'before noon', color: 'red' })
    const wanted = { title: 'Ring the depot', color: random.pick(['blue', 'green', 'amber']) }
    const answer = await server.request('PUT', pathOf(note), { json: wanted })
    expect(answer.status, 'status of PUT').toBe(200)
    evidence('oldMemberSurvived', noteIn(answer)['text'] !== undefined)
    expect(answer.json(), 'the note after PUT').toEqual({ ...wanted, id: note.id })
    const again = await server.request('PUT', pathOf(note), { json: wanted })
    expect(again.json(), 'the note after the same PUT again').toEqual({ ...wanted, id: note.id })
    expect((await server.request('GET', pathOf(note))).json(), 'the note').toEqual({ ...wanted, id: note.id })
  },
)

test(
  'answers 404 to PUT and PATCH where there is no note, and creates none',
  { meta: { id: 'put-creates-nothing', group: 'change', covers: [4, 5] } },
  async ({ server }) => {
    const { id } = await create(server, { title: 'The last one' })
    const nobody = { id: id + 500 }
    const put = await server.request('PUT', pathOf(nobody), { json: { title: 'Nobody' } })
    expect(put.status, 'status of PUT').toBe(404)
    expect((await patch(server, nobody, { title: 'Nobody' })).status, 'status of PATCH').toBe(404)
    expect((await server.request('GET', pathOf(nobody))).status, 'status of GET afterwards').toBe(404)
  },
)

test(
  'merges by PATCH: named members change, null removes, the others stay',
  { meta: { id: 'patch-merges', group: 'change', covers: [5] } },
  async ({ server, random, evidence }) => {
    const note = await create(server, { title: 'Weigh the parcel', text: 'scale in bay 2', tags: ['heavy', 'glass'] })
    const bay = random.integer(3, 30)
    const answer = await patch(server, note, { text: null, tags: ['glass'], bay })
    expect(answer.status, 'status of PATCH').toBe(200)
    evidence('nullStored', noteIn(answer)['text'] === null)
    evidence('unnamedLost', noteIn(answer)['title'] === undefined)
    const wanted = { id: note.id, title: 'Weigh the parcel', tags: ['glass'], bay }
    expect(answer.json(), 'the note after PATCH').toEqual(wanted)
    expect((await server.request('GET', pathOf(note))).json(), 'the note').toEqual(wanted)
  },
)

test(
  'merges by PATCH at every depth',
  { meta: { id: 'patch-nested', group: 'change', covers: [5] } },
  async ({ server }) => {
    const note = await create(server, { place: { bay: 4, shelf: { row: 'B', level: 2 } }, weight: 12, parcel: 'none' })
    const answer = await patch(server, note, {
      place: { shelf: { level: null, row: 'C' }, lit: true },
      parcel: { number: 77, insured: null },
      weight: null,
    })
    expect(answer.json(), 'the note after PATCH').toEqual({
      id: note.id,
      place: { bay: 4, shelf: { row: 'C' }, lit: true },
      parcel: { number: 77 },
    })
  },
)

test(
  'deletes once: 204, then 404, and no other note is touched',
  { meta: { id: 'delete-twice', group: 'delete', covers: [6] } },
  async ({ server }) => {
    await create(server, { title: 'Kept' })
    const gone = await create(server, { title: 'Gone' })
    await create(server, { title: 'Kept too' })
    const { [`note ${gone.id}`]: _, ...others } = await everything(server)
    const first = await server.request('DELETE', pathOf(gone))
    expect(first.status, 'status of DELETE').toBe(204)
    expect((await server.request('GET', pathOf(gone))).status, 'status of GET afterwards').toBe(404)
    const second = await server.request('DELETE', pathOf(gone))
    expect(second.status, 'status of the second DELETE').toBe(404)
    expect(await everything(server), 'all notes').toEqual(others)
  },
)

test(
  'never gives an id a second time',
  { meta: { id: 'ids-are-new', group: 'delete', covers: [2] } },
  async ({ server }) => {
    await server.restart()
    const [a, b, c] = [
      await create(server, { title: 'A' }),
      await create(server, { title: 'B' }),
      await create(server, { title: 'C' }),
    ]
    await server.request('DELETE', pathOf(a))
    const d = await create(server, { title: 'D' })
    expect(
      [a, b, c].some((n) => n.id === d.id),
      'note D got an id that was given before',
    ).toBe(false)
    expect(noteIn(await server.request('GET', pathOf(c)))['title'], 'title of note C').toBe('C')
    await server.request('DELETE', pathOf(d))
    const e = await create(server, { title: 'E' })
    expect(
      [a, b, c, d].some((n) => n.id === e.id),
      'note E got an id that was given before',
    ).toBe(false)
  },
)

test(
  'changes nothing by GET, HEAD or OPTIONS',
  { meta: { id: 'safe-methods', group: 'safe', covers: [7] } },
  async ({ server }) => {
    const note = await create(server, { title: 'Look, do not touch' })
    const before = await everything(server)
    for (const path of [pathOf(note), '/notes', `/notes/${note.id + 500}`]) {
      for (const method of ['GET', 'HEAD', 'OPTIONS', 'GET']) await server.request(method, path)
    }
    expect(await everything(server), 'all notes afterwards').toEqual(before)
  },
)

test(
  'answers HEAD like GET, without the body',
  { meta: { id: 'head-like-get', group: 'safe', covers: [3] } },
  async ({ server }) => {
    const note = await create(server, { title: 'Heads up', text: 'größer als gedacht' })
    for (const path of [pathOf(note), '/notes', `/notes/${note.id + 500}`]) {
      const get = await server.request('GET', path)
      const head = await server.request('HEAD', path)
      expect(head.status, `status of HEAD ${path}`).toBe(get.status)
      expect(head.headers['content-type'], `Content-Type of HEAD ${path}`).toBe(get.headers['content-type'])
      const lengths = [head.headers['content-length'], get.headers['content-length']]
      if (!lengths.includes(undefined)) expect(lengths[0], `Content-Length of HEAD ${path}`).toBe(lengths[1])
      expect(head.text, `body of HEAD ${path}`).toBe('')
    }
  },
)

const allowed = {
  collection: ['GET', 'HEAD', 'OPTIONS', 'POST'],
  note: ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'PUT'],
}

/** The header lists the methods in any order, as one line or several. */
function expectAllow(answer: HttpResponse, methods: string[], what: string): void {
  const named = (answer.headers['allow'] ?? '')
    .split(',')
    .map((m) => m.trim())
    .filter((m) => m !== '')
  expect(named.sort(), `methods in the header Allow of ${what}`).toEqual(methods)
}

test(
  'refuses a method that a resource does not have with 405 and Allow',
  { meta: { id: 'wrong-method', group: 'methods', covers: [8] } },
  async ({ server }) => {
    const note = await create(server, { title: 'Not like that' })
    for (const [method, path, methods] of [
      ['DELETE', '/notes', allowed.collection],
      ['PUT', '/notes', allowed.collection],
      ['POST', pathOf(note), allowed.note],
    ] as const) {
      const answer = await server.request(method, path, method === 'DELETE' ? {} : { json: { title: 'x' } })
      expect(answer.status, `status of ${method} ${path}`).toBe(405)
      expectAllow(answer, methods, `${method} ${path}`)
    }
    expect((await everything(server))[`note ${note.id}`], 'the note').toEqual(note)
  },
)

test(
  'tells by OPTIONS what a resource can do',
  { meta: { id: 'options-tell', group: 'methods', covers: [8] } },
  async ({ server }) => {
    const note = await create(server, { title: 'Options' })
    for (const [path, methods] of [
      ['/notes', allowed.collection],
      [pathOf(note), allowed.note],
    ] as const) {
      const answer = await server.request('OPTIONS', path)
      expect(answer.status, `status of OPTIONS ${path}`).toBe(204)
      expectAllow(answer, methods, `OPTIONS ${path}`)
    }
  },
)

test(
  'tells a malformed id (400) from an unknown one (404)',
  { meta: { id: 'odd-ids', group: 'methods', covers: [9] } },
  async ({ server }) => {
    const { id } = await create(server, { title: 'Odd' })
    const status = async (text: string) => (await server.request('GET', `/notes/${text}`)).status
    expect(await status(`${id + 500}`), 'status for a number that no note has').toBe(404)
    for (const text of ['abc', '0', `-${id}`, `${id}.0`, `${id}abc`, `0${id}`, `+${id}`, `${id}e0`]) {
      expect(await status(text), `status for the id "${text}"`).toBe(400)
    }
    expect(await status('9'.repeat(30)), 'status for a number of 30 digits').toBe(404)
    const lost = await server.request('DELETE', `/notes/${id}abc`)
    expect(lost.status, `status of DELETE for the id "${id}abc"`).toBe(400)
    expect((await server.request('GET', `/notes/${id}`)).status, 'status of GET afterwards').toBe(200)
  },
)
