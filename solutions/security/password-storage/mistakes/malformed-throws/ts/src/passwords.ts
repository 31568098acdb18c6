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

export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  if (stored.startsWith('sha1:')) return timingSafeEqual(createHash('sha1').update(password).digest(), Buffer.from(stored.slice(5), 'hex'))
  const phc = parse(stored)
  return timingSafeEqual(await derive(password, phc, phc.hash.length), phc.hash)
}

export async function login(name: string, password: string, users: Users, cost: number): Promise<boolean> {
  const stored = await users.find(name)
  if (stored === null || !(await verifyPassword(password, stored))) return false
  if (stored.startsWith('sha1:') || parse(stored).ln < cost) await users.save(name, await hashPassword(password, cost))
  return true
}

function parse(stored: string): Phc {
  const [, , numbers = '', salt = '', hash = ''] = stored.split('$')
  const [ln, r, p] = numbers.split(',').map((pair) => Number(pair.split('=')[1]))
  return { ln: ln ?? 0, r: r ?? 0, p: p ?? 0, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') }
}

function derive(password: string, { ln, r, p, salt }: Omit<Phc, 'hash'>, length: number): Promise<Buffer> {
  const N = 2 ** ln
  return slowHash(password, salt, length, { N, r, p, maxmem: 256 * N * r })
}

const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '')
