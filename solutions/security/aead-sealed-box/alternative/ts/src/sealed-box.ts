import { randomFillSync, webcrypto } from 'node:crypto'
import { BoxError, type BoxErrorCode, type Keyring } from './keyring.ts'

/** Web Crypto: the tag stands behind the ciphertext, and decrypting gives all or nothing. */
const { subtle } = webcrypto

export async function sealBox(plaintext: Uint8Array, context: string, ring: Keyring): Promise<string> {
  const iv = randomFillSync(new Uint8Array(12))
  const head = `v1.${ring.current}`
  const sealed = Buffer.from(await subtle.encrypt(settings(iv, head, context), await keyOf(ring, ring.current, 'encrypt'), plaintext))
  return [head, text(iv), text(sealed.subarray(0, -16)), text(sealed.subarray(-16))].join('.')
}

export async function openBox(box: string, context: string, ring: Keyring): Promise<Uint8Array> {
  const [format, version = '', nonce = '', body = '', tag = '', ...rest] = box.split('.')
  const number = Number(version)
  const [iv, ciphertext, check] = [nonce, body, tag].map(bytes) as [Buffer, Buffer, Buffer]
  must(format === 'v1' && rest.length === 0 && /^(0|[1-9][0-9]*)$/.test(version), 'MALFORMED')
  must(iv.length === 12 && check.length === 16, 'MALFORMED')
  const key = await keyOf(ring, number, 'decrypt')
  const sealed = Buffer.concat([ciphertext, check])
  const opened = await subtle.decrypt(settings(iv, `v1.${number}`, context), key, sealed).catch(() => null)
  if (opened === null) throw new BoxError('REFUSED')
  return new Uint8Array(opened)
}

const settings = (iv: Uint8Array, head: string, context: string) => ({ name: 'AES-GCM', iv, tagLength: 128, additionalData: Buffer.from(`${head}.${context}`) })

function keyOf(ring: Keyring, version: number, use: 'encrypt' | 'decrypt') {
  const key = ring.keys.get(version)
  if (!key) throw new BoxError('UNKNOWN_KEY')
  return subtle.importKey('raw', key, 'AES-GCM', false, [use])
}

const text = (data: Uint8Array): string => Buffer.from(data).toString('base64url')

/** Buffer.from skips what it does not know, so the way back tells whether it was Base64url. */
function bytes(field: string): Buffer {
  const data = Buffer.from(field, 'base64url')
  must(data.toString('base64url') === field, 'MALFORMED')
  return data
}

function must(holds: boolean, code: BoxErrorCode): void {
  if (!holds) throw new BoxError(code)
}
