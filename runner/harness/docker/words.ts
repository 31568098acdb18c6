/** The two small languages inside a Dockerfile: words with variables, which Docker reads, and the shell's, of RUN. */

export type Variables = Readonly<Record<string, string>>

/** Splits at white space outside of quotes; quotes and escapes stay in the words, for `expand`. */
export function splitWords(text: string, escape = '\\'): string[] {
  const words: string[] = []
  let word = ''
  let quote = ''
  for (let i = 0; i < text.length; i++) {
    const ch = text.charAt(i)
    if (ch === escape && quote !== "'") {
      word += ch + text.charAt(++i)
    } else if (quote === '' && /\s/.test(ch)) {
      if (word !== '') words.push(word)
      word = ''
    } else {
      if (quote === '' ? ch === '"' || ch === "'" : ch === quote) quote = quote === '' ? ch : ''
      word += ch
    }
  }
  return word === '' ? words : [...words, word]
}

/** A word as Docker reads it: quotes taken off, `$NAME`, `${NAME}`, `${NAME:-word}` and `${NAME:+word}` filled in. */
export function expand(word: string, variables: Variables, escape = '\\'): string {
  let out = ''
  let quote = ''
  for (let i = 0; i < word.length; i++) {
    const ch = word.charAt(i)
    if (quote === "'" ? ch === "'" : ch === '"' && quote === '"') quote = ''
    else if (quote === "'") out += ch
    else if (ch === "'" && quote === '') quote = ch
    else if (ch === '"') quote = ch
    else if (ch === escape && i + 1 < word.length) {
      const next = word.charAt(++i)
      out += quote === '"' && !['"', '$', escape].includes(next) ? ch + next : next
    } else if (ch === '$') {
      const found = variableAt(word, i)
      if (found === null) out += ch
      else {
        out += valueOf(found, variables, escape)
        i = found.end
      }
    } else out += ch
  }
  return out
}

interface Reference {
  name: string
  /** `:-`, `-`, `:+`, `+`, `:?`, `?` or none. */
  modifier: string
  word: string
  /** Index of its last character. */
  end: number
}

function variableAt(text: string, start: number): Reference | null {
  const plain = /^\$([A-Za-z_][A-Za-z0-9_]*)/.exec(text.slice(start))
  if (plain) return { name: plain[1] ?? '', modifier: '', word: '', end: start + plain[0].length - 1 }
  if (text.charAt(start + 1) !== '{') return null
  const end = closing(text, start + 1)
  const inner = /^([A-Za-z_][A-Za-z0-9_]*)(:?[-+?])?([^]*)$/.exec(text.slice(start + 2, end))
  return inner && end > 0 ? { name: inner[1] ?? '', modifier: inner[2] ?? '', word: inner[3] ?? '', end } : null
}

function closing(text: string, start: number): number {
  let depth = 0
  for (let i = start; i < text.length; i++) {
    if (text.charAt(i) === '{') depth++
    else if (text.charAt(i) === '}' && --depth === 0) return i
  }
  return -1
}

function valueOf({ name, modifier, word }: Reference, variables: Variables, escape: string): string {
  const value = Object.hasOwn(variables, name) ? variables[name] : undefined
  const filled = modifier.startsWith(':') ? value !== undefined && value !== '' : value !== undefined
  if (modifier.endsWith('-') && !filled) return expand(word, variables, escape)
  if (modifier.endsWith('+')) return filled ? expand(word, variables, escape) : ''
  return value ?? ''
}

/** One simple command of a shell script: `NAME=value program argument …`. */
export interface ShellCommand {
  env: Record<string, string>
  words: string[]
}

const noise = new Set([
  'if',
  'then',
  'else',
  'elif',
  'do',
  'while',
  '!',
  '{',
  '(',
  'exec',
  'time',
  'command',
  'env',
  'nice',
])

/** The simple commands of a script in order, as if each were run; variables that are known are filled in. */
export function shellCommands(script: string, variables: Variables = {}): ShellCommand[] {
  return statements(script).flatMap((raw) => {
    const words = raw.map((word) => expand(word, variables))
    const skipped = words.findIndex((w) => !noise.has(w))
    const rest = skipped < 0 ? [] : words.slice(skipped)
    const end = rest.findIndex((w) => !/^[A-Za-z_][A-Za-z0-9_]*=/.test(w))
    const assigned = end < 0 ? rest : rest.slice(0, end)
    const env = Object.fromEntries(assigned.map((w) => [w.slice(0, w.indexOf('=')), w.slice(w.indexOf('=') + 1)]))
    return rest.length === 0 ? [] : [{ env, words: end < 0 ? [] : rest.slice(end) }]
  })
}

/** Words of each statement, quotes still on; `&&`, `||`, `;`, `|`, `&`, line ends and brackets end a statement. */
function statements(script: string): string[][] {
  const all: string[][] = [[]]
  let word = ''
  const endWord = (): void => {
    if (word !== '') all.at(-1)?.push(word)
    word = ''
  }
  for (let i = 0; i < script.length; i++) {
    const ch = script.charAt(i)
    const length = unitAt(script, i)
    if (length > 1) {
      word += script.slice(i, i + length)
      i += length - 1
    } else if (ch === '\\' || /[ \t\r]/.test(ch)) {
      if (ch !== '\\') endWord()
      else if (script.charAt(i + 1) === '\n') i++
      else word += ch
    } else if (ch === '#' && word === '') {
      while (i + 1 < script.length && script.charAt(i + 1) !== '\n') i++
    } else if (/[;&|\n()]/.test(ch) && !(ch === '&' && /[<>]$/.test(word))) {
      endWord()
      all.push([])
    } else word += ch
  }
  endWord()
  return all.filter((words) => words.length > 0)
}

/** Length of what belongs together at this place: an escaped character, a quoted text, `$( … )`; otherwise 1. */
function unitAt(script: string, i: number): number {
  const rest = script.slice(i)
  const match =
    /^\\[^\n]/.exec(rest) ??
    /^'[^']*'/.exec(rest) ??
    /^"(?:[^"\\]|\\[^])*"/.exec(rest) ??
    /^\$\((?:[^()]|\([^()]*\))*\)/.exec(rest)
  return match?.[0].length ?? 1
}
