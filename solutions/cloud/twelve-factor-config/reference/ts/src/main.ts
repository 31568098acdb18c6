import { readFileSync } from 'node:fs'

interface Problem {
  name: string
  code: 'missing' | 'invalid' | 'conflict' | 'unreadable'
}

/** A text that cannot be printed by accident: JSON and templates get the mask. */
class Secret {
  readonly #value: string
  constructor(value: string) {
    this.#value = value
  }
  toString(): string {
    return this.#value.length < 16 ? '****' : `****${this.#value.slice(-4)}`
  }
  toJSON(): string {
    return this.toString()
  }
}

/** Parsers turn a trimmed text into a value, or into undefined when it has another form. */
type Parser<T> = (text: string) => T | undefined

const text: Parser<string> = (value) => value

const port: Parser<number> = (value) => {
  const number = /^\d+$/.test(value) ? Number(value) : 0
  return number >= 1 && number <= 65_535 ? number : undefined
}

const booleans = new Map([['true', true], ['1', true], ['false', false], ['0', false]])

const boolean: Parser<boolean> = (value) => booleans.get(value.toLowerCase())

const unitMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000 }

const durationMs: Parser<number> = (value) => {
  const [, amount, unit] = /^(\d+)(ms|s|m)$/.exec(value) ?? []
  return amount === undefined ? undefined : Number(amount) * unitMs[unit]
}

const list: Parser<string[]> = (value) => value.split(',').map((item) => item.trim()).filter((item) => item !== '')

const url: Parser<string> = (value) => (/^https?:\/\/[^/?#\s]/.test(value) && URL.canParse(value) ? value : undefined)

/** Reads variables one by one and remembers every problem and every name it was asked for. */
class Environment {
  readonly problems: Problem[] = []
  readonly #known = new Set<string>()
  readonly #variables: NodeJS.ProcessEnv
  constructor(variables: NodeJS.ProcessEnv) {
    this.#variables = variables
  }

  read<T, D>(name: string, parse: Parser<T>, fallback: D): T | D {
    const value = this.#value(name)
    if (value === undefined) return fallback
    return parse(value) ?? this.#fail(name, 'invalid', fallback)
  }

  required<T>(name: string, parse: Parser<T>): T | null {
    return this.#value(name) === undefined ? this.#fail(name, 'missing', null) : this.read(name, parse, null)
  }

  secret(name: string): Secret | null {
    const [value, path] = [this.#value(name), this.#value(`${name}_FILE`)]
    if (value !== undefined && path !== undefined) return this.#fail(name, 'conflict', null)
    if (path !== undefined) return this.#secretIn(path, `${name}_FILE`)
    return value === undefined ? null : new Secret(value)
  }

  requiredSecret(name: string): Secret | null {
    const isSet = this.#value(name) !== undefined || this.#value(`${name}_FILE`) !== undefined
    return isSet ? this.secret(name) : this.#fail(name, 'missing', null)
  }

  /** Set names with our prefix that nothing asked for: typing errors most of the time. */
  unknown(prefix: string): string[] {
    const names = Object.keys(this.#variables).filter((name) => name.startsWith(prefix) && !this.#known.has(name))
    return names.filter((name) => this.#value(name) !== undefined)
  }

  #secretIn(path: string, name: string): Secret | null {
    try {
      return new Secret(readFileSync(path, 'utf8').replace(/\n$/, ''))
    } catch {
      return this.#fail(name, 'unreadable', null)
    }
  }

  #value(name: string): string | undefined {
    this.#known.add(name)
    return this.#variables[name]?.trim() || undefined
  }

  #fail<D>(name: string, code: Problem['code'], fallback: D): D {
    this.problems.push({ name, code })
    return fallback
  }
}

const environment = new Environment(process.env)

const config = {
  env: environment.read('SHOP_ENV', text, 'local'),
  port: environment.read('SHOP_PORT', port, 8080),
  publicUrl: environment.required('SHOP_PUBLIC_URL', url),
  verboseErrors: environment.read('SHOP_VERBOSE_ERRORS', boolean, false),
  secureCookies: environment.read('SHOP_SECURE_COOKIES', boolean, true),
  requestTimeoutMs: environment.read('SHOP_REQUEST_TIMEOUT', durationMs, 5000),
  allowedOrigins: environment.read('SHOP_ALLOWED_ORIGINS', list, []),
  databasePassword: environment.requiredSecret('SHOP_DATABASE_PASSWORD'),
  mailKey: environment.secret('SHOP_MAIL_KEY'),
}

const { problems } = environment
const warnings = environment.unknown('SHOP_')

if (problems.length === 0) {
  console.log(JSON.stringify({ config, warnings }))
} else {
  console.log(JSON.stringify({ problems, warnings }))
  process.exitCode = 78
}
