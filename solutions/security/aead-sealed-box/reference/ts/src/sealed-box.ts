import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { BoxError, type Keyring } from './keyring.ts'

const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16
const boxPattern = /^v1\.(0|[1-9]\d*)\.([\w-]{16})\.((?:[\w-]{4})*(?:[\w-]{2,3})?)\.([\w-]{22})$/

export function sealBox(plaintext: Uint8Array, context: string, ring: Keyring): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, keyOf(ring, ring.current), nonce, { authTagLength: tagBytes })
  cipher.setAAD(boundTo(ring.current, context))
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return ['v1', ring.current, ...[nonce, body, cipher.getAuthTag()].map((bytes) => bytes.toString('base64url'))].join('.')
}

export function openBox(box: string, context: string, ring: Keyring): Uint8Array {
  const { version, nonce, body, tag } = parse(box)
  const decipher = createDecipheriv(algorithm, keyOf(ring, version), nonce, { authTagLength: tagBytes })
  decipher.setAAD(boundTo(version, context))
  decipher.setAuthTag(tag)
  const plaintext = decipher.update(body)
  try {
    // The tag is compared in here: nothing may leave before.
    return Buffer.concat([plaintext, decipher.final()])
  } catch {
    throw new BoxError('REFUSED')
  }
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

/** What is not secret and must not change: the head of the box and the record that it is for. */
const boundTo = (version: number, context: string): Buffer => Buffer.from(`v1.${version}.${context}`)
