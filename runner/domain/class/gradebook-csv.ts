/** One cell and what ends it: quoted (doubled quotes inside; what follows the closing one is kept) or plain. */
const cellPattern = /(?:"([^"]*(?:""[^"]*)*)"?([^,\r\n]*)|([^,\r\n]*))(,|\r\n?|\n|$)/y

/**
 * Cells of a CSV text by RFC 4180: quotes, doubled quotes, line breaks inside quotes; CRLF, LF and a byte order mark
 * are taken as they come. Lines that hold nothing at all are left out.
 */
export function parseCsv(text: string): string[][] {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text
  const rows: string[][] = []
  let row: string[] = []
  cellPattern.lastIndex = 0
  while (cellPattern.lastIndex < source.length || row.length > 0) {
    const [, quoted, after = '', plain = '', end = ''] = cellPattern.exec(source) ?? []
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"') + after)
    if (end === ',') continue
    if (row.length > 1 || row[0] !== '') rows.push(row)
    row = []
  }
  return rows
}

export type CsvValue = string | number | null

/** RFC 4180 with CRLF. null is an empty cell; numbers stay numbers; text can never become a formula. */
export const csvText = (rows: readonly (readonly CsvValue[])[]): string =>
  rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')

function csvCell(value: CsvValue): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const safe = withoutFormula(value)
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
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
