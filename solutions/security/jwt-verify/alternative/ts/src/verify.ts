import { webcrypto } from 'node:crypto'
import type { Code, Key, Policy, Verdict } from './policy.ts'

const { subtle } = webcrypto

interface Token {
  text: string
  header: any
  claims: any
  signature: Uint8Array
}

type Check = [Code, (token: Token, policy: Policy) => boolean | Promise<boolean>]

/** In the order of the contract; each may rely on those above it. */
const checks: Check[] = [
  ['UNKNOWN_KEY', (token, policy) => keyOf(token, policy) !== undefined],
  ['ALG_NOT_ALLOWED', (token, policy) => keyOf(token, policy)?.alg === token.header.alg],
  ['BAD_SIGNATURE', (token, policy) => isSigned(token, keyOf(token, policy) as Key)],
  ['EXPIRED', ({ claims }, { now, leeway }) => Number.isFinite(claims.exp) && now - claims.exp <= leeway],
  ['NOT_YET_VALID', ({ claims }, { now, leeway }) => !('nbf' in claims) || (Number.isFinite(claims.nbf) && claims.nbf - now <= leeway)],
  ['BAD_ISSUER', ({ claims }, { issuer }) => claims.iss === issuer],
  ['BAD_AUDIENCE', ({ claims }, { audience }) => [claims.aud].flat().includes(audience)],
  ['BAD_TYPE', ({ header }) => ['at+jwt', 'JWT'].includes(header.typ)],
]

export async function verifyToken(text: string, policy: Policy): Promise<Verdict> {
  const token = parse(text)
  if (token === null) return { ok: false, code: 'MALFORMED' }
  for (const [code, holds] of checks) {
    if (!(await holds(token, policy))) return { ok: false, code }
  }
  return { ok: true, claims: token.claims }
}

function parse(text: string): Token | null {
  if (text.length > 8192 || !/^[\w-]+\.[\w-]+\.[\w-]*$/.test(text)) return null
  const [header, claims, signature] = text.split('.').map((segment) => Uint8Array.from(Buffer.from(segment, 'base64url')))
  const again = [header, claims, signature].map((bytes) => Buffer.from(bytes ?? []).toString('base64url'))
  if (again.join('.') !== text || !signature) return null
  try {
    const [head, body] = [header, claims].map((bytes) => JSON.parse(new TextDecoder().decode(bytes)))
    const areObjects = [head, body].every((part) => Object.prototype.toString.call(part) === '[object Object]')
    return areObjects ? { text, header: head, claims: body, signature } : null
  } catch {
    return null
  }
}

const keyOf = ({ header }: Token, { keys }: Policy): Key | undefined => keys.find(({ kid }) => kid === header.kid)

/** Web Crypto takes ECDSA signatures as JOSE writes them. */
const algorithms = {
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  HS256: { name: 'HMAC', hash: 'SHA-256' },
}

async function isSigned({ text, signature }: Token, { alg, key }: Key): Promise<boolean> {
  const [format, bytes] = alg === 'HS256' ? (['raw', Buffer.from(key, 'base64url')] as const) : (['spki', Buffer.from(key.replace(/-----[^-]+-----/g, ''), 'base64')] as const)
  const imported = await subtle.importKey(format, bytes, algorithms[alg], false, ['verify'])
  return subtle.verify(algorithms[alg], imported, signature, Buffer.from(text.slice(0, text.lastIndexOf('.'))))
}
