import { isUtf8 } from 'node:buffer'
import { readFileSync } from 'node:fs'

/**
 * The text of a file that a spreadsheet has saved: UTF-8, UTF-16 with or without its mark, else what Windows writes in
 * Western Europe and America.
 */
export const readTextFile = (path: string): string => decodeText(readFileSync(path))

export function decodeText(bytes: Buffer): string {
  const decoded = (encoding: string): string => new TextDecoder(encoding).decode(bytes)
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decoded('utf-16le')
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decoded('utf-16be')
  // Of a text in Latin letters every second byte is 0 then; no other text holds one.
  if (bytes.includes(0)) return decoded(bytes[0] === 0 ? 'utf-16be' : 'utf-16le')
  return decoded(isUtf8(bytes) ? 'utf-8' : 'windows-1252')
}
