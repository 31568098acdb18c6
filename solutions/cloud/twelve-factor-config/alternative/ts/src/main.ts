import { readFileSync } from 'node:fs'

type Code = 'missing' | 'invalid' | 'conflict' | 'unreadable'

class Problem extends Error {
  readonly variable: string
  readonly code: Code
  constructor(variable: string, code: Code) {
    super(`${variable}: ${code}`)
    this.variable = variable
    this.code = code
  }
}

interface Setting {
  member: string
  variable: string
  type: 'text' | 'port' | 'url' | 'boolean' | 'duration' | 'list' | 'secret'
  required?: boolean
  fallback?: unknown
}

// The whole configuration as data: what is read, warned of, masked and reported follows from this table.
const settings: Setting[] = [
  { member: 'env', variable: 'SHOP_ENV', type: 'text', fallback: 'local' },
  { member: 'port', variable: 'SHOP_PORT', type: 'port', fallback: 8080 },
  { member: 'publicUrl', variable: 'SHOP_PUBLIC_URL', type: 'url', required: true },
  { member: 'verboseErrors', variable: 'SHOP_VERBOSE_ERRORS', type: 'boolean', fallback: false },
  { member: 'secureCookies', variable: 'SHOP_SECURE_COOKIES', type: 'boolean', fallback: true },
  { member: 'requestTimeoutMs', variable: 'SHOP_REQUEST_TIMEOUT', type: 'duration', fallback: 5000 },
  { member: 'allowedOrigins', variable: 'SHOP_ALLOWED_ORIGINS', type: 'list', fallback: [] },
  { member: 'databasePassword', variable: 'SHOP_DATABASE_PASSWORD', type: 'secret', required: true },
  { member: 'mailKey', variable: 'SHOP_MAIL_KEY', type: 'secret', fallback: null },
]

/** Every set variable, trimmed; empty ones are not there. */
const given = new Map(
  Object.entries(process.env)
    .map(([name, value = '']) => [name, value.trim()] as const)
    .filter(([, value]) => value !== ''),
)

function parse(type: Setting['type'], value: string): unknown {
  switch (type) {
    case 'port': {
      const number = Number(value)
      return /^[0-9]+$/.test(value) && number > 0 && number < 65_536 ? number : null
    }
    case 'boolean':
      if (/^(true|1)$/i.test(value)) return true
      return /^(false|0)$/i.test(value) ? false : null
    case 'duration': {
      const factor = value.endsWith('ms') ? 1 : value.endsWith('s') ? 1000 : value.endsWith('m') ? 60_000 : 0
      const digits = value.replace(/(ms|s|m)$/, '')
      return factor > 0 && /^[0-9]+$/.test(digits) ? Number(digits) * factor : null
    }
    case 'list':
      return value.split(/\s*,\s*/).filter(Boolean)
    case 'url': {
      // URL alone repairs: it takes https:///x for https://x.
      const [scheme, empty, authority] = value.split(/[/?#]/, 3)
      const hasHost = empty === '' && authority !== '' && value.startsWith(`${scheme}//`) && URL.canParse(value)
      return hasHost && ['http:', 'https:'].includes(scheme) ? value : null
    }
    case 'text':
      return value
    case 'secret':
      return value.length >= 16 ? `****${value.slice(-4)}` : '****'
  }
}

/** The text of a setting, from its variable or from the file it names; undefined when there is none. */
function source({ variable, type }: Setting): string | undefined {
  const path = type === 'secret' ? given.get(`${variable}_FILE`) : undefined
  if (path === undefined) return given.get(variable)
  if (given.has(variable)) throw new Problem(variable, 'conflict')
  try {
    const content = readFileSync(path, 'utf8')
    return content.endsWith('\n') ? content.slice(0, -1) : content
  } catch {
    throw new Problem(`${variable}_FILE`, 'unreadable')
  }
}

function resolve(setting: Setting): unknown {
  const value = source(setting)
  if (value === undefined && setting.required) throw new Problem(setting.variable, 'missing')
  if (value === undefined) return setting.fallback
  const parsed = parse(setting.type, value)
  if (parsed === null) throw new Problem(setting.variable, 'invalid')
  return parsed
}

const config: Record<string, unknown> = {}
const problems: { name: string; code: Code }[] = []

for (const setting of settings) {
  try {
    config[setting.member] = resolve(setting)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    problems.push({ name: error.variable, code: error.code })
  }
}

const known = new Set(settings.flatMap(({ variable, type }) => (type === 'secret' ? [variable, `${variable}_FILE`] : [variable])))
const warnings = [...given.keys()].filter((name) => name.startsWith('SHOP_') && !known.has(name))

process.stdout.write(`${JSON.stringify(problems.length > 0 ? { problems, warnings } : { config, warnings }, null, 2)}\n`)
process.exitCode = problems.length > 0 ? 78 : 0
