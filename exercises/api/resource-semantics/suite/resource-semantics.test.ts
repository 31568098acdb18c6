import { expect, test, type HttpResponse, type Random, type Server } from '#harness'

type Note = { id: number } & Record<string, unknown>

const pathOf = ({ id }: Note): string => `/notes/${id}`
const noteIn = (answer: HttpResponse): Note => answer.json() as Note

/** The path in Location, also where it stands in a whole URL. */
const locationOf = (answer: HttpResponse): string => (answer.headers['location'] ?? '').replace(/^https?:\/\/[^/]+/, '')

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
  expect(new Set(notes.map((note) => note.id)).size, 'number of different ids in the list').toBe(notes.length)
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
    expect(answer.headers, 'headers of the answer').toHaveProperty('location')
    expect(locationOf(answer), 'path in the header Location').toBe(pathOf(noteIn(answer)))
    expect((await server.request('GET', locationOf(answer))).json(), 'what is at the Location').toEqual(answer.json())
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
  async ({ server, requirement }) => {
    const { id } = await create(server, { title: 'The last one' })
    const nobody = { id: id + 500 }
    requirement(4)
    const put = await server.request('PUT', pathOf(nobody), { json: { title: 'Nobody' } })
    expect(put.status, 'status of PUT').toBe(404)
    expect((await server.request('GET', pathOf(nobody))).status, 'status of GET after PUT').toBe(404)
    requirement(5)
    expect((await patch(server, nobody, { title: 'Nobody' })).status, 'status of PATCH').toBe(404)
    expect((await server.request('GET', pathOf(nobody))).status, 'status of GET after PATCH').toBe(404)
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
  async ({ server, evidence }) => {
    const note = await create(server, { place: { bay: 4, shelf: { row: 'B', level: 2 } }, weight: 12, parcel: 'none' })
    const answer = await patch(server, note, {
      place: { shelf: { level: null, row: 'C' }, lit: true },
      parcel: { number: 77, insured: null },
      weight: null,
    })
    const { place, parcel } = noteIn(answer) as { place?: { bay?: unknown }; parcel?: { insured?: unknown } }
    evidence('innerLost', place?.bay === undefined)
    evidence('innerNullStored', parcel?.insured === null)
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

/** Content-Length may be missing: not every server knows it before it writes a body. */
function expectLikeGet(get: HttpResponse, head: HttpResponse): void {
  expect(head.status, 'status of HEAD').toBe(get.status)
  expect(head.headers['content-type'], 'Content-Type of HEAD').toBe(get.headers['content-type'])
  const lengths = [head.headers['content-length'], get.headers['content-length']]
  if (!lengths.includes(undefined)) expect(lengths[0], 'Content-Length of HEAD').toBe(lengths[1])
  expect(head.text, 'body of HEAD').toBe('')
}

test(
  'answers HEAD like GET, without the body',
  { meta: { id: 'head-like-get', group: 'safe', covers: [3] } },
  async ({ server }) => {
    const note = await create(server, { title: 'Heads up', text: 'größer als gedacht' })
    for (const path of [pathOf(note), '/notes', `/notes/${note.id + 500}`]) {
      const get = await server.request('GET', path)
      const head = await server.request('HEAD', path)
      expectLikeGet(get, head)
    }
  },
)

const allowed = {
  collection: ['GET', 'HEAD', 'OPTIONS', 'POST'],
  note: ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'PUT'],
}

/** The header lists the methods in any order, as one line or several. */
function expectAllow(answer: HttpResponse, methods: string[]): void {
  const named = (answer.headers['allow'] ?? '')
    .split(',')
    .map((m) => m.trim())
    .filter((m) => m !== '')
  expect(named.sort(), 'methods in the header Allow').toEqual(methods)
}

test(
  'refuses a method that a resource does not have with 405 and Allow',
  { meta: { id: 'wrong-method', group: 'methods', covers: [8] } },
  async ({ server }) => {
    const note = await create(server, { title: 'Not like that' })
    const before = await everything(server)
    for (const [method, path, methods] of [
      ['DELETE', '/notes', allowed.collection],
      ['PUT', '/notes', allowed.collection],
      ['PATCH', '/notes', allowed.collection],
      ['POST', pathOf(note), allowed.note],
    ] as const) {
      const answer = await server.request(method, path, method === 'DELETE' ? {} : { json: { title: 'x' } })
      expect(answer.status, 'status for a method that the resource does not have').toBe(405)
      expectAllow(answer, methods)
      expect(await everything(server), 'all notes after a method that the resource does not have').toEqual(before)
    }
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
      expect(answer.status, 'status of OPTIONS').toBe(204)
      expectAllow(answer, methods)
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
    expect(await status('abc'), 'status for letters').toBe(400)
    for (const text of [`-${id}`, `${id}.0`, `${id}abc`, `0${id}`, `+${id}`, `${id}e0`]) {
      expect(await status(text), 'status for what only resembles an id').toBe(400)
    }
    expect(await status('0'), 'status for 0').toBe(400)
    expect(await status('9'.repeat(30)), 'status for a number of 30 digits').toBe(404)
    const lost = await server.request('DELETE', `/notes/${id}abc`)
    expect(lost.status, 'status of DELETE for what only resembles an id').toBe(400)
    expect((await server.request('GET', `/notes/${id}`)).status, 'status of GET afterwards').toBe(200)
  },
)

/** What callers must see of a note, everywhere that it is shown. */
async function expectShown(server: Server, wanted: Note): Promise<void> {
  const get = await server.request('GET', pathOf(wanted))
  expect(get.status, 'status of GET afterwards').toBe(200)
  expect(get.json(), 'the note afterwards').toEqual(wanted)
  expect((await everything(server))[`note ${wanted.id}`], 'the note in the list afterwards').toEqual(wanted)
}

const statusOf = async (server: Server, method: string, path: string): Promise<number> =>
  (await server.request(method, path, method.startsWith('P') ? { json: { title: 'Touched' } } : {})).status

test(
  'gives an id of its own, whatever id the body of a POST names',
  { meta: { id: 'post-ignores-id', group: 'create', covers: [1, 2] } },
  async ({ server, requirement }) => {
    const { id } = await create(server, { title: 'Before' })
    const taken = new Set([id])
    for (const named of [id, String(id), id + 40, String(id + 41), 0, -1, 1.5, null, '', 'abc', true, [id], { id }]) {
      requirement(1)
      const answer = await server.request('POST', '/notes', { json: { title: 'Named', id: named } })
      expect(answer.status, 'status of a POST that names an id').toBe(201)
      const note = noteIn(answer)
      expect(note.id === named, 'the new note has the id of the body').toBe(false)
      expect(Number.isInteger(note.id) && note.id >= 1, 'the new id is a whole number from 1').toBe(true)
      expect(note, 'the new note').toEqual({ id: note.id, title: 'Named' })
      requirement(2)
      expect(taken.has(note.id), 'the new id was given before').toBe(false)
      taken.add(note.id)
      expect((await server.request('GET', pathOf(note))).json(), 'the note under its path').toEqual(note)
    }
    requirement(1)
    const unknown = await server.request('GET', `/notes/${id + 40}`)
    expect(unknown.status, 'status of GET for an id that only a body has named').toBe(404)
    const last = await create(server, { id: id + 300 })
    expect(last, 'a note of nothing but an id').toEqual({ id: last.id })
    requirement(2)
    expect(taken.has((await create(server, { title: 'Next' })).id), 'the new id was given before').toBe(false)
  },
)

test(
  'keeps the id of a note, whatever id PUT and PATCH name',
  { meta: { id: 'change-ignores-id', group: 'create', covers: [1] } },
  async ({ server }) => {
    const other = await create(server, { title: 'Other' })
    const note = await create(server, { title: 'Mine' })
    const count = Object.keys(await everything(server)).length
    const names = [other.id, String(other.id), note.id + 40, String(note.id), 0, null, 'abc', true, [], { a: 1 }]
    for (const named of names) {
      const put = await server.request('PUT', pathOf(note), { json: { id: named, title: 'Put', named: String(named) } })
      const wanted = { id: note.id, title: 'Put', named: String(named) }
      expect([put.status, put.json()], 'answer to a PUT that names an id').toEqual([200, wanted])
      const patched = await patch(server, note, { id: named, title: 'Patched' })
      expect([patched.status, patched.json()], 'answer to a PATCH that names an id').toEqual([
        200,
        { ...wanted, title: 'Patched' },
      ])
      await expectShown(server, { ...wanted, title: 'Patched' })
    }
    await expectShown(server, other)
    expect(Object.keys(await everything(server)).length, 'number of notes').toBe(count)
    const unknown = await server.request('GET', `/notes/${note.id + 40}`)
    expect(unknown.status, 'status of GET for an id that only a body has named').toBe(404)
  },
)

test(
  'keeps an id that stands further inside, in all of POST, PUT and PATCH',
  { meta: { id: 'ids-inside-stay', group: 'create', covers: [1] } },
  async ({ server }) => {
    const inside = { parcel: { id: 7, sender: { id: 'S-1' } }, stops: [{ id: 1 }, { id: 2 }] }
    const created = await create(server, inside)
    await expectShown(server, { ...inside, id: created.id })
    const put = await server.request('PUT', pathOf(created), { json: inside })
    expect(put.json(), 'the note after PUT').toEqual({ ...inside, id: created.id })
    const answer = await patch(server, created, { parcel: { id: 8, sender: { id: null } } })
    const wanted = { ...inside, parcel: { id: 8, sender: {} }, id: created.id }
    expect(answer.json(), 'the note after PATCH').toEqual(wanted)
    await expectShown(server, wanted)
  },
)

/** Members and values that an answer must not lose, count as empty or take for its own. */
const unusual = {
  empty: '',
  zero: 0,
  no: false,
  none: null,
  list: [],
  emptyObject: {},
  negative: -1.5,
  text: 'größer — 数 😀 "x" \\ /',
  nested: { none: null, list: [null, { none: null }, [null]], zero: 0, no: false, empty: '' },
  constructor: 'c',
  toString: 1,
  valueOf: null,
  hasOwnProperty: { a: 1 },
  length: 3,
  size: 4,
  status: 500,
  body: 'b',
  notes: [],
  views: 9,
  ID: 'I',
  Id: 0,
  _id: 2,
  headers: {},
  method: 'm',
  path: '/',
  title: null,
  deleted: false,
}

test(
  'keeps all members of POST and PUT as they came: null, false, 0, empty ones, and any name',
  { meta: { id: 'members-are-kept', group: 'create', covers: [1, 3, 4] } },
  async ({ server, requirement }) => {
    requirement(1)
    const answer = await server.request('POST', '/notes', { json: unusual })
    const { id } = noteIn(answer)
    expect(answer.json(), 'the new note').toEqual({ ...unusual, id })
    requirement(3)
    await expectShown(server, { ...unusual, id } as Note)
    requirement(1)
    const bare = await server.request('POST', '/notes', { json: {} })
    expect([bare.status, bare.json()], 'answer to a POST without members').toEqual([201, { id: noteIn(bare).id }])
    for (const content of [{}, unusual, { nested: { zero: 1 }, list: [1] }, { nested: { no: true } }, unusual, {}]) {
      requirement(4)
      const put = await server.request('PUT', `/notes/${id}`, { json: content })
      expect([put.status, put.json()], 'answer to PUT').toEqual([200, { ...content, id }])
      requirement(3)
      await expectShown(server, { ...content, id } as Note)
    }
  },
)

test(
  'makes a note of its own of each POST, equal ones too, each with its path in Location',
  { meta: { id: 'equal-notes', group: 'create', covers: [2, 3, 6] } },
  async ({ server, requirement }) => {
    await server.restart()
    requirement(3)
    expect((await server.request('GET', '/notes')).json(), 'the list without notes').toEqual({ notes: [] })
    requirement(2)
    const ids: number[] = []
    for (let i = 0; i < 13; i++) {
      const answer = await server.request('POST', '/notes', { json: { title: 'Same', n: { a: 1 } } })
      const { id } = noteIn(answer)
      expect(Number.isInteger(id) && id >= 1, 'the new id is a whole number from 1').toBe(true)
      expect(ids.includes(id), 'the new id was given before').toBe(false)
      ids.push(id)
      expect(locationOf(answer), 'path in the header Location').toBe(`/notes/${id}`)
    }
    requirement(3)
    const wanted = Object.fromEntries(ids.map((id) => [`note ${id}`, { id, title: 'Same', n: { a: 1 } }]))
    expect(await everything(server), 'all notes').toEqual(wanted)
    requirement(6)
    for (const id of [ids[0], ids[10], ids[5], ids[12]]) {
      expect(await statusOf(server, 'DELETE', `/notes/${id}`), 'status of DELETE').toBe(204)
      delete wanted[`note ${id}`]
      expect(await everything(server), 'all notes after DELETE').toEqual(wanted)
    }
  },
)

test(
  'gives no id again after the last note, or every note, was deleted',
  { meta: { id: 'ids-after-deletes', group: 'delete', covers: [2, 3] } },
  async ({ server, requirement }) => {
    await server.restart()
    const given = new Set<number>()
    const fresh = async (title: string): Promise<Note> => {
      const note = await create(server, { title })
      requirement(2)
      expect(given.has(note.id), 'the new id was given before').toBe(false)
      given.add(note.id)
      return note
    }
    const drop = async (note: Note): Promise<void> =>
      void expect(await statusOf(server, 'DELETE', pathOf(note)), 'status of DELETE').toBe(204)
    await drop(await fresh('alone'))
    const [b, c, d] = [await fresh('b'), await fresh('c'), await fresh('d')]
    for (const note of [d, c, b]) await drop(note)
    requirement(3)
    expect((await server.request('GET', '/notes')).json(), 'the list after all were deleted').toEqual({ notes: [] })
    const list: Note[] = []
    for (let i = 0; i < 11; i++) list.push(await fresh(`n${i}`))
    for (const i of [10, 9, 0, 5]) await drop(list[i] as Note)
    await fresh('after')
    await drop(await fresh('again'))
    await fresh('last')
  },
)

test(
  'treats a deleted note as none: 404 to every method, and nothing brings it back',
  { meta: { id: 'deleted-is-gone', group: 'delete', covers: [3, 4, 5, 6] } },
  async ({ server, requirement }) => {
    const kept = await create(server, { title: 'Kept' })
    const gone = await create(server, { title: 'Gone' })
    requirement(6)
    const answer = await server.request('DELETE', pathOf(gone))
    expect([answer.status, answer.text], 'status and body of DELETE').toEqual([204, ''])
    const rest = await everything(server)
    expect(rest[`note ${gone.id}`], 'the deleted note in the list').toBe(undefined)
    const steps = [
      ['GET', 3],
      ['HEAD', 3],
      ['DELETE', 6],
      ['PUT', 4],
      ['GET', 4],
      ['PATCH', 5],
      ['GET', 5],
      ['DELETE', 6],
    ] as const
    for (const nobody of [gone, { id: gone.id + 500 }, { id: gone.id + 1 }]) {
      for (const [method, number] of steps) {
        requirement(number)
        expect(await statusOf(server, method, pathOf(nobody)), `status of ${method} where no note is`).toBe(404)
        expect(await everything(server), `all notes after ${method} where no note is`).toEqual(rest)
      }
    }
    requirement(5)
    expect((await patch(server, gone, {})).status, 'status of PATCH where no note is').toBe(404)
    requirement(6)
    expect(await statusOf(server, 'GET', pathOf(kept)), 'status of GET of another note').toBe(200)
  },
)

test(
  'changes only the note of the path by PUT and PATCH, at every step',
  { meta: { id: 'others-stay', group: 'change', covers: [4, 5] } },
  async ({ server, requirement }) => {
    const content = { title: 'Twin', place: { bay: 1, row: { a: 1 } } }
    const [, note] = [await create(server, content), await create(server, content), await create(server, content)]
    const others = await everything(server)
    const expectAll = async (wanted: Note) =>
      expect(await everything(server), 'all notes afterwards').toEqual({ ...others, [`note ${note.id}`]: wanted })
    requirement(5)
    await patch(server, note, { place: { row: { a: 2, b: 3 } } })
    await expectAll({ id: note.id, title: 'Twin', place: { bay: 1, row: { a: 2, b: 3 } } })
    requirement(4)
    for (let i = 0; i < 2; i++) {
      const put = await server.request('PUT', pathOf(note), { json: { place: { row: {} } } })
      expect([put.status, put.json()], 'answer to PUT').toEqual([200, { id: note.id, place: { row: {} } }])
      await expectAll({ id: note.id, place: { row: {} } })
    }
    requirement(5)
    await patch(server, note, { place: { row: { z: 0 } }, title: 'Again' })
    await expectAll({ id: note.id, title: 'Again', place: { row: { z: 0 } } })
  },
)

type Json = null | boolean | number | string | Json[] | JsonObject
interface JsonObject {
  [name: string]: Json
}
const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** RFC 7396, written as: what stays, then what is named. */
function mergedWith(target: Json | undefined, change: JsonObject): JsonObject {
  const old = isObject(target) ? target : {}
  const names = [...new Set([...Object.keys(old), ...Object.keys(change)])]
  const members = names.flatMap((name): [string, Json][] => {
    const before = Object.hasOwn(old, name) ? (old[name] as Json) : undefined
    if (!Object.hasOwn(change, name)) return [[name, before as Json]]
    const value = change[name] as Json
    if (value === null) return []
    return [[name, isObject(value) ? mergedWith(before, value) : value]]
  })
  return Object.fromEntries(members)
}

/** The test cases of RFC 7396, appendix A: original, patch, result. */
const appendix: [Json, Json, Json][] = [
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
]

test(
  'merges by PATCH as the examples of RFC 7396 do, on the note and further inside',
  { meta: { id: 'patch-examples', group: 'change', covers: [5] } },
  async ({ server }) => {
    for (const [original, change, result] of appendix) {
      if (isObject(original) && isObject(change) && isObject(result)) {
        const note = await create(server, original)
        expect((await patch(server, note, change)).json(), 'the note after PATCH').toEqual({ ...result, id: note.id })
      }
      const outer = await create(server, { doc: { inner: original, kept: 1 } })
      const inner = result === null ? { kept: 1 } : { inner: result, kept: 1 }
      const answer = await patch(server, outer, { doc: { inner: change } })
      expect(answer.json(), 'the note after PATCH of an inner object').toEqual({ doc: inner, id: outer.id })
    }
    const document = {
      title: 'Goodbye!',
      author: { givenName: 'John', familyName: 'Doe' },
      tags: ['example', 'sample'],
      content: 'This will be unchanged',
    }
    const note = await create(server, document)
    const change = { title: 'Hello!', phoneNumber: '+01-123-456-7890', author: { familyName: null }, tags: ['example'] }
    expect((await patch(server, note, change)).json(), 'the note after PATCH').toEqual({
      ...{ ...change, author: { givenName: 'John' }, content: 'This will be unchanged' },
      id: note.id,
    })
  },
)

/** What the rule does not say in so many words, and programs get wrong: note and change. */
const corners: [JsonObject, JsonObject][] = [
  [{ a: 'b', n: null }, {}],
  [
    { a: 1, b: 1, c: 1 },
    { a: 0, b: false, c: '', d: 0 },
  ],
  [
    { a: 0, b: false, c: '', d: null, e: [], f: {} },
    { a: null, b: null, c: null, d: null, e: null, f: null },
  ],
  [{ a: null, b: { c: null, d: 1 } }, { b: { d: 2 } }],
  [{ a: [1, 2, 3] }, { a: [null, { b: null }, [null]], c: [{ d: null, e: 1 }] }],
  [
    { a: [1, 2, 3], b: [{ c: 1 }] },
    { a: [], b: [{ d: 2 }] },
  ],
  [{ a: { b: 1 } }, { a: [1] }],
  [{ a: [1, 2] }, { a: { b: 1, c: null } }],
  [{ a: 'text' }, { a: { b: { c: null, d: { e: null } } } }],
  [
    { a: 5, b: 0, c: true },
    { a: {}, b: { x: null }, c: { y: [] } },
  ],
  [{ a: null }, { a: { b: 1, c: null } }],
  [
    { a: { b: 1 }, c: { d: 1 } },
    { a: 'text', c: 0 },
  ],
  [{ a: { b: 1 } }, { a: {} }],
  [{}, { a: {}, b: { c: {} } }],
  [{}, { a: { b: null, c: { d: null, e: 1, f: { g: null } } } }],
  [{ a: { b: { c: 1 } } }, { a: { b: { c: null } } }],
  [{ a: { b: { c: { d: { e: 1, f: 2 }, g: 3 } }, h: [1] } }, { a: { b: { c: { d: { e: null, i: { j: 1 } } } } } }],
  [
    { constructor: 'x', a: { toString: 1 } },
    {
      constructor: { b: 1 },
      toString: { c: null, d: 1 },
      valueOf: null,
      a: { hasOwnProperty: { e: 1 }, toString: null },
    },
  ],
  [{ a: 1, b: { a: 2, c: 3 } }, { b: { a: null } }],
  [
    { 'a.b': 1, a: { b: 2 }, 0: 'zero', '': 'empty' },
    { 'a.b': null, 0: null, '': { x: 1 } },
  ],
]

test(
  'merges by PATCH where kinds of values meet: nulls, empty ones, arrays, objects, odd names',
  { meta: { id: 'patch-corners', group: 'change', covers: [5] } },
  async ({ server }) => {
    for (const [content, change] of corners) {
      const note = await create(server, content)
      const wanted = { ...mergedWith(content, change), id: note.id }
      const answer = await patch(server, note, change)
      expect([answer.status, answer.json()], 'answer to PATCH').toEqual([200, wanted])
      expect((await server.request('GET', pathOf(note))).json(), 'the note after PATCH').toEqual(wanted)
      expect((await patch(server, note, change)).json(), 'the note after the same PATCH again').toEqual(wanted)
    }
  },
)

function anyValue(random: Random, depth: number): Json {
  const kind = random.integer(0, depth > 0 ? 9 : 5)
  if (kind > 5) return anyObject(random, depth - 1)
  const plain = [null, random.integer(0, 3), random.pick(['', 'x', 'y']), random.integer(0, 1) === 1]
  return plain[kind] ?? (kind === 4 ? [random.integer(0, 3), null] : null)
}

function anyObject(random: Random, depth: number): JsonObject {
  const names = random.shuffle(['a', 'b', 'c', 'toString']).slice(0, random.integer(0, 4))
  return Object.fromEntries(names.map((name) => [name, anyValue(random, depth)]))
}

test(
  'merges by PATCH as a model does, in notes and changes drawn by seed',
  { meta: { id: 'patch-drawn', group: 'change', covers: [5] } },
  async ({ server, random, transcript }) => {
    for (let i = 0; i < 10; i++) {
      let content = anyObject(random, 3)
      const note = await create(server, content)
      for (let j = 0; j < 5; j++) {
        const change = anyObject(random, 3)
        transcript('note before', JSON.stringify(content))
        content = mergedWith(content, change)
        expect((await patch(server, note, change)).json(), 'the note after PATCH').toEqual({ ...content, id: note.id })
      }
    }
  },
)

test(
  'answers GET, HEAD and OPTIONS the same however often, and gives no id away for them',
  { meta: { id: 'asked-twice', group: 'safe', covers: [3, 7] } },
  async ({ server, requirement }) => {
    const note = await create(server, { title: 'Ask again', deep: { list: [1, null], none: null } })
    const before = await everything(server)
    for (const path of [pathOf(note), '/notes', `/notes/${note.id + 1}`, `/notes/${note.id + 500}`, '/notes/abc']) {
      const first = await server.request('GET', path)
      for (const method of ['HEAD', 'OPTIONS', 'GET', 'HEAD', 'GET']) {
        const answer = await server.request(method, path)
        requirement(7)
        expect(await everything(server), 'all notes after GET, HEAD or OPTIONS').toEqual(before)
        requirement(3)
        if (method === 'HEAD') expectLikeGet(first, answer)
        if (method !== 'GET') continue
        expect(answer.status, 'status of the same GET again').toBe(first.status)
        if (path === pathOf(note)) expect(answer.json(), 'the note at the same GET again').toEqual(note)
      }
    }
    requirement(7)
    expect(before[`note ${(await create(server, { title: 'Next' })).id}`], 'a note that had the new id before').toBe(
      undefined,
    )
  },
)

test(
  'answers HEAD with the headers of GET also for an empty list and for malformed ids',
  { meta: { id: 'head-everywhere', group: 'safe', covers: [3] } },
  async ({ server }) => {
    await server.restart()
    const compare = async (path: string, status: number) => {
      const get = await server.request('GET', path)
      expect(get.status, 'status of GET').toBe(status)
      expectLikeGet(get, await server.request('HEAD', path))
    }
    await compare('/notes', 200)
    const note = await create(server, { text: 'größer 数', none: null })
    for (const path of ['/notes', pathOf(note)]) await compare(path, 200)
    await server.request('DELETE', pathOf(note))
    for (const path of [pathOf(note), `/notes/${'9'.repeat(30)}`]) await compare(path, 404)
    await compare('/notes', 200)
    for (const text of ['abc', `0${note.id}`, `${note.id}.0`, `-${note.id}`]) {
      expectLikeGet(await server.request('GET', `/notes/${text}`), await server.request('HEAD', `/notes/${text}`))
    }
  },
)

test(
  'refuses every text that is no id, however near to one',
  { meta: { id: 'near-ids', group: 'methods', covers: [9] } },
  async ({ server }) => {
    const { id } = await create(server, { title: 'Untouched' })
    const near = [
      ...[`00${id}`, '00', '007', `-${id}`, '-0', '-1', `+${id}`, `${id}.0`, `${id}.`, `.${id}`, `${id}.5`],
      ...[`${id}e0`, `${id}E0`, '1e3', `${id}abc`, `abc${id}`, `${id}n`, `${id}L`, `${id}-`, `${id}_`, '1_0'],
      ...[`${id},0`, `${id},${id}`, `0x${id}`, '0b1', '0o7', `'${id}'`, `(${id})`, `${id};`, `${id}:`, `${id}!`],
    ]
    for (const text of near) {
      const status = await statusOf(server, 'GET', `/notes/${text}`)
      expect(status, 'status for what only resembles an id').toBe(400)
    }
    const words = ['NaN', 'Infinity', 'null', 'undefined', 'true', 'constructor', '__proto__', 'toString', 'id']
    for (const text of [...words, 'notes', '*', '~', '$', 'a'.repeat(300)]) {
      const status = await statusOf(server, 'GET', `/notes/${text}`)
      expect(status, 'status for letters').toBe(400)
    }
  },
)

test(
  'refuses a malformed id with every method, and touches nothing',
  { meta: { id: 'ids-every-method', group: 'methods', covers: [9] } },
  async ({ server }) => {
    const { id } = await create(server, { title: 'Untouched' })
    const before = await everything(server)
    for (const text of [
      'abc',
      `0${id}`,
      `+${id}`,
      `-${id}`,
      `${id}.0`,
      `${id}abc`,
      `${id}e0`,
      '0',
      '00',
      '1e3',
      '-1',
    ]) {
      for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE']) {
        const status = await statusOf(server, method, `/notes/${text}`)
        expect(status, `status of ${method} for a malformed id`).toBe(400)
      }
      expect(await everything(server), 'all notes after malformed ids').toEqual(before)
    }
  },
)

test(
  'answers 404 for unknown numbers of any length, with every method',
  { meta: { id: 'long-ids', group: 'methods', covers: [9] } },
  async ({ server }) => {
    const { id } = await create(server, { title: 'Untouched' })
    const before = await everything(server)
    const wraps = [2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n, 10n ** 20n].map((n) => String(n + BigInt(id)))
    const borders = [2n ** 53n - 1n, 2n ** 53n + 1n, 2n ** 63n - 1n, 2n ** 63n].map(String)
    const long = [`${id}0000`, '9'.repeat(30), `1${'0'.repeat(400)}`, '7'.repeat(5_000)]
    for (const text of [...wraps, ...borders, ...long]) {
      for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE']) {
        const status = await statusOf(server, method, `/notes/${text}`)
        expect(status, 'status for a long number that no note has').toBe(404)
      }
    }
    expect(await everything(server), 'all notes after unknown ids').toEqual(before)
    const next = await create(server, { title: 'Next' })
    expect(before[`note ${next.id}`], 'a note that had the new id before').toBe(undefined)
  },
)
