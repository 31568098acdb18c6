import { createHash, pbkdf2Sync, randomBytes, scryptSync } from 'node:crypto'
import { expect, test, type Fixtures, type Random } from '#harness'

/** Low costs wherever the cost is not the point: what is checked is the text and the numbers in it. */

interface Made {
  cost: number
  r?: number
  p?: number
  salt?: Buffer
  length?: number
}

/** What a language's method computes and how its stored text begins. */
interface Scheme {
  cheap: (random: Random) => number
  full: number
  head: (made: Made) => string
  derive: (password: string, made: Required<Made>) => Buffer
}

const scrypt: Scheme = {
  cheap: (random) => random.integer(8, 11),
  full: 17,
  head: ({ cost, r = 8, p = 1 }) => `$scrypt$ln=${cost},r=${r},p=${p}`,
  derive: (password, { cost, r, p, salt, length }) =>
    scryptSync(password, salt, length, { N: 2 ** cost, r, p, maxmem: 2 ** 28 }),
}

const pbkdf2: Scheme = {
  cheap: (random) => random.integer(1000, 4000),
  full: 60_000,
  head: ({ cost }) => `$pbkdf2-sha256$i=${cost}`,
  derive: (password, { cost, salt, length }) => pbkdf2Sync(password, salt, cost, length, 'sha256'),
}

const schemeOf = (files: Fixtures['files']): Scheme => (files.exists('src/Passwords.java') ? pbkdf2 : scrypt)
const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '')
const onlyBase64 = (text: string): string => text.replaceAll(/[^A-Za-z0-9+/]/g, '')
const sha1 = (password: string): string => createHash('sha1').update(password).digest('hex')
const legacy = (password: string): string => `sha1:${sha1(password)}`

/** A stored text of the suite's own making. */
function stored(scheme: Scheme, password: string, made: Made): string {
  const { cost, r = 8, p = 1, salt = randomBytes(16), length = 32 } = made
  return `${scheme.head(made)}$${base64(salt)}$${base64(scheme.derive(password, { cost, r, p, salt, length }))}`
}

/** The text before salt and hash, and those two. */
function partsOf(text: unknown): { head: string; salt: string; hash: string } {
  const parts = String(text).split('$')
  if (parts.length < 3) return { head: String(text), salt: '', hash: '' }
  return { head: parts.slice(0, -2).join('$'), salt: parts.at(-2) ?? '', hash: parts.at(-1) ?? '' }
}

/** Fails unless the text is what the method makes of this password. */
function expectMadeOf(scheme: Scheme, text: unknown, password: string, cost: number): void {
  const { head, salt, hash } = partsOf(text)
  expect(head, 'beginning of the stored text').toBe(scheme.head({ cost }))
  const made = scheme.derive(password, { cost, r: 8, p: 1, salt: Buffer.from(salt, 'base64'), length: 32 })
  expect(hash.replaceAll('=', ''), 'hash in the stored text').toBe(base64(made))
}

const words = ['teapot', 'parcel', 'harbour', 'violet', 'ladder', 'copper', 'meadow', 'anchor']
const aPassword = (random: Random): string => `${random.pick(words)} ${random.pick(words)} ${random.integer(10, 99)}`

/** A table of users that remembers what was saved. */
function tableOf(rows: Record<string, string>) {
  const saved: [string, string][] = []
  return {
    saved,
    users: {
      find: async (name: string) => rows[name] ?? null,
      save: async (name: string, text: string) => {
        saved.push([name, text])
        rows[name] = text
      },
    },
  }
}

test(
  'a new stored text names its method and its cost',
  { meta: { id: 'names-its-method', group: 'hash', covers: [1] } },
  async ({ subject, random, files, evidence }) => {
    const scheme = schemeOf(files)
    const cost = scheme.cheap(random)
    const { head, salt, hash } = partsOf(await subject.call('hashPassword', [aPassword(random), cost]))
    evidence('otherMethod', head !== scheme.head({ cost }))
    expect(head, 'beginning of the stored text').toBe(scheme.head({ cost }))
    expect(salt, 'salt in the stored text').toBe(onlyBase64(salt))
    expect(hash, 'hash in the stored text').toBe(onlyBase64(hash))
    expect([Buffer.from(salt, 'base64').length, Buffer.from(hash, 'base64').length], 'bytes of salt and hash').toEqual([
      16, 32,
    ])
  },
)

test(
  'the hash is what the method makes of password and salt',
  { meta: { id: 'hash-recomputes', group: 'hash', gate: true, covers: [1] } },
  async ({ subject, random, files, evidence }) => {
    const scheme = schemeOf(files)
    for (const password of [aPassword(random), 'clé 🔑']) {
      const cost = scheme.cheap(random)
      const text = await subject.call('hashPassword', [password, cost])
      evidence('otherMethod', partsOf(text).head !== scheme.head({ cost }))
      expectMadeOf(scheme, text, password, cost)
    }
  },
)

test(
  'one password, two rows: the salts differ',
  { meta: { id: 'fresh-salt', group: 'hash', gate: true, covers: [1] } },
  async ({ subject, random, files }) => {
    const password = aPassword(random)
    const cost = schemeOf(files).cheap(random)
    const texts = [
      await subject.call('hashPassword', [password, cost]),
      await subject.call('hashPassword', [password, cost]),
    ]
    expect(new Set(texts.map((text) => partsOf(text).salt)).size, 'different salts in two rows').toBe(2)
    expect(new Set(texts.map((text) => partsOf(text).hash)).size, 'different hashes in two rows').toBe(2)
  },
)

test(
  'it works with the cost of production',
  { meta: { id: 'full-cost', group: 'hash', covers: [2] } },
  async ({ subject, random, files }) => {
    const scheme = schemeOf(files)
    const password = aPassword(random)
    expectMadeOf(scheme, await subject.call('hashPassword', [password, scheme.full]), password, scheme.full)
  },
)

test(
  'the right password is accepted, another is not',
  { meta: { id: 'right-and-wrong', group: 'verify', covers: [3] } },
  async ({ subject, random, files }) => {
    const scheme = schemeOf(files)
    const password = aPassword(random)
    const text = stored(scheme, password, { cost: scheme.cheap(random) })
    expect(await subject.call('verifyPassword', [password, text]), 'answer to the right password').toBe(true)
    expect(await subject.call('verifyPassword', [`${password}!`, text]), 'answer to another password').toBe(false)
  },
)

test(
  'a row that was made with other settings is verified with those',
  { meta: { id: 'stored-parameters', group: 'verify', covers: [3] } },
  async ({ subject, random, files }) => {
    const scheme = schemeOf(files)
    const password = aPassword(random)
    const settings: Made[] = [
      { cost: scheme.cheap(random), r: 4, p: 2, length: 32 },
      {
        cost: scheme.cheap(random),
        r: 8,
        p: 1,
        salt: randomBytes(random.integer(9, 24)),
        length: random.pick([20, 24, 48, 64]),
      },
    ]
    for (const made of settings) {
      const text = stored(scheme, password, made)
      expect(await subject.call('verifyPassword', [password, text]), 'answer to the right password').toBe(true)
      expect(await subject.call('verifyPassword', [password.toUpperCase(), text]), 'answer to another password').toBe(
        false,
      )
    }
  },
)

test(
  'a password is verified exactly as it was typed',
  { meta: { id: 'exact-password', group: 'verify', covers: [3] } },
  async ({ subject, random, files }) => {
    const scheme = schemeOf(files)
    const [long, plain] = ['x'.repeat(99), aPassword(random)]
    const pairs = [
      [` ${plain} `, plain],
      [plain, plain.toUpperCase()],
      [`${long}1`, `${long}2`],
      ['🦉 owl 🦉', '🦊 owl 🦉'],
      [`${plain}\t`, plain],
    ] as const
    for (const [typed, similar] of pairs) {
      const text = stored(scheme, typed, { cost: scheme.cheap(random) })
      expect(await subject.call('verifyPassword', [typed, text]), `answer to ${shownPassword(typed)}`).toBe(true)
      expect(
        await subject.call('verifyPassword', [similar, text]),
        `answer to ${shownPassword(similar)}, where ${shownPassword(typed)} was stored`,
      ).toBe(false)
    }
  },
)

const shownPassword = (password: string): string =>
  password.length < 40 ? JSON.stringify(password) : `"x…${password.at(-1)}" (${password.length} letters)`

test(
  'a broken stored text is an answer, not an exception',
  { meta: { id: 'malformed-is-false', group: 'verify', covers: [5] } },
  async ({ subject, random, files }) => {
    const scheme = schemeOf(files)
    const password = aPassword(random)
    const cost = scheme.cheap(random)
    const { head, salt, hash } = partsOf(stored(scheme, password, { cost }))
    const broken = [
      null,
      '',
      '$',
      password,
      'sha1:',
      `sha1:${sha1(password).slice(1)}`,
      `sha1:${'g'.repeat(40)}`,
      `md5:${sha1(password)}`,
      head,
      `${head}$${salt}`,
      `${head}$${salt}$!!!`,
      `${head}$${salt}$`,
      `$argon2id$v=19$m=65536,t=3,p=4$${salt}$${hash}`,
      `${head.replace(/=\d+/g, '=0')}$${salt}$${hash}`,
      `${head.replace(/=\d+/g, '=x')}$${salt}$${hash}`,
    ]
    for (const text of broken) {
      expect(
        await subject.attempt('verifyPassword', [password, text]),
        `verifyPassword with ${JSON.stringify(text)}`,
      ).toEqual({ ok: true, value: false })
    }
  },
)

test(
  'a hash that was cut short is not accepted',
  { meta: { id: 'short-hash-is-false', group: 'verify', covers: [5] } },
  async ({ subject, random, files }) => {
    const scheme = schemeOf(files)
    const password = aPassword(random)
    const { head, salt, hash } = partsOf(stored(scheme, password, { cost: scheme.cheap(random) }))
    for (const bytes of [0, 1, 15]) {
      // scrypt and PBKDF2 do not depend on the length: these are the first bytes of the right hash.
      const text = `${head}$${salt}$${base64(Buffer.from(hash, 'base64').subarray(0, bytes))}`
      expect(
        await subject.attempt('verifyPassword', [password, text]),
        `verifyPassword with the first ${bytes} bytes of the hash`,
      ).toEqual({ ok: true, value: false })
    }
  },
)

test(
  'an old row is still verified',
  { meta: { id: 'legacy-row', group: 'login', covers: [4] } },
  async ({ subject, random }) => {
    const password = random.pick([`${aPassword(random)} `, `é ${aPassword(random)} `])
    for (const text of [legacy(password), `sha1:${sha1(password).toUpperCase()}`]) {
      expect(await subject.call('verifyPassword', [password, text]), 'answer to the right password').toBe(true)
      expect(
        await subject.call('verifyPassword', [password.trim(), text]),
        'answer to the password without its last blank',
      ).toBe(false)
    }
  },
)

test(
  'login lets in who has the password, and nobody else',
  { meta: { id: 'login-answers', group: 'login', covers: [6] } },
  async ({ subject, random, files }) => {
    const scheme = schemeOf(files)
    const [ida, kofi, cost] = [aPassword(random), aPassword(random), scheme.cheap(random)]
    const { users } = tableOf({ ida: stored(scheme, ida, { cost }), kofi: legacy(kofi) })
    const logins = [
      ['ida', ida, true],
      ['ida', kofi, ida === kofi],
      ['kofi', kofi, true],
      ['kofi', `${kofi}!`, false],
      ['nobody', ida, false],
    ] as const
    for (const [name, password, expected] of logins) {
      expect(await subject.call('login', [name, password, users, cost]), `login of ${name} with ${password}`).toBe(
        expected,
      )
    }
  },
)

test(
  'an old row is replaced at its owner’s login',
  { meta: { id: 'legacy-rewritten', group: 'login', covers: [7] } },
  async ({ subject, random, files }) => {
    const scheme = schemeOf(files)
    const [password, cost] = [aPassword(random), scheme.cheap(random)]
    const { users, saved } = tableOf({ lin: legacy(password) })
    expect(await subject.call('login', ['lin', password, users, cost]), 'first login').toBe(true)
    expect(
      saved.map(([name]) => name),
      'rows saved by the first login',
    ).toEqual(['lin'])
    expectMadeOf(scheme, saved[0]?.[1], password, cost)
    expect(await subject.call('login', ['lin', password, users, cost]), 'second login').toBe(true)
    expect(saved.length, 'rows saved by both logins').toBe(1)
  },
)

test(
  'a failed login saves nothing',
  { meta: { id: 'failed-login-saves-nothing', group: 'login', covers: [7] } },
  async ({ subject, random, files }) => {
    const scheme = schemeOf(files)
    const [password, cost] = [aPassword(random), scheme.cheap(random)]
    const { users, saved } = tableOf({ ana: legacy(password), raj: stored(scheme, password, { cost }) })
    for (const name of ['ana', 'raj', 'nobody']) await subject.call('login', [name, `not ${password}`, users, cost + 1])
    expect(
      saved.map(([name]) => name),
      'rows saved by failed logins',
    ).toEqual([])
  },
)

test(
  'a row of lower cost is raised at login, any other stays as it is',
  { meta: { id: 'weaker-row-raised', group: 'login', covers: [7] } },
  async ({ subject, random, files }) => {
    const scheme = schemeOf(files)
    const [password, cost] = [aPassword(random), scheme.cheap(random)]
    const { users, saved } = tableOf({
      weak: stored(scheme, password, { cost: cost - 1 }),
      same: stored(scheme, password, { cost }),
      strong: stored(scheme, password, { cost: cost + 1 }),
    })
    for (const name of ['weak', 'same', 'strong'])
      expect(await subject.call('login', [name, password, users, cost]), `login of ${name}`).toBe(true)
    expect(
      saved.map(([name]) => name),
      'rows saved',
    ).toEqual(['weak'])
    expectMadeOf(scheme, saved[0]?.[1], password, cost)
  },
)
