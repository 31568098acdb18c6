import { stripVTControlCharacters } from 'node:util'
import type { Key } from './keyboard.ts'

/** Lines as a terminal of this width shows them: what is wider is broken, and loses its colour. */
export const rowsOf = (text: string, columns: number): string[] =>
  text.split('\n').flatMap((line) => {
    const plain = stripVTControlCharacters(line)
    return plain.length <= columns ? [line] : (plain.match(new RegExp(`.{1,${columns}}`, 'gu')) ?? [])
  })

export interface Part {
  lines: string[]
  /** Where the part begins, brought into the text's bounds. */
  offset: number
}

/** The last lines, below an empty one: keys that must stay in sight. */
const mostPinned = 3

/**
 * What of a text stands on a terminal of `height` rows. It begins at its beginning, where the verdict is; its last
 * paragraph, the keys, always stays in sight; a line above that says where one is.
 */
export function partOf(rows: readonly string[], height: number, wanted: number): Part {
  if (rows.length <= height) return { lines: [...rows], offset: 0 }
  const end = rows.lastIndexOf('')
  const pinned = rows.slice(Math.max(end + 1, rows.length - mostPinned))
  const body = rows.slice(0, rows.length - pinned.length)
  const room = Math.max(1, height - pinned.length - 1)
  const offset = Math.max(0, Math.min(wanted, body.length - room))
  const place = `  ↑ ↓ space   lines ${offset + 1} to ${offset + room} of ${body.length}`
  return { lines: [...body.slice(offset, offset + room), place, ...pinned], offset }
}

/** Where a key scrolls to; null where it does not scroll. */
export function scrolled(key: Key, offset: number, height: number): number | null {
  const page = Math.max(1, height - 5)
  const steps: Record<Key, number> = { up: -1, down: 1, 'page-up': -page, 'page-down': page, ' ': page }
  if (key === 'home') return 0
  if (key === 'end') return Number.MAX_SAFE_INTEGER
  const by = steps[key]
  return by === undefined ? null : Math.max(0, offset + by)
}
