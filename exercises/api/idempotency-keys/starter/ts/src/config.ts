/** For how many seconds a key is remembered. */
export const keySeconds = Number(process.env.IDEMPOTENCY_TTL_S ?? 86_400)

/** For how many milliseconds at most one request may be at work under a key. */
export const leaseMs = Number(process.env.LEASE_MS ?? 30_000)

export const gatewayUrl = process.env.GATEWAY_URL ?? 'http://127.0.0.1:4000'
