/** Key presses as names: a letter, or up, down, page-up, page-down, home, end, enter, escape, backspace, interrupt, suspend. */
export type Key = string

export interface Keyboard {
  /** Whether single keys arrive; else whole lines do, and each line is the keys it holds. */
  raw: boolean
  /** Gives the terminal back as it was; `resume` takes it again. */
  release: () => void
  resume: () => void
  close: () => void
}

const names: Record<string, Key> = {
  '\u001b[A': 'up',
  '\u001b[B': 'down',
  '\u001bOA': 'up',
  '\u001bOB': 'down',
  '\u001b[5~': 'page-up',
  '\u001b[6~': 'page-down',
  '\u001b[H': 'home',
  '\u001b[F': 'end',
  '\r': 'enter',
  '\n': 'enter',
  '\u001b': 'escape',
  '\u007f': 'backspace',
  '\b': 'backspace',
  '\u0003': 'interrupt',
  '\u0004': 'interrupt',
  '\u001a': 'suspend',
}

/** Cuts what a terminal sent into keys. An escape sequence that nobody knows is no key. */
export function keysIn(text: string): Key[] {
  // oxlint-disable-next-line no-control-regex
  const parts = text.match(/\u001b(\[[0-9;]*[A-Za-z~]|O[A-Z])|[\s\S]/gu) ?? []
  return parts.map((part) => names[part] ?? (part.startsWith('\u001b') ? '' : part)).filter((key) => key !== '')
}

/**
 * Listens to standard input; where it ends (a closed terminal), `interrupt` arrives.
 * @param lines a key counts with its Enter, on a terminal too (--plain): nothing is ever read key by key
 */
export function openKeyboard(input: NodeJS.ReadStream, onKey: (key: Key) => void, lines = false): Keyboard {
  const raw = !lines && input.isTTY === true && typeof input.setRawMode === 'function'
  const take = (on: boolean): void => void (raw && input.setRawMode(on))
  const listen = (chunk: Buffer | string): void => {
    const keys = keysIn(String(chunk))
    // A line's own end is not a key of its own, unless it is all there is.
    for (const key of raw || keys.length === 1 ? keys : keys.filter((k) => k !== 'enter')) onKey(key)
  }
  const ended = (): void => onKey('interrupt')
  take(true)
  input.on('data', listen)
  input.on('end', ended)
  // A terminal that was taken from us answers with errors, also when it is given back: the first one is the end of it.
  input.once('error', () => {
    input.on('error', () => {})
    ended()
  })
  input.resume()
  return {
    raw,
    release: () => (take(false), void input.pause()),
    resume: () => (take(true), void input.resume()),
    close: () => {
      input.off('data', listen)
      input.off('end', ended)
      take(false)
      input.pause()
    },
  }
}
