import { createHmac, createPublicKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
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

/** Made once for a run: an RSA pair takes a while. */
let made: Record<Alg, Signer> | null = null
function signers(): Record<Alg, Signer> {
  const secret = randomBytes(32)
  made ??= {
    RS256: { kid: 'partner-2024-rsa', alg: 'RS256', ...pair('rsa') },
    ES256: { kid: 'partner-2025-ec', alg: 'ES256', ...pair('ec') },
    HS256: { kid: 'warehouse', alg: 'HS256', private: secret, key: secret.toString('base64url') },
  }
  return made
}

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
  const keys = random.shuffle(algs).map((alg) => ({ kid: signers()[alg].kid, alg, key: signers()[alg].key }))
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

type Desk = Pick<Fixtures, 'subject' | 'random' | 'transcript'>

/** `accepted`, a code, or what came instead. The transcript shows the token as it reads decoded. */
async function verdictOf(
  { subject, transcript }: Desk,
  token: string,
  { stage, what }: { stage: Stage; what: string },
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
  return end
}

function readable(token: string): string {
  const [header = '', claims = '', signature, ...rest] = token.split('.')
  if (signature === undefined || rest.length > 0) return JSON.stringify(token.slice(0, 80))
  const [head, body] = [header, claims].map((segment) => Buffer.from(segment, 'base64url').toString().slice(0, 200))
  return `${head} . ${body} . ${signature === '' ? '(nothing)' : `${signature.slice(0, 8)}…`}`
}

async function expectVerdict(
  desk: Desk,
  token: string,
  at: { stage: Stage; what: string },
  expected: string,
): Promise<void> {
  expect(await verdictOf(desk, token, at), at.what).toBe(expected)
}

/** What matters most of a forged token is that it does not get in. */
async function expectRefused(desk: Desk, token: string, at: { stage: Stage; what: string }): Promise<void> {
  const end = await verdictOf(desk, token, at)
  expect(codes.includes(end) ? 'refused' : end, at.what).toBe('refused')
}

async function expectAccepted(desk: Desk, alg: Alg): Promise<void> {
  const { subject, random } = desk
  const stage = aStage(random)
  const claims = { ...stage.claims, scope: 'parcels:read', n: random.integer(1, 99), name: 'Zoë 📦' }
  const verdict = await subject.call('verifyToken', [tokenOf(headerOf(alg), claims, signers()[alg]), stage.policy])
  expect(verdict, `verdict on a right token, signed with ${alg}`).toMatchObject({ ok: true, claims })
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
  async ({ subject, random, transcript }) => {
    await expectAccepted({ subject, random, transcript }, 'RS256')
    await expectAccepted({ subject, random, transcript }, 'HS256')
  },
)

test(
  'a right token is accepted, signed with ES256',
  { meta: { id: 'accepts-es256', group: 'valid', covers: [1, 4] } },
  async ({ subject, random, transcript }) => expectAccepted({ subject, random, transcript }, 'ES256'),
)

test(
  'a changed claim under the old signature is refused',
  { meta: { id: 'changed-claim', group: 'forged', gate: true, covers: [4] } },
  async ({ subject, random, transcript }) => {
    const desk = { subject, random, transcript }
    const stage = aStage(random)
    for (const alg of algs) {
      const [header, , signature] = tokenWith(stage, alg).split('.')
      const claims = b64(JSON.stringify({ ...stage.claims, sub: 'admin' }))
      await expectRefused(desk, [header, claims, signature].join('.'), { stage, what: `${alg}: sub changed to admin` })
      await expectRefused(desk, [header, claims, ''].join('.'), {
        stage,
        what: `${alg}: sub changed, signature left out`,
      })
    }
  },
)

test(
  'a token that says it needs no signature is refused',
  { meta: { id: 'alg-none', group: 'forged', gate: true, covers: [3] } },
  async ({ subject, random, transcript }) => {
    const desk = { subject, random, transcript }
    const stage = aStage(random)
    for (const none of ['none', 'None', 'nOnE', '']) {
      const { kid } = signers()[random.pick(algs)]
      const token = `${b64(JSON.stringify({ alg: none, typ: 'at+jwt', kid }))}.${b64(JSON.stringify(stage.claims))}.`
      await expectRefused(desk, token, { stage, what: `alg ${JSON.stringify(none)} and an empty signature` })
    }
  },
)

test(
  'the public RSA key is not a secret for HS256',
  { meta: { id: 'public-key-as-secret', group: 'forged', gate: true, covers: [3] } },
  async ({ subject, random, transcript }) => {
    const desk = { subject, random, transcript }
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
        await expectRefused(desk, token, { stage, what: `HS256 with the public key of ${kid} as the secret` })
      }
    }
  },
)

test(
  'a key that comes with the token is not used',
  { meta: { id: 'key-in-header', group: 'forged', gate: true, covers: [2, 4] } },
  async ({ subject, random, transcript }) => {
    const desk = { subject, random, transcript }
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
        what: `signed with a key of the attacker, and ${Object.keys(more)[0]} in the header`,
      })
    }
  },
)

test(
  'key, algorithm and signature are asked for in this order',
  { meta: { id: 'codes-in-order', group: 'forged', covers: [2, 3, 4] } },
  async ({ subject, random, transcript }) => {
    const desk = { subject, random, transcript }
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
    for (const [what, token, code] of wrong) await expectVerdict(desk, token, { stage, what: what }, code)
  },
)

test(
  'a key that is not in the policy is unknown, whatever its name',
  { meta: { id: 'unknown-kid', group: 'forged', covers: [2] } },
  async ({ subject, random, transcript }) => {
    const desk = { subject, random, transcript }
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
      await expectVerdict(desk, token, { stage, what: `kid ${JSON.stringify(other) ?? 'left out'}` }, 'UNKNOWN_KEY')
    }
  },
)

test(
  'an ES256 signature in the form of another standard is refused',
  { meta: { id: 'der-refused', group: 'forged', covers: [4] } },
  async ({ subject, random, transcript }) => {
    const desk = { subject, random, transcript }
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
  },
)

test(
  'a token is good until exp and a minute more',
  { meta: { id: 'expiry', group: 'claims', gate: true, covers: [5] } },
  async ({ subject, random, transcript }) => {
    const desk = { subject, random, transcript }
    const stage = aStage(random)
    const { now } = stage
    const alg = random.pick(algs)
    const ends = [
      ['59 seconds ago', now - 59, 'accepted'],
      ['61 seconds ago', now - 61, 'EXPIRED'],
      ['a year ago', now - 31_536_000, 'EXPIRED'],
      ['left out', undefined, 'EXPIRED'],
      ['null', null, 'EXPIRED'],
      ['a text', String(now + 270), 'EXPIRED'],
    ] as const
    for (const [what, exp, expected] of ends)
      await expectVerdict(desk, tokenWith(stage, alg, { claims: { exp } }), { stage, what: `exp ${what}` }, expected)
  },
)

test(
  'a token is not good before nbf, but for a minute',
  { meta: { id: 'not-before', group: 'claims', covers: [6] } },
  async ({ subject, random, transcript }) => {
    const desk = { subject, random, transcript }
    const stage = aStage(random)
    const starts = [
      ['in 59 seconds', 59, 'accepted'],
      ['in 61 seconds', 61, 'NOT_YET_VALID'],
      ['an hour ago', -3600, 'accepted'],
    ] as const
    for (const [what, seconds, expected] of starts) {
      await expectVerdict(
        desk,
        tokenWith(stage, random.pick(algs), { claims: { nbf: stage.now + seconds } }),
        { stage, what: `nbf ${what}` },
        expected,
      )
    }
  },
)

test(
  'another issuer is refused, also one that looks alike',
  { meta: { id: 'issuer', group: 'claims', covers: [7] } },
  async ({ subject, random, transcript }) => {
    const desk = { subject, random, transcript }
    const stage = aStage(random)
    const issuer = String(stage.policy['issuer'])
    for (const iss of [
      `${issuer}.evil.example`,
      `${issuer}/`,
      issuer.toUpperCase(),
      issuer.slice(0, -1),
      undefined,
      [issuer],
      '',
    ]) {
      await expectVerdict(
        desk,
        tokenWith(stage, random.pick(algs), { claims: { iss } }),
        { stage, what: `iss ${JSON.stringify(iss) ?? 'left out'}` },
        'BAD_ISSUER',
      )
    }
  },
)

test(
  'a token for another service is refused; one for several is good for each',
  { meta: { id: 'audience', group: 'claims', gate: true, covers: [8] } },
  async ({ subject, random, transcript }) => {
    const desk = { subject, random, transcript }
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
        { stage, what: `aud ${JSON.stringify(aud) ?? 'left out'}` },
        'BAD_AUDIENCE',
      )
    }
    for (const aud of [[audience], [other, audience]]) {
      await expectVerdict(
        desk,
        tokenWith(stage, random.pick(algs), { claims: { aud } }),
        { stage, what: `aud ${JSON.stringify(aud)}` },
        'accepted',
      )
    }
  },
)

test(
  'a token of another kind is refused',
  { meta: { id: 'type', group: 'claims', covers: [9] } },
  async ({ subject, random, transcript }) => {
    const desk = { subject, random, transcript }
    const stage = aStage(random)
    for (const typ of ['logout+jwt', 'secevent+jwt', undefined, '']) {
      await expectVerdict(
        desk,
        tokenWith(stage, random.pick(algs), { header: { typ } }),
        { stage, what: `typ ${JSON.stringify(typ) ?? 'left out'}` },
        'BAD_TYPE',
      )
    }
    await expectVerdict(
      desk,
      tokenWith(stage, random.pick(algs), { header: { typ: 'JWT' } }),
      { stage, what: 'typ "JWT"' },
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
  async ({ subject, random, transcript }) => {
    const desk = { subject, random, transcript }
    const stage = aStage(random)
    const token = tokenWith(stage, 'ES256')
    const [header = '', claims = '', signature = ''] = token.split('.')
    const wrong: [string, string][] = [
      ['an empty text', ''],
      ['two segments', `${header}.${claims}`],
      ['four segments', `${token}.${signature}`],
      ['a blank at the end', `${token} `],
      ['a line break in front', `\n${token}`],
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
    texts.push(
      ...[{ exp: {} }, { exp: [] }, { nbf: 'soon' }, { iss: {} }, { aud: {} }, { aud: 7 }, { aud: [null, 7] }].map(
        (claims) => tokenWith(stage, 'HS256', { claims }),
      ),
    )
    transcript('called', `verifyToken with ${texts.length} texts, most of them garbled tokens`)
    for (const text of texts) {
      const end = await subject.call('verifyToken', [text, stage.policy], { quiet: true }).then(
        (verdict) => verdict as { ok?: unknown; code?: unknown } | null,
        (error: Error) => ({ ok: error.message, code: undefined }),
      )
      const isVerdict = end?.ok === false && codes.includes(String(end.code))
      if (!isVerdict) transcript('token', text)
      expect(isVerdict ? 'refused with a code' : end, 'verdict on one of them').toBe('refused with a code')
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
