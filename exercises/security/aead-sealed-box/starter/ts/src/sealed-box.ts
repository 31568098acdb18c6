import { createCipheriv, createDecipheriv } from 'node:crypto'
import { BoxError, type Keyring } from './keyring.ts'

/** Encrypts what belongs to one record. The context names the record, such as `customer/17/iban`. */
export function sealBox(plaintext: Uint8Array, context: string, ring: Keyring): string {
  const version = ring.current
  const iv = Buffer.alloc(16, version)
  const cipher = createCipheriv('aes-256-cbc', keyOf(ring, version), iv)
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return `v1.${version}.${iv.toString('base64url')}.${body.toString('base64url')}.`
}

/** Decrypts what `sealBox` made for this record. */
export function openBox(box: string, context: string, ring: Keyring): Uint8Array {
  const [format, version, iv, body] = box.split('.')
  if (format !== 'v1') throw new BoxError('MALFORMED')
  const decipher = createDecipheriv('aes-256-cbc', keyOf(ring, Number(version)), Buffer.from(iv ?? '', 'base64url'))
  return Buffer.concat([decipher.update(Buffer.from(body ?? '', 'base64url')), decipher.final()])
}

function keyOf(ring: Keyring, version: number): Uint8Array {
  const key = ring.keys.get(version)
  if (key === undefined) throw new BoxError('UNKNOWN_KEY')
  return key
}
