const env = process.env
const production = env.SHOP_ENV === 'production'

function required(name: string): string {
  const value = env[name]
  if (!value) throw new Error(`${name} is not set`)
  return value
}

/** `****` and, for long secrets, the last four characters. */
function mask(secret: string): string {
  return secret.length < 16 ? '****' : `****${secret.slice(-4)}`
}

const config = {
  env: env.SHOP_ENV ?? 'local',
  port: Number(env.SHOP_PORT ?? 8080),
  publicUrl: required('SHOP_PUBLIC_URL'),
  verboseErrors: production ? false : Boolean(env.SHOP_VERBOSE_ERRORS),
  secureCookies: production ? true : Boolean(env.SHOP_SECURE_COOKIES ?? true),
  requestTimeoutMs: parseInt(env.SHOP_REQUEST_TIMEOUT ?? '5s') * 1000,
  allowedOrigins: env.SHOP_ALLOWED_ORIGINS?.split(',') ?? [],
  databasePassword: mask(required('SHOP_DATABASE_PASSWORD')),
  mailKey: env.SHOP_MAIL_KEY ?? null,
}

console.log(JSON.stringify({ config, warnings: [] }))
