import type { Policy, Verdict } from './policy.ts'

/** May the bearer of this token in? */
export function verifyToken(token: string, policy: Policy): Verdict {
  const [header, payload] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString())
  if (header === undefined || payload === undefined) return { ok: false, code: 'MALFORMED' }
  const claims = JSON.parse(payload)
  if (claims.exp < policy.now - policy.leeway) return { ok: false, code: 'EXPIRED' }
  if (!claims.iss.startsWith(policy.issuer)) return { ok: false, code: 'BAD_ISSUER' }
  return { ok: true, claims }
}
