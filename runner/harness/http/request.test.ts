import { createServer, type Socket } from 'node:net'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { requestText, responseText, sendRequest } from './request.ts'

interface Closable {
  listen: (port: number, host: string, ready: () => void) => void
  address: () => unknown
  close: () => void
}
const opened: Closable[] = []

afterEach(() => {
  for (const server of opened.splice(0)) server.close()
})

async function listening(server: Closable): Promise<number> {
  opened.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as { port: number }).port
}

/** A server that does what it wants with the socket once the first bytes have come. */
const raw = (answer: (socket: Socket) => void): Promise<number> =>
  listening(
    createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => answer(socket))
    }),
  )

const http = (listener: RequestListener): Promise<number> => listening(createHttpServer(listener))

test('sends JSON, text and bytes as they are, with their length', async () => {
  const port = await http((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () =>
      response.end(JSON.stringify([request.headers['content-length'], Buffer.concat(chunks).toString('latin1')])),
    )
  })
  expect((await sendRequest(port, 'POST', '/', { json: { a: 'ü' } })).json()).toEqual([
    '10',
    Buffer.from('{"a":"ü"}').toString('latin1'),
  ])
  expect((await sendRequest(port, 'POST', '/', { body: 'a b' })).json()).toEqual(['3', 'a b'])
  expect((await sendRequest(port, 'PUT', '/', { body: Uint8Array.of(0, 255, 10) })).json()).toEqual(['3', '\u0000ÿ\n'])
})

test('a header of the case wins over the default, whatever its letters', async () => {
  const port = await http((request, response) => response.end(request.headers['content-type']))
  const answer = await sendRequest(port, 'PATCH', '/', {
    json: {},
    headers: { 'Content-Type': 'application/merge-patch+json' },
  })
  expect(answer.text).toBe('application/merge-patch+json')
})

test('paths reach the server as written', async () => {
  const port = await http((request, response) => response.end(request.url))
  expect((await sendRequest(port, 'GET', '/a/../%2e/%zz?x=1', {})).text).toBe('/a/../%2e/%zz?x=1')
})

test.each([0, 5])('sees a body that follows the answer to HEAD, %i ms later', async (ms) => {
  const port = await raw((socket) => {
    socket.write('HTTP/1.0 200 OK\r\ncontent-length: 5\r\n\r\n')
    setTimeout(() => socket.end('hello'), ms)
  })
  expect(await sendRequest(port, 'HEAD', '/', {})).toMatchObject({
    status: 200,
    text: 'hello',
    headers: { 'content-length': '5' },
  })
})

test.each([
  ['closes', 'content-length: 5\r\n', true],
  ['keeps the connection open', 'content-length: 5\r\n', false],
  ['says chunked and closes', 'transfer-encoding: chunked\r\n', true],
  ['says nothing and closes', '', true],
])('HEAD is answered without a body when the server %s', async (_, header, close) => {
  const port = await raw((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\n${header}\r\n`)
    if (close) socket.end()
  })
  expect(await sendRequest(port, 'HEAD', '/', {})).toMatchObject({ status: 200, text: '' })
})

test('an answer that comes before a large body was taken is not lost', async () => {
  const body = 'x'.repeat(5_000_000)
  const port = await raw((socket) =>
    socket.write('HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno', () =>
      socket.destroySoon(),
    ),
  )
  for (let i = 0; i < 20; i++)
    expect(await sendRequest(port, 'POST', '/', { body })).toMatchObject({ status: 413, text: 'no' })
})

test('a large body arrives whole', async () => {
  const port = await http((request, response) => {
    let size = 0
    request.on('data', (chunk: Buffer) => (size += chunk.length))
    request.on('end', () => response.end(String(size)))
  })
  expect((await sendRequest(port, 'POST', '/', { body: 'x'.repeat(1_000_001) })).text).toBe('1000001')
})

test.each([
  ['half an answer', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhe'],
  ['no answer', ''],
  ['something else than HTTP', 'hello\r\n\r\n'],
])('%s is an error', async (_, text) => {
  const port = await raw((socket) => socket.end(text))
  await expect(sendRequest(port, 'GET', '/', {})).rejects.toThrow()
})

test('a header that came twice is joined', async () => {
  const port = await http((_, response) =>
    response
      .writeHead(
        204,
        [
          ['Set-Cookie', 'a=1'],
          ['Set-Cookie', 'b=2'],
        ].flat(),
      )
      .end(),
  )
  expect((await sendRequest(port, 'GET', '/', {})).headers['set-cookie']).toBe('a=1, b=2')
})

test('json() says in plain words what is wrong', async () => {
  const port = await http((request, response) => response.end(request.url === '/empty' ? '' : '<html>'))
  expect((await sendRequest(port, 'GET', '/empty', {})).json).toThrow('no body')
  expect((await sendRequest(port, 'GET', '/html', {})).json).toThrow('not JSON')
})

test('the transcript shows what matters of a request and its answer', () => {
  expect(requestText('PUT', '/notes/1', { headers: { 'X-User': 'ada' }, json: { a: 1 } })).toBe(
    'PUT /notes/1\nX-User: ada\n{"a":1}',
  )
  expect(requestText('POST', '/', { body: Uint8Array.of(255, 0) })).toBe('POST /\n(2 bytes)')
  expect(requestText('POST', '/', { body: 'x'.repeat(5_000) })).toBe(`POST /\n${'x'.repeat(300)} … (5000 bytes)`)
  const answer = (status: number, headers: Record<string, string>, text: string) => ({
    status,
    headers,
    text,
    bytes: Buffer.from(text),
    json: () => null,
  })
  expect(
    responseText('GET', answer(200, { 'content-type': 'application/json', date: 'now', 'content-length': '2' }, '{}')),
  ).toBe('200 {}')
  expect(responseText('POST', answer(201, { location: '/notes/1' }, '{}'))).toBe('201\nlocation: /notes/1\n{}')
  expect(responseText('PUT', answer(405, { allow: 'GET' }, ''))).toBe('405 (no body)\nallow: GET')
  expect(responseText('HEAD', answer(200, { 'content-length': '2' }, ''))).toBe('200\ncontent-length: 2')
})

test('another address of this machine: a server on one address is not reached there', async () => {
  const port = await http((_, response) => response.end())
  await expect(sendRequest(port, 'GET', '/', { host: '127.0.0.2' })).rejects.toThrow(/ECONNREFUSED|EADDRNOTAVAIL/)
  expect(requestText('GET', '/', { host: '127.0.0.2' })).toBe('GET / to 127.0.0.2')
})
