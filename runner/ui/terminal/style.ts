import pc from 'picocolors'

export interface Style {
  color: boolean
  columns: number
  /** Asked for with --plain: words alone, no drawing. */
  plain?: boolean
}

type Paint = (text: string) => string

export interface Paints {
  green: Paint
  red: Paint
  yellow: Paint
  dim: Paint
  bold: Paint
}

const none: Paint = (text) => text

/** Colour only repeats what words say; without it nothing is lost. */
export function paints({ color }: Pick<Style, 'color'>): Paints {
  if (!color) return { green: none, red: none, yellow: none, dim: none, bold: none }
  const { green, red, yellow, dim, bold } = pc.createColors(true)
  return { green, red, yellow, dim, bold }
}

/** What a terminal would obey, or show as nothing: control characters, direction marks, marks without a width. */
const unseen =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g

/** A text of somebody else's in which nothing is hidden, and nothing moves the cursor. */
export const visible = (text: string): string =>
  text.replace(unseen, (sign) => {
    const code = sign.charCodeAt(0).toString(16)
    return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`
  })

/**
 * A command of ours is one word, so that it can be copied, and so is a short piece of code, whose blanks may be what is
 * said of it.
 */
const words = /[^\s`]*`[^`\n]{1,24}`[^\s`]*|npm run [\w-]+(?: -- [\w<>@…/.-]+(?: -{1,2}[\w-]+)*)?\S*|\S+/g

/** Breaks text at spaces into lines of at most `width`; a longer word stands alone. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.match(words) ?? []) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return line === '' ? lines : [...lines, line]
}

/** A label column and wrapped text beside it. */
export function labelled(indent: number, label: string, text: string, width: number, labelWidth = 8): string[] {
  const pad = ' '.repeat(indent)
  const lines = wrap(text, Math.max(20, width - indent - labelWidth))
  const [first = '', ...rest] = lines
  return [`${pad}${label.padEnd(labelWidth)}${first}`, ...rest.map((l) => `${pad}${' '.repeat(labelWidth)}${l}`)]
}

/** Cuts a line to a width, with a mark. */
export const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`
