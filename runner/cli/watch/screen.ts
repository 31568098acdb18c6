import { labelled } from '../../ui/terminal/style.ts'
import type { Settings } from '../settings.ts'

import type { Key } from './keyboard.ts'
import { partOf, rowsOf, scrolled } from './scroll.ts'

export interface Screen {
  /** Replaces what is shown; the same text stays where it was scrolled to. */
  draw: (text: string) => void
  /** Moves what is taller than the terminal; false where the key does not scroll. */
  scroll: (key: Key) => boolean
  /** A line under what is shown, until the next draw. */
  status: (text: string) => void
  /** What a key has to say: the same, or a line of its own where texts follow one another. */
  say: (text: string) => void
  /** Leaves the cursor below everything, so that the shell's prompt has a line of its own. */
  close: () => void
}

const sync = { begin: '\u001b[?2026h', end: '\u001b[?2026l' }

/**
 * Draws over what was there and clears the rest, in one write, so that nothing flickers. What is taller than the terminal
 * is shown from its beginning, and scrolls. With --plain, or where nobody can move the cursor, texts follow one another.
 */
export function openScreen(settings: Settings, out: NodeJS.WriteStream): Screen {
  const moves = settings.interactive && !settings.plain && out.isTTY === true
  if (!moves) {
    const write = (text: string): void => void out.write(`${text.trimEnd()}\n`)
    return { draw: write, scroll: () => false, status: () => {}, say: write, close: () => {} }
  }
  out.write('\u001b[2J')
  const shown = { text: '', offset: 0 }
  const height = (): number => (out.rows || 24) - 1
  const status = (text: string): void => {
    const lines = labelled(2, '', text, (out.columns || 80) - 1, 0)
    const at = (i: number): number => (out.rows || 24) - lines.length + 1 + i
    const rows = lines.map((line, i) => `\u001b[${at(i)};1H\u001b[2K${line}`)
    out.write(`\u001b[s${rows.join('')}\u001b[u`)
  }
  const paint = (): void => {
    const part = partOf(rowsOf(shown.text, out.columns || 80), height(), shown.offset)
    shown.offset = part.offset
    out.write(`${sync.begin}\u001b[H${part.lines.map((line) => `${line}\u001b[K`).join('\n')}\u001b[J${sync.end}`)
  }
  return {
    draw: (text) => {
      const trimmed = text.trimEnd()
      if (trimmed !== shown.text) Object.assign(shown, { text: trimmed, offset: 0 })
      paint()
    },
    scroll: (key) => {
      const offset = scrolled(key, shown.offset, height())
      if (offset === null) return false
      shown.offset = offset
      paint()
      return true
    },
    status,
    say: status,
    close: () => void out.write('\n'),
  }
}
