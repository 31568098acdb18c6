import { setSchema } from './set.ts'

/** A schema as valibot holds it, as far as the set file uses it. */
interface Node {
  type: string
  pipe?: readonly Node[]
  entries?: Record<string, Node>
  options?: readonly (Node | string)[]
  item?: Node
  wrapped?: Node
  literal?: unknown
  default?: unknown
  requirement?: unknown
}

type Json = Record<string, unknown>

/**
 * The set file's JSON Schema (draft 2020-12), made from the schema that reads it; checks of several values are not in
 * it.
 */
export function setJsonSchema(): Json {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Backend Gym: set file',
    description:
      'Exercises given out together, and the rules they are graded by. Check a file with: npm run set -- check FILE',
    ...convert(setSchema as unknown as Node),
  }
}

function convert(node: Node): Json {
  if (!node.pipe) return plain(node)
  const [schema, ...actions] = node.pipe
  return Object.assign(
    plain(schema as Node),
    ...actions.map((action) => limit(action, schema?.type === 'array')),
  ) as Json
}

function plain(node: Node): Json {
  switch (node.type) {
    case 'strict_object':
      return object(node.entries ?? {})
    case 'array':
      return { type: 'array', items: convert(node.item as Node) }
    case 'union':
      return { anyOf: (node.options as readonly Node[]).map(convert) }
    case 'picklist':
      return { enum: node.options }
    case 'literal':
      return { const: node.literal }
    case 'optional':
      return { ...convert(node.wrapped as Node), ...(node.default === undefined ? {} : { default: node.default }) }
    case 'nullable':
      return { anyOf: [convert(node.wrapped as Node), { type: 'null' }] }
    case 'string':
    case 'number':
      return { type: node.type }
    default:
      throw new Error(`the set file's schema uses "${node.type}", which the JSON Schema cannot say yet`)
  }
}

function object(entries: Record<string, Node>): Json {
  const required = Object.entries(entries)
    .filter(([, entry]) => entry.type !== 'optional')
    .map(([name]) => name)
  const properties = Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, convert(entry)]))
  return { type: 'object', additionalProperties: false, ...(required.length > 0 ? { required } : {}), properties }
}

/** What an action of a pipe asks for; a check of ours has no word in JSON Schema. */
function limit({ type, requirement }: Node, isArray: boolean): Json {
  switch (type) {
    case 'min_length':
      return isArray ? { minItems: requirement } : { minLength: requirement }
    case 'max_length':
      return isArray ? { maxItems: requirement } : { maxLength: requirement }
    case 'min_value':
      return { minimum: requirement }
    case 'max_value':
      return { maximum: requirement }
    case 'integer':
      return { type: 'integer' }
    case 'regex':
      return { pattern: (requirement as RegExp).source }
    default:
      return {}
  }
}
