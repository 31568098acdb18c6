import { describe, expect, test } from 'vitest'
import { openParser } from '../../adapters/mutation/parser.ts'
import type { Language } from '../exercise/exercise.ts'
import { grammars, type Grammar } from './grammar.ts'
import { mutantsOf } from './mutant.ts'
import type { Operator } from './operators.ts'

/** What each operator makes of a line, parsed by the real grammar; the changed text as a whole, blanks folded. */
async function changes(language: Language, operator: Operator, source: string): Promise<string[]> {
  const parser = await openParser(language)
  if (!parser) throw new Error(`no parser for ${language}`)
  const { root, sound } = parser.parse(source)
  expect(sound, `the source of the test: ${source}`).toBe(true)
  return mutantsOf('file', source, root, grammars[language] as Grammar)
    .filter((mutant) => mutant.operator === operator && parser.isSound(mutant.text))
    .map(({ text }) => text.replace(/\s+/g, ' ').trim())
}

type Row = [operator: Operator, source: string, made: string[]]

const ts: Row[] = [
  ['comparison', 'f = a < b', ['f = a >= b']],
  ['comparison', 'f = a === b', ['f = a !== b']],
  ['comparison', 'f = a in b', []],
  ['boundary', 'f = a < b', ['f = a <= b']],
  ['boundary', 'f = a >= b', ['f = a > b']],
  ['boundary', 'f = a === b', []],
  ['and-or', 'f = a && b || c', ['f = a || b || c', 'f = a && b && c']],
  ['negation', 'f = !a', ['f = a']],
  ['negation', 'f = -a', []],
  ['condition', 'if (a) f()', ['if (true) f()', 'if (false) f()']],
  ['condition', 'f = a ? 1 : 2', ['f = true ? 1 : 2', 'f = false ? 1 : 2']],
  ['condition', 'while (a) f()', ['while (false) f()']],
  ['condition', 'for (; a; ) f()', ['for (; false; ) f()']],
  ['number', 'f = 9', ['f = 10', 'f = 8']],
  ['number', 'f = 0', ['f = 1', 'f = -1']],
  ['number', 'f = 1_000n', ['f = 1001n', 'f = 999n']],
  ['number', 'f = 0.5', ['f = 1.5', 'f = -0.5']],
  ['number', 'f = 2.25', ['f = 3.25', 'f = 1.25']],
  ['number', 'f = 0xff', []],
  ['number', 'let f: 1 | 2', []],
  ['arithmetic', 'f = a + b', ['f = a - b']],
  ['arithmetic', 'f -= b', ['f += b']],
  ['arithmetic', 'f = a * b', []],
  ['string', "f = 'a'", ["f = ''"]],
  ['string', 'f = `a${b}`', ["f = ''"]],
  ['string', "f = ''", []],
  ['string', "import { a } from 'a'", []],
  ['string', "export { a } from 'a'", []],
  ['string', "let f: 'a'", []],
  ['statement', 'if (a) f()', ['if (a) ;']],
  ['statement', 'g(); throw e', ['; throw e', 'g(); ;']],
  ['statement', 'class A extends B { constructor() { super() } }', []],
  ['await', 'f = await g()', ['f = g()']],
  ['branch', 'if (a) f()\nelse g()', ['if (a) f()']],
  ['branch', 'if (a) f()\nelse if (b) g()\nelse h()', ['if (a) f()', 'if (a) f() else if (b) g()']],
  ['first-last', 'f = a.shift()', ['f = a.pop()']],
  ['first-last', 'f = a[0]', ['f = a.at(-1)']],
  ['first-last', 'f = a.at(-1)', ['f = a.at(0)']],
  ['first-last', 'f = Math.max(a, b)', ['f = Math.min(a, b)']],
  ['call', 'f = g(a, b)', ['f = a']],
  ['call', 'f = a.trim()', ['f = a']],
  ['call', 'f = a.filter((b) => b)', ['f = a']],
  ['call', 'f = Math.floor(a)', ['f = a']],
  ['call', "import * as path from 'node:path'\nf = path.basename(a)", ["import * as path from 'node:path' f = a"]],
  ['call', 'g(a)', []],
  ['call', 'await g(a)', []],
  ['call', 'f = new A(a)', []],
]

const py: Row[] = [
  ['comparison', 'f = a < b', ['f = a >= b']],
  ['comparison', 'f = a is not b', ['f = a is b']],
  ['comparison', 'f = a not in b', ['f = a in b']],
  ['boundary', 'f = 0 < a <= b', ['f = 0 <= a <= b', 'f = 0 < a < b']],
  ['and-or', 'f = a and b', ['f = a or b']],
  ['negation', 'f = not a', ['f = a']],
  [
    'condition',
    'if a:\n    f()\nelif b:\n    g()',
    ['if True: f() elif b: g()', 'if False: f() elif b: g()', 'if a: f() elif True: g()', 'if a: f() elif False: g()'],
  ],
  ['condition', 'f = a if b else c', ['f = a if True else c', 'f = a if False else c']],
  ['condition', 'f = [a for a in b if a]', ['f = [a for a in b if True]', 'f = [a for a in b if False]']],
  ['condition', 'while a:\n    f()', ['while False: f()']],
  ['number', 'f = 9', ['f = 10', 'f = 8']],
  ['number', 'f = 0.5', ['f = 1.5', 'f = -0.5']],
  ['arithmetic', 'f = a - b', ['f = a + b']],
  ['arithmetic', 'f += b', ['f -= b']],
  ['string', "f = 'a'", ["f = ''"]],
  ['string', 'f = f"a{b}"', ["f = ''"]],
  ['string', "f = b'a'", ["f = b''"]],
  ['string', 'def f():\n    """What it does."""\n    return 1', []],
  ['statement', 'def f():\n    """What it does."""\n    g()', ['def f(): """What it does.""" pass']],
  ['statement', 'def f():\n    return a', ['def f(): pass']],
  ['statement', 'if a:\n    raise E()', ['if a: pass']],
  ['await', 'async def f():\n    return await g()', ['async def f(): return g()']],
  ['branch', 'if a:\n    f()\nelif b:\n    g()\nelse:\n    h()', ['if a: f() else: h()', 'if a: f() elif b: g()']],
  ['branch', 'for a in b:\n    f()\nelse:\n    g()', []],
  ['first-last', 'f = a[0]', ['f = a[-1]']],
  ['first-last', 'f = a[-1]', ['f = a[0]']],
  ['first-last', 'f = min(a)', ['f = max(a)']],
  ['first-last', 'f = a.popleft()', ['f = a.pop()']],
  ['call', 'f = g(a, b)', ['f = a']],
  ['call', 'f = a.strip()', ['f = a']],
  ['call', 'import json\nf = json.loads(a)', ['import json f = a']],
  ['call', 'f = g(k=a)', []],
]

const inJava = (body: string): string => `class A { void m() { ${body} } }`
const java: Row[] = (
  [
    ['comparison', 'f = a == b;', ['f = a != b;']],
    ['boundary', 'f = a > b;', ['f = a >= b;']],
    ['and-or', 'f = a && b;', ['f = a || b;']],
    ['negation', 'f = !a;', ['f = a;']],
    ['condition', 'if (a) f();', ['if (true) f();', 'if (false) f();']],
    ['condition', 'while (a) f();', ['while (false) f();']],
    ['condition', 'f = a ? 1 : 2;', ['f = true ? 1 : 2;', 'f = false ? 1 : 2;']],
    ['number', 'f = 9L;', ['f = 10L;', 'f = 8L;']],
    ['arithmetic', 'f = a + b;', ['f = a - b;']],
    ['arithmetic', 'f += b;', ['f -= b;']],
    ['string', 'f = "a";', ['f = "";']],
    ['string', 'f = "";', []],
    ['statement', 'f();', [';']],
    ['statement', 'return;', [';']],
    ['statement', 'return a;', []],
    ['statement', 'throw e;', [';']],
    ['branch', 'if (a) f(); else g();', ['if (a) f();']],
    ['first-last', 'f = a.getFirst();', ['f = a.getLast();']],
    ['first-last', 'f = Math.min(a, b);', ['f = Math.max(a, b);']],
    ['call', 'f = g(a);', ['f = a;']],
    ['call', 'f = a.trim();', ['f = a;']],
    ['call', 'f = List.copyOf(a);', ['f = a;']],
    [
      'call',
      'f = a.stream().map(b -> b).toList();',
      ['f = a.stream().map(b -> b);', 'f = a.stream().toList();', 'f = a.map(b -> b).toList();'],
    ],
  ] as Row[]
).map(([operator, source, made]) => [operator, inJava(source), made.map(inJava)])

const rb: Row[] = [
  ['comparison', 'f = a == b', ['f = a != b']],
  ['boundary', 'f = a <= b', ['f = a < b']],
  ['and-or', 'f = a && b', ['f = a || b']],
  ['negation', 'f = !a', ['f = a']],
  ['negation', 'f = (not a)', ['f = (a)']],
  ['condition', 'f if a', ['f if true', 'f if false']],
  ['condition', 'unless a\n  f\nend', ['unless true f end', 'unless false f end']],
  ['condition', 'until a\n  f\nend', ['until true f end']],
  ['condition', 'f = a ? 1 : 2', ['f = true ? 1 : 2', 'f = false ? 1 : 2']],
  ['number', 'f = 9', ['f = 10', 'f = 8']],
  ['number', 'f = 0644', []],
  ['arithmetic', 'f = a - b', ['f = a + b']],
  ['string', 'f = "a#{b}"', ["f = ''"]],
  ['string', 'require "json"', []],
  ['statement', 'def f\n  g(a)\n  b\nend', ['def f nil b end']],
  ['statement', 'class A\n  attr_reader :b\nend', []],
  ['statement', 'require "json"', []],
  ['branch', 'if a\n  f\nelsif b\n  g\nelse\n  h\nend', ['if a f end', 'if a f elsif b g end']],
  ['branch', 'case a\nwhen 1 then f\nelse g\nend', []],
  ['first-last', 'f = a.first', ['f = a.last']],
  ['first-last', 'f = a[0]', ['f = a[-1]']],
  ['call', 'f = g(a)', ['f = a']],
  ['call', 'f = a.strip', ['f = a']],
  ['call', 'f = a.map { |b| c }', ['f = a']],
  ['call', 'f = JSON.parse(a)', ['f = a']],
  ['call', 'f = a.map(&:to_s)', ['f = a']],
  ['call', 'puts a\nb', []],
]

describe.each([
  ['ts', ts],
  ['py', py],
  ['java', java],
  ['rb', rb],
] as const)('%s', (language, rows) => {
  test.each(rows)('%s: %j', async (operator, source, made) => {
    expect(await changes(language, operator, source)).toEqual(made)
  })
})
