import type { Grammar } from './grammar.ts'
import { fieldOf, namedIn, parentOf, textOf, type Edit, type Place, type Syntax } from './syntax.ts'

/** Operators on what is done: statements, waiting and calls. */

/** Where Ruby's statements stand; the other languages have nodes of their own for them. */
const bodies = /^(program|body_statement|block_body|then|else|ensure|do|begin)$/
const declarations = /^(class|module|singleton_class)$/

/** A statement is taken out. A declaration is none: without it the program does not load, which proves nothing. */
export function statement(place: Place, grammar: Grammar): Edit[] {
  const { node, source } = place
  if (!grammar.statements.includes(node.type) || isDeclaration(place)) return []
  const isValue = grammar.nothing === 'nil'
  if (isValue && !isRubyStatement(place)) return []
  // Java's compiler refuses whoever answers nothing where something is promised.
  if (node.type === 'return_statement' && grammar.emptyString === '""' && namedIn(node).length > 0) return []
  if (textOf(node, source) === grammar.nothing) return []
  return [{ start: node.start, end: node.end, replacement: grammar.nothing }]
}

function isRubyStatement(place: Place): boolean {
  const parent = parentOf(place)
  const owner = place.above.at(-2)
  return parent !== null && bodies.test(parent.type) && !(owner && declarations.test(owner.type))
}

function isDeclaration({ node, source }: Place): boolean {
  const [first] = namedIn(node)
  const isText = node.type === 'expression_statement' && first !== undefined && first.type.startsWith('string')
  return isText || textOf(node, source).startsWith('super(')
}

/** Ruby's import is a call like any other. */
export const isRequire = (node: Syntax, source: string): boolean =>
  node.type === 'call' && /^require(_relative)?$/.test(nameOf(node, source) ?? '')

export function awaiting({ node, source }: Place): Edit[] {
  const awaited = namedIn(node)[0]
  if (!/^await(_expression)?$/.test(node.type) || !awaited) return []
  return [{ start: node.start, end: node.end, replacement: textOf(awaited, source) }]
}

/** What works at the other end: another name, or another index. */
export function firstLast(place: Place, grammar: Grammar): Edit[] {
  return [...otherName(place, grammar), ...otherIndex(place)]
}

function otherName({ node, source }: Place, { calls, ends }: Grammar): Edit[] {
  const name = calls.includes(node.type) ? nameNode(node) : null
  if (!name) return []
  const pair = ends.find((names) => names.includes(textOf(name, source)))
  return (pair ?? [])
    .filter((other) => other !== textOf(name, source))
    .map((replacement) => ({ start: name.start, end: name.end, replacement }))
}

const places = new Map([
  ['0', '-1'],
  ['-1', '0'],
])

function otherIndex({ node, source }: Place): Edit[] {
  const isAt = node.type === 'call_expression' && nameOf(node, source) === 'at'
  const holder = isAt ? fieldOf(node, 'arguments') : /^(subscript|element_reference)$/.test(node.type) ? node : null
  const index = holder ? namedIn(holder).at(-1) : undefined
  const other = index && places.get(textOf(index, source))
  if (index && other) return [{ start: index.start, end: index.end, replacement: other }]
  const array = node.type === 'subscript_expression' ? fieldOf(node, 'index') : null
  const object = fieldOf(node, 'object')
  if (!array || !object || textOf(array, source) !== '0') return []
  return [{ start: object.end, end: node.end, replacement: '.at(-1)' }]
}

/** A call becomes what it works on: its argument, or the object whose method it is. */
export function call(place: Place, { calls }: Grammar): Edit[] {
  const { node, source } = place
  if (!calls.includes(node.type) || isAlone(place)) return []
  const list = fieldOf(node, 'arguments')
  const [argument] = list ? namedIn(list) : []
  const value = argument && !notValues.test(argument.type) ? argument : undefined
  const receiver = receiverOf(node)
  const kept = receiver && !isRoom(receiver, place) ? receiver : value
  return kept ? [{ start: node.start, end: node.end, replacement: textOf(kept, source) }] : []
}

const notValues =
  /^(arrow_function|function_expression|lambda|lambda_expression|method_reference|spread_element|keyword_argument|list_splat|dictionary_splat|splat_argument|hash_splat_argument|block_argument|pair|generator_expression)$/

/** Nobody takes its value: that it is left out is for the operator on statements. */
function isAlone(place: Place): boolean {
  const parents = place.above.filter((node) => !/^await(_expression)?$/.test(node.type))
  const parent = parents.at(-1)
  if (!parent) return false
  return parent.type === 'expression_statement' || (bodies.test(parent.type) && namedIn(parent).at(-1) !== place.node)
}

/** A module, a package or a class: no value that a program could go on with. */
function isRoom(receiver: Syntax, { above, source }: Place): boolean {
  const text = textOf(receiver, source)
  if (/^[A-Z]/.test(text) || /^(self|this|super)$/.test(text)) return true
  const imports = (above[0]?.children ?? []).filter((node) => node.type.startsWith('import'))
  return imports.some((node) => wordsIn(textOf(node, source)).includes(text))
}

/** Words of an import, but not those in the path that it is taken from. */
const wordsIn = (text: string): string[] => text.replace(/'.*?'|".*?"/g, '').match(/[\w$]+/g) ?? []

const receiverOf = (node: Syntax): Syntax | null => {
  const callee = fieldOf(node, 'function')
  return fieldOf(callee ?? node, 'object') ?? fieldOf(node, 'receiver')
}

function nameNode(node: Syntax): Syntax | null {
  const callee = fieldOf(node, 'function')
  if (!callee) return fieldOf(node, 'name') ?? fieldOf(node, 'method')
  return fieldOf(callee, 'property') ?? fieldOf(callee, 'attribute') ?? (callee.type === 'identifier' ? callee : null)
}

const nameOf = (node: Syntax, source: string): string | null => {
  const name = nameNode(node)
  return name && textOf(name, source)
}
