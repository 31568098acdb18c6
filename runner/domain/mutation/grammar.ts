import type { Language } from '../exercise/exercise.ts'

/** What the operators have to know of a language; types of nodes are those of its tree-sitter grammar. */
export interface Grammar {
  /** Endings of its files. */
  files: RegExp
  /** Nothing in these is changed: imports, and types, which no run sees. */
  left: RegExp
  strings: readonly string[]
  /** What can stand alone and be taken out. */
  statements: readonly string[]
  calls: readonly string[]
  /** What stands in the place of a statement that was taken out. */
  nothing: string
  yes: string
  no: string
  emptyString: string
  /** Pairs of names that work at one end and at the other. */
  ends: readonly (readonly [string, string])[]
}

export const grammars: Partial<Record<Language, Grammar>> = {
  ts: {
    files: /\.(ts|mts|js|mjs)$/,
    left: /^import_statement$|^type_|_type$|^(interface|ambient)_declaration$/,
    strings: ['string', 'template_string'],
    statements: [
      'expression_statement',
      'throw_statement',
      'return_statement',
      'break_statement',
      'continue_statement',
    ],
    calls: ['call_expression'],
    nothing: ';',
    yes: 'true',
    no: 'false',
    emptyString: "''",
    ends: [
      ['shift', 'pop'],
      ['unshift', 'push'],
      ['indexOf', 'lastIndexOf'],
      ['find', 'findLast'],
      ['findIndex', 'findLastIndex'],
      ['startsWith', 'endsWith'],
      ['trimStart', 'trimEnd'],
      ['padStart', 'padEnd'],
      ['min', 'max'],
    ],
  },
  py: {
    files: /\.py$/,
    left: /^(import|import_from|future_import)_statement$|^type$/,
    strings: ['string'],
    statements: [
      'expression_statement',
      'raise_statement',
      'return_statement',
      'break_statement',
      'continue_statement',
      'delete_statement',
      'assert_statement',
    ],
    calls: ['call'],
    nothing: 'pass',
    yes: 'True',
    no: 'False',
    emptyString: "''",
    ends: [
      ['popleft', 'pop'],
      ['appendleft', 'append'],
      ['find', 'rfind'],
      ['index', 'rindex'],
      ['split', 'rsplit'],
      ['partition', 'rpartition'],
      ['startswith', 'endswith'],
      ['lstrip', 'rstrip'],
      ['min', 'max'],
    ],
  },
  java: {
    files: /\.java$/,
    left: /^(import|package)_declaration$|^type_|_type$/,
    strings: ['string_literal'],
    statements: [
      'expression_statement',
      'throw_statement',
      'return_statement',
      'break_statement',
      'continue_statement',
      'assert_statement',
    ],
    calls: ['method_invocation'],
    nothing: ';',
    yes: 'true',
    no: 'false',
    emptyString: '""',
    ends: [
      ['getFirst', 'getLast'],
      ['removeFirst', 'removeLast'],
      ['addFirst', 'addLast'],
      ['pollFirst', 'pollLast'],
      ['peekFirst', 'peekLast'],
      ['firstKey', 'lastKey'],
      ['firstEntry', 'lastEntry'],
      ['indexOf', 'lastIndexOf'],
      ['startsWith', 'endsWith'],
      ['stripLeading', 'stripTrailing'],
      ['min', 'max'],
    ],
  },
  rb: {
    files: /\.rb$/,
    left: /comment$/,
    strings: ['string'],
    statements: ['call', 'assignment', 'operator_assignment', 'return', 'next', 'break', 'yield', 'super'],
    calls: ['call'],
    nothing: 'nil',
    yes: 'true',
    no: 'false',
    emptyString: "''",
    ends: [
      ['first', 'last'],
      ['shift', 'pop'],
      ['unshift', 'push'],
      ['index', 'rindex'],
      ['partition', 'rpartition'],
      ['start_with?', 'end_with?'],
      ['lstrip', 'rstrip'],
      ['min_by', 'max_by'],
      ['min', 'max'],
    ],
  },
}
