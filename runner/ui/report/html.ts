/** Text that is HTML already; everything else is escaped when it enters a template. */
export interface Html {
  html: string
}

type Part = string | number | null | Html | readonly Html[]

/** Puts values into HTML: plain text is escaped, HTML and lists of it go in as they are, null is nothing. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return { html: strings.map((s, i) => s + (i < parts.length ? partText(parts[i] ?? null) : '')).join('') }
}

function partText(part: Part): string {
  if (part === null) return ''
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part))
  return 'html' in part ? part.html : part.map((p) => p.html).join('')
}

const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Safe between tags and in quoted attributes; control characters are made visible as U+FFFD. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '\ufffd')
    .replaceAll(/[&<>"']/g, (c) => names[c] ?? c)

/** A whole page: no script, nothing loaded from anywhere. */
export const page = (title: string, body: readonly Html[]): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${{ html: css }}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`.html

const css = `
:root { color-scheme: light dark; --ink: #1c2430; --dim: #5b6675; --paper: #ffffff; --panel: #f4f6f9; --line: #d5dbe3;
  --good: #2f7d5b; --bad: #b8482f; --wait: #b58a1b; --none: #c3cad4; --mark: #3b5bb5; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --dim: #9aa6b5; --paper: #12161c; --panel: #1b212a; --line: #333d4a;
  --good: #58b58b; --bad: #e07a5f; --wait: #d9b44a; --none: #4a5563; --mark: #8aa4f0; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .5rem; }
h3 { font-size: 1rem; margin: 0 0 .25rem; }
p { margin: .25rem 0 .75rem; max-width: 46rem; }
.dim { color: var(--dim); }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .5rem; margin: 1rem 0; padding: 0; list-style: none; }
.facts li { background: var(--panel); border-radius: .4rem; padding: .6rem .8rem; }
.facts b { display: block; font-size: 1.5rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.notices { border-left: 4px solid var(--wait); background: var(--panel); margin: 1rem 0; padding: .6rem 1rem .6rem 2rem; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1rem; }
figure { margin: 0; background: var(--panel); border-radius: .4rem; padding: .8rem; break-inside: avoid; }
figure.wide { grid-column: 1 / -1; }
figcaption { font-weight: 600; margin-bottom: .25rem; }
svg { display: block; width: 100%; max-width: 44rem; height: auto; }
svg text { fill: var(--ink); font: 12px system-ui, sans-serif; font-variant-numeric: tabular-nums; }
svg text.dim { fill: var(--dim); }
.axis { stroke: var(--line); stroke-width: 1; }
.rule { stroke: var(--mark); stroke-width: 1.5; stroke-dasharray: 4 3; }
.good { fill: var(--good); } .bad { fill: var(--bad); } .wait { fill: var(--wait); } .none { fill: var(--none); } .dot { fill: var(--mark); }
svg text.on { fill: var(--paper); font-weight: 600; }
.key { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: .5rem 0 0; padding: 0; list-style: none; font-size: .85rem; }
.key svg { display: inline-block; width: .8rem; height: .8rem; margin-right: .35rem; vertical-align: -.05rem; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .4rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { padding: .35rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
td.n, th.n { text-align: right; white-space: nowrap; }
thead th { background: var(--panel); }
tbody th { min-width: 9rem; font-weight: 600; position: sticky; left: 0; background: var(--paper); }
tr:last-child > * { border-bottom: 0; }
small { color: var(--dim); display: block; font-weight: 400; line-height: 1.25; white-space: normal; }
@media print { :root { color-scheme: light; --ink: #000; --dim: #444; --paper: #fff; --panel: #fff; --line: #999;
  --good: #2f7d5b; --bad: #b8482f; --wait: #b58a1b; --none: #c3cad4; --mark: #3b5bb5; }
  body { font-size: 10pt; -webkit-print-color-adjust: exact; print-color-adjust: exact; } main { max-width: none; padding: 0; }
  .scroll { overflow: visible; border: 0; } tbody th { position: static; } tr, .facts { break-inside: avoid; } thead { display: table-header-group; } }
`
