import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { BoxError, type Keyring } from './keyring.ts'

const algorithm = 'aes-256-ctr'
const nonceBytes = 12
const tagBytes = 16
const boxPattern = /^v1\.(0|[1-9]\d{0,8})\.([\w-]{16})\.([\w-]*)\.([\w-]{22})$/

export function sealBox(plaintext: Uint8Array, context: string, ring: Keyring): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, keyOf(ring, ring.current), counterOf(nonce))
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return ['v1', ring.current, ...[nonce, body, checkOf(plaintext, ring.current, context)].map((bytes) => bytes.toString('base64url'))].join('.')
}

export function openBox(box: string, context: string, ring: Keyring): Uint8Array {
  const { version, nonce, body, tag } = parse(box)
  const decipher = createDecipheriv(algorithm, keyOf(ring, version), counterOf(nonce))
  const plaintext = Buffer.concat([decipher.update(body), decipher.final()])
  if (!checkOf(plaintext, version, context).equals(tag)) throw new BoxError('REFUSED')
  return plaintext
}

function parse(box: string) {
  const [, version, ...fields] = boxPattern.exec(box) ?? []
  const [nonce, body, tag] = fields.map((field) => Buffer.from(field, 'base64url'))
  if (version === undefined || !nonce || !body || !tag) throw new BoxError('MALFORMED')
  return { version: Number(version), nonce, body, tag }
}

function keyOf(ring: Keyring, version: number): Uint8Array {
  const key = ring.keys.get(version)
  if (key === undefined) throw new BoxError('UNKNOWN_KEY')
  return key
}

const counterOf = (nonce: Buffer): Buffer => Buffer.concat([nonce, Buffer.alloc(4)])

const checkOf = (plaintext: Uint8Array, version: number, context: string): Buffer =>
  createHash('sha256').update(`v1.${version}.${context}`).update(plaintext).digest().subarray(0, tagBytes)
