import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { nextCase, runOf } from '../../run/run-fixtures.ts'
import { closeRun, type RunState } from '../../run/run-state.ts'
import type { ClientPiece, Codec } from './codec.ts'
import { ownWords, unanswered, type WordedCommand } from './recorder.ts'
import { openPortRelay, type RelayWire } from './relay.ts'

/**
 * The relay with a server that speaks the smallest protocol that has everything the real ones have: a line is a piece,
 * with commands between semicolons; its answer is a line "begin <piece>" and, after a moment, "end <piece>".
 */
function toyCodec(): Codec<WordedCommand> {
  const sent: ClientPiece<WordedCommand>[] = []
  const lines = (chunk: Buffer): string[] => chunk.toString('utf8').split('\n').slice(0, -1)
  return {
    fromClient: (chunk) =>
      lines(chunk).map((line) => {
        if (line === 'nonsense') throw new Error('This is not the toy protocol.')
        return { bytes: Buffer.from(`${line}\n`), commands: line.split(';').map((text) => ({ ...unanswered, text })) }
      }),
    fromServer: (chunk) =>
      lines(chunk).map((line) => {
        const [piece] = sent
        const bytes = Buffer.from(`${line}\n`)
        if (!piece || line.startsWith('news')) return { bytes, of: null, answered: [], ends: [] }
        const ends = line.startsWith('end') ? sent.splice(0, 1) : []
        // As PostgreSQL does with an error: told of before the answer is over.
        const answered = line.startsWith('begin') ? piece.commands.slice(0, 1) : piece.commands
        for (const command of answered) Object.assign(command, { answered: true, outcome: line.split(' ')[0] })
        return { bytes, of: piece, answered, ends }
      }),
    sent: (piece) => void sent.push(piece),
    nonsense: Buffer.from('go away\n'),
  }
}

let run: RunState
let server: Server
let wire: RelayWire<WordedCommand>
let port: number
let got: string[]
let sockets: Set<Socket>

beforeEach(async () => {
  run = runOf({ workspace: '' })
  got = []
  sockets = new Set()
  server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    let busy: Promise<unknown> = Promise.resolve()
    const answer = async (line: string): Promise<void> => {
      got.push(line)
      socket.write(`begin ${line}\n`)
      await pause(5)
      if (line !== 'endless') socket.write(`end ${line}\n`)
    }
    socket.on('data', (chunk: Buffer) => {
      for (const line of chunk.toString('utf8').split('\n').slice(0, -1)) busy = busy.then(() => answer(line))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port: serverPort } = server.address() as AddressInfo
  const relay = await openPortRelay<WordedCommand>(run, {
    ready: async () => ({ port: serverPort, host: '127.0.0.1' }),
    take: () => ({ codec: toyCodec() }),
    words: ownWords('its toy', 'toyError'),
  })
  ;({ wire, port } = relay)
})

afterEach(async () => {
  await closeRun(run)
  server.close()
  for (const socket of sockets) socket.destroy()
})

interface Program {
  say: (line: string) => void
  heard: () => string
  /** Settles when it has heard this much. */
  hears: (text: string) => Promise<void>
  closed: Promise<unknown>
  socket: Socket
}

function program(): Program {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.on('data', (chunk: Buffer) => void (text += chunk.toString('utf8')))
  socket.on('error', () => {})
  return {
    say: (line) => void socket.write(`${line}\n`),
    heard: () => text,
    hears: (expected) => expect.poll(() => text).toBe(expected),
    closed: once(socket, 'close'),
    socket,
  }
}

const told = (): string[] => run.current.transcript.map(({ label, text }) => `${label}: ${text}`)

test('pieces and answers pass, are counted by command, and told', async () => {
  const [one, other] = [program(), program()]
  one.say('a')
  await one.hears('begin a\nend a\n')
  other.say('b;c')
  await other.hears('begin b;c\nend b;c\n')
  expect(wire.commands().map(({ session, text, answered }) => [session, text, answered])).toEqual([
    [1, 'a', true],
    [2, 'b', true],
    [2, 'c', true],
  ])
  expect(told()).toEqual([
    'its toy: a   → begin',
    'its toy, session 2: b',
    'its toy, session 2: c',
    'its answer, session 2: begin   (b)',
    'its answer, session 2: end   (c)',
  ])
  expect(wire.connections()).toBe(2)
})

test('a piece with several commands is held whole, whichever of them is meant', async () => {
  const one = program()
  const held = wire.hold(/^c$/, { when: 'before' })
  one.say('b;c')
  one.say('d')
  expect(await held.reached()).toBe(true)
  expect(got).toEqual([])
  held.release()
  await one.hears('begin b;c\nend b;c\nbegin d\nend d\n')
  expect(wire.commands().map(({ text }) => text)).toEqual(['b', 'c', 'd'])
})

test('an answer that is held is kept from its first byte on, and all that comes behind it', async () => {
  const one = program()
  const held = wire.hold(/^a$/)
  one.say('a')
  one.say('b')
  expect(await held.reached()).toBe(true)
  await expect.poll(() => wire.commands().map(({ outcome }) => outcome)).toEqual(['end', 'end'])
  for (const socket of sockets) socket.write('news\n')
  expect(one.heard()).toBe('')
  held.release()
  await one.hears('begin a\nend a\nbegin b\nend b\nnews\n')
})

test('two answers of one connection can be held, and go on in their order', async () => {
  const one = program()
  const [a, b] = [wire.hold(/^a$/), wire.hold(/^b$/)]
  one.say('a')
  one.say('b')
  expect([await a.reached(), await b.reached()]).toEqual([true, true])
  b.release()
  expect(one.heard()).toBe('')
  a.release()
  await one.hears('begin a\nend a\nbegin b\nend b\n')
  const [c, d] = [wire.hold(/^c$/), wire.hold(/^d$/)]
  one.say('c')
  one.say('d')
  await Promise.all([c.reached(), d.reached()])
  c.release()
  await expect.poll(one.heard).toContain('end c\n')
  expect(one.heard()).not.toContain('d\n')
  d.release()
  await expect.poll(one.heard).toContain('begin d\nend d\n')
})

test.each(['before', 'after'] as const)(
  'cut %s: the connection breaks, and the transcript says where',
  async (when) => {
    const [one, other] = [program(), program()]
    const cut = wire.cut(/^b$/, { when })
    one.say('a;b')
    await one.closed
    expect([cut.happened(), one.heard(), got]).toEqual([true, '', when === 'before' ? [] : ['a;b']])
    expect(told().at(-1)).toBe(
      when === 'before'
        ? 'its answer: not done: the connection was cut before   (b)'
        : 'its answer: done, and the connection was cut before the answer   (b)',
    )
    other.say('b')
    await other.hears('begin b\nend b\n')
  },
)

test('a server that goes while an answer is held back: what it said before is delivered first', async () => {
  const one = program()
  const held = wire.hold(/^endless$/)
  one.say('endless')
  await expect.poll(() => wire.commands()[0]?.answered).toBe(true)
  expect(one.heard()).toBe('')
  for (const socket of sockets) socket.end('news of my end\n')
  await one.closed
  expect(one.heard()).toBe('begin endless\nnews of my end\n')
  expect(await held.reached(Promise.resolve())).toBe(false)
})

test('a server that goes while an answer stands: it is delivered at the release', async () => {
  const one = program()
  const held = wire.hold(/^a$/)
  one.say('a')
  expect(await held.reached()).toBe(true)
  for (const socket of sockets) socket.end()
  await expect.poll(() => sockets.values().next().value?.destroyed).toBe(true)
  expect(one.heard()).toBe('')
  held.release()
  await one.closed
  expect(one.heard()).toBe('begin a\nend a\n')
})

test('what stands at the end of a case goes on by itself; what was waited for is no longer', async () => {
  const one = program()
  const held = wire.hold(/^a$/, { when: 'before' })
  wire.cut(/^b$/)
  one.say('a')
  await held.reached()
  nextCase(run)
  await one.hears('begin a\nend a\n')
  one.say('b')
  await one.hears('begin a\nend a\nbegin b\nend b\n')
  // The answer to what an earlier case has sent is nothing of this one's.
  expect(wire.commands().map(({ text }) => text)).toEqual(['b'])
  expect(told()).toEqual(['its toy: b   → begin'])
})

test('nonsense: told in the protocol’s own way, then hung up on; others are not disturbed', async () => {
  const [one, other] = [program(), program()]
  one.say('nonsense')
  await one.closed
  expect(one.heard()).toBe('go away\n')
  other.say('a')
  await other.hears('begin a\nend a\n')
})

test('a server that cannot be reached: the client is hung up on', async () => {
  server.close()
  const one = program()
  await one.closed
  expect(one.heard()).toBe('')
})

test('stuck: only after a second without a byte', async () => {
  const one = program()
  const held = wire.hold(/^a$/)
  one.say('a')
  await held.reached()
  const answer = once(one.socket, 'data')
  expect(await wire.stuck(answer)).toBe(true)
  held.release()
  expect(await wire.stuck(answer)).toBe(false)
})

test('a storm of commands does not fill the transcript', async () => {
  const one = program()
  for (let i = 0; i < 100; i++) one.say(`a${i}`)
  await expect.poll(one.heard).toContain('end a99\n')
  expect(wire.commands()).toHaveLength(100)
  expect(told().filter((line) => line.startsWith('its toy'))).toHaveLength(41)
  expect(told()).toContain('its toy: … and more; the first 40 are shown')
})
