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

/** The same link, asking for something else of its blob: its metadata, its tags, its tier. */
const part = (link: string, what: string): string => link.replace('?', `?comp=${what}&`)

/** What a link allows by itself; where it leaves that to a stored policy, only the requests tell. */
const rightsIn = (link: string, normal: string): string => new URL(link).searchParams.get('sp') ?? normal

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

/** What a partner gets. */
const partnerLink = (
  stage: Stage,
  container: string,
  blob: string,
  partner: string,
  settings: Settings = {},
): Promise<string> => linkOf(stage, 'partnerLink', storeOf(stage.azure, settings), { container, blob, partner })

const grant = (
  stage: Stage,
  container: string,
  partner: string,
  now = clock(),
  settings: Settings = {},
): Promise<unknown> => call(stage, 'grant', storeOf(stage.azure, settings), { container, partner, now })

/** Who may not read gets no link at all, or one that is refused. */
async function partnerRead(
  stage: Stage,
  container: string,
  blob: string,
  partner: string,
  store = storeOf(stage.azure),
): Promise<AzureAnswer> {
  const link = await linkOf(stage, 'partnerLink', store, { container, blob, partner }).catch((error: Error) => {
    if (error.name === 'StopRun') throw error
    stage.transcript('link', `none: ${error.message}`)
    return null
  })
  return link === null ? { status: 403, headers: {}, text: '' } : stage.azure.send('GET', link)
}

const revoke = (stage: Stage, container: string, partner: string, settings: Settings = {}): Promise<unknown> =>
  call(stage, 'revoke', storeOf(stage.azure, settings), { container, partner })

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
  async ({ azure, subject, random, transcript, evidence, requirement }) => {
    const container = await azure.container()
    for (const blob of ['label-1.pdf', aBlob(random), 'returns#2/50% off + März?.pdf']) {
      requirement(blob === 'label-1.pdf' ? 1 : 10)
      await azure.put(container, blob, `content of ${blob}`)
      const link = await download({ azure, subject, transcript }, container, blob)
      evidence('raw', /#|%(?![0-9a-f]{2})/i.test(link) || link.split('?').length > 2)
      const { text } = await works(
        blob === 'label-1.pdf' ? 'GET of a plain name' : 'GET of a name with other signs',
        azure.send('GET', link),
      )
      expect(text, 'content of the blob').toBe(`content of ${blob}`)
    }
  },
)

test(
  'each of the three links finds the blob of its name, and none that is spelled alike',
  { meta: { id: 'odd-names', group: 'scope', covers: [10] } },
  async ({ azure, subject, transcript }) => {
    const stage = { azure, subject, transcript }
    const container = await azure.container()
    const names: [string, string][] = [
      ['a blank', 'a b.pdf'],
      ['a blank as a code', 'a%20b.pdf'],
      ['a plus', 'a+b.pdf'],
      ['a question mark', 'what?a=b&c.pdf'],
      ['a # at the beginning', '#1.pdf'],
      ['a % at the end', '2026/100%'],
      ['brackets and quotation marks', `it's [1] (2); "x"=y,@:$!*.pdf`],
      ['letters beyond ASCII', 'Łucja/März – 夏.pdf'],
      ['a comma and a tilde', 'a,b/~c.pdf'],
    ]
    for (const [, blob] of names) await azure.put(container, blob, blob)
    await grant(stage, container, 'northmail')
    for (const [what, blob] of names) {
      for (const link of [
        await download(stage, container, blob),
        await partnerLink(stage, container, blob, 'northmail'),
      ])
        expect(
          (await works(`GET of a name with ${what}`, azure.send('GET', link))).text,
          `content of a name with ${what}`,
        ).toBe(blob)
      const fresh = `new/${blob}`
      const link = await linkOf(stage, 'uploadLink', storeOf(azure), { container, blob: fresh, now: clock() })
      await works(`PUT of a name with ${what}`, upload(azure, link, fresh), 201)
      expect(await azure.read(container, fresh), `the uploaded blob with ${what}`).toBe(fresh)
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
  'nor does it reach what is called alike, or what belongs to its blob',
  { meta: { id: 'nothing-near', group: 'scope', covers: [1, 5] } },
  async ({ azure, subject, transcript, requirement }) => {
    const stage = { azure, subject, transcript }
    const container = await azure.container()
    const other = await azure.container()
    const blob = '2026/label'
    const others = ['2026/label 2', '2026/label.pdf', '2026/label/1.pdf', '2026/labe', 'label']
    for (const name of [blob, ...others]) await azure.put(container, name, name)
    await azure.put(other, blob, 'elsewhere')
    for (const [about, who, made] of [
      [1, 'a download link', () => download(stage, container, blob)],
      [
        5,
        "a partner's link",
        async () => (await grant(stage, container, 'northmail'), partnerLink(stage, container, blob, 'northmail')),
      ],
    ] as const) {
      requirement(about)
      const link = await made()
      await works(`GET with ${who}`, azure.send('GET', link))
      for (const name of others)
        await refused(
          `GET of a blob that is called alike, with ${who}`,
          azure.send('GET', elsewhere(azure, link, container, name)),
        )
      await refused(
        `GET of the blob of that name in another container, with ${who}`,
        azure.send('GET', elsewhere(azure, link, other, blob)),
      )
      await refused(`a list of the container, with ${who}`, azure.send('GET', elsewhere(azure, link, container, '')))
      await refused(`PUT of a new blob, with ${who}`, upload(azure, elsewhere(azure, link, container, 'new.pdf'), 'x'))
      await refused(`PUT of its blob, with ${who}`, upload(azure, link, 'changed'))
      await refused(
        `PUT of metadata, with ${who}`,
        azure.send('PUT', part(link, 'metadata'), { headers: { 'x-ms-meta-owner': 'me' } }),
      )
      await refused(
        `PUT of tags, with ${who}`,
        azure.send('PUT', part(link, 'tags'), {
          body: '<?xml version="1.0" encoding="utf-8"?><Tags><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tags>',
        }),
      )
      await refused(
        `PUT of the tier, with ${who}`,
        azure.send('PUT', part(link, 'tier'), { headers: { 'x-ms-access-tier': 'Cool' } }),
      )
      await refused(`DELETE, with ${who}`, azure.send('DELETE', link))
      expect(rightsIn(link, 'r'), `rights that ${who} names`).toBe('r')
    }
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
    await refused('a list of the container', azure.send('GET', elsewhere(azure, link, container, '')))
    await refused(
      'PUT of metadata',
      azure.send('PUT', part(link, 'metadata'), { headers: { 'x-ms-meta-owner': 'me' } }),
    )
    await refused('DELETE', azure.send('DELETE', link))
    expect(await azure.read(container, blob), 'the blob in the end').toBe('the first')
    expect(rightsIn(link, 'c'), 'rights that an upload link names').toBe('c')
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
    evidence(
      'hasStart',
      new URL(await download({ azure, subject, transcript }, container, blob)).searchParams.has('st'),
    )
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
  'start and end are a quarter of an hour from `now`, to the second',
  { meta: { id: 'quarter-hours', group: 'time', covers: [2] } },
  async ({ azure, subject, transcript, requirement }) => {
    const stage = { azure, subject, transcript }
    requirement(2)
    for (const now of [
      '2026-03-01T12:00:00.000Z',
      '2026-12-31T23:59:59.900Z',
      '2027-03-28T01:07:30.500Z',
      '2031-10-26T00:59:01.001Z',
    ].map((text) => new Date(text))) {
      const links = {
        downloadLink: await download(stage, 'labels', 'a.pdf', { now }),
        uploadLink: await linkOf(stage, 'uploadLink', storeOf(azure), { container: 'labels', blob: 'a.pdf', now }),
      }
      for (const [name, link] of Object.entries(links)) {
        const { searchParams } = new URL(link)
        const away = (key: string): number => Math.abs(Date.parse(searchParams.get(key) ?? '') - now.getTime()) / 1000
        for (const [what, key] of [
          ['start', 'st'],
          ['end', 'se'],
        ] as const)
          expect(
            Math.abs(away(key) - 900) <= 1 ? 900 : away(key),
            `seconds from now to the ${what} of a link of ${name}`,
          ).toBe(900)
      }
    }
  },
)

test(
  'an upload link has the same two ends',
  { meta: { id: 'upload-times', group: 'time', covers: [2] } },
  async ({ azure, subject, transcript }) => {
    const stage = { azure, subject, transcript }
    const container = await azure.container()
    const link = (away: number): Promise<string> =>
      linkOf(stage, 'uploadLink', storeOf(azure), { container, blob: `at ${away}.pdf`, now: clock(away * minute) })
    await works('an upload link that was made 13 minutes ago', upload(azure, await link(-13), 'x'), 201)
    await works('an upload link made by a clock that is 13 minutes ahead', upload(azure, await link(13), 'x'), 201)
    await refused('an upload link made by a clock that is 20 minutes ahead', upload(azure, await link(20), 'x'))
  },
)

test(
  'a partner reads with a link that lasts a week',
  { meta: { id: 'partner-link', group: 'revocation', covers: [5] } },
  async ({ azure, subject, random, transcript, evidence }) => {
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
    evidence('namesPolicy', new URL(link).searchParams.has('si'))
    expect((await works('six days after the grant', azure.send('GET', link))).text, 'what the partner reads').toBe(blob)
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
      partnerRead({ azure, subject, transcript }, container, blob, 'northmail'),
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
  'revoking ends the links of every term',
  { meta: { id: 'revoked-terms', group: 'revocation', covers: [6] } },
  async ({ azure, subject, transcript }) => {
    const stage = { azure, subject, transcript }
    const container = await azure.container()
    await azure.put(container, 'a.pdf', 'x')
    const links: string[] = []
    for (const away of [-2 * day, -day, 0]) {
      await grant(stage, container, 'northmail', clock(away))
      links.push(await partnerLink(stage, container, 'a.pdf', 'northmail'))
    }
    await works('the link of the last term', azure.send('GET', links.at(-1)!))
    await revoke(stage, container, 'northmail')
    for (const link of links) await refused('a link of a partner who was granted three times', azure.send('GET', link))
    await revoke(stage, container, 'northmail')
    await refused('a link when the partner was revoked twice', azure.send('GET', links.at(-1)!))
  },
)

test(
  'a term begins a quarter of an hour early, ends after seven days, and may begin again as often as it likes',
  { meta: { id: 'terms', group: 'revocation', covers: [5] } },
  async ({ azure, subject, transcript }) => {
    const stage = { azure, subject, transcript }
    const container = await azure.container()
    const blob = 'a.pdf'
    await azure.put(container, blob, 'x')
    await grant(stage, container, 'northmail')
    for (const [what, away, good] of [
      ['by a clock that is 13 minutes ahead', 13 * minute, true],
      ['by a clock that is 17 minutes ahead', 17 * minute, false],
      ['three minutes less than seven days ago', 3 * minute - 7 * day, true],
      ['three minutes more than seven days ago', -3 * minute - 7 * day, false],
      ['for the sixth time', 0, true],
    ] as const) {
      await grant(stage, container, 'northmail', clock(away))
      const answer = partnerRead(stage, container, blob, 'northmail')
      await (good
        ? works(`a link of a partner who was granted ${what}`, answer)
        : refused(`a link of a partner who was granted ${what}`, answer))
    }
    expect((await azure.policies(container)).length, 'policies of the container').toBeLessThanOrEqual(5)
  },
)

test(
  'revoking ends the links that are out',
  { meta: { id: 'revoked', group: 'revocation', covers: [6] } },
  async ({ azure, subject, random, transcript, evidence }) => {
    const container = await azure.container()
    const blob = aBlob(random)
    await azure.put(container, blob, 'x')
    const store = storeOf(azure)
    // Several times: whoever does not wait for the storage is sometimes lucky.
    for (let round = 1; round <= 8; round++) {
      await call({ azure, subject, transcript }, 'grant', store, { container, partner: 'quickship', now: clock() })
      const link = await linkOf({ azure, subject, transcript }, 'partnerLink', store, {
        container,
        blob,
        partner: 'quickship',
      })
      evidence('namesPolicy', new URL(link).searchParams.has('si'))
      await works('before', azure.send('GET', link))
      await call({ azure, subject, transcript }, 'revoke', store, { container, partner: 'quickship' })
      await refused('a link from before the revocation', azure.send('GET', link))
    }
  },
)

test(
  'all of this partner, in this container, at once, and only there',
  { meta: { id: 'revoked-here', group: 'revocation', covers: [6, 7] } },
  async ({ azure, subject, transcript, requirement }) => {
    const stage = { azure, subject, transcript }
    const container = await azure.container()
    const other = await azure.container()
    for (const place of [container, other]) {
      await azure.put(place, 'a.pdf', 'x')
      await azure.put(place, 'b.pdf', 'x')
      for (const partner of ['north', 'northmail']) await grant(stage, place, partner)
    }
    const mine = [
      await partnerLink(stage, container, 'a.pdf', 'north'),
      await partnerLink(stage, container, 'b.pdf', 'north'),
    ]
    const [neighbour, there] = [
      await partnerLink(stage, container, 'a.pdf', 'northmail'),
      await partnerLink(stage, other, 'a.pdf', 'north'),
    ]
    const settings: Settings = { signWith: 'key2' }
    const later = await partnerLink(stage, container, 'a.pdf', 'north', settings)
    for (const link of [...mine, later, neighbour, there]) await works('before', azure.send('GET', link))
    await revoke(stage, container, 'north')
    requirement(6)
    for (const link of [...mine, later]) await refused('a link of this partner', azure.send('GET', link))
    await refused('a link that is made afterwards', partnerRead(stage, container, 'a.pdf', 'north'))
    requirement(7)
    await works('the link of a partner whose name goes on', azure.send('GET', neighbour))
    await works('the link of the same partner in another container', azure.send('GET', there))
  },
)

test(
  'other partners notice nothing',
  { meta: { id: 'others-stay', group: 'revocation', covers: [7] } },
  async ({ azure, subject, random, transcript, evidence }) => {
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
    evidence('policies', (await azure.policies(container)).length)
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

test(
  'five partners fit, each with a term of its own, and the container stays private',
  { meta: { id: 'own-terms', group: 'revocation', covers: [7] } },
  async ({ azure, subject, transcript }) => {
    const stage = { azure, subject, transcript }
    const container = await azure.container()
    await azure.put(container, 'a.pdf', 'x')
    const ages = { northmail: -6 * day, quickship: -8 * day, parcelo: 0, citybike: -13 * minute, dronely: 20 * minute }
    for (const [partner, away] of Object.entries(ages)) await grant(stage, container, partner, clock(away))
    const look = async (when: string): Promise<void> => {
      for (const [partner, away] of Object.entries(ages)) {
        const answer = partnerRead(stage, container, 'a.pdf', partner)
        const isOpen = away > -7 * day && away < 15 * minute
        await (isOpen
          ? works(`a partner within the term, ${when}`, answer)
          : refused(`a partner outside of the term, ${when}`, answer))
      }
      await refused(`a stranger who reads, ${when}`, azure.send('GET', `${azure.store.url}/${container}/a.pdf`))
      await refused(
        `a stranger who lists, ${when}`,
        azure.send('GET', `${azure.store.url}/${container}?restype=container&comp=list`),
      )
    }
    await look('when five were granted')
    await revoke(stage, container, 'parcelo')
    await grant(stage, container, 'parcelo', clock(-2 * day))
    await look('when one was revoked and granted again')
  },
)

/** As a browser would name the file: RFC 6266. */
function fileNameIn(disposition: string): { kind: string; name: string | null; extended: string | null } {
  const kind = disposition.split(';')[0]?.trim().toLowerCase() ?? ''
  const extended = /filename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i.exec(disposition)?.[1] ?? null
  const [, quoted, token] = /filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s"]+)(?=\s*(?:;|$)))/i.exec(disposition) ?? []
  const plain = quoted?.replace(/\\(.)/g, '$1') ?? token ?? null
  return { kind, name: extended === null ? plain : decoded(extended), extended }
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
  async ({ azure, subject, random, transcript, evidence }) => {
    const container = await azure.container()
    const blob = aBlob(random)
    await azure.put(container, blob, 'x')
    for (const fileName of [
      'label.pdf',
      'Label for Ida.pdf',
      'a "good" one.pdf',
      'back\\slash; semi=colon, 100%.pdf',
      `Etikett für Łucja (${random.integer(2, 9)}); Kopie.pdf`,
      "Ærø's *best* label – 夏 🚚.pdf",
    ]) {
      const { headers } = await works(
        'GET',
        azure.send('GET', await download({ azure, subject, transcript }, container, blob, { fileName })),
      )
      transcript('Content-Disposition', headers['content-disposition'] ?? '(missing)')
      const found = fileNameIn(headers['content-disposition'] ?? '')
      evidence(
        'nameOnly',
        found.kind === 'attachment' &&
          found.name !== null &&
          found.name !== fileName &&
          /%[0-9a-f]{2}/i.test(found.name),
      )
      expect({ kind: found.kind, name: found.name }, 'Content-Disposition').toEqual({
        kind: 'attachment',
        name: fileName,
      })
      expect(
        found.extended === null || /^(?:[\w!#$&+.^`|~-]|%[0-9a-f]{2})+$/i.test(found.extended),
        'only signs of RFC 8187 stand in filename*',
      ).toBe(true)
      if (/[^\x20-\x7e]/.test(fileName))
        expect(found.extended === null ? 'missing' : 'there', 'filename* of a name beyond ASCII').toBe('there')
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
      const partner = signWith === 'key1' ? 'northmail' : 'parcelo'
      const link = await partnerLink({ azure, subject, transcript }, container, blob, partner, { signWith })
      await works(`a partner's link with ${signWith} in use`, azure.send('GET', link))
      const fresh = await linkOf({ azure, subject, transcript }, 'uploadLink', store, {
        container,
        blob: `${signWith}.pdf`,
        now: clock(),
      })
      await works(`an upload link with ${signWith} in use`, upload(azure, fresh, 'x'), 201)
      await revoke({ azure, subject, transcript }, container, partner, { signWith })
      await refused(`a partner's link that was revoked with ${signWith} in use`, azure.send('GET', link))
    }
  },
)

test(
  'when the key in use changes, so does the signature',
  { meta: { id: 'key-changes', group: 'settings', covers: [9] } },
  async ({ azure, subject, transcript }) => {
    const stage = { azure, subject, transcript }
    const container = await azure.container()
    await azure.put(container, 'a.pdf', 'x')
    await grant(stage, container, 'northmail')
    const { keys } = storeOf(azure)
    for (const [i, signWith] of (['key2', 'key1', 'key2', 'key1'] as const).entries()) {
      const store = { ...storeOf(azure), keys, signWith }
      const place = { container, blob: 'a.pdf' }
      const fresh = await linkOf(stage, 'uploadLink', store, { container, blob: `${i}.pdf`, now: clock() })
      const read = await linkOf(stage, 'downloadLink', store, { ...place, fileName: 'a.pdf', now: clock() })
      const answers = {
        'an upload link': upload(azure, fresh, 'x'),
        'a download link': azure.send('GET', read),
        "a partner's link": partnerRead(stage, container, 'a.pdf', 'northmail', store),
      }
      for (const [what, answer] of Object.entries(answers))
        await (signWith === 'key1'
          ? works(`${what} with key1 in use again`, answer, what === 'an upload link' ? 201 : 200)
          : refused(`${what} signed with key2, which the storage does not know`, answer))
    }
    await grant(stage, container, 'parcelo', clock(), { signWith: 'key2' })
    await works(
      'a link of a partner who was granted with key2',
      azure.send('GET', await partnerLink(stage, container, 'a.pdf', 'parcelo')),
    )
  },
)
