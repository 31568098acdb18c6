import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { expect, test, type Outcome, type Random, type Subject } from '#harness'

/** The suite seals and opens boxes itself, so that a box is judged by what is in it. */

interface Ring {
  current: number
  keys: Map<number, Uint8Array>
}

interface Fields {
  format: string
  version: string
  nonce: Buffer
  body: Buffer
  tag: Buffer
}

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))
const textOf = (value: unknown): string =>
  value instanceof Uint8Array ? Buffer.from(value).toString() : `(no bytes: ${String(value)})`
const seconds = ['customer', 'order', 'parcel', 'refund']
const aContext = (random: Random): string =>
  `${random.pick(seconds)}/${random.integer(10, 9999)}/${random.pick(['iban', 'phone', 'address'])}`
const aSecret = (random: Random): string => `DE${random.integer(10, 99)} 3704 0044 0532 ${random.integer(1000, 9999)} ü`

let rings = 0

/** No two rings of a run share a version: only the case about two rings asks what is kept of an earlier one. */
function aRing(random: Random): Ring {
  const current = 6 + 6 * rings++ + random.integer(0, 1)
  return {
    current,
    keys: new Map([current - 2, current - 1, current].map((version) => [version, new Uint8Array(randomBytes(32))])),
  }
}

const keyOf = (ring: Ring, version = ring.current): Uint8Array => ring.keys.get(version) as Uint8Array

function fieldsOf(box: unknown): Fields {
  const [format = '', version = '', nonce = '', body = '', tag = ''] = String(box).split('.')
  return {
    format,
    version,
    nonce: Buffer.from(nonce, 'base64url'),
    body: Buffer.from(body, 'base64url'),
    tag: Buffer.from(tag, 'base64url'),
  }
}

const boxOf = ({ format, version, nonce, body, tag }: Fields): string =>
  [format, version, ...[nonce, body, tag].map((bytes) => bytes.toString('base64url'))].join('.')

/** A box as the contract describes it. */
function sealed(ring: Ring, version: number, context: string, plaintext: string): Fields {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keyOf(ring, version), nonce)
  cipher.setAAD(Buffer.from(`v1.${version}.${context}`))
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return { format: 'v1', version: String(version), nonce, body, tag: cipher.getAuthTag() }
}

/** What is in a box, or null when key, nonce, tag and additional data do not belong together. */
function opened({ nonce, body, tag }: Fields, key: Uint8Array, additional: string): string | null {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 })
    decipher.setAAD(Buffer.from(additional)).setAuthTag(tag)
    return Buffer.concat([decipher.update(body), decipher.final()]).toString()
  } catch {
    return null
  }
}

/** How openBox ended, in a word: a code, or what came instead of one. */
function endOf(outcome: Outcome): string {
  if (outcome.ok) return `opened: ${JSON.stringify(textOf(outcome.value))}`
  const { name, code } = outcome.error
  if (typeof code !== 'string') return `${name} without a code`
  return /^(BoxError|BoxException)$/.test(name) ? code : `${name} with the code ${code}`
}

const tryToOpen = async (subject: Subject, box: string, context: string, ring: Ring): Promise<string> =>
  endOf(await subject.attempt('openBox', [box, context, ring]))

/** The same bytes with this one changed. */
const withByte = (bytes: Buffer, at: number, change: (byte: number) => number): Buffer =>
  Buffer.from(bytes.map((byte, i) => (i === at ? change(byte) & 0xff : byte)))

const flip = (bytes: Buffer, ...bits: number[]): Buffer =>
  bits.reduce((now, bit) => withByte(now, bit >> 3, (byte) => byte ^ (1 << (bit & 7))), bytes)

const every = (bytes: Buffer, change: (byte: number) => number): Buffer =>
  Buffer.from(bytes.map((byte) => change(byte) & 0xff))

test(
  'a sealed box has its five fields',
  { meta: { id: 'five-fields', group: 'seal', covers: [1] } },
  async ({ subject, random }) => {
    const [ring, secret] = [aRing(random), aSecret(random)]
    const box = await subject.call('sealBox', [bytesOf(secret), aContext(random), ring])
    const { format, version, nonce, body, tag } = fieldsOf(box)
    expect([String(box).split('.').length, format, version], 'number of fields, format, key version').toEqual([
      5,
      'v1',
      String(ring.current),
    ])
    expect([nonce.length, body.length, tag.length], 'bytes of nonce, ciphertext and tag').toEqual([
      12,
      Buffer.byteLength(secret),
      16,
    ])
    expect(box, 'the box').toBe(boxOf(fieldsOf(box)))
  },
)

test(
  'the fields have their lengths and letters for plaintexts of every length',
  { meta: { id: 'every-length', group: 'seal', covers: [1, 5] } },
  async ({ subject, random, transcript, requirement }) => {
    const [ring, context] = [aRing(random), aContext(random)]
    transcript('called', 'sealBox and openBox with plaintexts of 0 to 40 bytes')
    for (let length = 0; length <= 40; length++) {
      const plaintext = new Uint8Array(randomBytes(length))
      const box = await subject.call('sealBox', [plaintext, context, ring], { quiet: true })
      const { nonce, body, tag } = fieldsOf(box)
      requirement(1)
      expect(box, 'the box of any length').toBe(boxOf(fieldsOf(box)))
      expect([nonce.length, body.length, tag.length], 'bytes of nonce, ciphertext and tag').toEqual([12, length, 16])
      requirement(5)
      const back = await subject.call('openBox', [box, context, ring], { quiet: true })
      const same = back instanceof Uint8Array && Buffer.from(back).equals(plaintext)
      expect(same ? 'the same' : 'something else', 'what comes back').toBe('the same')
    }
  },
)

test(
  'key versions from the first to the last are written in full',
  { meta: { id: 'every-version', group: 'seal', covers: [1, 4] } },
  async ({ subject, random, requirement }) => {
    const [context, secret] = [aContext(random), aSecret(random)]
    for (const current of [0, 1, 100_000, 2_147_483_647]) {
      const ring = { current, keys: new Map([[current, new Uint8Array(randomBytes(32))]]) }
      requirement(1)
      const box = await subject.call('sealBox', [bytesOf(secret), context, ring])
      expect(fieldsOf(box).version, 'key version').toBe(String(current))
      requirement(4)
      const other = boxOf(sealed(ring, current, context, secret))
      expect(await tryToOpen(subject, other, context, ring), 'a box of such a version').toBe(
        `opened: ${JSON.stringify(secret)}`,
      )
    }
  },
)

test(
  'it is AES-256-GCM, and bound to head and context',
  { meta: { id: 'is-gcm', group: 'seal', gate: true, covers: [2] } },
  async ({ subject, random, evidence }) => {
    const [ring, context, secret] = [aRing(random), aContext(random), aSecret(random)]
    const fields = fieldsOf(await subject.call('sealBox', [bytesOf(secret), context, ring]))
    const inside = opened(fields, keyOf(ring), `v1.${ring.current}.${context}`)
    const otherBinding = [
      '',
      context,
      `v1.${ring.current}`,
      `v1.${ring.current}.`,
      `v1.${context}`,
      `${ring.current}.${context}`,
    ].some((other) => opened(fields, keyOf(ring), other) !== null)
    evidence('otherBinding', inside === null && otherBinding)
    expect(inside ?? '(it does not open)', 'what the box holds').toBe(secret)
  },
)

test(
  'whatever the context is made of, its bytes in UTF-8 are bound',
  { meta: { id: 'every-context', group: 'seal', covers: [2, 4] } },
  async ({ subject, random, requirement }) => {
    const [ring, secret] = [aRing(random), aSecret(random)]
    const contexts = ['', 'a', 'kunde/Zoë 🦉/iban', 'v1.2.x', ' order/9/note ', 'c'.repeat(300), 'two\nlines', 'a\0b']
    for (const context of contexts) {
      requirement(2)
      const fields = fieldsOf(await subject.call('sealBox', [bytesOf(secret), context, ring]))
      expect(
        opened(fields, keyOf(ring), `v1.${ring.current}.${context}`) ?? '(it does not open)',
        'what a box for such a context holds',
      ).toBe(secret)
      requirement(4)
      const other = boxOf(sealed(ring, ring.current, context, secret))
      expect(await tryToOpen(subject, other, context, ring), 'a box of the tests for such a context').toBe(
        `opened: ${JSON.stringify(secret)}`,
      )
    }
  },
)

test(
  'no nonce comes twice, not even after a restart',
  { meta: { id: 'fresh-nonce', group: 'seal', gate: true, covers: [3] } },
  async ({ subject, random, transcript }) => {
    const [ring, context, secret] = [aRing(random), aContext(random), bytesOf('the same')]
    const seal = async (): Promise<string> =>
      fieldsOf(await subject.call('sealBox', [secret, context, ring], { quiet: true })).nonce.toString('hex')
    transcript('called', `sealBox 400 times for ${context}`)
    const nonces = await Promise.all(Array.from({ length: 400 }, seal))
    await subject.restart()
    transcript('called', 'after a restart of the program: sealBox 100 times')
    nonces.push(...(await Promise.all(Array.from({ length: 100 }, seal))))
    const peer = subject.peer()
    const sealThere = async (): Promise<string> =>
      fieldsOf(await peer.call('sealBox', [secret, context, ring], { quiet: true })).nonce.toString('hex')
    transcript('called', 'in a second process at the same time: sealBox 50 times in each')
    nonces.push(...(await Promise.all(Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? seal() : sealThere())))))
    transcript('nonces', `${nonces.slice(0, 3).join(', ')} … ${nonces.slice(-2).join(', ')}`)
    expect(new Set(nonces).size, 'different nonces of 600').toBe(600)
    const bytes = nonces.map((nonce) => Buffer.from(nonce, 'hex'))
    const still = [...Array(12).keys()].filter((i) => new Set(bytes.map((nonce) => nonce[i])).size === 1)
    expect(still, 'places in the nonce that never change').toEqual([])
    expect(
      bytes.some((nonce) => nonce.some((byte) => byte > 127)),
      'whether any byte of a nonce is above 127',
    ).toBe(true)
  },
)

test(
  'a box opens for its record, whoever sealed it',
  { meta: { id: 'opens-for-its-record', group: 'open', covers: [4] } },
  async ({ subject, random }) => {
    const [ring, context, secret] = [aRing(random), aContext(random), aSecret(random)]
    const own = await subject.call('sealBox', [bytesOf(secret), context, ring])
    expect(textOf(await subject.call('openBox', [own, context, ring])), 'a box of your own').toBe(secret)
    const other = boxOf(sealed(ring, ring.current, context, secret))
    expect(textOf(await subject.call('openBox', [other, context, ring])), 'a box of the tests').toBe(secret)
  },
)

test(
  'boxes of older keys still open; new ones take the current key',
  { meta: { id: 'older-keys-open', group: 'open', covers: [2, 4] } },
  async ({ subject, random }) => {
    const [ring, context, secret] = [aRing(random), aContext(random), aSecret(random)]
    for (const version of random.shuffle([...ring.keys.keys()])) {
      const box = boxOf(sealed(ring, version, context, secret))
      expect(
        textOf(await subject.call('openBox', [box, context, ring])),
        'a box of a key that need not be the current one',
      ).toBe(secret)
    }
    const newer = { ...ring, current: ring.current - 1 }
    expect(
      textOf(await subject.call('openBox', [boxOf(sealed(ring, ring.current, context, secret)), context, newer])),
      'a box of a key that is newer than the current one',
    ).toBe(secret)
    const rotated = { ...ring, current: ring.current - 1 }
    const box = await subject.call('sealBox', [bytesOf(secret), context, rotated])
    expect(fieldsOf(box).version, 'key version of a new box').toBe(String(rotated.current))
  },
)

test(
  'nothing and half a megabyte go through',
  { meta: { id: 'empty-and-large', group: 'open', covers: [5] } },
  async ({ subject, random }) => {
    const [ring, context] = [aRing(random), aContext(random)]
    for (const plaintext of [new Uint8Array(), new Uint8Array(randomBytes(512 * 1024))]) {
      const box = await subject.call('sealBox', [plaintext, context, ring])
      const back = await subject.call('openBox', [box, context, ring])
      const same = back instanceof Uint8Array && Buffer.from(back).equals(plaintext)
      expect(same ? 'the same' : 'something else', `what comes back of ${plaintext.length} bytes`).toBe('the same')
    }
    const nothing = boxOf(sealed(ring, ring.current, context, ''))
    expect(await tryToOpen(subject, nothing, context, ring), 'a box of the tests that holds nothing').toBe('opened: ""')
  },
)

test(
  'one changed bit in nonce, ciphertext or tag, and it does not open',
  { meta: { id: 'changed-bit-refused', group: 'tamper', gate: true, covers: [6] } },
  async ({ subject, random }) => {
    const [ring, context] = [aRing(random), aContext(random)]
    const fields = sealed(ring, ring.current, context, aSecret(random))
    for (const name of ['nonce', 'body', 'tag'] as const) {
      const last = fields[name].length * 8 - 1
      for (const bit of [0, 7, 31, 63, 64, 80, 95, last]) {
        const changed = boxOf({ ...fields, [name]: flip(fields[name], bit) })
        expect(
          await tryToOpen(subject, changed, context, ring),
          `a box with one bit changed in its ${name === 'body' ? 'ciphertext' : name}`,
        ).toBe('REFUSED')
      }
    }
  },
)

test(
  'no tag but the right one opens a box, also one that holds nothing',
  { meta: { id: 'wrong-tags', group: 'tamper', gate: true, covers: [6] } },
  async ({ subject, random }) => {
    const [ring, context] = [aRing(random), aContext(random)]
    for (const plaintext of [aSecret(random), '']) {
      const fields = sealed(ring, ring.current, context, plaintext)
      const { tag } = fields
      const wrong: Buffer[] = [
        flip(tag, 0, 64),
        flip(tag, 31, 63),
        flip(tag, 63, 127),
        every(tag, (byte) => ~byte),
        every(tag, (byte) => byte ^ 0x80),
        every(tag, (byte) => byte ^ 1),
        Buffer.alloc(16),
        Buffer.alloc(16, 0xff),
        Buffer.from(tag).reverse(),
        Buffer.concat([tag.subarray(8), tag.subarray(0, 8)]),
        ...[4, 8, 12].map((same) =>
          Buffer.concat([tag.subarray(0, same), every(tag.subarray(same), (byte) => byte ^ 2)]),
        ),
        sealed(ring, ring.current, context, plaintext).tag,
      ]
      for (const other of wrong)
        expect(
          await tryToOpen(subject, boxOf({ ...fields, tag: other }), context, ring),
          plaintext === '' ? 'an empty box with another tag' : 'a box with another tag',
        ).toBe('REFUSED')
    }
  },
)

test(
  'a ciphertext that is shorter, longer or of another box does not open',
  { meta: { id: 'other-ciphertext', group: 'tamper', covers: [6, 7] } },
  async ({ subject, random, requirement }) => {
    const [ring, context] = [aRing(random), aContext(random)]
    const fields = sealed(ring, ring.current, context, aSecret(random))
    const twin = sealed(ring, ring.current, context, aSecret(random))
    const { body, tag } = fields
    const wrong: [string, Fields][] = [
      ['without its last byte', { ...fields, body: body.subarray(0, -1) }],
      ['without its first byte', { ...fields, body: body.subarray(1) }],
      ['with a byte more', { ...fields, body: Buffer.concat([body, Buffer.alloc(1)]) }],
      ['cut to one block', { ...fields, body: body.subarray(0, 16) }],
      ['empty', { ...fields, body: Buffer.alloc(0) }],
      ['of another box of this record', { ...fields, body: twin.body }],
      ['with the nonce of another box', { ...fields, nonce: twin.nonce }],
      ['with nonce and tag of another box', { ...twin, body }],
    ]
    requirement(6)
    for (const [what, changed] of wrong)
      expect(await tryToOpen(subject, boxOf(changed), context, ring), `a ciphertext ${what}`).toBe('REFUSED')
    requirement(7)
    const moved = { ...fields, body: Buffer.concat([body, tag.subarray(0, 1)]), tag: tag.subarray(1) }
    expect(await tryToOpen(subject, boxOf(moved), context, ring), 'a byte of the tag moved into the ciphertext').toBe(
      'MALFORMED',
    )
  },
)

test(
  'a box that was copied to another record does not open there',
  { meta: { id: 'moved-box-refused', group: 'tamper', gate: true, covers: [6] } },
  async ({ subject, random }) => {
    const [ring, context] = [aRing(random), aContext(random)]
    const box = await subject.call('sealBox', [bytesOf(aSecret(random)), context, ring])
    for (const other of [`${context}2`, context.replace(/\d+/, (id) => String(Number(id) + 1)), '']) {
      expect(await tryToOpen(subject, String(box), other, ring), 'a box opened for another record').toBe('REFUSED')
    }
  },
)

test(
  'a context that is nearly the same is another one',
  { meta: { id: 'nearly-the-context', group: 'tamper', covers: [6] } },
  async ({ subject, random }) => {
    const ring = aRing(random)
    const long = 'order/'.repeat(60)
    const pairs: [string, string, string][] = [
      ['a blank behind it', 'order/9/note', 'order/9/note '],
      ['a capital', 'order/9/note', 'order/9/Note'],
      ['the last letter of a long one', `${long}1`, `${long}2`],
      ['another way of writing an accent', 'caf\u00e9/9', 'cafe\u0301/9'],
      ['a letter beyond ASCII', 'kunde/Zoë', 'kunde/Zo?'],
      ['what follows a NUL', 'a\0b', 'a\0c'],
      ['a dot', 'order.9', 'order/9'],
      ['nothing at all', '', ' '],
    ]
    for (const [what, context, other] of pairs) {
      const box = boxOf(sealed(ring, ring.current, context, aSecret(random)))
      expect(await tryToOpen(subject, box, other, ring), `a context that differs by ${what}`).toBe('REFUSED')
    }
  },
)

test(
  'a changed key version is noticed, even where two versions hold the same key',
  { meta: { id: 'changed-version-refused', group: 'tamper', covers: [6] } },
  async ({ subject, random }) => {
    const [ring, context] = [aRing(random), aContext(random)]
    const twin = ring.current + 1
    ring.keys.set(twin, keyOf(ring))
    const fields = fieldsOf(await subject.call('sealBox', [bytesOf(aSecret(random)), context, ring]))
    for (const version of [ring.current - 1, twin]) {
      expect(
        await tryToOpen(subject, boxOf({ ...fields, version: String(version) }), context, ring),
        'a box whose key version was changed',
      ).toBe('REFUSED')
    }
  },
)

test(
  'a tag that was cut short does not open a box',
  { meta: { id: 'short-tag-refused', group: 'tamper', gate: true, covers: [7] } },
  async ({ subject, random }) => {
    const [ring, context] = [aRing(random), aContext(random)]
    const fields = sealed(ring, ring.current, context, aSecret(random))
    for (const length of [15, 14, 13, 12, 8, 4, 1, 0]) {
      const end = await tryToOpen(subject, boxOf({ ...fields, tag: fields.tag.subarray(0, length) }), context, ring)
      expect(end.startsWith('opened: '), 'whether a box with the first bytes of its tag opens').toBe(false)
      expect(end, 'a box with the first bytes of its tag').toBe('MALFORMED')
    }
  },
)

test(
  'a key that is not in the ring has a code of its own',
  { meta: { id: 'unknown-key', group: 'errors', covers: [8] } },
  async ({ subject, random }) => {
    const [ring, context] = [aRing(random), aContext(random)]
    const older = ring.current - 2
    const box = boxOf(sealed(ring, older, context, aSecret(random)))
    ring.keys.delete(older)
    expect(await tryToOpen(subject, box, context, ring), 'a box of a key that has left the ring').toBe('UNKNOWN_KEY')
  },
)

test(
  'each call uses the ring that it is given',
  { meta: { id: 'two-rings', group: 'open', covers: [2, 4, 6] } },
  async ({ subject, random, requirement }) => {
    const [context, secret, other] = [aContext(random), aSecret(random), aSecret(random)]
    const version = aRing(random).current
    // Two services in one process: both have a key of this version, and the keys are not the same.
    const [shop, bank] = [1, 2].map(() => ({
      current: version,
      keys: new Map([[version, new Uint8Array(randomBytes(32))]]),
    }))
    if (!shop || !bank) return
    requirement(2)
    for (const [ring, text] of [
      [shop, secret],
      [bank, other],
      [shop, other],
    ] as const) {
      const fields = fieldsOf(await subject.call('sealBox', [bytesOf(text), context, ring]))
      expect(
        opened(fields, keyOf(ring), `v1.${version}.${context}`) ?? '(it does not open)',
        'what a box holds, sealed with the key of its ring',
      ).toBe(text)
    }
    const box = boxOf(sealed(bank, version, context, secret))
    requirement(4)
    expect(await tryToOpen(subject, box, context, bank), 'a box of one ring, opened with it').toBe(
      `opened: ${JSON.stringify(secret)}`,
    )
    requirement(6)
    expect(await tryToOpen(subject, box, context, shop), 'a box of one ring, opened with the other').toBe('REFUSED')
    // A key that was replaced in place, as after a leak.
    requirement(2)
    shop.keys.set(version, new Uint8Array(randomBytes(32)))
    const fields = fieldsOf(await subject.call('sealBox', [bytesOf(secret), context, shop]))
    expect(
      opened(fields, keyOf(shop), `v1.${version}.${context}`) ?? '(it does not open)',
      'what a box holds after a key was replaced',
    ).toBe(secret)
  },
)

test(
  'a key is looked for under its version, and nowhere else',
  { meta: { id: 'by-its-version', group: 'errors', covers: [4, 6, 8] } },
  async ({ subject, random, requirement }) => {
    const [ring, context, secret] = [aRing(random), aContext(random), aSecret(random)]
    const version = ring.current
    const box = boxOf(sealed(ring, version, context, secret))
    requirement(8)
    const moved = { current: version + 1, keys: new Map([[version + 1, keyOf(ring)]]) }
    expect(await tryToOpen(subject, box, context, moved), 'a box whose key has another version now').toBe('UNKNOWN_KEY')
    const empty = { current: version, keys: new Map<number, Uint8Array>() }
    expect(await tryToOpen(subject, box, context, empty), 'a box, where the ring holds no key').toBe('UNKNOWN_KEY')
    requirement(6)
    const other = new Uint8Array(randomBytes(32))
    const replaced = {
      current: version + 1,
      keys: new Map([
        [version, other],
        [version + 1, keyOf(ring)],
      ]),
    }
    expect(await tryToOpen(subject, box, context, replaced), 'a box whose version has another key now').toBe('REFUSED')
    requirement(8)
    for (const wrapped of [`${2 ** 32 + version}`, '9'.repeat(40)]) {
      const end = await tryToOpen(subject, boxOf({ ...fieldsOf(box), version: wrapped }), context, ring)
      expect(['UNKNOWN_KEY', 'MALFORMED'].includes(end) ? 'no key' : end, 'a version beyond all versions').toBe(
        'no key',
      )
    }
  },
)

test(
  'what is no box has a code of its own',
  { meta: { id: 'malformed', group: 'errors', covers: [7] } },
  async ({ subject, random }) => {
    const [ring, context] = [aRing(random), aContext(random)]
    const fields = sealed(ring, ring.current, context, aSecret(random))
    const box = boxOf(fields)
    const { version, nonce, tag } = fields
    const part = (at: number, text: string): string => box.split('.').with(at, text).join('.')
    const [, , nonceText = '', bodyText = '', tagText = ''] = box.split('.')
    const round = boxOf(sealed(ring, ring.current, context, 'twelve bytes')).split('.')
    const wrong: [string, string][] = [
      ['an empty text', ''],
      ['a text without dots', 'teapot'],
      ['four fields', box.split('.').slice(0, 4).join('.')],
      ['six fields', `${box}.AAAA`],
      ['a dot behind', `${box}.`],
      ['a dot in front', `.${box}`],
      ['format v2', part(0, 'v2')],
      ['a capital V', part(0, 'V1')],
      ['format v10', part(0, 'v10')],
      ['no format', part(0, '')],
      ['a blank in front', ` ${box}`],
      ['a blank behind', `${box} `],
      ['a line end behind', `${box}\n`],
      ['no key version', part(1, '')],
      ['a key version that is no number', part(1, 'new')],
      ['a key version with a zero in front', part(1, `0${version}`)],
      ['a key version with a sign', part(1, `+${version}`)],
      ['a key version below zero', part(1, `-${version}`)],
      ['a key version with a blank', part(1, ` ${version}`)],
      ['a key version as a power', part(1, `${version}e0`)],
      ['a key version in hexadecimal', part(1, `0x${Number(version).toString(16)}`)],
      [
        'a key version in other digits',
        part(
          1,
          version.replaceAll(/\d/g, (d) => String.fromCodePoint(0xff10 + Number(d))),
        ),
      ],
      ['a nonce of 11 bytes', boxOf({ ...fields, nonce: nonce.subarray(1) })],
      ['a nonce of 13 bytes', boxOf({ ...fields, nonce: Buffer.concat([nonce, Buffer.alloc(1)]) })],
      ['a nonce of 16 bytes', boxOf({ ...fields, nonce: Buffer.concat([nonce, Buffer.alloc(4)]) })],
      ['no nonce', part(2, '')],
      ['a tag of 17 bytes', boxOf({ ...fields, tag: Buffer.concat([tag, Buffer.alloc(1)]) })],
      ['a tag of 32 bytes', boxOf({ ...fields, tag: Buffer.concat([tag, tag]) })],
      ['a character outside the alphabet', `${box.slice(0, -1)}!`],
      ['an equals sign behind the tag', `${box}==`],
      ['a plus in the nonce', part(2, `+${nonceText.slice(1)}`)],
      ['a slash in the ciphertext', part(3, `/${bodyText.slice(1)}`)],
      ['a blank in the ciphertext', part(3, `${bodyText.slice(0, 4)} ${bodyText.slice(4)}`)],
      ['a line end in the tag', part(4, `${tagText.slice(0, 4)}\n${tagText.slice(4)}`)],
      ['a letter too many in the ciphertext', round.with(3, `${round[3]}A`).join('.')],
    ]
    for (const [what, text] of wrong) expect(await tryToOpen(subject, text, context, ring), what).toBe('MALFORMED')
  },
)
