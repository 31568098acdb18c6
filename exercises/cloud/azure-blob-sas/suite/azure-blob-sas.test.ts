import { expect, test, type Azure, type AzureAnswer, type Fixtures, type Random } from '#harness'

type Stage = Pick<Fixtures, 'azure' | 'subject' | 'transcript'>

const minute = 60_000
const day = 24 * 60 * minute

/** Our server's clock, so many milliseconds away from the storage's. */
const clock = (away = 0): Date => new Date(Date.now() + away)

interface Settings {
  signWith?: 'key1' | 'key2'
  protocol?: string
}

/** The key that is not in use has been renewed: nobody in the account knows it. */
function storeOf(azure: Azure, { signWith = 'key1', protocol = 'https,http' }: Settings = {}) {
  const { url, account, key } = azure.store
  const renewed = Buffer.from('a key of tomorrow, which the storage does not know yet').toString('base64')
  return {
    url,
    account,
    keys: signWith === 'key1' ? { key1: key, key2: renewed } : { key1: renewed, key2: key },
    signWith,
    protocol,
  }
}

const folders = ['2026/', 'März + Co/', '50%/a b/', 'returns#2/']
const aBlob = (random: Random): string =>
  `${random.pick(folders)}${random.pick(['label', 'Etikett für Łucja', 'label+copy'])} ${random.integer(100, 999)}.pdf`

/** The URL of another blob (or of the container) with the rights of this link. */
function elsewhere(azure: Azure, link: string, container: string, path: string): string {
  const { search } = new URL(link)
  return `${azure.store.url}/${container}${path === '' ? '' : `/${path.split('/').map(encodeURIComponent).join('/')}`}${path === '' ? `?restype=container&comp=list&${search.slice(1)}` : search}`
}

const upload = (azure: Azure, link: string, body: string): Promise<AzureAnswer> =>
  azure.send('PUT', link, { headers: { 'x-ms-blob-type': 'BlockBlob', 'content-type': 'text/plain' }, body })

/** Calls one of the functions, without the long settings in the transcript. */
async function call(
  { subject, transcript }: Stage,
  name: string,
  store: { signWith: string; protocol: string },
  what: object,
): Promise<unknown> {
  transcript('called', `${name}(store, ${JSON.stringify(what)}), with ${store.signWith} in use, for ${store.protocol}`)
  return subject.call(name, [store, what], { quiet: true })
}

/** A link is a text; the transcript shows what it says, in short. */
async function linkOf(
  stage: Stage,
  name: string,
  store: { signWith: string; protocol: string },
  what: object,
): Promise<string> {
  const link = await call(stage, name, store, what)
  if (typeof link !== 'string' || !URL.canParse(link)) throw new Error(`${name} gave no URL.`)
  const said = [...new URL(link).searchParams]
    .filter(([key]) => ['sr', 'sp', 'st', 'se', 'spr', 'si'].includes(key))
    .map(([key, value]) => `${key}=${value}`)
  stage.transcript('link', said.length === 0 ? link : said.join('  '))
  return link
}

const download = (
  stage: Stage,
  container: string,
  blob: string,
  { now = clock(), fileName = 'label.pdf', ...settings }: Settings & { now?: Date; fileName?: string } = {},
): Promise<string> => linkOf(stage, 'downloadLink', storeOf(stage.azure, settings), { container, blob, fileName, now })

/** What must be refused; the storage says so with 403 or, where it hides even that, 404. */
async function refused(what: string, answer: Promise<AzureAnswer>): Promise<void> {
  const { status } = await answer
  expect(status === 403 || status === 404 ? 'refused' : `${status}`, what).toBe('refused')
}

async function works(what: string, answer: Promise<AzureAnswer>, status = 200): Promise<AzureAnswer> {
  const got = await answer
  expect(got.status, what).toBe(status)
  return got
}

test(
  'a download link reads its blob, whatever its name',
  { meta: { id: 'reads-its-blob', group: 'scope', covers: [1, 10] } },
  async ({ azure, subject, random, transcript }) => {
    const container = await azure.container()
    for (const blob of ['label-1.pdf', aBlob(random), 'returns#2/50% off + März?.pdf']) {
      await azure.put(container, blob, `content of ${blob}`)
      const { text } = await works(
        `GET of ${blob}`,
        azure.send('GET', await download({ azure, subject, transcript }, container, blob)),
      )
      expect(text, `content of ${blob}`).toBe(`content of ${blob}`)
    }
  },
)

test(
  'a download link does nothing else',
  { meta: { id: 'nothing-else', group: 'scope', covers: [1] } },
  async ({ azure, subject, random, transcript }) => {
    const container = await azure.container()
    const blob = aBlob(random)
    const sibling = blob.replace(/\d+(?=\.pdf)/, (number) => `${Number(number) + 1}`)
    for (const name of [blob, sibling]) await azure.put(container, name, 'x')
    const link = await download({ azure, subject, transcript }, container, blob)
    await refused(
      'GET of another blob with the same rights',
      azure.send('GET', elsewhere(azure, link, container, sibling)),
    )
    await refused('a list of the container', azure.send('GET', elsewhere(azure, link, container, '')))
    await refused('PUT', upload(azure, link, 'changed'))
    await refused('DELETE', azure.send('DELETE', link))
    expect(await azure.read(container, blob), 'the blob afterwards').toBe('x')
  },
)

test(
  'an upload link creates its blob, and does nothing else',
  { meta: { id: 'creates-only', group: 'scope', covers: [4, 10] } },
  async ({ azure, subject, random, transcript }) => {
    const container = await azure.container()
    const blob = aBlob(random)
    const link = await linkOf({ azure, subject, transcript }, 'uploadLink', storeOf(azure), {
      container,
      blob,
      now: clock(),
    })
    await refused('creating another blob', upload(azure, elsewhere(azure, link, container, 'other.pdf'), 'x'))
    await works('PUT of a new blob', upload(azure, link, 'the first'), 201)
    await refused('PUT of a blob that is there', upload(azure, link, 'the second'))
    expect(await azure.read(container, blob), 'the blob afterwards').toBe('the first')
    await refused('GET', azure.send('GET', link))
    await refused('DELETE', azure.send('DELETE', link))
  },
)

test(
  'links end after fifteen minutes',
  { meta: { id: 'expires', group: 'time', covers: [2] } },
  async ({ azure, subject, random, transcript }) => {
    const container = await azure.container()
    const blob = aBlob(random)
    await azure.put(container, blob, 'x')
    await works(
      'a link that was made 13 minutes ago',
      azure.send('GET', await download({ azure, subject, transcript }, container, blob, { now: clock(-13 * minute) })),
    )
    await refused(
      'a link that was made 16 minutes ago',
      azure.send('GET', await download({ azure, subject, transcript }, container, blob, { now: clock(-16 * minute) })),
    )
    const old = await linkOf({ azure, subject, transcript }, 'uploadLink', storeOf(azure), {
      container,
      blob: 'late.pdf',
      now: clock(-16 * minute),
    })
    await refused('an upload link that was made 16 minutes ago', upload(azure, old, 'x'))
  },
)

test(
  'a clock that is ahead makes links that work, if it is not far ahead',
  { meta: { id: 'clock-skew', group: 'time', covers: [2] } },
  async ({ azure, subject, random, transcript, evidence }) => {
    const container = await azure.container()
    const blob = aBlob(random)
    await azure.put(container, blob, 'x')
    evidence('farAhead', 'not asked')
    await works(
      'a link made by a clock that is 4 minutes ahead',
      azure.send('GET', await download({ azure, subject, transcript }, container, blob, { now: clock(4 * minute) })),
    )
    await works(
      'a link made by a clock that is 13 minutes ahead',
      azure.send('GET', await download({ azure, subject, transcript }, container, blob, { now: clock(13 * minute) })),
    )
    evidence('farAhead', 'works')
    await refused(
      'a link made by a clock that is 20 minutes ahead',
      azure.send('GET', await download({ azure, subject, transcript }, container, blob, { now: clock(20 * minute) })),
    )
  },
)

test(
  'a partner reads with a link that lasts a week',
  { meta: { id: 'partner-link', group: 'revocation', covers: [5] } },
  async ({ azure, subject, random, transcript }) => {
    const container = await azure.container()
    const blob = aBlob(random)
    for (const name of [blob, 'other.pdf']) await azure.put(container, name, name)
    const store = storeOf(azure)
    await call({ azure, subject, transcript }, 'grant', store, {
      container,
      partner: 'northmail',
      now: clock(-6 * day),
    })
    const link = await linkOf({ azure, subject, transcript }, 'partnerLink', store, {
      container,
      blob,
      partner: 'northmail',
    })
    expect((await works('six days after the grant', azure.send('GET', link))).text).toBe(blob)
    await refused(
      'GET of another blob with the same rights',
      azure.send('GET', elsewhere(azure, link, container, 'other.pdf')),
    )
    await refused('PUT', upload(azure, link, 'changed'))
    await call({ azure, subject, transcript }, 'grant', store, {
      container,
      partner: 'northmail',
      now: clock(-8 * day),
    })
    await refused(
      'a link of the partner, eight days after the grant',
      azure.send(
        'GET',
        await linkOf({ azure, subject, transcript }, 'partnerLink', store, { container, blob, partner: 'northmail' }),
      ),
    )
    await call({ azure, subject, transcript }, 'grant', store, { container, partner: 'northmail', now: clock() })
    await works(
      'granted again',
      azure.send(
        'GET',
        await linkOf({ azure, subject, transcript }, 'partnerLink', store, { container, blob, partner: 'northmail' }),
      ),
    )
  },
)

test(
  'revoking ends the links that are out',
  { meta: { id: 'revoked', group: 'revocation', covers: [6] } },
  async ({ azure, subject, random, transcript }) => {
    const container = await azure.container()
    const blob = aBlob(random)
    await azure.put(container, blob, 'x')
    const store = storeOf(azure)
    await call({ azure, subject, transcript }, 'grant', store, { container, partner: 'quickship', now: clock() })
    const link = await linkOf({ azure, subject, transcript }, 'partnerLink', store, {
      container,
      blob,
      partner: 'quickship',
    })
    await works('before', azure.send('GET', link))
    await call({ azure, subject, transcript }, 'revoke', store, { container, partner: 'quickship' })
    await refused('a link from before the revocation', azure.send('GET', link))
  },
)

test(
  'other partners notice nothing',
  { meta: { id: 'others-stay', group: 'revocation', covers: [7] } },
  async ({ azure, subject, random, transcript }) => {
    const container = await azure.container()
    const blob = aBlob(random)
    await azure.put(container, blob, 'x')
    const store = storeOf(azure)
    const links: Record<string, string> = {}
    for (const partner of ['northmail', 'quickship', 'parcelo']) {
      await call({ azure, subject, transcript }, 'grant', store, { container, partner, now: clock() })
      links[partner] = await linkOf({ azure, subject, transcript }, 'partnerLink', store, { container, blob, partner })
    }
    transcript('policies', (await azure.policies(container)).join(', ') || '(none)')
    for (const [partner, link] of Object.entries(links))
      await works(`${partner}, when all three were granted`, azure.send('GET', link))
    await call({ azure, subject, transcript }, 'revoke', store, { container, partner: 'quickship' })
    transcript('policies', (await azure.policies(container)).join(', ') || '(none)')
    for (const partner of ['northmail', 'parcelo'])
      await works(`${partner}, when quickship was revoked`, azure.send('GET', links[partner] ?? ''))
    await refused(
      'somebody without any link',
      azure.send('GET', `${azure.store.url}/${container}/${blob.split('/').map(encodeURIComponent).join('/')}`),
    )
  },
)

/** As a browser would name the file: RFC 6266. */
function fileNameIn(disposition: string): { kind: string; name: string | null } {
  const kind = disposition.split(';')[0]?.trim().toLowerCase() ?? ''
  const extended = /filename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i.exec(disposition)?.[1]
  const [, quoted, token] = /filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s"]+)(?=\s*(?:;|$)))/i.exec(disposition) ?? []
  return { kind, name: extended === undefined ? (quoted?.replace(/\\(.)/g, '$1') ?? token ?? null) : decoded(extended) }
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

test(
  'the download has its file name',
  { meta: { id: 'file-name', group: 'settings', covers: [3] } },
  async ({ azure, subject, random, transcript }) => {
    const container = await azure.container()
    const blob = aBlob(random)
    await azure.put(container, blob, 'x')
    for (const fileName of ['label.pdf', `Etikett für Łucja (${random.integer(2, 9)}); Kopie.pdf`]) {
      const { headers } = await works(
        `GET, for the file name ${fileName}`,
        azure.send('GET', await download({ azure, subject, transcript }, container, blob, { fileName })),
      )
      expect(fileNameIn(headers['content-disposition'] ?? ''), 'Content-Disposition').toEqual({
        kind: 'attachment',
        name: fileName,
      })
    }
  },
)

test(
  'links are for the protocol of the settings',
  { meta: { id: 'protocol', group: 'settings', covers: [8] } },
  async ({ azure, subject, random, transcript }) => {
    const container = await azure.container()
    const blob = aBlob(random)
    await azure.put(container, blob, 'x')
    const store = storeOf(azure, { protocol: 'https' })
    await call({ azure, subject, transcript }, 'grant', store, { container, partner: 'northmail', now: clock() })
    const links = {
      downloadLink: await download({ azure, subject, transcript }, container, blob, { protocol: 'https' }),
      uploadLink: await linkOf({ azure, subject, transcript }, 'uploadLink', store, {
        container,
        blob: 'new.pdf',
        now: clock(),
      }),
      partnerLink: await linkOf({ azure, subject, transcript }, 'partnerLink', store, {
        container,
        blob,
        partner: 'northmail',
      }),
    }
    for (const [name, link] of Object.entries(links)) {
      const answer = await (name === 'uploadLink' ? upload(azure, link, 'x') : azure.send('GET', link))
      expect(answer.headers['x-ms-error-code'] ?? answer.status, `a link of ${name} for https, used over http`).toBe(
        'AuthorizationProtocolMismatch',
      )
    }
  },
)

test(
  'the key in use signs, while the other one is renewed',
  { meta: { id: 'key-in-use', group: 'settings', covers: [9] } },
  async ({ azure, subject, random, transcript }) => {
    const container = await azure.container()
    const blob = aBlob(random)
    await azure.put(container, blob, 'x')
    for (const signWith of ['key1', 'key2'] as const) {
      const store = storeOf(azure, { signWith })
      await works(
        `a download link with ${signWith} in use`,
        azure.send('GET', await download({ azure, subject, transcript }, container, blob, { signWith })),
      )
      await call({ azure, subject, transcript }, 'grant', store, {
        container,
        partner: signWith === 'key1' ? 'northmail' : 'parcelo',
        now: clock(),
      })
      await works(
        `a partner's link with ${signWith} in use`,
        azure.send(
          'GET',
          await linkOf({ azure, subject, transcript }, 'partnerLink', store, {
            container,
            blob,
            partner: signWith === 'key1' ? 'northmail' : 'parcelo',
          }),
        ),
      )
    }
  },
)
