import type { Language } from '../exercise/exercise.ts'

/** A word of a source text; what a learner may freely choose (names, numbers, texts) is only told by its kind. */
export interface Token {
  kind: string
  /** Line and columns are counted from 0. */
  line: number
  column: number
  endColumn: number
}

interface Syntax {
  extensions: RegExp
  /** What is passed over: comments. */
  comment: RegExp
  text: RegExp
  keywords: ReadonlySet<string>
  /** Keywords in any case. */
  foldCase?: boolean
  /** Configuration has no names of one's own: every word stands for itself. */
  verbatim?: boolean
}

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '))

const slashes = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y
const hash = /#[^\n]*/y
const lineTexts = /"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?/y

const syntaxes: Partial<Record<Language, Syntax>> = {
  ts: {
    extensions: /\.[cm]?[jt]sx?$/,
    comment: slashes,
    text: /"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|`(?:\\.|[^`\\])*`?/y,
    keywords: words(
      'abstract any as async await boolean break case catch class const continue default delete do else enum export ' +
        'extends false finally for from function get if implements import in instanceof interface keyof let new null ' +
        'number of private protected public readonly return set static string super switch this throw true try type ' +
        'typeof undefined unknown var void while yield',
    ),
  },
  py: {
    extensions: /\.py$/,
    comment: hash,
    text: /[rbfuRBFU]{0,2}(?:"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)/y,
    keywords: words(
      'and as assert async await break class continue def del elif else except False finally for from global if import ' +
        'in is lambda match None nonlocal not or pass raise return self True try while with yield',
    ),
  },
  java: {
    extensions: /\.java$/,
    comment: slashes,
    text: /"""[\s\S]*?(?:"""|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?/y,
    keywords: words(
      'abstract assert boolean break byte case catch char class continue default do double else enum extends false ' +
        'final finally float for if implements import instanceof int interface long new null package private protected ' +
        'public record return short static super switch synchronized this throw throws transient true try var void ' +
        'volatile while yield',
    ),
  },
  rb: {
    extensions: /\.rb$/,
    comment: /#[^\n]*|^=begin[\s\S]*?(?:^=end[^\n]*|(?![\s\S]))/my,
    text: lineTexts,
    keywords: words(
      'alias and begin break case class def defined? do else elsif end ensure false for if in module next nil not or ' +
        'redo rescue retry return self super then true undef unless until when while yield',
    ),
  },
  sql: {
    extensions: /\.sql$/,
    comment: /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y,
    text: /'(?:''|[^'])*'?/y,
    keywords: words(
      'all alter and any as asc begin between by case check column commit conflict constraint create cross default ' +
        'delete desc distinct do drop else end exists false first for foreign from full group having if in index inner ' +
        'insert into is isolation join key last left level like limit lock locked not null nulls offset on or order outer ' +
        'over partition primary references returning right rollback select serializable set skip table then transaction ' +
        'true union unique update using values view when where with',
    ),
    foldCase: true,
  },
  docker: {
    extensions: /(^|\/)(Dockerfile[^/]*|[^/]*\.ya?ml)$/,
    comment: hash,
    text: lineTexts,
    keywords: words(''),
    verbatim: true,
  },
  yaml: { extensions: /\.ya?ml$/, comment: hash, text: lineTexts, keywords: words(''), verbatim: true },
  json: { extensions: /\.json$/, comment: /(?!)/y, text: lineTexts, keywords: words(''), verbatim: true },
}

/** Whether a file of a submission is source in this language. Repositories (`git`) are not compared. */
export const isComparable = (language: Language, path: string): boolean =>
  syntaxes[language]?.extensions.test(path) ?? false

const space = /\s+/y
const name = /[\p{L}_$@][\p{L}\p{N}_$]*[?!]?/uy
const number = /\d[\w.]*/y
const verbatimWord = /[^\s"'#:,{}[\]]+/y

/**
 * Reads a source text as its words, in a form that survives other names, other numbers, other layout and other
 * comments. It never fails: what it does not know is a sign that stands for itself.
 */
export function tokensOf(language: Language, source: string): Token[] {
  const syntax = syntaxes[language]
  if (!syntax) return []
  const starts = lineStarts(source)
  const tokens: Token[] = []
  let line = 0
  let at = 0
  while (at < source.length) {
    const { length, kind } = nextWord(syntax, source, at)
    while ((starts[line + 1] ?? Infinity) <= at) line += 1
    const start = starts[line] ?? 0
    if (kind !== null) tokens.push({ kind, line, column: at - start, endColumn: at - start + length })
    at += length
  }
  return tokens
}

function nextWord(syntax: Syntax, source: string, at: number): { length: number; kind: string | null } {
  const matched = (pattern: RegExp): string | null => {
    pattern.lastIndex = at
    return pattern.exec(source)?.[0] ?? null
  }
  const passedOver = matched(space) ?? matched(syntax.comment)
  if (passedOver) return { length: passedOver.length, kind: null }
  const text = matched(syntax.text)
  if (text) return { length: text.length, kind: syntax.verbatim ? text : 'text' }
  if (syntax.verbatim) return verbatim(matched(verbatimWord), source, at)
  const digits = matched(number)
  if (digits) return { length: digits.length, kind: 'number' }
  const word = matched(name)
  if (!word) return { length: 1, kind: source[at] ?? '' }
  const keyword = syntax.foldCase ? word.toLowerCase() : word
  return { length: word.length, kind: syntax.keywords.has(keyword) ? keyword : 'name' }
}

const verbatim = (word: string | null, source: string, at: number): { length: number; kind: string } =>
  word ? { length: word.length, kind: word } : { length: 1, kind: source[at] ?? '' }

function lineStarts(source: string): number[] {
  const starts = [0]
  for (let i = source.indexOf('\n'); i >= 0; i = source.indexOf('\n', i + 1)) starts.push(i + 1)
  return starts
}
