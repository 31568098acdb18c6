import { createHmac, timingSafeEqual, verify as verifySignature } from 'node:crypto'
import type { Code, Key, Policy, Verdict } from './policy.ts'

type Json = Record<string, unknown>

interface Token {
  header: Json
  claims: Json
  /** What was signed: the first two segments as they came. */
  signed: Buffer
  signature: Buffer
}

const longest = 8192

export function verifyToken(text: string, policy: Policy): Verdict {
  const token = parse(text)
  if (!token) return { ok: false, code: 'MALFORMED' }
  const { header, claims } = token
  const key = policy.keys.find((k) => k.kid === header['kid'])
  if (!key) return { ok: false, code: 'UNKNOWN_KEY' }
  // The header is the sender's word: it may name the algorithm that the key has, and choose nothing.
  if (header['alg'] !== key.alg) return { ok: false, code: 'ALG_NOT_ALLOWED' }
  if (!isSigned(token, key)) return { ok: false, code: 'BAD_SIGNATURE' }
  const code = misfit(header, claims, policy)
  return code === null ? { ok: true, claims } : { ok: false, code }
}

function misfit(header: Json, claims: Json, { now, leeway, issuer, audience }: Policy): Code | null {
  const { exp, nbf, iss, aud } = claims
  if (typeof exp !== 'number' || now > exp + leeway) return 'EXPIRED'
  if (nbf !== undefined && (typeof nbf !== 'number' || now < nbf - leeway)) return 'NOT_YET_VALID'
  if (iss !== issuer) return 'BAD_ISSUER'
  if (aud !== audience && !(Array.isArray(aud) && aud.includes(audience))) return 'BAD_AUDIENCE'
  if (header['typ'] !== 'at+jwt' && header['typ'] !== 'JWT') return 'BAD_TYPE'
  return null
}

function isSigned({ signed, signature }: Token, { alg, key }: Key): boolean {
  if (alg === 'RS256') return verifySignature('sha256', signed, key, signature)
  // JOSE writes r and s as 64 raw bytes; by default Node expects DER.
  if (alg === 'ES256') return verifySignature('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature)
  const expected = createHmac('sha256', Buffer.from(key, 'base64url')).update(signed).digest()
  return signature.length === expected.length && timingSafeEqual(signature, expected)
}

function parse(text: string): Token | null {
  const segments = text.length > longest ? [] : text.split('.')
  if (segments.length !== 3) return null
  const [header, claims, signature] = segments.map(bytesOf)
  const [head, body] = [header, claims].map(objectOf)
  if (!head || !body || !signature) return null
  return { header: head, claims: body, signed: Buffer.from(text.slice(0, text.lastIndexOf('.'))), signature }
}

/** Buffer.from skips what it does not know; the way back tells whether the segment was the one spelling of its bytes. */
function bytesOf(segment: string): Buffer | null {
  const bytes = Buffer.from(segment, 'base64url')
  return bytes.toString('base64url') === segment ? bytes : null
}

function objectOf(bytes: Buffer | null | undefined): Json | null {
  try {
    const value: unknown = JSON.parse(bytes?.toString() ?? '')
    return typeof value === 'object' && !Array.isArray(value) ? (value as Json | null) : null
  } catch {
    return null
  }
}
