/**
 * .dockerignore by Docker's own rules (docs.docker.com, Build context, ".dockerignore files"; moby/patternmatcher).
 * They are not those of .gitignore: a pattern is anchored at the top of the context, a pattern matches everything
 * below what it matches, and a later exception lets in again what lies in a folder that is left out.
 */
export interface Dockerignore {
  /** Is this path, relative to the context and with forward slashes, left out? */
  excludes: (path: string) => boolean
  /** Patterns that Docker refuses; a build with one of them fails. */
  problems: string[]
}

interface Rule {
  exception: boolean
  matches: (path: string) => boolean
}

export function parseDockerignore(text: string): Dockerignore {
  const problems: string[] = []
  const rules = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((line, i) => {
      const rule = ruleOf(line)
      if (typeof rule === 'string') problems.push(`Line ${i + 1}: ${rule}`)
      return rule === null || typeof rule === 'string' ? [] : [rule]
    })
  return { problems, excludes: (path) => excluded(rules, cleaned(path)) }
}

/** The last rule that matches the path, or a folder above it, decides. */
function excluded(rules: readonly Rule[], path: string): boolean {
  const parts = path.split('/')
  const places = parts.map((_, i) => parts.slice(0, i + 1).join('/'))
  return rules.findLast((rule) => places.some(rule.matches))?.exception === false
}

function ruleOf(line: string): Rule | string | null {
  // Only in the first column: " # x" is a pattern.
  if (line.startsWith('#')) return null
  const text = line.trim()
  if (text === '') return null
  const exception = text.startsWith('!')
  const pattern = cleaned(exception ? text.slice(1).trim() : text)
  if (pattern === '') return exception ? 'an exclamation mark needs a pattern behind it.' : null
  const expression = globExpression(pattern)
  return expression === null ? `"${text}" is not a pattern.` : { exception, matches: (path) => expression.test(path) }
}

/** As Go cleans a path: without `.`, `..`, double and trailing slashes; a leading slash goes too. */
function cleaned(path: string): string {
  const kept: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') kept.push(part)
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop()
    else if (!path.startsWith('/')) kept.push(part)
  }
  return kept.join('/')
}

/** A pattern of Go's filepath.Match with `**`; null when it is malformed. Also used for the sources of COPY. */
export function globExpression(pattern: string): RegExp | null {
  const tail = /^\*\*(\/?)([^*?[\]\\]*)$/.exec(pattern)
  // Before plain text Docker takes ** for "ends with": **.log is found in the middle of a name, too.
  if (tail) return new RegExp(`${tail[1] === '/' ? '(?:^|/)' : ''}${[...(tail[2] ?? '')].map(escaped).join('')}$`, 's')
  let out = ''
  for (let i = 0; i < pattern.length; i++) {
    const ch = pattern.charAt(i)
    if (ch === '*' && pattern.charAt(i + 1) === '*') {
      i += pattern.charAt(i + 2) === '/' ? 2 : 1
      out += i + 1 >= pattern.length ? '.*' : '(?:.*/)?'
    } else if (ch === '*') out += '[^/]*'
    else if (ch === '?') out += '[^/]'
    else if (ch === '\\') {
      if (i + 1 >= pattern.length) return null
      out += escaped(pattern.charAt(++i))
    } else if (ch === '[') {
      const end = classEnd(pattern, i)
      if (end < 0) return null
      out += pattern.slice(i, end + 1)
      i = end
    } else out += escaped(ch)
  }
  try {
    return new RegExp(`^${out}$`, 'su')
  } catch {
    return null
  }
}

/** Index of the bracket that ends a class such as [a-z] or [^a-z]; -1 when there is none or the class is malformed. */
function classEnd(pattern: string, start: number): number {
  const match = /^\[\^?(?:(?:\\.|[^\]\\-])(?:-(?:\\.|[^\]\\-]))?)+\]/su.exec(pattern.slice(start))
  return match === null ? -1 : start + match[0].length - 1
}

const escaped = (ch: string): string => ch.replace(/[$()*+./?[\\\]^{|}]/, '\\$&')
