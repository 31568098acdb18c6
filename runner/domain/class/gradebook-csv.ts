/** What stands between cells: a comma, or what the spreadsheets of some countries and exports write instead. */
export const separators = [',', ';', '\t'] as const
export type Separator = (typeof separators)[number]

/** A table as it was read. */
export interface Table {
  separator: Separator
  rows: string[][]
}

/** Reads a table whatever separates its cells: what the first line has most of, or what Excel's own line names. */
export function parseTable(text: string): Table {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text
  const [, named] = /^sep=([,;\t])\r?\n/i.exec(source) ?? []
  const body = named === undefined ? source : source.slice(source.indexOf('\n') + 1)
  const head = body.slice(0, /[\r\n]/.exec(body)?.index).replaceAll(/"[^"]*"/g, '')
  const counted = separators.map((one) => ({ one, count: head.split(one).length }))
  const most = counted.reduce((a, b) => (b.count > a.count ? b : a))
  const separator = separators.find((one) => one === named) ?? most.one
  // Excel writes rows of empty cells below a table.
  return { separator, rows: parseCsv(body, separator).filter((row) => row.some((cell) => cell.trim() !== '')) }
}

/** One cell and what ends it: quoted (doubled quotes inside; what follows the closing one is kept) or plain. */
const cellPatterns: Record<Separator, RegExp> = {
  ',': /(?:"([^"]*(?:""[^"]*)*)"?([^,\r\n]*)|([^,\r\n]*))(,|\r\n?|\n|$)/y,
  ';': /(?:"([^"]*(?:""[^"]*)*)"?([^;\r\n]*)|([^;\r\n]*))(;|\r\n?|\n|$)/y,
  '\t': /(?:"([^"]*(?:""[^"]*)*)"?([^\t\r\n]*)|([^\t\r\n]*))(\t|\r\n?|\n|$)/y,
}

/**
 * Cells of a CSV text by RFC 4180: quotes, doubled quotes, line breaks inside quotes; CRLF, LF and a byte order mark
 * are taken as they come. Lines that hold nothing at all are left out.
 */
export function parseCsv(text: string, separator: Separator = ','): string[][] {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text
  const rows: string[][] = []
  let row: string[] = []
  const cellPattern = cellPatterns[separator]
  cellPattern.lastIndex = 0
  while (cellPattern.lastIndex < source.length || row.length > 0) {
    const [, quoted, after = '', plain = '', end = ''] = cellPattern.exec(source) ?? []
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"') + after)
    if (end === separator) continue
    if (row.length > 1 || row[0] !== '') rows.push(row)
    row = []
  }
  return rows
}

/** Lines on which a quotation mark is opened and not closed: it would swallow all that comes after it. */
export const openQuotes = (text: string): number[] =>
  text.split(/\r\n?|\n/).flatMap((line, i) => ((line.split('"').length - 1) % 2 === 0 ? [] : [i + 1]))

export type CsvValue = string | number | null

/** RFC 4180 with CRLF. null is an empty cell; numbers stay numbers; text can never become a formula. */
export const csvText = (rows: readonly (readonly CsvValue[])[], separator: Separator = ','): string =>
  rows.map((row) => `${row.map((cell) => csvCell(cell, separator)).join(separator)}\r\n`).join('')

function csvCell(value: CsvValue, separator: Separator): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const safe = withoutFormula(value)
  return /["\r\n]/.test(safe) || safe.includes(separator) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/**
 * Spreadsheets run a cell that begins like this as a formula, `|` as a call of another program (OWASP, CSV Injection), the wide
 * signs of East Asian keyboards like the narrow ones: an apostrophe in front makes it text. It stays in front of what is
 * taken out, so that nothing hides what the cell begins with.
 */
function withoutFormula(text: string): string {
  const plain = text.replaceAll(unseen, '')
  return /^[=+\-@|\t\r\n＝＋－＠]/.test(plain) ? `'${plain}` : plain
}

/** What steers a terminal or turns the direction of writing; line ends and tabs are text. */
const unseen = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
