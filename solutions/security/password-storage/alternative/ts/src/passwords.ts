import { createHash, randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'
import type { Users } from './users.ts'

/** One way of storing a password: recognises its own texts and says what to compare. */
interface Method {
  pattern: RegExp
  /** The hash that stands in the text, and the one that the password gives. */
  hashes: (found: Record<string, string>, password: string) => [Buffer, Buffer]
  costOf: (found: Record<string, string>) => number
}

const sha1: Method = {
  pattern: /^sha1:(?<hash>[0-9A-Fa-f]{40})$/,
  hashes: ({ hash = '' }, password) => [Buffer.from(hash, 'hex'), createHash('sha1').update(password).digest()],
  costOf: () => 0,
}

const scrypt: Method = {
  pattern: /^\$scrypt\$ln=(?<ln>[1-9]\d*),r=(?<r>[1-9]\d*),p=(?<p>[1-9]\d*)\$(?<salt>[A-Za-z\d+/]{2,})\$(?<hash>(?:[A-Za-z\d+/]{4})*[A-Za-z\d+/]{2,4})$/,
  hashes: ({ ln, r, p, salt = '', hash = '' }, password) => {
    const there = Buffer.from(hash, 'base64')
    if (there.length < 16) throw new Error('too short')
    return [there, scryptOf(password, Buffer.from(salt, 'base64'), { ln: Number(ln), r: Number(r), p: Number(p), length: there.length })]
  },
  costOf: ({ ln }) => Number(ln),
}

export function hashPassword(password: string, cost: number): string {
  const salt = randomBytes(16)
  const hash = scryptOf(password, salt, { ln: cost, r: 8, p: 1, length: 32 })
  return `$scrypt$ln=${cost},r=8,p=1$${salt.toString('base64').slice(0, 22)}$${hash.toString('base64').slice(0, 43)}`
}

export function verifyPassword(password: string, stored: string | null): boolean {
  return check(password, stored) !== null
}

export async function login(name: string, password: string, users: Users, cost: number): Promise<boolean> {
  const verified = check(password, await users.find(name))
  if (verified === null) return false
  if (verified.cost < cost) await users.save(name, hashPassword(password, cost))
  return true
}

/** What the row cost, or null when the password does not belong to it. */
function check(password: string, stored: string | null): { cost: number } | null {
  for (const { pattern, hashes, costOf } of [scrypt, sha1]) {
    const found = pattern.exec(stored ?? '')?.groups
    if (!found) continue
    try {
      return timingSafeEqual(...hashes(found, password)) ? { cost: costOf(found) } : null
    } catch {
      return null
    }
  }
  return null
}

function scryptOf(password: string, salt: Buffer, { ln, r, p, length }: { ln: number; r: number; p: number; length: number }): Buffer {
  return scryptSync(password, salt, length, { cost: 2 ** ln, blockSize: r, parallelization: p, maxmem: 2 ** 28 })
}
