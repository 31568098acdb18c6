import { expect, test } from 'vitest'
import { decodeText } from './text-file.ts'

const text = 'id,name\nzoë,Zoë Ångström\n'
const utf16be = Buffer.from(`\ufeff${text}`, 'utf16le').swap16()

test.each<[string, Buffer]>([
  ['UTF-8', Buffer.from(text)],
  ['UTF-8 with its mark', Buffer.from(`\ufeff${text}`)],
  ['UTF-16, as Excel saves “Unicode text”', Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['UTF-16 without its mark', Buffer.from(text, 'utf16le')],
  ['UTF-16 the other way round', utf16be],
  ['Windows-1252', Buffer.from(text, 'latin1')],
])('decodeText: %s', (_, bytes) => expect(decodeText(bytes)).toBe(text))
