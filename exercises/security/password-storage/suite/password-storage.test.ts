import { createHash, pbkdf2Sync, randomBytes, scryptSync } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test, type Fixtures, type Random, type Subject } from '#harness'

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
  /** A cost of one digit fewer, and the next one: as texts they stand in the other order. */
  digits: [number, number]
  full: number
  /** Ways of writing a cost that are none; the first one has the value, where only some bits of it are looked at. */
  wrongCosts: (cost: number) => string[]
  head: (made: Made) => string
  derive: (password: string, made: Required<Made>) => Buffer
}

const scrypt: Scheme = {
  cheap: (random) => random.integer(8, 11),
  digits: [9, 10],
  full: 17,
  wrongCosts: (cost) => [
    `${cost + 32}`,
    '99',
    '9'.repeat(30),
    `0${cost}`,
    `+${cost}`,
    `${cost}.0`,
    `0x${cost.toString(16)}`,
    `${cost}e0`,
    `-${cost}`,
    '',
  ],
  head: ({ cost, r = 8, p = 1 }) => `$scrypt$ln=${cost},r=${r},p=${p}`,
  derive: (password, { cost, r, p, salt, length }) =>
    scryptSync(password, salt, length, { N: 2 ** cost, r, p, maxmem: 2 ** 28 }),
}

const pbkdf2: Scheme = {
  cheap: (random) => random.integer(1000, 4000),
  digits: [999, 1000],
  full: 60_000,
  wrongCosts: (cost) => [
    `${2 ** 32 + cost}`,
    '9'.repeat(30),
    `0${cost}`,
    `+${cost}`,
    `${cost}.0`,
    `${cost}e0`,
    `-${cost}`,
    `${cost}_`,
    '',
  ],
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
    const passwords = [aPassword(random), 'clé 🔑', 'x'.repeat(300)]
    for (const [i, password] of passwords.entries()) {
      const cost = scheme.digits[i] ?? scheme.cheap(random)
      const text = await subject.call('hashPassword', [password, cost])
      const { head, salt, hash } = partsOf(text)
      evidence('otherMethod', head !== scheme.head({ cost }))
      const letters = [salt, `${salt}==`, Buffer.from(salt, 'base64').toString('hex')]
      const withLetters = letters.map((text) =>
        base64(scheme.derive(password, { cost, r: 8, p: 1, salt: Buffer.from(text), length: 32 })),
      )
      evidence('saltAsText', withLetters.includes(hash))
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

/** Salt and hash of so many rows. */
async function rowsOf(subject: Subject, scheme: Scheme, count: number): Promise<{ salt: string; hash: string }[]> {
  const rows = []
  for (let i = 0; i < count; i++)
    rows.push(partsOf(await subject.call('hashPassword', ['teapot', scheme.digits[0]], { quiet: true })))
  return rows
}

test(
  'salts are random bytes, and no start of the program repeats them',
  { meta: { id: 'random-salts', group: 'hash', covers: [1] } },
  async ({ subject, files, transcript }) => {
    const scheme = schemeOf(files)
    transcript('called', 'hashPassword twelve times, the program started anew before the first and after six')
    await subject.restart()
    const rows = await rowsOf(subject, scheme, 6)
    await subject.restart()
    rows.push(...(await rowsOf(subject, scheme, 6)))
    const salts = rows.map(({ salt }) => Buffer.from(salt, 'base64'))
    transcript('salts', salts.map((salt) => salt.toString('hex')).join('\n'))
    const texts = rows.map(({ salt, hash }) => `${salt} ${hash}`)
    expect(
      texts.filter((text) => !/^[A-Za-z0-9+/]{22} [A-Za-z0-9+/]{43}$/.test(text)),
      'salts and hashes in another alphabet or length',
    ).toEqual([])
    expect(new Set(rows.map(({ salt }) => salt)).size, 'different salts in twelve rows').toBe(12)
    expect(
      salts.some((salt) => salt.some((byte) => byte > 127)),
      'whether any byte of a salt is above 127',
    ).toBe(true)
    const still = [...Array(16).keys()].filter((i) => new Set(salts.map((salt) => salt[i])).size === 1)
    expect(still, 'places in the salt that never change').toEqual([])
  },
)

test(
  'it works with the cost of production',
  { meta: { id: 'full-cost', group: 'hash', covers: [2] } },
  async ({ subject, random, files }) => {
    const scheme = schemeOf(files)
    const password = aPassword(random)
    const text = await subject.call('hashPassword', [password, scheme.full])
    expectMadeOf(scheme, text, password, scheme.full)
    expect(await subject.call('verifyPassword', [password, text]), 'answer to the right password at full cost').toBe(
      true,
    )
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
      { cost: scheme.digits[0], r: 2, p: 1, salt: randomBytes(9), length: 20 },
      { cost: scheme.digits[1], r: 8, p: 3, salt: randomBytes(24), length: 24 },
      { cost: scheme.cheap(random), salt: randomBytes(1), length: 16 },
      { cost: scheme.cheap(random), salt: randomBytes(17), length: 48 },
      { cost: scheme.cheap(random), length: 64 },
      { cost: 4, r: 8, p: 48 },
    ]
    for (const made of settings) {
      const text = stored(scheme, password, made)
      const what = made.length === 16 ? ', a hash of 16 bytes' : made.p === 48 ? ', a small cost and a large p' : ''
      expect(await subject.call('verifyPassword', [password, text]), `answer to the right password${what}`).toBe(true)
      expect(await subject.call('verifyPassword', [password.toUpperCase(), text]), 'answer to another password').toBe(
        false,
      )
    }
  },
)

test(
  'every byte of the hash counts',
  { meta: { id: 'whole-hash', group: 'verify', covers: [3] } },
  async ({ subject, random, files }) => {
    const scheme = schemeOf(files)
    const password = aPassword(random)
    for (const length of [16, 32, 48]) {
      const text = stored(scheme, password, { cost: scheme.digits[0], length })
      const { head, salt, hash } = partsOf(text)
      for (const at of [0, length / 2, length - 1]) {
        const changed = Buffer.from(hash, 'base64')
        changed[at] = (changed[at] ?? 0) ^ 1
        expect(
          await subject.call('verifyPassword', [password, `${head}$${salt}$${base64(changed)}`]),
          'answer where one byte of the stored hash is another',
        ).toBe(false)
      }
    }
  },
)

test(
  'a password is verified exactly as it was typed',
  { meta: { id: 'exact-password', group: 'verify', covers: [3] } },
  async ({ subject, random, files }) => {
    const scheme = schemeOf(files)
    const [long, plain] = ['x'.repeat(99), aPassword(random)]
    const longer = 'y'.repeat(1000)
    const pairs = [
      ['blanks around it', ` ${plain} `, plain],
      ['a blank more in it', plain.replace(' ', '  '), plain],
      ['capitals', plain, plain.toUpperCase()],
      ['one capital', `${plain}z`, `${plain}Z`],
      ['the hundredth letter', `${long}1`, `${long}2`],
      ['the letter after a thousand', `${longer}1`, longer],
      ['an emoji', '🦉 owl 🦉', '🦊 owl 🦉'],
      ['a letter with an accent', 'crème brulée', 'creme brulee'],
      ['a tab at the end', `${plain}\t`, plain],
      ['a line end', `${plain}\n`, plain],
      ['what follows a NUL', `${plain}\0north`, `${plain}\0south`],
    ] as const
    for (const [what, typed, similar] of pairs) {
      const text = stored(scheme, typed, { cost: scheme.cheap(random) })
      expect(await subject.call('verifyPassword', [typed, text]), `answer to the right password with ${what}`).toBe(
        true,
      )
      expect(
        await subject.call('verifyPassword', [similar, text]),
        `answer to a password that differs by ${what}`,
      ).toBe(false)
    }
  },
)

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
      expect(await subject.attempt('verifyPassword', [password, text]), 'the answer to a broken text').toEqual({
        ok: true,
        value: false,
      })
    }
  },
)

const expectFalse = async (subject: Subject, password: string, texts: [string, string][]): Promise<void> => {
  for (const [what, text] of texts)
    expect(await subject.attempt('verifyPassword', [password, text]), what).toEqual({ ok: true, value: false })
}

/** The same number to whoever reads Arabic, and to `\d` and `int()` of Python. */
const arabic = (digit: string): string => String.fromCharCode(0x0660 + Number(digit))

test(
  'a text that is nearly of the form is another text',
  { meta: { id: 'exact-form', group: 'verify', covers: [5] } },
  async ({ subject, random, files }) => {
    const scheme = schemeOf(files)
    const password = aPassword(random)
    // Each of salt and hash has a letter that is written otherwise in the alphabet for addresses, where they have any.
    const made = { cost: scheme.digits[1], salt: Buffer.alloc(16, 0xfb) }
    const text = stored(scheme, password, made)
    const { head, salt, hash } = partsOf(text)
    const round = stored(scheme, password, { ...made, length: 24 })
    expect(await subject.call('verifyPassword', [password, text]), 'answer to the exact text').toBe(true)
    await expectFalse(subject, password, [
      ['a blank in front', ` ${text}`],
      ['a blank behind', `${text} `],
      ['a line end behind', `${text}\n`],
      ['a fourth dollar sign behind', `${text}$`],
      ['no dollar sign in front', text.slice(1)],
      ['the method in capitals', text.replace(/^\$[^$]+/, (method) => method.toUpperCase())],
      ['padding behind the hash', `${text}=`],
      ['padding behind the salt', `${head}$${salt}==$${hash}`],
      ['the alphabet for addresses', `${head}$${salt.replaceAll('+', '-').replaceAll('/', '_')}$${hash}`],
      ['a blank in the hash', `${head}$${salt}$${hash.slice(0, 8)} ${hash.slice(8)}`],
      ['a letter too many', `${round}A`],
      ['a number too many', `${head},x=1$${salt}$${hash}`],
      ['digits of another script', text.replace(/(?<==\d)\d+/, (number) => number.replaceAll(/\d/g, arabic))],
      ['numbers of other names', `${head.replaceAll('=', ':')}$${salt}$${hash}`],
    ])
  },
)

test(
  'a cost that is none, or too much, is an answer as well',
  { meta: { id: 'impossible-cost', group: 'verify', covers: [5] } },
  async ({ subject, random, files }) => {
    const scheme = schemeOf(files)
    const password = aPassword(random)
    const cost = scheme.digits[1]
    const text = stored(scheme, password, { cost })
    for (const wrong of scheme.wrongCosts(cost)) {
      const outcome = await subject.attempt('verifyPassword', [password, text.replace(`=${cost}`, `=${wrong}`)])
      expect(outcome.ok ? 'an answer' : 'an exception', 'what comes for such a cost').toBe('an answer')
      expect(outcome.ok && outcome.value, 'the answer to a text with such a cost').toBe(false)
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
    for (const bytes of [15, 12, 8, 1, 0]) {
      // scrypt and PBKDF2 do not depend on the length: these are the first bytes of the right hash.
      const text = `${head}$${salt}$${base64(Buffer.from(hash, 'base64').subarray(0, bytes))}`
      expect(
        await subject.attempt('verifyPassword', [password, text]),
        'the answer to a text whose hash was cut short',
      ).toEqual({ ok: true, value: false })
    }
  },
)

test(
  'an old row is still verified',
  { meta: { id: 'legacy-row', group: 'login', covers: [4] } },
  async ({ subject, random }) => {
    for (const password of [`${aPassword(random)} `, ` é ${aPassword(random)}`, `${'x'.repeat(200)} `]) {
      const hex = sha1(password)
      const mixed = [...hex].map((digit, i) => (i % 2 === 0 ? digit.toUpperCase() : digit)).join('')
      const written = [
        [`sha1:${hex}`, 'answer to the right password'],
        [`sha1:${hex.toUpperCase()}`, 'answer to the right password, hex digits in capitals'],
        [`sha1:${mixed}`, 'answer to the right password, hex digits of both kinds'],
      ] as const
      for (const [text, what] of written) {
        expect(await subject.call('verifyPassword', [password, text]), what).toBe(true)
        expect(
          await subject.call('verifyPassword', [password.trim(), text]),
          'answer to the password without its outer blank',
        ).toBe(false)
        expect(await subject.call('verifyPassword', [`${password}.`, text]), 'answer to another password').toBe(false)
      }
    }
  },
)

test(
  'what is nearly an old row is none',
  { meta: { id: 'nearly-an-old-row', group: 'login', covers: [4, 5] } },
  async ({ subject, random }) => {
    const password = aPassword(random)
    const hex = sha1(password)
    const pairs = (hex.match(/../g) ?? []).join(' ')
    await expectFalse(subject, password, [
      ['no word in front', hex],
      ['the word in capitals', `SHA1:${hex}`],
      ['a blank in front', ` sha1:${hex}`],
      ['a blank behind the colon', `sha1: ${hex}`],
      ['a line end behind', `sha1:${hex}\n`],
      ['a digit too many', `sha1:${hex}0`],
      ['two digits too few', `sha1:${hex.slice(0, 38)}`],
      ['another part behind', `sha1:${hex}:1`],
      ['blanks between the digits', `sha1:${pairs}`],
    ])
  },
)

test(
  'login lets in who has the password, and nobody else',
  { meta: { id: 'login-answers', group: 'login', covers: [6] } },
  async ({ subject, random, files }) => {
    const scheme = schemeOf(files)
    const [ida, kofi, cost] = [aPassword(random), aPassword(random), scheme.cheap(random)]
    const broken = `${scheme.head({ cost })}$$`
    const { users } = tableOf({ ida: stored(scheme, ida, { cost }), kofi: legacy(kofi), empty: '', cut: broken })
    const logins = [
      ['the right password', 'ida', ida, true],
      ["somebody else's password", 'ida', `${kofi} `, false],
      ['the right password of an old row', 'kofi', kofi, true],
      ['a wrong password of an old row', 'kofi', `${kofi}!`, false],
      ['a name that nobody has', 'nobody', ida, false],
      ['a name in capitals', 'IDA', ida, false],
      ['a name with a blank', 'ida ', ida, false],
      ['a row that is empty', 'empty', ida, false],
      ['a row that was cut', 'cut', ida, false],
    ] as const
    for (const [what, name, password, expected] of logins) {
      expect(await subject.attempt('login', [name, password, users, cost]), `login with ${what}`).toEqual({
        ok: true,
        value: expected,
      })
    }
  },
)

test(
  'an old row is replaced at its owner’s login',
  { meta: { id: 'legacy-rewritten', group: 'login', covers: [7] } },
  async ({ subject, random, files }) => {
    const scheme = schemeOf(files)
    const [password, cost] = [aPassword(random), scheme.cheap(random)]
    for (const row of [legacy(password), `sha1:${sha1(password).toUpperCase()}`]) {
      const { users, saved } = tableOf({ lin: row })
      expect(await subject.call('login', ['lin', password, users, cost]), 'first login').toBe(true)
      expect(
        saved.map(([name]) => name),
        'rows saved by the first login',
      ).toEqual(['lin'])
      expectMadeOf(scheme, saved[0]?.[1], password, cost)
      expect(await subject.call('login', ['lin', password, users, cost]), 'second login').toBe(true)
      expect(saved.length, 'rows saved by both logins').toBe(1)
    }
  },
)

test(
  'login returns when the new row is saved',
  { meta: { id: 'saved-when-it-returns', group: 'login', covers: [7] } },
  async ({ subject, random, files, transcript }) => {
    const scheme = schemeOf(files)
    const [password, cost] = [aPassword(random), scheme.cheap(random)]
    const saved: string[] = []
    const users = {
      find: async () => legacy(password),
      save: async (_name: string, text: string) => {
        await pause(400)
        saved.push(text)
      },
    }
    transcript('users', 'saving takes 400 ms')
    expect(await subject.call('login', ['ada', password, users, cost]), 'login').toBe(true)
    expect(saved.length, 'rows saved when login returned').toBe(1)
  },
)

test(
  'a failed login saves nothing',
  { meta: { id: 'failed-login-saves-nothing', group: 'login', covers: [7] } },
  async ({ subject, random, files }) => {
    const scheme = schemeOf(files)
    const [password, cost] = [aPassword(random), scheme.cheap(random)]
    const { users, saved } = tableOf({ ana: legacy(password), raj: stored(scheme, password, { cost }) })
    for (const name of ['ana', 'raj', 'nobody']) {
      expect(
        await subject.call('login', [name, `not ${password}`, users, cost + 1]),
        'login with a wrong password',
      ).toBe(false)
    }
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
    const password = aPassword(random)
    const [lower, higher] = scheme.digits
    const weak = stored(scheme, password, { cost: lower })
    const { users, saved } = tableOf({
      weak,
      same: stored(scheme, password, { cost: higher }),
      strong: stored(scheme, password, { cost: higher + 1 }),
    })
    for (const name of ['weak', 'same', 'strong'])
      expect(await subject.call('login', [name, password, users, higher]), 'login').toBe(true)
    expect(
      saved.map(([name]) => name),
      'rows saved',
    ).toEqual(['weak'])
    expectMadeOf(scheme, saved[0]?.[1], password, higher)
    expect(partsOf(saved[0]?.[1]).salt === partsOf(weak).salt, 'whether the new row has the salt of the old one').toBe(
      false,
    )

    // The other way round: one digit more in the row than in the cost that is asked for.
    const second = tableOf({ strong: stored(scheme, password, { cost: higher }) })
    expect(await subject.call('login', ['strong', password, second.users, lower]), 'login').toBe(true)
    expect(second.saved.length, 'rows of higher cost that were saved').toBe(0)
  },
)

test(
  'only the cost decides whether a row is raised',
  { meta: { id: 'only-the-cost', group: 'login', covers: [7] } },
  async ({ subject, random, files }) => {
    const scheme = schemeOf(files)
    const [password, cost] = [aPassword(random), scheme.cheap(random)]
    const { users, saved } = tableOf({
      other: stored(scheme, password, { cost, r: 4, p: 2, salt: randomBytes(9), length: 20 }),
      longer: stored(scheme, password, { cost, salt: randomBytes(24), length: 64 }),
    })
    for (const name of ['other', 'longer'])
      expect(await subject.call('login', [name, password, users, cost]), 'login').toBe(true)
    expect(saved.length, 'rows saved, where only other settings differ').toBe(0)
  },
)
