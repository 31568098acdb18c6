import { createHash, randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto'
import { promisify } from 'node:util'
import type { Users } from './users.ts'

const slowHash = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt)

interface Phc {
  ln: number
  r: number
  p: number
  salt: Buffer
  hash: Buffer
}

const saltBytes = 16
const hashBytes = 32

export async function hashPassword(password: string, cost: number): Promise<string> {
  const salt = randomBytes(saltBytes)
  const hash = await derive(password, { ln: cost, r: 8, p: 1, salt }, hashBytes)
  return `$scrypt$ln=${cost},r=8,p=1$${base64(salt)}$${base64(hash)}`
}

export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const legacy = /^sha1:([0-9A-Fa-f]{40})$/.exec(stored ?? '')?.[1]
  if (legacy) return timingSafeEqual(createHash('sha1').update(password).digest(), Buffer.from(legacy, 'hex'))
  const phc = parse(stored ?? '')
  if (!phc) return false
  try {
    return timingSafeEqual(await derive(password, phc, phc.hash.length), phc.hash)
  } catch {
    return false // Numbers that scrypt does not take.
  }
}

export async function login(name: string, password: string, users: Users, cost: number): Promise<boolean> {
  const stored = await users.find(name)
  if (!(await verifyPassword(password, stored))) return false
  const ln = parse(stored ?? '')?.ln
  if (ln === undefined || ln < cost) await users.save(name, await hashPassword(password, cost))
  return true
}

function parse(stored: string): Phc | null {
  const [, ln, r, p, salt, hash] = /^\$scrypt\$ln=([1-9]\d?),r=([1-9]\d?),p=([1-9]\d?)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(stored) ?? []
  if (salt === undefined || hash === undefined) return null
  const phc = { ln: Number(ln), r: Number(r), p: Number(p), salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') }
  // Decoding drops a letter that is too many, so the way back has to give the same text.
  if (base64(phc.salt) !== salt || base64(phc.hash) !== hash) return null
  // A short hash is soon guessed, and an empty one equals every other empty one.
  return phc.hash.length < 16 ? null : phc
}

function derive(password: string, { ln, r, p, salt }: Omit<Phc, 'hash'>, length: number): Promise<Buffer> {
  const N = 2 ** ln
  return slowHash(password, salt, length, { N, r, p, maxmem: 128 * r * (2 * N + p) })
}

const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '')
