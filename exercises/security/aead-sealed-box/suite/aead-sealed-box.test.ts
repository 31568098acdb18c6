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

function aRing(random: Random): Ring {
  const current = random.integer(3, 40)
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
  return typeof outcome.error.code === 'string' ? outcome.error.code : `${outcome.error.name} without a code`
}

const tryToOpen = async (subject: Subject, box: string, context: string, ring: Ring): Promise<string> =>
  endOf(await subject.attempt('openBox', [box, context, ring]))

function flipped(bytes: Buffer, random: Random): Buffer {
  const changed = Buffer.from(bytes)
  const at = random.integer(0, changed.length - 1)
  changed[at] = (changed[at] ?? 0) ^ (1 << random.integer(0, 7))
  return changed
}

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
  'it is AES-256-GCM, and bound to head and context',
  { meta: { id: 'is-gcm', group: 'seal', gate: true, covers: [2] } },
  async ({ subject, random, evidence }) => {
    const [ring, context, secret] = [aRing(random), aContext(random), aSecret(random)]
    const fields = fieldsOf(await subject.call('sealBox', [bytesOf(secret), context, ring]))
    const inside = opened(fields, keyOf(ring), `v1.${ring.current}.${context}`)
    const otherBinding = ['', context, `v1.${ring.current}`, `v1.${ring.current}.`].some(
      (other) => opened(fields, keyOf(ring), other) !== null,
    )
    evidence('otherBinding', inside === null && otherBinding)
    expect(inside ?? '(it does not open)', 'what the box holds').toBe(secret)
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
    transcript('nonces', `${nonces.slice(0, 3).join(', ')} … ${nonces.slice(-2).join(', ')}`)
    expect(new Set(nonces).size, 'different nonces of 500').toBe(500)
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
        `a box of key ${version}, where ${ring.current} is current`,
      ).toBe(secret)
    }
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
  },
)

test(
  'one changed bit in nonce, ciphertext or tag, and it does not open',
  { meta: { id: 'changed-bit-refused', group: 'tamper', gate: true, covers: [6] } },
  async ({ subject, random }) => {
    const [ring, context] = [aRing(random), aContext(random)]
    const fields = sealed(ring, ring.current, context, aSecret(random))
    for (const name of ['nonce', 'body', 'tag'] as const) {
      const changed = boxOf({ ...fields, [name]: flipped(fields[name], random) })
      expect(
        await tryToOpen(subject, changed, context, ring),
        `a box with one bit changed in its ${name === 'body' ? 'ciphertext' : name}`,
      ).toBe('REFUSED')
    }
  },
)

test(
  'a box that was copied to another record does not open there',
  { meta: { id: 'moved-box-refused', group: 'tamper', gate: true, covers: [6] } },
  async ({ subject, random }) => {
    const [ring, context] = [aRing(random), aContext(random)]
    const box = await subject.call('sealBox', [bytesOf(aSecret(random)), context, ring])
    for (const other of [`${context}2`, context.replace(/\d+/, (id) => String(Number(id) + 1)), '']) {
      expect(
        await tryToOpen(subject, String(box), other, ring),
        `the box of ${context}, opened for ${JSON.stringify(other)}`,
      ).toBe('REFUSED')
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
        `a box of key ${ring.current}, relabelled ${version}`,
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
    for (const length of [15, 12, 8, 4]) {
      const end = await tryToOpen(subject, boxOf({ ...fields, tag: fields.tag.subarray(0, length) }), context, ring)
      expect(end, `a box with the first ${length} bytes of its tag`).toBe('MALFORMED')
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
    expect(await tryToOpen(subject, box, context, ring), `a box of key ${older}, which has left the ring`).toBe(
      'UNKNOWN_KEY',
    )
  },
)

test(
  'what is no box has a code of its own',
  { meta: { id: 'malformed', group: 'errors', covers: [7] } },
  async ({ subject, random }) => {
    const [ring, context] = [aRing(random), aContext(random)]
    const fields = sealed(ring, ring.current, context, aSecret(random))
    const box = boxOf(fields)
    const wrong: [string, string][] = [
      ['an empty text', ''],
      ['a text without dots', 'teapot'],
      ['four fields', box.split('.').slice(0, 4).join('.')],
      ['six fields', `${box}.AAAA`],
      ['format v2', box.replace(/^v1/, 'v2')],
      ['a key version that is no number', boxOf({ ...fields, version: 'new' })],
      ['a key version with a zero in front', boxOf({ ...fields, version: `0${fields.version}` })],
      ['a nonce of 11 bytes', boxOf({ ...fields, nonce: fields.nonce.subarray(1) })],
      ['a tag of 17 bytes', boxOf({ ...fields, tag: Buffer.concat([fields.tag, Buffer.from([0])]) })],
      ['a character outside the alphabet', `${box.slice(0, -1)}!`],
    ]
    for (const [what, text] of wrong) expect(await tryToOpen(subject, text, context, ring), what).toBe('MALFORMED')
  },
)
