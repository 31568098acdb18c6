import { createHash } from 'node:crypto'

/** SHA-256 of exactly these bytes, as sha256sum prints it; a text counts in UTF-8. */
export const sha256Of = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex')

/**
 * One name for several texts in their order, for caches. Each is closed with a NUL, so that "ab", "c" is another list
 * than "a", "bc"; of a single text it is therefore not what `sha256Of` says.
 */
export function hashOfParts(...parts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part).update('\0')
  return hash.digest('hex')
}
