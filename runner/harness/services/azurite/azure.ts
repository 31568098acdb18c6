import { createHmac, randomUUID } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import type { AzuriteLease } from '../../run-context.ts'
import { clip, note, type RunState } from '../../run/run-state.ts'

/** Azurite, Azure's own stand-in for its blob storage. Shared with other runs: each uses containers of its own. */
export interface Azure {
  /** The blob service of one account, as a program is told of it. `url` has no slash at the end. */
  store: { url: string; account: string; key: string }
  /** Makes a private container of this run; it is removed when the run ends. */
  container: () => Promise<string>
  /** As the owner of the account; nothing goes into the transcript. */
  put: (container: string, blob: string, text: string) => Promise<void>
  /** As the owner; null where there is no such blob. */
  read: (container: string, blob: string) => Promise<string | null>
  /** Ids of the container's stored access policies, as the owner. */
  policies: (container: string) => Promise<string[]>
  /** As somebody who has nothing but this URL; request and answer go into the transcript. */
  send: (
    method: string,
    url: string,
    options?: { headers?: Record<string, string>; body?: string },
  ) => Promise<AzureAnswer>
}

export interface AzureAnswer {
  status: number
  /** Names in lower case. */
  headers: Record<string, string>
  text: string
}

const version = '2024-11-04'

export function azure(run: RunState): Azure {
  const { azurite } = run.context
  if (!azurite) throw new Error('the manifest asks for no azurite service')
  const owner = (method: string, path: string, headers: Record<string, string> = {}, body = ''): Promise<AzureAnswer> =>
    exchange(azurite, method, path, signed(azurite, method, path, headers, body), body)
  const made: string[] = []
  run.cleanups.push(async () => {
    for (const name of made) await owner('DELETE', `/${name}?restype=container`)
  })
  return {
    store: { url: `${azurite.url}/${azurite.account}`, account: azurite.account, key: azurite.key },
    container: async () => {
      const name = `gym-${randomUUID().slice(0, 13)}`
      made.push(name)
      must(await owner('PUT', `/${name}?restype=container`), 201)
      return name
    },
    put: async (container, blob, text) =>
      void must(
        await owner(
          'PUT',
          blobPath(container, blob),
          { 'content-type': 'text/plain', 'x-ms-blob-type': 'BlockBlob' },
          text,
        ),
        201,
      ),
    read: async (container, blob) => {
      const answer = await owner('GET', blobPath(container, blob))
      return answer.status === 404 ? null : must(answer, 200).text
    },
    policies: async (container) =>
      [
        ...must(await owner('GET', `/${container}?comp=acl&restype=container`), 200).text.matchAll(
          /<Id>([^<]*)<\/Id>/g,
        ),
      ].map(([, id = '']) => id),
    send: (method, url, options) => send(run, azurite, method, url, options),
  }
}

const blobPath = (container: string, blob: string): string =>
  `/${container}/${blob.split('/').map(encodeURIComponent).join('/')}`

function must(answer: AzureAnswer, status: number): AzureAnswer {
  if (answer.status !== status) throw new Error(`Azurite answered ${answer.status}: ${clip(answer.text, 300)}`)
  return answer
}

/** `path` stands behind the account, which is the first folder in Azurite's URLs. */
function exchange(
  lease: AzuriteLease,
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string,
): Promise<AzureAnswer> {
  const { hostname, port } = new URL(lease.url)
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        host: hostname,
        port,
        method,
        path: `/${lease.account}${path}`,
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        agent: false,
      },
      (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('error', reject)
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: plain(incoming.headers),
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        )
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

const plain = (headers: NodeJS.Dict<string | string[]>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))

/** Authorization with the account's key. Azure docs: "Authorize with Shared Key". */
function signed(
  { account, key }: AzuriteLease,
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string,
): Record<string, string> {
  const all: Record<string, string> = { ...headers, 'x-ms-date': new Date().toUTCString(), 'x-ms-version': version }
  const own = Object.keys(all)
    .filter((name) => name.startsWith('x-ms-'))
    .sort()
    .map((name) => `${name}:${all[name]}\n`)
  const url = new URL(path, 'http://store')
  const query = [...url.searchParams].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `\n${name}:${value}`)
  const length = body === '' ? '' : String(Buffer.byteLength(body))
  const text = [
    method,
    '',
    '',
    length,
    '',
    all['content-type'] ?? '',
    '',
    '',
    '',
    '',
    '',
    '',
    `${own.join('')}/${account}/${account}${url.pathname}${query.join('')}`,
  ].join('\n')
  return {
    ...all,
    authorization: `SharedKey ${account}:${createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64')}`,
  }
}

async function send(
  run: RunState,
  lease: AzuriteLease,
  method: string,
  link: string,
  { headers = {}, body = '' }: { headers?: Record<string, string>; body?: string } = {},
): Promise<AzureAnswer> {
  const url = parsed(link)
  const prefix = `/${lease.account}/`
  if (url.origin !== lease.url || !url.pathname.startsWith(prefix))
    throw new Error(`The link leads out of the account: ${clip(link, 200)}`)
  const path = `${url.pathname.slice(prefix.length - 1)}${url.search}`
  note(
    run,
    'sent',
    [
      `${method} ${shortened(path)}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      ...(body === '' ? [] : [body]),
    ].join('\n'),
  )
  const answer = await exchange(lease, method, path, headers, body)
  note(run, 'answer', answerText(answer))
  return answer
}

function parsed(link: string): URL {
  try {
    return new URL(link)
  } catch {
    throw new Error(`This is not a URL: ${clip(String(link), 200)}`)
  }
}

/** The signature is a long name for "signed". */
const shortened = (path: string): string => path.replace(/([?&]sig=)[^&]+/, '$1…')

/** A refusal says in a header of its own which it is. */
function answerText({ status, headers, text }: AzureAnswer): string {
  const code = headers['x-ms-error-code'] ?? /<Code>([^<]+)/.exec(text)?.[1]
  if (code !== undefined) return `${status} ${code}`
  const disposition = headers['content-disposition']
  return `${status}${disposition === undefined ? '' : `\ncontent-disposition: ${disposition}`}${text === '' ? '' : `\n${clip(text, 300)}`}`
}
