import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '#harness'

type Fixtures = Parameters<Parameters<typeof test>[2]>[0]
type Program = Fixtures['program']
type Random = Fixtures['random']
type Env = Record<string, string>

interface Problem {
  name: string
  code: 'missing' | 'invalid' | 'conflict' | 'unreadable'
}

/** The least that lets the service start. */
const enough: Env = { SHOP_PUBLIC_URL: 'https://shop.example', SHOP_DATABASE_PASSWORD: 'swordfish' }

const defaults = {
  env: 'local',
  port: 8080,
  publicUrl: 'https://shop.example',
  verboseErrors: false,
  secureCookies: true,
  requestTimeoutMs: 5000,
  allowedOrigins: [] as string[],
  databasePassword: '****',
  mailKey: null as string | null,
}

/** Problems and warnings may come in any order: names with their codes, and sorted names. */
function inOrder(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null) return answer
  const { problems, warnings } = answer as { problems?: unknown; warnings?: unknown }
  return {
    ...answer,
    ...(Array.isArray(problems) ? { problems: codesByName(problems) } : {}),
    ...(Array.isArray(warnings) ? { warnings: warnings.map(String).toSorted() } : {}),
  }
}

/** Two problems of one name stay visible: their codes are joined. */
function codesByName(problems: unknown[]): Record<string, string> {
  const codes: Record<string, string> = {}
  for (const item of problems) {
    const { name, code } = (item ?? {}) as Partial<Problem>
    codes[String(name)] = [codes[String(name)], code].filter((c) => c !== undefined).join(' and ')
  }
  return codes
}

interface Said {
  warnings?: string[]
  /** What the values are about; the failed assertion is known by it. */
  of?: string
}

async function expectConfig(
  program: Program,
  env: Env,
  changed: Partial<typeof defaults>,
  { warnings = [], of = 'the output' }: Said = {},
): Promise<void> {
  const { code, json } = await program.run({ env: { ...enough, ...env } })
  expect(inOrder(json()), of).toEqual(inOrder({ config: { ...defaults, ...changed }, warnings }))
  expect(code, 'exit code').toBe(0)
}

/** `env` is the whole environment here, apart from what every process has. */
async function expectProblems(
  program: Program,
  env: Env,
  problems: Problem[],
  { warnings = [], of = 'the output' }: Said = {},
): Promise<void> {
  const { code, json } = await program.run({ env })
  expect(inOrder(json()), of).toEqual(inOrder({ problems, warnings }))
  expect(code, 'exit code').toBe(78)
}

/** A folder of its own for the files of a case. */
function folderIn(scratch: string, name: string): string {
  const folder = join(scratch, name)
  mkdirSync(folder, { recursive: true })
  return folder
}

function fileWith(scratch: string, name: string, content: string): string {
  const path = join(folderIn(scratch, 'secrets'), name)
  writeFileSync(path, content)
  return path
}

const letters = 'abcdefghijkmnpqrstuvwxyz23456789'
const randomText = (random: Random, length: number): string =>
  Array.from({ length }, () => random.pick([...letters])).join('')

test(
  'fills in the defaults when only the required variables are set',
  { meta: { id: 'defaults', group: 'values', covers: [1, 2] } },
  async ({ program, requirement }) => {
    requirement(1)
    const { json } = await program.run({ env: enough })
    json()
    requirement(2)
    await expectConfig(program, {}, {})
  },
)

test(
  'reads "false" as false, in every way to write it',
  { meta: { id: 'false-is-false', group: 'values', gate: true, covers: [4] } },
  async ({ program }) => {
    await expectConfig(
      program,
      { SHOP_VERBOSE_ERRORS: 'false', SHOP_SECURE_COOKIES: 'false' },
      { verboseErrors: false, secureCookies: false },
      { of: 'the output for false' },
    )
    await expectConfig(
      program,
      { SHOP_VERBOSE_ERRORS: 'TRUE', SHOP_SECURE_COOKIES: '0' },
      { verboseErrors: true, secureCookies: false },
    )
    await expectConfig(
      program,
      { SHOP_VERBOSE_ERRORS: '1', SHOP_SECURE_COOKIES: 'False' },
      { verboseErrors: true, secureCookies: false },
    )
    await expectConfig(
      program,
      { SHOP_VERBOSE_ERRORS: 'fAlSe', SHOP_SECURE_COOKIES: 'tRue' },
      { verboseErrors: false, secureCookies: true },
    )
  },
)

test(
  'reads durations, ports, URLs and lists as values of their types',
  { meta: { id: 'typed-values', group: 'values', covers: [2, 4] } },
  async ({ program, random, requirement }) => {
    requirement(4)
    const seconds = random.integer(11, 59)
    const port = random.integer(1024, 65_534)
    await expectConfig(
      program,
      { SHOP_ENV: 'blue', SHOP_REQUEST_TIMEOUT: `${seconds}s`, SHOP_PORT: String(port) },
      { env: 'blue', requestTimeoutMs: seconds * 1000, port },
    )
    await expectConfig(
      program,
      {
        SHOP_REQUEST_TIMEOUT: '250ms',
        SHOP_PORT: '1',
        SHOP_PUBLIC_URL: `http://localhost:${port}`,
        SHOP_ALLOWED_ORIGINS: 'https://one.example',
      },
      {
        requestTimeoutMs: 250,
        port: 1,
        publicUrl: `http://localhost:${port}`,
        allowedOrigins: ['https://one.example'],
      },
    )
    await expectConfig(
      program,
      {
        SHOP_REQUEST_TIMEOUT: '2m',
        SHOP_PORT: '65535',
        SHOP_PUBLIC_URL: 'https://shop.example/eu?from=mail',
        SHOP_ALLOWED_ORIGINS: ' https://b.example , https://a.example,,http://localhost:3000,',
      },
      {
        requestTimeoutMs: 120_000,
        port: 65_535,
        publicUrl: 'https://shop.example/eu?from=mail',
        allowedOrigins: ['https://b.example', 'https://a.example', 'http://localhost:3000'],
      },
    )
  },
)

test(
  'takes an empty variable as not set, and drops white space around a value',
  { meta: { id: 'empty-and-spaces', group: 'values', covers: [3] } },
  async ({ program }) => {
    const optional = [
      'SHOP_ENV',
      'SHOP_PORT',
      'SHOP_VERBOSE_ERRORS',
      'SHOP_SECURE_COOKIES',
      'SHOP_REQUEST_TIMEOUT',
      'SHOP_ALLOWED_ORIGINS',
      'SHOP_MAIL_KEY',
    ]
    await expectConfig(program, Object.fromEntries(optional.map((name) => [name, ''])), {})
    await expectConfig(
      program,
      {
        SHOP_ENV: ' blue ',
        SHOP_PORT: ' 9090 ',
        SHOP_VERBOSE_ERRORS: '  ',
        SHOP_SECURE_COOKIES: 'false ',
        SHOP_REQUEST_TIMEOUT: ' 3s',
      },
      { env: 'blue', port: 9090, secureCookies: false, requestTimeoutMs: 3000 },
    )
  },
)

test(
  'drops tabs and line ends around each value, as files of variables leave them',
  { meta: { id: 'white-space', group: 'values', covers: [3] } },
  async ({ program, random }) => {
    const tail = randomText(random, 15)
    await expectConfig(
      program,
      {
        SHOP_ENV: '\tblue\n',
        SHOP_PORT: '9090\r\n',
        SHOP_PUBLIC_URL: '\n https://eu.example\r',
        SHOP_VERBOSE_ERRORS: '\t1\t',
        SHOP_SECURE_COOKIES: '\r\n',
        SHOP_REQUEST_TIMEOUT: '\n 3m\n',
        SHOP_ALLOWED_ORIGINS: '\t\n',
        SHOP_DATABASE_PASSWORD: `  ${tail}\n`,
        SHOP_MAIL_KEY: ` \t${tail}xy\r\n`,
      },
      {
        env: 'blue',
        port: 9090,
        publicUrl: 'https://eu.example',
        verboseErrors: true,
        requestTimeoutMs: 180_000,
        databasePassword: '****',
        mailKey: `****${`${tail}xy`.slice(-4)}`,
      },
    )
  },
)

test(
  'gives texts as they were given, and numbers at the ends of their range',
  { meta: { id: 'as-given', group: 'values', covers: [4] } },
  async ({ program }) => {
    await expectConfig(
      program,
      {
        SHOP_ENV: 'Blue, "Green"\nand 0',
        SHOP_PUBLIC_URL: 'http://Shop.Example:80/a/../b?x=1&y=/#Top',
        SHOP_ALLOWED_ORIGINS: '\n https://b.example,\thttps://b.example , a b,A b,\n, ,0,null',
        SHOP_REQUEST_TIMEOUT: '0s',
      },
      {
        env: 'Blue, "Green"\nand 0',
        publicUrl: 'http://Shop.Example:80/a/../b?x=1&y=/#Top',
        allowedOrigins: ['https://b.example', 'https://b.example', 'a b', 'A b', '0', 'null'],
        requestTimeoutMs: 0,
      },
    )
    await expectConfig(
      program,
      {
        SHOP_ENV: '0',
        SHOP_PUBLIC_URL: 'https://a',
        SHOP_ALLOWED_ORIGINS: ' , ,,',
        SHOP_REQUEST_TIMEOUT: '999999999m',
      },
      { env: '0', publicUrl: 'https://a', allowedOrigins: [], requestTimeoutMs: 59_999_999_940_000 },
    )
    await expectConfig(
      program,
      {
        SHOP_ENV: 'false',
        SHOP_PUBLIC_URL: 'http://localhost',
        SHOP_ALLOWED_ORIGINS: 'x',
        SHOP_REQUEST_TIMEOUT: '1ms',
      },
      { env: 'false', publicUrl: 'http://localhost', allowedOrigins: ['x'], requestTimeoutMs: 1 },
    )
  },
)

test(
  'lets the name of the environment decide nothing',
  { meta: { id: 'name-decides-nothing', group: 'values', gate: true, covers: [5] } },
  async ({ program, random }) => {
    await expectConfig(program, { SHOP_ENV: 'production' }, { env: 'production' })
    await expectConfig(
      program,
      { SHOP_ENV: 'production', SHOP_VERBOSE_ERRORS: 'true', SHOP_SECURE_COOKIES: 'false' },
      { env: 'production', verboseErrors: true, secureCookies: false },
    )
    for (const env of ['development', 'test', 'prod', 'staging-eu'])
      await expectConfig(program, { SHOP_ENV: env }, { env })
    for (const env of ['local', `staging-${random.integer(2, 99)}`])
      await expectConfig(
        program,
        { SHOP_ENV: env, SHOP_VERBOSE_ERRORS: '1', SHOP_SECURE_COOKIES: '0' },
        { env, verboseErrors: true, secureCookies: false },
      )
    await expectConfig(program, { NODE_ENV: 'production', APP_ENV: 'production', RACK_ENV: 'production' }, {})
  },
)

test(
  'reports one problem and exits with 78',
  { meta: { id: 'one-problem', group: 'problems', covers: [1, 3, 6] } },
  async ({ program, requirement }) => {
    requirement(6)
    await expectProblems(program, { ...enough, SHOP_PORT: 'abc' }, [{ name: 'SHOP_PORT', code: 'invalid' }])
    await expectProblems(program, { SHOP_DATABASE_PASSWORD: 'swordfish' }, [
      { name: 'SHOP_PUBLIC_URL', code: 'missing' },
    ])
    await expectProblems(program, { ...enough, SHOP_DATABASE_PASSWORD: '  ' }, [
      { name: 'SHOP_DATABASE_PASSWORD', code: 'missing' },
    ])
  },
)

test(
  'reports all problems of a start at once',
  { meta: { id: 'all-problems', group: 'problems', gate: true, covers: [6] } },
  async ({ program, random }) => {
    // What the case before has asked for one by one.
    await expectProblems(
      program,
      { SHOP_PORT: 'abc', SHOP_DATABASE_PASSWORD: '  ' },
      [
        { name: 'SHOP_PORT', code: 'invalid' },
        { name: 'SHOP_PUBLIC_URL', code: 'missing' },
        { name: 'SHOP_DATABASE_PASSWORD', code: 'missing' },
      ],
      { of: 'three problems of one start' },
    )
    const broken: Env = {
      SHOP_PORT: '99999',
      SHOP_PUBLIC_URL: 'shop.example',
      SHOP_VERBOSE_ERRORS: 'maybe',
      SHOP_SECURE_COOKIES: 'no',
      SHOP_REQUEST_TIMEOUT: 'soon',
    }
    const invalid = Object.keys(broken).map((name): Problem => ({ name, code: 'invalid' }))
    await expectProblems(program, broken, [...invalid, { name: 'SHOP_DATABASE_PASSWORD', code: 'missing' }])
    // Any two of them, so that no order of checking hides one.
    const pair = random.shuffle(Object.keys(broken)).slice(0, 2)
    await expectProblems(
      program,
      { ...enough, ...Object.fromEntries(pair.map((name) => [name, broken[name] ?? ''])) },
      pair.map((name) => ({ name, code: 'invalid' })),
    )
  },
)

/** What `json` gives, or the fallback where stdout is no JSON; the transcript shows it then. */
function parsedOr(fallback: unknown, json: () => unknown): unknown {
  try {
    return json()
  } catch {
    return fallback
  }
}

const otherForms: Record<string, string[]> = {
  SHOP_PORT: ['0', '65536', '8080x', '80.5', '+8080', '1e3', '8_080', '0x50', '-80', '4294975376', '80 80'],
  SHOP_REQUEST_TIMEOUT: ['5', '5 s', '1.5s', '5h', 'ms', '-5s', '5s!', '5S', '+5s', '5_0ms', '5min'],
  SHOP_VERBOSE_ERRORS: ['yes', '2', 'tru', 'off', 'null', 'False!', '-1', 'truefalse', 'on', 'f', '1.0'],
  SHOP_SECURE_COOKIES: ['no', '10', 'true!', 'True False', 'constructor', 'y', '0x1', 'untrue', 't', 'none', '1e0'],
  SHOP_PUBLIC_URL: [
    '/checkout',
    'ftp://shop.example',
    'https://',
    'shop.example',
    'https:',
    '8080',
    'mailto:a@shop.example',
    'https:///cart',
    'https://?from=mail',
    'http:/shop.example',
    'xhttps://shop.example',
  ],
}

test(
  'refuses every value that does not have the form of its type',
  { meta: { id: 'other-forms', group: 'problems', covers: [4, 6] } },
  async ({ program, transcript, evidence }) => {
    for (const i of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) {
      const env = Object.fromEntries(Object.entries(otherForms).map(([name, values]) => [name, values[i] ?? '']))
      const { code, stdout, json } = await program.run({ env: { ...enough, ...env }, quiet: true })
      const { problems } = inOrder(parsedOr({}, json)) as { problems?: Record<string, string> }
      const accepted = Object.keys(env).filter((name) => problems?.[name] !== 'invalid')
      if (accepted.length > 0 || code !== 78) {
        transcript(
          'env',
          Object.entries(env)
            .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
            .join(' '),
        )
        transcript('stdout', stdout === '' ? '(nothing)' : stdout)
        transcript('exit code', String(code))
      }
      if (accepted[0]) evidence('accepted', accepted[0] === 'SHOP_PORT' && i < 2 ? 'range of SHOP_PORT' : accepted[0])
      expect(
        accepted.map((name) => `${name}=${env[name]}`),
        'values that were not reported as invalid',
      ).toEqual([])
      expect(code, 'exit code').toBe(78)
    }
  },
)

test(
  'looks at the whole of a value, also when it has several lines or very many digits',
  { meta: { id: 'several-lines', group: 'problems', covers: [4] } },
  async ({ program }) => {
    const invalid = (...names: string[]): Problem[] => names.map((name) => ({ name, code: 'invalid' }))
    await expectProblems(
      program,
      {
        ...enough,
        SHOP_PORT: '80\n80',
        SHOP_REQUEST_TIMEOUT: '5s\n5s',
        SHOP_VERBOSE_ERRORS: 'false\ntrue',
        SHOP_SECURE_COOKIES: 'no\n1',
        SHOP_PUBLIC_URL: 'shop.example\nhttps://shop.example',
      },
      invalid('SHOP_PORT', 'SHOP_REQUEST_TIMEOUT', 'SHOP_VERBOSE_ERRORS', 'SHOP_SECURE_COOKIES', 'SHOP_PUBLIC_URL'),
      { of: 'values of several lines' },
    )
    await expectProblems(
      program,
      {
        ...enough,
        SHOP_PORT: 'x\n80',
        SHOP_REQUEST_TIMEOUT: 'x\n5s',
        SHOP_VERBOSE_ERRORS: 'x\n1',
        SHOP_SECURE_COOKIES: '0\nx',
      },
      invalid('SHOP_PORT', 'SHOP_REQUEST_TIMEOUT', 'SHOP_VERBOSE_ERRORS', 'SHOP_SECURE_COOKIES'),
      { of: 'values of several lines' },
    )
    await expectProblems(program, { ...enough, SHOP_PORT: '9'.repeat(5000) }, invalid('SHOP_PORT'), {
      of: 'a port of 5000 digits',
    })
  },
)

test(
  'warns of variables that begin with SHOP_ and are not known',
  { meta: { id: 'warnings', group: 'problems', covers: [1, 7] } },
  async ({ program, requirement }) => {
    requirement(1)
    const { json } = await program.run({ env: { ...enough, SHOP_PROT: '9090' } })
    json()
    requirement(7)
    await expectConfig(
      program,
      { SHOP_PROT: '9090', SHOP_PORT_FILE: '/run/port', SHOPPING_LIST: 'bread', PORT: '1234' },
      {},
      { warnings: ['SHOP_PORT_FILE', 'SHOP_PROT'] },
    )
    await expectProblems(
      program,
      { SHOP_PUBLIC_ULR: 'https://shop.example', SHOP_DATABASE_PASSWORD: 'swordfish' },
      [{ name: 'SHOP_PUBLIC_URL', code: 'missing' }],
      { warnings: ['SHOP_PUBLIC_ULR'] },
    )
  },
)

test(
  'warns only of variables that are set, and of each of them',
  { meta: { id: 'warns-of-set', group: 'problems', covers: [3, 7] } },
  async ({ program, requirement }) => {
    requirement(3)
    await expectConfig(program, { SHOP_OLD: '', SHOP_OLDER: ' \t\n' }, {}, { of: 'unknown variables that are empty' })
    requirement(7)
    const unknown = [
      'SHOP_',
      'SHOP__PORT',
      'SHOP_port',
      'SHOP_ENV_FILE',
      'SHOP_MAIL_KEY_FILE_',
      'SHOP_PORT2',
      'SHOP_DEBUG',
    ]
    const others = ['shop_port', 'SHOP', 'MY_SHOP_PORT', 'Shop_Port', '_SHOP_PORT']
    const env = Object.fromEntries([...unknown, ...others].map((name) => [name, '0']))
    await expectConfig(program, env, {}, { warnings: unknown, of: 'names that begin with SHOP_, and others' })
    await expectProblems(program, { ...env, ...enough, SHOP_PORT: '0' }, [{ name: 'SHOP_PORT', code: 'invalid' }], {
      warnings: unknown,
      of: 'warnings beside a problem',
    })
  },
)

test(
  'masks every secret, and shows the end of long ones only',
  { meta: { id: 'masks', group: 'secrets', gate: true, covers: [9] } },
  async ({ program, random, evidence }) => {
    const [long, exact, short] = [randomText(random, 32), randomText(random, 16), randomText(random, 15)]
    const env = { ...enough, SHOP_DATABASE_PASSWORD: long, SHOP_MAIL_KEY: short }
    const { stdout: shown, code, json } = await program.run({ env })
    evidence(
      'shown',
      [long, short].some((secret) => shown.includes(secret)),
    )
    expect(inOrder(json()), 'the output').toEqual(
      inOrder({ config: { ...defaults, databasePassword: `****${long.slice(-4)}`, mailKey: '****' }, warnings: [] }),
    )
    expect(code, 'exit code').toBe(0)
    await expectConfig(
      program,
      { SHOP_DATABASE_PASSWORD: short, SHOP_MAIL_KEY: exact },
      { databasePassword: '****', mailKey: `****${exact.slice(-4)}` },
    )
    const { stdout, stderr } = await program.run({
      env: { SHOP_DATABASE_PASSWORD: long, SHOP_MAIL_KEY: short, SHOP_PORT: 'abc' },
    })
    expect(stdout + stderr, 'standard output and standard error of a start with problems').not.toContain(
      long.slice(0, 12),
    )
    expect(stdout + stderr, 'standard output and standard error of a start with problems').not.toContain(
      short.slice(0, 12),
    )
  },
)

/** `about` names the start; every secret is looked for, in whole and without its end. */
async function expectSilent(program: Program, env: Env, secrets: string[], about: string): Promise<void> {
  const { stdout, stderr } = await program.run({ env })
  const shown = secrets.filter((secret) => (stdout + stderr).includes(secret.slice(0, 10)))
  expect(shown, `secrets shown by ${about}`).toEqual([])
}

test(
  'shows no secret, however the start ends',
  { meta: { id: 'nothing-leaks', group: 'secrets', gate: true, covers: [9] } },
  async ({ program, random, scratch }) => {
    const [password, key] = [randomText(random, 15), randomText(random, 30)]
    const files = {
      SHOP_DATABASE_PASSWORD_FILE: fileWith(scratch, 'quiet-password', `${password}\n`),
      SHOP_MAIL_KEY_FILE: fileWith(scratch, 'quiet-key', key),
    }
    const plain = { SHOP_DATABASE_PASSWORD: password, SHOP_MAIL_KEY: key }
    const url = { SHOP_PUBLIC_URL: 'https://shop.example' }
    const secrets = [password, key]
    await expectSilent(program, { ...url, ...plain }, secrets, 'a start that succeeds')
    await expectSilent(program, { ...url, ...files }, secrets, 'a start with secret files')
    await expectSilent(program, { ...url, ...plain, ...files }, secrets, 'a start with conflicts')
    await expectSilent(program, { ...files, SHOP_PORT: 'x' }, secrets, 'a start with secret files and problems')
    const lost = { SHOP_MAIL_KEY: key, SHOP_DATABASE_PASSWORD_FILE: join(scratch, 'nowhere') }
    await expectSilent(program, { ...url, ...lost }, secrets, 'a start with a file that cannot be read')
  },
)

test(
  'reads a secret from the file that the _FILE form names',
  { meta: { id: 'secret-file', group: 'secrets', covers: [8, 9] } },
  async ({ program, random, scratch, transcript }) => {
    const [password, key] = [randomText(random, 24), randomText(random, 8)]
    const files = {
      SHOP_DATABASE_PASSWORD_FILE: fileWith(scratch, 'database-password', password),
      SHOP_MAIL_KEY_FILE: fileWith(scratch, 'mail-key', key),
    }
    transcript('file database-password', JSON.stringify(password))
    transcript('file mail-key', JSON.stringify(key))
    // The plain form is there and empty, as deployment templates leave it.
    await expectConfig(
      program,
      { SHOP_DATABASE_PASSWORD: '', ...files },
      { databasePassword: `****${password.slice(-4)}`, mailKey: '****' },
    )
  },
)

test(
  'removes the line feed at the end of a secret file',
  { meta: { id: 'file-line-feed', group: 'secrets', covers: [8] } },
  async ({ program, random, scratch, transcript }) => {
    const [password, key] = [randomText(random, 24), randomText(random, 15)]
    const files = {
      SHOP_DATABASE_PASSWORD_FILE: fileWith(scratch, 'password-with-line-feed', `${password}\n`),
      SHOP_MAIL_KEY_FILE: fileWith(scratch, 'short-key-with-line-feed', `${key}\n`),
    }
    transcript('file password-with-line-feed', JSON.stringify(`${password}\n`))
    transcript('file short-key-with-line-feed', JSON.stringify(`${key}\n`))
    await expectConfig(
      program,
      { SHOP_DATABASE_PASSWORD: '', ...files },
      { databasePassword: `****${password.slice(-4)}`, mailKey: '****' },
    )
  },
)

test(
  'keeps every other character of a secret file',
  { meta: { id: 'file-exact', group: 'secrets', covers: [8] } },
  async ({ program, random, scratch, transcript }) => {
    const content = `${randomText(random, 20)}. \n\n`
    transcript('file odd-password', JSON.stringify(content))
    const path = fileWith(scratch, 'odd-password', content)
    const tail = content.slice(0, -1).slice(-4)
    await expectConfig(
      program,
      { SHOP_DATABASE_PASSWORD: '', SHOP_DATABASE_PASSWORD_FILE: path },
      { databasePassword: `****${tail}` },
    )
  },
)

test(
  'keeps carriage returns, blanks and line feeds inside a secret file',
  { meta: { id: 'file-odd', group: 'secrets', covers: [8] } },
  async ({ program, random, scratch, transcript }) => {
    const files = (password: string, key: string): Env => {
      transcript('files', `${JSON.stringify(password)} and ${JSON.stringify(key)}`)
      return {
        SHOP_DATABASE_PASSWORD: '',
        SHOP_DATABASE_PASSWORD_FILE: fileWith(scratch, 'odd-1', password),
        SHOP_MAIL_KEY_FILE: fileWith(scratch, 'odd-2', key),
      }
    }
    const [text, short] = [randomText(random, 20), randomText(random, 14)]
    await expectConfig(
      program,
      files(`${text}\rab`, `${text}\r\na`),
      { databasePassword: `****${text.slice(-1)}\rab`, mailKey: `****${text.slice(-1)}\r\na` },
      { of: 'files with a carriage return inside' },
    )
    await expectConfig(
      program,
      files(`${text}\r\n`, `${short}\r\n`),
      { databasePassword: `****${text.slice(-3)}\r`, mailKey: '****' },
      { of: 'files that end with CR LF' },
    )
    await expectConfig(
      program,
      files(`   ${short}`, `\t${short}\n`),
      { databasePassword: `****${short.slice(-4)}`, mailKey: '****' },
      { of: 'files that begin with blanks' },
    )
    await expectConfig(
      program,
      files(`${text}\r`, `\n${short}\n\n`),
      { databasePassword: `****${text.slice(-3)}\r`, mailKey: `****${short.slice(-3)}\n` },
      { of: 'files with other line ends' },
    )
    await expectConfig(
      program,
      files('   ', `${short}\n${short}`),
      { databasePassword: '****', mailKey: `****${short.slice(-4)}` },
      { of: 'a file of blanks, and one of two lines' },
    )
  },
)

test(
  'reports both forms of a secret at once, and a file that cannot be read',
  { meta: { id: 'file-problems', group: 'secrets', covers: [6, 8] } },
  async ({ program, scratch, requirement }) => {
    requirement(8)
    const folder = folderIn(scratch, 'secrets')
    const url = { SHOP_PUBLIC_URL: 'https://shop.example' }
    const path = fileWith(scratch, 'twice', 'swordfish')
    await expectProblems(program, { ...url, SHOP_DATABASE_PASSWORD: 'swordfish', SHOP_DATABASE_PASSWORD_FILE: path }, [
      { name: 'SHOP_DATABASE_PASSWORD', code: 'conflict' },
    ])
    await expectProblems(
      program,
      { ...url, SHOP_DATABASE_PASSWORD_FILE: join(folder, 'nowhere'), SHOP_MAIL_KEY_FILE: folder },
      [
        { name: 'SHOP_DATABASE_PASSWORD_FILE', code: 'unreadable' },
        { name: 'SHOP_MAIL_KEY_FILE', code: 'unreadable' },
      ],
    )
  },
)

test(
  'decides for each secret by which of its forms are set',
  { meta: { id: 'file-forms', group: 'secrets', covers: [3, 6, 8] } },
  async ({ program, scratch, requirement }) => {
    const path = fileWith(scratch, 'form', 'swordfish-swordfish')
    const nowhere = join(scratch, 'nowhere')
    requirement(3)
    await expectConfig(
      program,
      { SHOP_DATABASE_PASSWORD_FILE: '', SHOP_MAIL_KEY: '\n', SHOP_MAIL_KEY_FILE: '  ' },
      {},
      { of: 'file forms that are empty' },
    )
    requirement(8)
    await expectConfig(program, { SHOP_MAIL_KEY: ' ', SHOP_MAIL_KEY_FILE: ` ${path}\n` }, { mailKey: '****fish' })
    await expectProblems(
      program,
      { ...enough, SHOP_DATABASE_PASSWORD_FILE: nowhere, SHOP_MAIL_KEY: 'a', SHOP_MAIL_KEY_FILE: path },
      [
        { name: 'SHOP_DATABASE_PASSWORD', code: 'conflict' },
        { name: 'SHOP_MAIL_KEY', code: 'conflict' },
      ],
      { of: 'conflicts of both secrets' },
    )
    requirement(6)
    await expectProblems(
      program,
      {
        SHOP_ENV: 'blue',
        SHOP_PORT: 'x',
        SHOP_PUBLIC_URL: 'x',
        SHOP_VERBOSE_ERRORS: 'x',
        SHOP_SECURE_COOKIES: 'x',
        SHOP_REQUEST_TIMEOUT: 'x',
        SHOP_DATABASE_PASSWORD: 'x',
        SHOP_DATABASE_PASSWORD_FILE: path,
        SHOP_MAIL_KEY_FILE: nowhere,
        SHOP_X: 'x',
      },
      [
        ...['PORT', 'PUBLIC_URL', 'VERBOSE_ERRORS', 'SECURE_COOKIES', 'REQUEST_TIMEOUT'].map((name): Problem => ({
          name: `SHOP_${name}`,
          code: 'invalid',
        })),
        { name: 'SHOP_DATABASE_PASSWORD', code: 'conflict' },
        { name: 'SHOP_MAIL_KEY_FILE', code: 'unreadable' },
      ],
      { warnings: ['SHOP_X'], of: 'every problem there is' },
    )
  },
)
