/** Walks over a line from left to right; every step fails by throwing `Mismatch`. */
class Mismatch extends Error {}
const mismatch = new Mismatch('not a log line')

class LineScanner {
  private at = 0
  constructor(private readonly line: string) {}

  literal(text: string): void {
    if (!this.line.startsWith(text, this.at)) throw mismatch
    this.at += text.length
  }

  word(): string {
    const start = this.at
    while (this.at < this.line.length && this.line[this.at] !== ' ') this.at += 1
    if (this.at === start) throw mismatch
    return this.line.slice(start, this.at)
  }

  bracketed(): void {
    this.literal('[')
    const end = this.line.indexOf(']', this.at)
    if (end < 0) throw mismatch
    this.at = end + 1
  }

  quoted(): string {
    this.literal('"')
    const start = this.at
    while (this.line[this.at] !== '"') {
      if (this.at >= this.line.length) throw mismatch
      this.at += this.line[this.at] === '\\' ? 2 : 1
    }
    this.at += 1
    return this.line.slice(start, this.at - 1)
  }

  end(): void {
    if (this.at !== this.line.length) throw mismatch
  }
}

const rollup = { hits: 0, bytes: 0, serverErrors: {} as Record<string, number>, skipped: 0 }

function countLine(line: string): void {
  const scanner = new LineScanner(line)
  for (let i = 0; i < 3; i++) {
    scanner.word()
    scanner.literal(' ')
  }
  scanner.bracketed()
  scanner.literal(' ')
  const key = keyOf(scanner.quoted())
  scanner.literal(' ')
  const status = scanner.word()
  scanner.literal(' ')
  const bytes = scanner.word()
  scanner.literal(' ')
  scanner.quoted()
  scanner.literal(' ')
  scanner.quoted()
  scanner.end()
  if (!/^\d{3}$/.test(status) || !/^(\d+|-)$/.test(bytes)) throw mismatch

  rollup.hits += 1
  rollup.bytes += bytes === '-' ? 0 : Number(bytes)
  if (status.startsWith('5')) rollup.serverErrors[key] = (rollup.serverErrors[key] ?? 0) + 1
}

function keyOf(request: string): string {
  const [first, last] = [request.indexOf(' '), request.lastIndexOf(' ')]
  const method = request.slice(0, first)
  const target = request.slice(first + 1, last)
  if (target === '' || !/^[A-Z]+$/.test(method) || !/^HTTP\/./.test(request.slice(last + 1))) throw mismatch
  const query = target.indexOf('?')
  return `${method} ${query < 0 ? target : target.slice(0, query)}`
}

function takeLine(line: string): void {
  try {
    countLine(line.endsWith('\r') ? line.slice(0, -1) : line)
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error
    rollup.skipped += 1
  }
}

let tail = ''
process.stdin.setEncoding('utf8')
for await (const chunk of process.stdin) {
  const lines = `${tail}${chunk}`.split('\n')
  tail = lines.pop() ?? ''
  lines.forEach(takeLine)
}
if (tail !== '') takeLine(tail)

process.stdout.write(`${JSON.stringify(rollup)}\n`)
