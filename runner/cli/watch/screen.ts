import type { Settings } from '../settings.ts'

export interface Screen {
  /** Replaces what is shown. */
  draw: (text: string) => void
  /** A line under what is shown, until the next draw. */
  status: (text: string) => void
  /** What a key has to say: the same, or a line of its own where texts follow one another. */
  say: (text: string) => void
  /** Leaves the cursor below everything, so that the shell's prompt has a line of its own. */
  close: () => void
}

const sync = { begin: '\u001b[?2026h', end: '\u001b[?2026l' }

/**
 * Draws over what was there and clears the rest, in one write, so that nothing flickers. What is taller than the
 * terminal is written from a cleared top, so that its end, with the next action, is what one sees. With --plain, or
 * where nobody can move the cursor, texts follow one another.
 */
export function openScreen(settings: Settings, out: NodeJS.WriteStream): Screen {
  const moves = settings.interactive && !settings.plain && out.isTTY === true
  if (!moves) {
    const write = (text: string): void => void out.write(`${text.trimEnd()}\n`)
    return { draw: write, status: () => {}, say: write, close: () => {} }
  }
  out.write('\u001b[2J')
  const status = (text: string): void =>
    void out.write(`\u001b[s\u001b[${out.rows || 24};1H\u001b[2K${text.slice(0, (out.columns || 80) - 1)}\u001b[u`)
  return {
    draw: (text) => {
      const lines = text.trimEnd().split('\n')
      const fits = lines.length < (out.rows || 24)
      const body = fits
        ? `\u001b[H${lines.map((line) => `${line}\u001b[K`).join('\n')}\u001b[J`
        : `\u001b[H\u001b[2J\u001b[3J${lines.join('\n')}`
      out.write(sync.begin + body + sync.end)
    },
    status,
    say: status,
    close: () => void out.write('\n'),
  }
}
