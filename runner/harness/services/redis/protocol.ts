import { clip } from '../../run/run-state.ts'
import { answerTo, passing, type ClientPiece, type Codec, type ServerPiece } from '../wire/codec.ts'
import { unanswered, type WordedCommand } from '../wire/recorder.ts'

/** One command as Redis got it. */
export interface RedisCommand extends WordedCommand {
  /** In capitals: `SET`; of a container command both words: `CLIENT SETNAME`. */
  name: string
  /** What follows the name. */
  args: string[]
}

/**
 * Bytes of the Redis protocol, versions 2 and 3, as far as the relay has to understand them.
 * Source: Redis documentation, page "Redis serialization protocol specification".
 */
export function redisCodec(): Codec<RedisCommand> {
  /** What the next answers of the server belong to. */
  const open: ClientPiece<RedisCommand>[] = []
  let fromClient: Buffer = Buffer.alloc(0)
  let fromServer: Buffer = Buffer.alloc(0)
  /** Of a client with version 2: what comes now are messages, and answers that look like them. */
  let subscribed = false
  return {
    fromClient: (chunk) => {
      const pieces: ClientPiece<RedisCommand>[] = []
      fromClient = cutInto(Buffer.concat([fromClient, chunk]), ({ bytes, words }) => {
        const command = words ? commandOf(words) : null
        const counts = command !== null && !isQuiet(command)
        // Its answers are messages.
        const listens = command !== null && /^P?S?(UN)?SUBSCRIBE$/.test(command.name)
        subscribed ||= listens
        const piece = { bytes, commands: counts ? [command] : [] }
        if (!listens) open.push(piece)
        pieces.push(piece)
      })
      return pieces
    },
    fromServer: (chunk) => {
      const pieces: ServerPiece<RedisCommand>[] = []
      fromServer = cutInto(Buffer.concat([fromServer, chunk]), ({ bytes, text, words }) => {
        const isMessage = bytes[0] === 0x3e || (subscribed && words !== null && messages.test(words[0] ?? ''))
        const piece = isMessage ? undefined : open.shift()
        if (piece) hear(piece, text)
        pieces.push(piece ? answerTo(piece, bytes) : passing(bytes))
      })
      return pieces
    },
  }
}

function hear({ commands }: ClientPiece<RedisCommand>, text: string): void {
  const refusal = text.startsWith('-') ? (text.slice(1).split(' ')[0] ?? null) : null
  for (const command of commands) Object.assign(command, { outcome: text, refusal })
}

const messages = /^(p?s?message|p?s?(un)?subscribe)$/i

/** What client libraries say by themselves. */
const isQuiet = ({ name }: RedisCommand): boolean =>
  /^(AUTH|HELLO|CLIENT (SET\w+|MAINT_NOTIFICATIONS)|QUIT|RESET|COMMAND.*)$/.test(name)

const containers =
  /^(ACL|CLIENT|CLUSTER|COMMAND|CONFIG|FUNCTION|LATENCY|MEMORY|MODULE|OBJECT|PUBSUB|SCRIPT|SLOWLOG|XGROUP|XINFO)$/

function commandOf(words: string[]): RedisCommand {
  const first = (words[0] ?? '').toUpperCase()
  const length = containers.test(first) && words.length > 1 ? 2 : 1
  const name = [first, ...words.slice(1, length).map((word) => word.toUpperCase())].join(' ')
  const args = words.slice(length)
  return { ...unanswered, name, args, text: [name, ...args.map(wordText)].join(' ') }
}

const wordText = (word: string): string => (/^[!-~]{1,120}$/.test(word) ? word : clip(JSON.stringify(word), 120))

interface Value {
  bytes: Buffer
  /** In short, for people. */
  text: string
  /** Of a list of texts, such as a command: its texts. */
  words: string[] | null
}

/** Cuts whole values off the front; returns what is left. */
function cutInto(bytes: Buffer, take: (value: Value) => void): Buffer {
  let at = 0
  for (let value = read(bytes, at); value; value = read(bytes, at)) {
    take({ bytes: bytes.subarray(at, value.end), text: value.text, words: value.words })
    at = value.end
  }
  return bytes.subarray(at)
}

interface Read {
  end: number
  text: string
  words: string[] | null
}

/** The value that begins at a place; null where its end has not come yet. */
function read(bytes: Buffer, at: number): Read | null {
  const line = bytes.indexOf('\r\n', at, 'latin1')
  if (line < 0) return null
  const [type, head, end] = [String.fromCharCode(bytes[at] ?? 0), bytes.toString('utf8', at + 1, line), line + 2]
  if ('$!='.includes(type)) return readBulk(bytes, end, Number(head), type)
  if ('*~>%|'.includes(type)) return readList(bytes, end, Number(head), type)
  if ('+-:,#(_'.includes(type)) return { end, text: lineText(type, head), words: null }
  throw new Error('This is not the Redis protocol.')
}

const lineText = (type: string, head: string): string => (type === '-' ? `-${head}` : type === '_' ? 'nil' : head)

function readBulk(bytes: Buffer, start: number, length: number, type: string): Read | null {
  if (!(length >= 0)) return { end: start, text: 'nil', words: null }
  const end = start + length + 2
  if (bytes.length < end) return null
  const text = bytes.toString('utf8', start, end - 2)
  return { end, text: type === '!' ? `-${text}` : wordText(text), words: [text] }
}

/** An attribute (`|`) stands before the value that it belongs to. */
function readList(bytes: Buffer, start: number, length: number, type: string): Read | null {
  const count = '%|'.includes(type) ? length * 2 : Math.max(0, length)
  const words: string[] = []
  let at = start
  for (let i = 0; i < count; i++) {
    const element = read(bytes, at)
    if (!element) return null
    words.push(element.words?.[0] ?? element.text)
    at = element.end
  }
  if (type === '|') return read(bytes, at)
  return { end: at, text: length < 0 ? 'nil' : `[${clip(words.map(wordText).join(', '), 120)}]`, words }
}
