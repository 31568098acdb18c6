import { lexer, type Token, type Tokens } from 'marked'
import { cut, paints, wrap, type Paints, type Style } from './style.ts'

/**
 * Renders a brief for the terminal. The parser is marked's; this walks its tokens, because briefs need few kinds
 * and full control of the width. Control characters never reach the terminal.
 */
export function renderMarkdown(markdown: string, style: Style): string {
  const p = paints(style)
  const clean = markdown.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
  return lexer(clean)
    .flatMap((token) => block(token, style.columns, p))
    .join('\n')
}

function block(token: Token, width: number, p: Paints): string[] {
  switch (token.type) {
    case 'heading':
      return [p.bold(inline(token.tokens ?? [], p)), '']
    case 'paragraph':
      return [...paragraph(token.tokens ?? [], width, p), '']
    case 'list':
      return [...list(token as Tokens.List, width, p), '']
    case 'code':
      return [...(token as Tokens.Code).text.split('\n').map((l) => `    ${l}`), '']
    case 'table':
      return [...table(token as Tokens.Table, width, p), '']
    case 'blockquote':
      return (token.tokens ?? []).flatMap((t) => block(t, width - 2, p)).map((l) => `  ${l}`)
    case 'hr':
      return ['─'.repeat(Math.min(width, 40)), '']
    case 'space':
      return []
    default:
      return 'text' in token ? [...wrap(String(token.text), width), ''] : []
  }
}

/** Wrapping counts characters, so colours are put on after it: a marked span never crosses a line here. */
function paragraph(tokens: Token[], width: number, p: Paints): string[] {
  return inline(tokens, p, true)
    .split('\n')
    .flatMap((line) => wrap(line, width))
}

function inline(tokens: Token[], p: Paints, plain = false): string {
  return tokens
    .map((t): string => {
      if (t.type === 'codespan') return `\`${decoded(t.text)}\``
      if (t.type === 'strong') return plain ? inline(t.tokens ?? [], p, plain) : p.bold(inline(t.tokens ?? [], p))
      if (t.type === 'em' || t.type === 'del') return inline(t.tokens ?? [], p, plain)
      if (t.type === 'link') return linkText(t as Tokens.Link, p)
      if (t.type === 'br') return '\n'
      if ('tokens' in t && t.tokens) return inline(t.tokens, p, plain)
      // A line end inside a paragraph is a space; only a hard break ends a line.
      return decoded('text' in t ? String(t.text) : t.raw).replaceAll('\n', ' ')
    })
    .join('')
}

const linkText = (link: Tokens.Link, p: Paints): string => {
  const text = inline(link.tokens, p, true)
  return link.href === text || !/^https?:/.test(link.href) ? text : `${text} (${link.href})`
}

const entities: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&amp;': '&', '&quot;': '"', '&#39;': "'" }
const decoded = (text: string): string => text.replace(/&(lt|gt|amp|quot|#39);/g, (e) => entities[e] ?? e)

function list(token: Tokens.List, width: number, p: Paints): string[] {
  return token.items.flatMap((item, index) => {
    const mark = token.ordered ? `${Number(token.start || 1) + index}.`.padEnd(4) : '- '
    const lines = item.tokens.flatMap((t, at) => {
      const isText = t.type === 'text' || t.type === 'paragraph'
      const own = isText
        ? paragraph(('tokens' in t && t.tokens) || [t], width - mark.length, p)
        : block(t, width - mark.length, p)
      // Whatever follows in an item stands apart, but for the list that a line of it announces.
      return at === 0 || own.length === 0 || t.type === 'list' ? own : ['', ...own.filter((l, i) => i > 0 || l !== '')]
    })
    while (lines.at(-1) === '') lines.pop()
    return lines.map((line, i) => `${i === 0 ? mark : ' '.repeat(mark.length)}${line}`.trimEnd())
  })
}

/** Columns side by side where they fit, else one row under the other with its headings. */
function table(token: Tokens.Table, width: number, p: Paints): string[] {
  const rows = [token.header, ...token.rows].map((row) => row.map((cell) => inline(cell.tokens, p, true)))
  const widths = token.header.map((_, i) => Math.max(...rows.map((r) => (r[i] ?? '').length)))
  const total = widths.reduce((a, b) => a + b + 3, 0)
  const [head = [], ...body] = rows
  if (total > width)
    return body.flatMap((row) => [
      ...row.flatMap((cell, i) =>
        wrap(`${head[i]}: ${cell}`, width - 2).map((l, n) => (n === 0 ? `  ${l}` : `    ${cut(l, width)}`)),
      ),
      '',
    ])
  const line = (row: string[]): string =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('   ')
      .trimEnd()
  return [p.bold(line(head)), ...body.map(line)].map((l) => `  ${l}`)
}
