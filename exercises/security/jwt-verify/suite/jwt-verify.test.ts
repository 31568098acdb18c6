import {
  constants,
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  type KeyObject,
} from 'node:crypto'
import { expect, test, type Fixtures, type Random } from '#harness'

/** The suite is the partner who signs, and the attacker who does not hold the keys. One fault a token. */

type Json = Record<string, unknown>
type Alg = 'RS256' | 'ES256' | 'HS256'

const algs: Alg[] = ['RS256', 'ES256', 'HS256']
const codes = [
  'MALFORMED',
  'UNKNOWN_KEY',
  'ALG_NOT_ALLOWED',
  'BAD_SIGNATURE',
  'EXPIRED',
  'NOT_YET_VALID',
  'BAD_ISSUER',
  'BAD_AUDIENCE',
  'BAD_TYPE',
]

interface Signer {
  kid: string
  alg: Alg
  /** As it stands in the policy. */
  key: string
  private: KeyObject | Buffer
}

function pair(type: 'rsa' | 'ec'): { private: KeyObject; key: string } {
  const { privateKey } =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  return { private: privateKey, key: String(createPublicKey(privateKey).export({ type: 'spki', format: 'pem' })) }
}

function secretOf(length: number): { private: Buffer; key: string } {
  const secret = randomBytes(length)
  return { private: secret, key: secret.toString('base64url') }
}

function makeSigners([rsa, ec, hmac]: [string, string, string]): Record<Alg, Signer> {
  return {
    RS256: { kid: rsa, alg: 'RS256', ...pair('rsa') },
    ES256: { kid: ec, alg: 'ES256', ...pair('ec') },
    HS256: { kid: hmac, alg: 'HS256', ...secretOf(32) },
  }
}

/** Made once for a run: an RSA pair takes a while. */
let made: Record<Alg, Signer> | null = null
const signers = (): Record<Alg, Signer> => (made ??= makeSigners(['partner-2024-rsa', 'partner-2025-ec', 'warehouse']))

/** A second key of each kind, in the policy of each case as well. */
let madeSecond: Record<Alg, Signer> | null = null
const secondSigners = (): Record<Alg, Signer> =>
  (madeSecond ??= makeSigners(['partner-2026-rsa', 'partner-2027-ec', 'warehouse-2']))

const pinned = ({ kid, alg, key }: Signer): Json => ({ kid, alg, key })

interface Stage {
  now: number
  policy: Json
  claims: Json
}

function aStage(random: Random): Stage {
  const now = random.integer(1_750_000_000, 1_790_000_000)
  const [issuer, audience] = [
    `https://id.partner-${random.integer(10, 99)}.example`,
    `https://api.shop-${random.integer(10, 99)}.example`,
  ]
  const keys = random.shuffle(algs.flatMap((alg) => [signers()[alg], secondSigners()[alg]])).map(pinned)
  const claims = {
    iss: issuer,
    aud: audience,
    sub: `courier-${random.integer(100, 999)}`,
    iat: now - 30,
    exp: now + 270,
  }
  return { now, claims, policy: { keys, issuer, audience, now, leeway: 60 } }
}

const b64 = (data: string | Uint8Array): string => Buffer.from(data).toString('base64url')
const headerOf = (alg: Alg, more: Json = {}): Json => ({ alg, typ: 'at+jwt', kid: signers()[alg].kid, ...more })

function signatureOf({ alg, private: key }: Pick<Signer, 'alg' | 'private'>, text: string): Buffer {
  if (Buffer.isBuffer(key)) return createHmac('sha256', key).update(text).digest()
  return sign('sha256', Buffer.from(text), { key, ...(alg === 'ES256' ? { dsaEncoding: 'ieee-p1363' as const } : {}) })
}

/** A token that is signed by whoever `signer` is. */
function tokenOf(header: Json | string, claims: Json | string, signer: Pick<Signer, 'alg' | 'private'>): string {
  const text = [header, claims].map((part) => b64(typeof part === 'string' ? part : JSON.stringify(part))).join('.')
  return `${text}.${b64(signatureOf(signer, text))}`
}

/** A right token, but for what is changed in it. */
const tokenWith = (
  stage: Stage,
  alg: Alg,
  { header = {}, claims = {} }: { header?: Json; claims?: Json } = {},
): string => tokenOf({ ...headerOf(alg), ...header }, { ...stage.claims, ...claims }, signers()[alg])

type Desk = Pick<Fixtures, 'subject' | 'random' | 'transcript' | 'evidence'>

interface Place {
  stage: Stage
  /** What is compared, in words that are the same in each run. */
  what: string
}

/** `accepted`, a code, or what came instead. The transcript shows the token as it reads decoded. */
async function verdictOf(
  { subject, transcript, evidence }: Desk,
  token: string,
  { stage, what }: Place,
): Promise<string> {
  transcript('token', `${what}: ${readable(token)}`)
  const verdict = (await subject.call('verifyToken', [token, stage.policy], { quiet: true })) as {
    ok?: unknown
    code?: unknown
  } | null
  const end =
    verdict?.ok === true
      ? 'accepted'
      : verdict?.ok === false && typeof verdict.code === 'string'
        ? verdict.code
        : `no verdict: ${JSON.stringify(verdict)}`
  transcript('verdict', end)
  evidence('verdict', end)
  return end
}

function readable(token: string): string {
  const [header = '', claims = '', signature, ...rest] = token.split('.')
  if (signature === undefined || rest.length > 0) return JSON.stringify(token.slice(0, 80))
  const [head, body] = [header, claims].map((segment) => Buffer.from(segment, 'base64url').toString().slice(0, 200))
  return `${head} . ${body} . ${signature === '' ? '(nothing)' : `${signature.slice(0, 8)}…`}`
}

async function expectVerdict(desk: Desk, token: string, at: Place, expected: string): Promise<void> {
  expect(await verdictOf(desk, token, at), at.what).toBe(expected)
}

/** What matters most of a forged token is that it does not get in. */
async function expectRefused(desk: Desk, token: string, at: Place): Promise<void> {
  const end = await verdictOf(desk, token, at)
  expect(codes.includes(end) ? 'refused' : end, at.what).toBe('refused')
}

async function expectAccepted(desk: Desk & Pick<Fixtures, 'requirement'>, alg: Alg): Promise<void> {
  const { subject, random, evidence, requirement } = desk
  const stage = aStage(random)
  const claims = {
    ...stage.claims,
    scope: 'parcels:read',
    n: random.integer(1, 99),
    name: 'Zoë 📦',
    deep: { none: null },
  }
  const token = tokenOf(headerOf(alg), claims, signers()[alg])
  const verdict = (await subject.call('verifyToken', [token, stage.policy])) as { code?: unknown; claims?: unknown }
  evidence('verdict', String(verdict?.code))
  requirement(verdict?.code === 'MALFORMED' ? 1 : 4)
  expect(verdict, `verdict on a right token, signed with ${alg}`).toMatchObject({ ok: true, claims })
  expect(verdict.claims, 'the claims').toEqual(claims)
  // Signed is what was sent, its blanks included.
  const spaced = tokenOf(JSON.stringify(headerOf(alg), null, 2), ` ${JSON.stringify(claims, null, 1)}`, signers()[alg])
  await expectVerdict(
    desk,
    spaced,
    { stage, what: `verdict on a token whose JSON has blanks in it, signed with ${alg}` },
    'accepted',
  )
}

test(
  'right tokens are accepted, signed with RS256 and with HS256',
  { meta: { id: 'accepts-rs256-hs256', group: 'valid', covers: [1, 4] } },
  async ({ subject, random, transcript, evidence, requirement }) => {
    await expectAccepted({ subject, random, transcript, evidence, requirement }, 'RS256')
    await expectAccepted({ subject, random, transcript, evidence, requirement }, 'HS256')
  },
)

test(
  'a right token is accepted, signed with ES256',
  { meta: { id: 'accepts-es256', group: 'valid', covers: [1, 4] } },
  async ({ subject, random, transcript, evidence, requirement }) =>
    expectAccepted({ subject, random, transcript, evidence, requirement }, 'ES256'),
)

test(
  'a changed claim under the old signature is refused',
  { meta: { id: 'changed-claim', group: 'forged', gate: true, covers: [4] } },
  async ({ subject, random, transcript, evidence }) => {
    const desk = { subject, random, transcript, evidence }
    const stage = aStage(random)
    for (const alg of algs) {
      const [header, , signature] = tokenWith(stage, alg).split('.')
      const claims = b64(JSON.stringify({ ...stage.claims, sub: 'admin' }))
      await expectRefused(desk, [header, claims, signature].join('.'), { stage, what: 'a changed claim' })
      await expectRefused(desk, [header, claims, ''].join('.'), {
        stage,
        what: 'a changed claim without a signature',
      })
    }
  },
)

test(
  'a token that says it needs no signature is refused',
  { meta: { id: 'alg-none', group: 'forged', gate: true, covers: [3] } },
  async ({ subject, random, transcript, evidence }) => {
    const desk = { subject, random, transcript, evidence }
    const stage = aStage(random)
    for (const none of ['none', 'None', 'nOnE', '']) {
      const { kid } = signers()[random.pick(algs)]
      const token = `${b64(JSON.stringify({ alg: none, typ: 'at+jwt', kid }))}.${b64(JSON.stringify(stage.claims))}.`
      await expectRefused(desk, token, { stage, what: 'a token with an alg like none' })
    }
  },
)

test(
  'the public RSA key is not a secret for HS256',
  { meta: { id: 'public-key-as-secret', group: 'forged', gate: true, covers: [3] } },
  async ({ subject, random, transcript, evidence }) => {
    const desk = { subject, random, transcript, evidence }
    const stage = aStage(random)
    for (const alg of ['RS256', 'ES256'] as const) {
      const { kid, key } = signers()[alg]
      const bare = key.replaceAll(/-----[A-Z ]+-----|\s/g, '')
      for (const secret of [
        Buffer.from(key),
        Buffer.from(key.trim()),
        Buffer.from(key, 'base64url'),
        Buffer.from(bare),
        Buffer.from(bare, 'base64'),
      ]) {
        const forged = { alg: 'HS256' as const, private: secret }
        const token = tokenOf({ alg: 'HS256', typ: 'at+jwt', kid }, { ...stage.claims, sub: 'admin' }, forged)
        await expectRefused(desk, token, { stage, what: 'HS256 with a public key as the secret' })
      }
    }
  },
)

test(
  'a key that comes with the token is not used',
  { meta: { id: 'key-in-header', group: 'forged', gate: true, covers: [2, 4] } },
  async ({ subject, random, transcript, evidence }) => {
    const desk = { subject, random, transcript, evidence }
    const stage = aStage(random)
    const own = pair('ec')
    const jwk = createPublicKey(own.key).export({ format: 'jwk' })
    for (const more of [
      { jwk },
      { jku: 'https://evil.example/keys.json' },
      { x5u: 'https://evil.example/cert.pem' },
      { key: own.key },
    ]) {
      const token = tokenOf(
        headerOf('ES256', more),
        { ...stage.claims, sub: 'admin' },
        { alg: 'ES256', private: own.private },
      )
      await expectRefused(desk, token, {
        stage,
        what: 'a token signed with a key in its header',
      })
    }
  },
)

test(
  'key, algorithm and signature are asked for in this order',
  { meta: { id: 'codes-in-order', group: 'forged', covers: [2, 3, 4] } },
  async ({ subject, random, transcript, evidence, requirement }) => {
    const desk = { subject, random, transcript, evidence }
    const stage = aStage(random)
    const [rsa, old] = [signers().RS256, { exp: stage.now - 9999 }]
    const wrong: [string, string, string][] = [
      ['an unknown kid, alg none and no signature', `${b64('{"alg":"none","kid":"x"}')}.${b64('{}')}.`, 'UNKNOWN_KEY'],
      [
        'alg none and no signature',
        `${b64(JSON.stringify({ alg: 'none', kid: rsa.kid }))}.${b64('{}')}.`,
        'ALG_NOT_ALLOWED',
      ],
      [
        'HS256 for the RSA key',
        tokenOf(headerOf('RS256', { alg: 'HS256' }), stage.claims, signers().HS256),
        'ALG_NOT_ALLOWED',
      ],
      ['no alg', tokenOf(headerOf('RS256', { alg: undefined }), stage.claims, rsa), 'ALG_NOT_ALLOWED'],
      [
        'an expired token that somebody else signed',
        tokenOf(headerOf('ES256'), { ...stage.claims, ...old }, { alg: 'ES256', private: pair('ec').private }),
        'BAD_SIGNATURE',
      ],
    ]
    for (const [what, token, code] of wrong) {
      requirement(codes.indexOf(code) + 1)
      await expectVerdict(desk, token, { stage, what }, code)
    }
  },
)

test(
  'a key that is not in the policy is unknown, whatever its name',
  { meta: { id: 'unknown-kid', group: 'forged', covers: [2] } },
  async ({ subject, random, transcript, evidence }) => {
    const desk = { subject, random, transcript, evidence }
    const stage = aStage(random)
    const { kid } = signers().HS256
    for (const other of [
      undefined,
      null,
      'partner-1999',
      '../../warehouse',
      'https://evil.example/key',
      '',
      `${kid} `,
      kid.toUpperCase(),
      '__proto__',
      'constructor',
      0,
      [kid],
      { kid },
    ]) {
      const token = tokenOf({ alg: 'HS256', typ: 'at+jwt', kid: other }, stage.claims, signers().HS256)
      await expectVerdict(desk, token, { stage, what: 'an unknown kid' }, 'UNKNOWN_KEY')
    }
  },
)

test(
  'an ES256 signature in the form of another standard is refused',
  { meta: { id: 'der-refused', group: 'forged', covers: [4] } },
  async ({ subject, random, transcript, evidence }) => {
    const desk = { subject, random, transcript, evidence }
    const stage = aStage(random)
    const { private: key } = signers().ES256
    const text = tokenWith(stage, 'ES256').split('.').slice(0, 2).join('.')
    const der = sign('sha256', Buffer.from(text), key as KeyObject)
    await expectVerdict(
      desk,
      `${text}.${b64(der)}`,
      { stage, what: 'verdict on an ES256 signature in DER' },
      'BAD_SIGNATURE',
    )
    const raw = signatureOf(signers().ES256, text)
    await expectVerdict(
      desk,
      `${text}.${b64(raw.subarray(0, 63))}`,
      { stage, what: 'verdict on an ES256 signature of 63 bytes' },
      'BAD_SIGNATURE',
    )
    // The same two numbers, with a zero in front of one or both.
    const [r, s, zero] = [raw.subarray(0, 32), raw.subarray(32), Buffer.alloc(1)]
    for (const halves of [
      [r, zero, s],
      [zero, r, s],
      [zero, r, zero, s],
      [r, s, zero],
    ])
      await expectVerdict(
        desk,
        `${text}.${b64(Buffer.concat(halves))}`,
        { stage, what: 'verdict on an ES256 signature of more than 64 bytes' },
        'BAD_SIGNATURE',
      )
  },
)

test(
  'a token is good until exp and a minute more',
  { meta: { id: 'expiry', group: 'claims', gate: true, covers: [5] } },
  async ({ subject, random, transcript, evidence }) => {
    const desk = { subject, random, transcript, evidence }
    const stage = aStage(random)
    const { now } = stage
    const alg = random.pick(algs)
    const ends = [
      ['an exp within the leeway', now - 59, 'accepted'],
      ['an exp that is over', now - 61, 'EXPIRED'],
      ['an exp that is over', now - 31_536_000, 'EXPIRED'],
      ['an exp that is missing or no number', undefined, 'EXPIRED'],
      ['an exp that is missing or no number', null, 'EXPIRED'],
      ['an exp that is missing or no number', String(now + 270), 'EXPIRED'],
    ] as const
    for (const [what, exp, expected] of ends)
      await expectVerdict(desk, tokenWith(stage, alg, { claims: { exp } }), { stage, what }, expected)
  },
)

test(
  'a token is not good before nbf, but for a minute',
  { meta: { id: 'not-before', group: 'claims', covers: [6] } },
  async ({ subject, random, transcript, evidence }) => {
    const desk = { subject, random, transcript, evidence }
    const stage = aStage(random)
    const starts = [
      ['an nbf within the leeway', 59, 'accepted'],
      ['an nbf to come', 61, 'NOT_YET_VALID'],
      ['an nbf that is past', -3600, 'accepted'],
    ] as const
    for (const [what, seconds, expected] of starts) {
      await expectVerdict(
        desk,
        tokenWith(stage, random.pick(algs), { claims: { nbf: stage.now + seconds } }),
        { stage, what },
        expected,
      )
    }
  },
)

test(
  'another issuer is refused, also one that looks alike',
  { meta: { id: 'issuer', group: 'claims', covers: [7] } },
  async ({ subject, random, transcript, evidence }) => {
    const desk = { subject, random, transcript, evidence }
    const stage = aStage(random)
    const issuer = String(stage.policy['issuer'])
    const refused: [string, unknown][] = [
      ['another issuer', 'https://id.other.example'],
      ['an issuer that begins with ours', `${issuer}.evil.example`],
      ['an issuer that begins with ours', `${issuer}/`],
      ['an issuer that is nearly ours', issuer.toUpperCase()],
      ['an issuer that is nearly ours', issuer.slice(0, -1)],
      ['an issuer that is missing or no text', undefined],
      ['an issuer that is missing or no text', [issuer]],
      ['an issuer that is nearly ours', ''],
    ]
    for (const [what, iss] of refused) {
      await expectVerdict(desk, tokenWith(stage, random.pick(algs), { claims: { iss } }), { stage, what }, 'BAD_ISSUER')
    }
  },
)

test(
  'a token for another service is refused; one for several is good for each',
  { meta: { id: 'audience', group: 'claims', gate: true, covers: [8] } },
  async ({ subject, random, transcript, evidence }) => {
    const desk = { subject, random, transcript, evidence }
    const stage = aStage(random)
    const audience = String(stage.policy['audience'])
    const other = 'https://mail.example'
    const refused = [
      other,
      `${audience}/v2`,
      `${audience}.evil.example`,
      audience.slice(0, -1),
      audience.toUpperCase(),
      undefined,
      null,
      '',
      [],
      [other],
      [`${audience}/v2`, other],
      [[audience]],
    ]
    for (const aud of refused) {
      await expectVerdict(
        desk,
        tokenWith(stage, random.pick(algs), { claims: { aud } }),
        { stage, what: 'an audience that is not ours' },
        'BAD_AUDIENCE',
      )
    }
    for (const aud of [[audience], [other, audience]]) {
      await expectVerdict(
        desk,
        tokenWith(stage, random.pick(algs), { claims: { aud } }),
        { stage, what: 'an audience of several' },
        'accepted',
      )
    }
  },
)

test(
  'a token of another kind is refused',
  { meta: { id: 'type', group: 'claims', covers: [9] } },
  async ({ subject, random, transcript, evidence }) => {
    const desk = { subject, random, transcript, evidence }
    const stage = aStage(random)
    for (const typ of ['logout+jwt', 'secevent+jwt', undefined, '']) {
      await expectVerdict(
        desk,
        tokenWith(stage, random.pick(algs), { header: { typ } }),
        { stage, what: 'a token of another kind' },
        'BAD_TYPE',
      )
    }
    await expectVerdict(
      desk,
      tokenWith(stage, random.pick(algs), { header: { typ: 'JWT' } }),
      { stage, what: 'a token of the type JWT' },
      'accepted',
    )
  },
)

/** The same bytes, spelled with unused bits that are not zero. */
function otherSpelling(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return token.slice(0, -1) + alphabet[alphabet.indexOf(token.at(-1) ?? 'A') + 1]
}

test(
  'what is no token of three Base64url segments is malformed',
  { meta: { id: 'malformed', group: 'parsing', covers: [1] } },
  async ({ subject, random, transcript, evidence }) => {
    const desk = { subject, random, transcript, evidence }
    const stage = aStage(random)
    const token = tokenWith(stage, 'ES256')
    const [header = '', claims = '', signature = ''] = token.split('.')
    const wrong: [string, string][] = [
      ['an empty text', ''],
      ['two segments', `${header}.${claims}`],
      ['four segments', `${token}.${signature}`],
      ['a blank or line break around it', `${token} `],
      ['a blank or line break around it', `\n${token}`],
      ['padding', `${header}.${claims}.${signature}==`],
      [
        'the alphabet of plain Base64',
        tokenOf(headerOf('ES256'), { ...stage.claims, note: 'ÿÿÿÿÿÿ' }, signers().ES256)
          .replaceAll('_', '/')
          .replaceAll('-', '+'),
      ],
      ['another spelling of the same signature', otherSpelling(token)],
      ['a header that is no JSON', tokenOf('{alg:RS256}', stage.claims, signers().RS256)],
      ['a header that is a list', tokenOf(JSON.stringify([headerOf('RS256')]), stage.claims, signers().RS256)],
      ['a payload that is a text', tokenOf(headerOf('RS256'), '"admin"', signers().RS256)],
      ['a payload that is null', tokenOf(headerOf('RS256'), 'null', signers().RS256)],
      ['more than 8192 characters', tokenWith(stage, 'HS256', { claims: { note: 'x'.repeat(7000) } })],
    ]
    for (const [what, text] of wrong) await expectVerdict(desk, text, { stage, what: what }, 'MALFORMED')
  },
)

test(
  'whatever comes in, a verdict comes out',
  { meta: { id: 'never-throws', group: 'parsing', covers: [1, 10] } },
  async ({ subject, random, transcript }) => {
    const stage = aStage(random)
    const texts = Array.from({ length: 150 }, () => garbled(tokenWith(stage, random.pick(['RS256', 'HS256'])), random))
    const odd = [
      'null',
      '[]',
      '7',
      '"x"',
      '{}',
      '{"kid":null}',
      '{"alg":{"a":1},"kid":["x"]}',
      '{"kid":"warehouse"}',
      '{"alg":"HS256","kid":"warehouse","typ":{}}',
      `${'['.repeat(3000)}`,
    ]
    texts.push(
      ...odd.flatMap((part) => [
        tokenOf(part, stage.claims, signers().HS256),
        tokenOf(headerOf('HS256'), part, signers().HS256),
      ]),
    )
    // Here some are right tokens: as `nbf: 0`.
    const ofAnyKind: string[] = []
    const kinds = [null, true, false, 0, -1, 1.5, '', [], {}, [[]], [null], { a: 1 }, 'x'.repeat(500), 1e20]
    for (const kind of kinds) {
      for (const name of ['exp', 'nbf', 'iss', 'aud'])
        ofAnyKind.push(tokenWith(stage, 'HS256', { claims: { [name]: kind } }))
      for (const name of ['kid', 'alg', 'typ']) ofAnyKind.push(tokenWith(stage, 'HS256', { header: { [name]: kind } }))
    }
    // Any verdict will do for these: parsers have limits of their own.
    const atLimits = [
      `{"deep":${'['.repeat(2500)}${']'.repeat(2500)}}`,
      `${'{"a":'.repeat(900)}1${'}'.repeat(900)}`,
      `{"exp":${'9'.repeat(5000)}}`,
      '{"exp":1e999}',
      '{"exp":-1e999,"nbf":1e999}',
      `{"nbf":-${'9'.repeat(400)}}`,
      `{"exp":1${'0'.repeat(400)}.5}`,
    ].flatMap((part) => [
      tokenOf(part, stage.claims, signers().HS256),
      tokenOf(headerOf('HS256'), part, signers().HS256),
      tokenOf(headerOf('HS256'), `${JSON.stringify(stage.claims).slice(0, -1)},${part.slice(1)}`, signers().HS256),
    ])
    const mayHold = new Set([...ofAnyKind, ...atLimits])
    texts.push(...mayHold)
    transcript('called', `verifyToken with ${texts.length} texts, most of them garbled tokens`)
    for (const text of texts) {
      const end = await subject.call('verifyToken', [text, stage.policy], { quiet: true }).then(
        (verdict) => verdict as { ok?: unknown; code?: unknown } | null,
        (error: Error) => ({ ok: error.message, code: undefined }),
      )
      const refused = end?.ok === false && codes.includes(String(end.code))
      const isVerdict = refused || (end?.ok === true && mayHold.has(text))
      if (!isVerdict) transcript('token', readable(text))
      expect(isVerdict ? 'a verdict' : end, 'verdict on one of them').toBe('a verdict')
    }
  },
)

/** A token with one to three characters changed, left out or put in. */
function garbled(token: string, random: Random): string {
  let text = token
  for (let changes = random.integer(1, 3); changes > 0; changes--) {
    const at = random.integer(0, text.length - 1)
    text =
      text.slice(0, at) +
      random.pick(['', '.', 'A', '{', ' ', 'é', '\u0000', '-', '=']) +
      text.slice(at + random.integer(0, 1))
  }
  return text === token ? `${token}.` : text
}

test(
  'the keys, the time and the leeway are those of the call, however often it is asked',
  { meta: { id: 'policy-decides', group: 'valid', covers: [2, 4, 5] } },
  async ({ subject, random, transcript, evidence, requirement }) => {
    const desk = { subject, random, transcript, evidence }
    const stage = aStage(random)
    const withPolicy = (more: Json): Stage => ({ ...stage, policy: { ...stage.policy, ...more } })
    for (const alg of algs) {
      const [first, second] = [signers()[alg], secondSigners()[alg]]
      const token = tokenWith(stage, alg)
      const ask = (more: Json, what: string, expected: string) =>
        expectVerdict(desk, token, { stage: withPolicy(more), what }, expected)
      requirement(4)
      await ask({}, 'the same token again', 'accepted')
      await ask({}, 'the same token again', 'accepted')
      await ask(
        { keys: [{ ...pinned(second), kid: first.kid }] },
        'a policy with another key of this name',
        'BAD_SIGNATURE',
      )
      requirement(2)
      await ask({ keys: [pinned(second)] }, 'a policy without the key', 'UNKNOWN_KEY')
      await ask({ keys: [] }, 'a policy without the key', 'UNKNOWN_KEY')
      requirement(5)
      await ask({ now: stage.now + 270, leeway: 0 }, 'a policy without leeway', 'accepted')
      await ask({ now: stage.now + 271, leeway: 0 }, 'a policy without leeway', 'EXPIRED')
      await ask({ now: stage.now + 3000, leeway: 3600 }, 'a policy with an hour of leeway', 'accepted')
      requirement(4)
      await ask({}, 'the same token again', 'accepted')
    }
  },
)

/** An ES256 token of which the signature looks like `wanted`: its halves are numbers of any size. */
function es256Where(stage: Stage, wanted: (signature: Buffer) => boolean): string {
  const [header = '', claims = ''] = tokenWith(stage, 'ES256').split('.')
  for (;;) {
    const signature = signatureOf(signers().ES256, `${header}.${claims}`)
    if (wanted(signature)) return [header, claims, b64(signature)].join('.')
  }
}

test(
  'right signatures are accepted whatever bytes they or the secret begin with',
  { meta: { id: 'signatures-of-all-forms', group: 'valid', covers: [4] } },
  async ({ subject, random, transcript, evidence }) => {
    const desk = { subject, random, transcript, evidence }
    const stage = aStage(random)
    const forms: ((signature: Buffer) => boolean)[] = [
      (signature) => signature[0] === 0,
      (signature) => signature[32] === 0,
      (signature) => (signature[0] ?? 0) > 127 && (signature[32] ?? 0) > 127,
      (signature) => (signature[0] ?? 0) < 128 && (signature[32] ?? 0) < 128,
    ]
    for (const form of forms)
      await expectVerdict(desk, es256Where(stage, form), { stage, what: 'a right ES256 signature' }, 'accepted')
    for (const length of [32, 33, 34, 35, 47, 64, 65, 100]) {
      const signer: Signer = { kid: 'short', alg: 'HS256', ...secretOf(length) }
      const own = { ...stage, policy: { ...stage.policy, keys: [pinned(signer)] } }
      const token = tokenOf({ alg: 'HS256', typ: 'JWT', kid: 'short' }, stage.claims, signer)
      await expectVerdict(desk, token, { stage: own, what: 'a right HS256 signature' }, 'accepted')
    }
    for (const bytes of ['fbefbe', 'ffffff', '00', 'fbff0a']) {
      const secret = Buffer.from(bytes.repeat(32), 'hex')
      const signer: Signer = { kid: 'odd', alg: 'HS256', private: secret, key: secret.toString('base64url') }
      const own = { ...stage, policy: { ...stage.policy, keys: [pinned(signer)] } }
      const token = tokenOf({ alg: 'HS256', typ: 'JWT', kid: 'odd' }, stage.claims, signer)
      await expectVerdict(desk, token, { stage: own, what: 'a right HS256 signature' }, 'accepted')
    }
  },
)

test(
  'another key of the same kind is another key',
  { meta: { id: 'second-key', group: 'forged', gate: true, covers: [2, 4] } },
  async ({ subject, random, transcript, evidence, requirement }) => {
    const desk = { subject, random, transcript, evidence }
    const stage = aStage(random)
    for (const alg of algs) {
      const [first, second] = [signers()[alg], secondSigners()[alg]]
      for (const [named, signer, expected] of [
        [first, second, 'BAD_SIGNATURE'],
        [second, first, 'BAD_SIGNATURE'],
        [second, second, 'accepted'],
        [first, first, 'accepted'],
      ] as const) {
        const token = tokenOf({ alg, typ: 'at+jwt', kid: named.kid }, stage.claims, signer)
        requirement(expected === 'accepted' ? 2 : 4)
        const what = expected === 'accepted' ? 'a right token' : 'a token that another key of the policy signed'
        await expectVerdict(desk, token, { stage, what }, expected)
      }
    }
  },
)

/** Signatures that are nearly right: of another length, order, text or method. */
function nearSignatures(alg: Alg, text: string): Buffer[] {
  const signer = signers()[alg]
  const right = signatureOf(signer, text)
  const flipped = (at: number): Buffer => Buffer.from(right.map((byte, i) => (i === at ? byte ^ 1 : byte)))
  const [header = '', claims = ''] = text.split('.')
  const decoded = [header, claims].map((segment) => Buffer.from(segment, 'base64url').toString())
  return [
    right.subarray(0, -1),
    right.subarray(1),
    right.subarray(0, right.length / 2),
    Buffer.concat([right, Buffer.alloc(1)]),
    Buffer.concat([Buffer.alloc(1), right]),
    Buffer.concat([right, right]),
    flipped(0),
    flipped(right.length - 1),
    Buffer.alloc(right.length),
    Buffer.alloc(right.length, 255),
    Buffer.from(right.toString('hex')),
    ...[claims, header, decoded.join('.'), `${text}.`, `${claims}.${header}`].map((other) =>
      signatureOf(signer, other),
    ),
    ...otherMethods(signer, right, text),
  ]
}

function otherMethods({ alg, private: key }: Signer, right: Buffer, text: string): Buffer[] {
  const data = Buffer.from(text)
  if (Buffer.isBuffer(key)) {
    return ['sha1', 'sha384', 'sha512'].map((hash) => createHmac(hash, key).update(text).digest())
  }
  if (alg === 'RS256') {
    const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
    return [sign('sha256', data, pss), sign('sha1', data, key), sign('sha512', data, key)]
  }
  const [r, s, nothing, zero] = [right.subarray(0, 32), right.subarray(32), Buffer.alloc(32), Buffer.alloc(1)]
  return [
    ...[[s, r] as const, [nothing, s] as const, [r, nothing] as const].map((halves) => Buffer.concat(halves)),
    Buffer.concat([zero, r, zero, s]),
    Buffer.concat([zero, zero, r, zero, zero, s]),
    sign('sha512', data, { key, dsaEncoding: 'ieee-p1363' }),
  ]
}

test(
  'a signature that is nearly right is wrong',
  { meta: { id: 'near-signatures', group: 'forged', gate: true, covers: [4] } },
  async ({ subject, random, transcript, evidence }) => {
    const desk = { subject, random, transcript, evidence }
    const stage = aStage(random)
    for (const alg of algs) {
      const text = tokenWith(stage, alg).split('.').slice(0, 2).join('.')
      for (const signature of nearSignatures(alg, text))
        await expectVerdict(
          desk,
          `${text}.${b64(signature)}`,
          { stage, what: 'a signature that is nearly right' },
          'BAD_SIGNATURE',
        )
      await expectVerdict(desk, `${text}.`, { stage, what: 'a token without a signature' }, 'BAD_SIGNATURE')
    }
  },
)

test(
  'a header under the signature of another one is refused',
  { meta: { id: 'changed-header', group: 'forged', gate: true, covers: [4] } },
  async ({ subject, random, transcript, evidence }) => {
    const desk = { subject, random, transcript, evidence }
    const stage = aStage(random)
    for (const alg of algs) {
      const [, claims, signature] = tokenWith(stage, alg).split('.')
      for (const header of [{ typ: 'JWT' }, { more: 1 }, { kid: secondSigners()[alg].kid }]) {
        const token = [b64(JSON.stringify(headerOf(alg, header))), claims, signature].join('.')
        await expectVerdict(desk, token, { stage, what: 'a changed header' }, 'BAD_SIGNATURE')
      }
    }
  },
)

test(
  'an algorithm that is not the one of the key is refused, whoever signed',
  { meta: { id: 'near-algs', group: 'forged', covers: [3] } },
  async ({ subject, random, transcript, evidence }) => {
    const desk = { subject, random, transcript, evidence }
    const stage = aStage(random)
    for (const alg of algs) {
      const others: unknown[] = [...algs, 'RS384', 'RS512', 'PS256', 'ES384', 'HS384', 'HS512', 'EdDSA', 'none']
      const near: unknown[] = [
        alg.toLowerCase(),
        ` ${alg}`,
        `${alg} `,
        alg.slice(0, -1),
        `${alg}0`,
        [alg],
        { [alg]: 1 },
      ]
      for (const other of [...others, ...near, '', null, true, 0, 256, undefined]) {
        if (other === alg) continue
        const token = tokenWith(stage, alg, { header: { alg: other } })
        await expectVerdict(desk, token, { stage, what: 'an alg that is not the one of the key' }, 'ALG_NOT_ALLOWED')
      }
    }
  },
)

test(
  'the name of a key is compared letter for letter, and as the text it is',
  { meta: { id: 'near-kids', group: 'forged', covers: [2] } },
  async ({ subject, random, transcript, evidence }) => {
    const desk = { subject, random, transcript, evidence }
    const stage = aStage(random)
    const near: [string, unknown[]][] = [
      ['7', [7, '07', ' 7', '7 ', '7.0', '7\u0000', ['7'], '٧']],
      ['schlüssel', ['schlüssel'.normalize('NFD'), 'schlussel', 'SCHLÜSSEL', 'schlüsse', 'schlüssel1']],
      ['null', [null, undefined, 'Null', [null], false]],
      ['true', [true, 'True', 1]],
      ['', [null, undefined, ' ', false, 0, []]],
      ['a.b', ['a', 'b', 'aXb', 'a.b.c']],
    ]
    for (const [kid, others] of near) {
      const signer = { ...signers().HS256, kid }
      const own = { ...stage, policy: { ...stage.policy, keys: [pinned(signer)] } }
      const tokenFor = (named: unknown): string =>
        tokenOf({ alg: 'HS256', typ: 'JWT', kid: named }, stage.claims, signer)
      await expectVerdict(desk, tokenFor(kid), { stage: own, what: 'a kid as it stands in the policy' }, 'accepted')
      for (const other of others)
        await expectVerdict(desk, tokenFor(other), { stage: own, what: 'an unknown kid' }, 'UNKNOWN_KEY')
    }
  },
)

test(
  'exp and nbf are numbers, and count to the second and its fractions',
  { meta: { id: 'times-at-limits', group: 'claims', covers: [5, 6] } },
  async ({ subject, random, transcript, evidence, requirement }) => {
    const desk = { subject, random, transcript, evidence }
    const stage = aStage(random)
    const { now } = stage
    const early = { ...stage, policy: { ...stage.policy, now: 20 } }
    const noNumbers = ['', '0', 'soon', [], {}, [now + 9], { a: now }]
    const ask = (claims: Json, what: string, expected: string, at = stage) =>
      expectVerdict(desk, tokenWith(stage, random.pick(algs), { claims }), { stage: at, what }, expected)

    requirement(5)
    for (const exp of [now - 60, now - 59.5, now - 60 + 0.25, now + 0.5, 4e9, 1e15])
      await ask({ exp }, 'an exp within the leeway', 'accepted')
    for (const exp of [now - 60.5, now - 60.25, now - 61, 0, 0.5, -now, -1e15])
      await ask({ exp }, 'an exp that is over', 'EXPIRED')
    for (const exp of noNumbers) await ask({ exp }, 'an exp that is missing or no number', 'EXPIRED')
    for (const exp of [true, false]) await ask({ exp }, 'an exp that is true or false', 'EXPIRED', early)

    requirement(6)
    for (const nbf of [now + 60, now + 59.5, now + 0.5, 0, -5, -1e15])
      await ask({ nbf }, 'an nbf within the leeway', 'accepted')
    for (const nbf of [now + 60.5, now + 60.25, now + 61, 4e9, 1e15])
      await ask({ nbf }, 'an nbf to come', 'NOT_YET_VALID')
    for (const nbf of [null, ...noNumbers]) await ask({ nbf }, 'an nbf that is no number', 'NOT_YET_VALID')
    for (const nbf of [true, false]) await ask({ nbf }, 'an nbf that is true or false', 'NOT_YET_VALID')
  },
)

test(
  'issuer, audience and type are compared letter for letter',
  { meta: { id: 'near-claims', group: 'claims', covers: [7, 8, 9] } },
  async ({ subject, random, transcript, evidence, requirement }) => {
    const desk = { subject, random, transcript, evidence }
    const stage = aStage(random)
    const [issuer, audience] = [String(stage.policy['issuer']), String(stage.policy['audience'])]
    const near = (text: string): unknown[] => [
      ...[` ${text}`, `${text} `, `${text}\n`, `${text}\u0000`, text.replace('.', 'x'), text.slice(1), `x${text}`],
      ...[text.replace('https', 'HTTPS'), text.replace('https:', 'http:'), { [text]: true }, { 0: text, length: 1 }],
      ...[null, 0, true, {}, [[text]]],
    ]
    const ask = (changed: { header?: Json; claims?: Json }, what: string, expected: string) =>
      expectVerdict(desk, tokenWith(stage, random.pick(algs), changed), { stage, what }, expected)
    requirement(7)
    for (const iss of [...near(issuer), audience, [issuer]])
      await ask({ claims: { iss } }, 'an issuer that is nearly ours', 'BAD_ISSUER')
    requirement(8)
    const others = [
      ...near(audience),
      issuer,
      `${audience},x`,
      `x ${audience}`,
      [` ${audience}`],
      [audience.slice(0, -1)],
    ]
    for (const aud of others) await ask({ claims: { aud } }, 'an audience that is nearly ours', 'BAD_AUDIENCE')
    for (const aud of [
      [audience, audience],
      [null, 7, audience],
      [{}, [audience], audience, 'x'],
    ])
      await ask({ claims: { aud } }, 'an audience of several', 'accepted')
    requirement(9)
    const types = [
      'jwt',
      'Jwt',
      'AT+JWT',
      'at+JWT',
      'application/at+jwt',
      'at+jwt ',
      ' JWT',
      'JWTs',
      'at',
      'JWT,at+jwt',
    ]
    for (const typ of [...types, null, true, 0, ['JWT'], ['at+jwt', 'JWT'], { JWT: 1 }])
      await ask({ header: { typ } }, 'a token of another kind', 'BAD_TYPE')
  },
)

/** For each code a change that brings it about; several can be made to one token. */
interface Faults {
  header: Json
  claims: Json
  /** The signature is not the one of this token. */
  unsigned: boolean
  /** A sign that no segment may have. */
  garbled: boolean
}

function withFaults(stage: Stage, alg: Alg, wanted: string[]): string {
  const made: Faults = { header: headerOf(alg), claims: { ...stage.claims }, unsigned: false, garbled: false }
  const faults: Record<string, () => void> = {
    MALFORMED: () => (made.garbled = true),
    UNKNOWN_KEY: () => (made.header['kid'] = 'partner-1999'),
    ALG_NOT_ALLOWED: () => (made.header['alg'] = alg === 'HS256' ? 'RS256' : 'HS256'),
    BAD_SIGNATURE: () => (made.unsigned = true),
    EXPIRED: () => (made.claims['exp'] = stage.now - 61),
    NOT_YET_VALID: () => (made.claims['nbf'] = stage.now + 61),
    BAD_ISSUER: () => (made.claims['iss'] = 'https://id.other.example'),
    BAD_AUDIENCE: () => (made.claims['aud'] = ['https://mail.example']),
    BAD_TYPE: () => (made.header['typ'] = 'logout+jwt'),
  }
  for (const code of wanted) faults[code]?.()
  const signer = made.unsigned
    ? { alg, private: alg === 'HS256' ? randomBytes(32) : secondSigners()[alg].private }
    : signers()[alg]
  return tokenOf(made.header, made.claims, signer) + (made.garbled ? '=' : '')
}

test(
  'of several faults the first one counts, in the order of the contract',
  { meta: { id: 'first-fault-counts', group: 'claims', covers: [1, 2, 3, 4, 5, 6, 7, 8, 9] } },
  async ({ subject, random, transcript, evidence, requirement }) => {
    const desk = { subject, random, transcript, evidence }
    const stage = aStage(random)
    const ask = async (wanted: string[], what: string): Promise<void> => {
      const first = codes.find((code) => wanted.includes(code)) ?? ''
      requirement(codes.indexOf(first) + 1)
      await expectVerdict(desk, withFaults(stage, random.pick(algs), wanted), { stage, what }, first)
    }
    for (const code of codes) await ask([code], 'a token with one fault')
    for (const [i, first] of codes.entries())
      for (const second of codes.slice(i + 1)) await ask([first, second], 'a token with two faults')
    for (let i = 0; i < 30; i++)
      await ask(random.shuffle(codes).slice(0, random.integer(3, 9)), 'a token with several faults')
  },
)

/** A token of which one segment is changed as a text, and the signature made for the changed text. */
function spelled(stage: Stage, part: number, change: (segment: string) => string): string {
  const segments = tokenWith(stage, 'HS256').split('.')
  segments[part] = change(segments[part] ?? '')
  if (part < 2) segments[2] = b64(signatureOf(signers().HS256, segments.slice(0, 2).join('.')))
  return segments.join('.')
}

/** The JSON with as many blanks at its end that its last Base64url letter has unused bits. */
function withUnusedBits(json: Json): string {
  const text = JSON.stringify(json)
  return Buffer.byteLength(text) % 3 === 0 ? `${text} ` : text
}

test(
  'each segment has one spelling',
  { meta: { id: 'one-spelling', group: 'parsing', covers: [1] } },
  async ({ subject, random, transcript, evidence }) => {
    const desk = { subject, random, transcript, evidence }
    const stage = aStage(random)
    const changes: ((segment: string) => string)[] = [
      ...['=', '==', ' ', '\n', '\r\n', '\t', '\u0000', '+', '/', '*', 'é', 'Ａ', '٣', '%3D', '\u00a0', '😀'].map(
        (sign) => (segment: string) => segment + sign,
      ),
      ...[' ', '\n', '=', '~'].map((sign) => (segment: string) => sign + segment),
      ...[' ', '\n', '=', '!', ','].map(
        (sign) => (segment: string) => `${segment.slice(0, 5)}${sign}${segment.slice(5)}`,
      ),
      (segment) => segment + 'A'.repeat((5 - (segment.length % 4)) % 4 || 4),
    ]
    for (const part of [0, 1, 2]) {
      for (const change of changes)
        await expectVerdict(
          desk,
          spelled(stage, part, change),
          { stage, what: 'a segment in another spelling' },
          'MALFORMED',
        )
    }
    const texts = [withUnusedBits(headerOf('HS256')), withUnusedBits(stage.claims)].map(b64) as [string, string]
    for (const part of [0, 1]) {
      const segments = texts.map((segment, i) => (i === part ? otherSpelling(segment) : segment))
      const token = `${segments.join('.')}.${b64(signatureOf(signers().HS256, segments.join('.')))}`
      await expectVerdict(desk, token, { stage, what: 'a segment in another spelling' }, 'MALFORMED')
    }
  },
)

test(
  'header and payload are JSON objects, and nothing that some parsers take for one',
  { meta: { id: 'json-or-not', group: 'parsing', covers: [1] } },
  async ({ subject, random, transcript, evidence }) => {
    const desk = { subject, random, transcript, evidence }
    const stage = aStage(random)
    const ask = async (more: string, what: string): Promise<void> => {
      const [header, claims] = [headerOf('HS256'), stage.claims].map((part) => JSON.stringify(part).slice(0, -1))
      for (const [first, second] of [
        [`${header}${more}`, `${claims}}`],
        [`${header}}`, `${claims}${more}`],
      ] as const)
        await expectVerdict(desk, tokenOf(first, second, signers().HS256), { stage, what }, 'MALFORMED')
    }
    for (const value of ['NaN', 'Infinity', '-Infinity'])
      await ask(`,"x":${value}}`, 'a number that JSON does not know')
    for (const rest of ['', ',}', '}}', '} x', '},', '}/**/', ',"x"}', ',"x":}', ",'x':1}", ',x:1}', '}{}', '}\u0000'])
      await ask(rest, 'a text that is nearly JSON')
    for (const value of [
      '01',
      '.5',
      '5.',
      '+1',
      '0x1',
      '1_0',
      'True',
      'None',
      'undefined',
      '"\t"',
      '"\\x41"',
      '1e',
      '-',
    ])
      await ask(`,"x":${value}}`, 'a text that is nearly JSON')
    // As a text of UTF-8 these are letters with zeros between them.
    const sixteen = [(letter: string) => `${letter}\u0000`, (letter: string) => `\u0000${letter}`]
    for (const wide of sixteen) {
      const [header, claims] = [headerOf('HS256'), stage.claims].map((part) =>
        [...JSON.stringify(part)].map(wide).join(''),
      )
      for (const token of [
        tokenOf(header ?? '', stage.claims, signers().HS256),
        tokenOf(headerOf('HS256'), claims ?? '', signers().HS256),
      ])
        await expectVerdict(desk, token, { stage, what: 'JSON that is written in UTF-16' }, 'MALFORMED')
    }
    for (const part of ['', ' ', '[]', '[{}]', '"{}"', '7', 'true', 'null']) {
      const texts = [tokenOf(part, stage.claims, signers().HS256), tokenOf(headerOf('HS256'), part, signers().HS256)]
      for (const token of texts)
        await expectVerdict(desk, token, { stage, what: 'JSON that is no object' }, 'MALFORMED')
    }
  },
)

/** A right token of just so many characters. */
function tokenOfLength(stage: Stage, length: number): string {
  for (const more of ['', 'x', 'xx']) {
    for (let note = Math.floor(length * 0.6); note < length; note++) {
      const token = tokenWith(stage, 'HS256', { header: { more }, claims: { note: 'x'.repeat(note) } })
      if (token.length === length) return token
      if (token.length > length) break
    }
  }
  throw new Error(`no token of ${length} characters`)
}

test(
  'a token has three segments and at most 8192 characters',
  { meta: { id: 'shape-at-limits', group: 'parsing', covers: [1] } },
  async ({ subject, random, transcript, evidence }) => {
    const desk = { subject, random, transcript, evidence }
    const stage = aStage(random)
    for (const length of [8190, 8191, 8192])
      await expectVerdict(
        desk,
        tokenOfLength(stage, length),
        { stage, what: 'a token of at most 8192 characters' },
        'accepted',
      )
    for (const length of [8193, 8194, 9000])
      await expectVerdict(
        desk,
        tokenOfLength(stage, length),
        { stage, what: 'a token of more than 8192 characters' },
        'MALFORMED',
      )
    const token = tokenWith(stage, 'HS256')
    const [header, claims, signature] = token.split('.')
    const dots = [
      '.',
      '..',
      '...',
      `.${token}`,
      `${token}.`,
      `${header}..${claims}.${signature}`,
      `${header}..${signature}`,
    ]
    for (const text of [
      ...dots,
      `.${claims}.${signature}`,
      `${header}.${claims}`,
      `${header}`,
      `${token}.${token}`,
      'x',
    ])
      await expectVerdict(desk, text, { stage, what: 'a text of other than three segments' }, 'MALFORMED')
    for (const other of [
      `${header},${claims},${signature}`,
      `${header}。${claims}。${signature}`,
      `Bearer ${token}`,
      `"${token}"`,
    ])
      await expectVerdict(desk, other, { stage, what: 'a text of other than three segments' }, 'MALFORMED')
  },
)
