/** A key that the partner has given us, pinned by its id. */
export interface Key {
  kid: string
  alg: 'RS256' | 'ES256' | 'HS256'
  /** RS256, ES256: the public key as PEM. HS256: the shared secret in Base64url. */
  key: string
}

/** What a token has to fit. */
export interface Policy {
  keys: Key[]
  issuer: string
  audience: string
  /** Seconds since 1970, as in the claims. */
  now: number
  /** By how many seconds clocks may differ. */
  leeway: number
}

export type Code =
  | 'MALFORMED'
  | 'UNKNOWN_KEY'
  | 'ALG_NOT_ALLOWED'
  | 'BAD_SIGNATURE'
  | 'EXPIRED'
  | 'NOT_YET_VALID'
  | 'BAD_ISSUER'
  | 'BAD_AUDIENCE'
  | 'BAD_TYPE'

export type Verdict = { ok: true; claims: Record<string, unknown> } | { ok: false; code: Code }
