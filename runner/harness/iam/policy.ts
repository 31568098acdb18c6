/**
 * A policy document as IAM reads it when it is saved: JSON, the grammar of the policy language, nothing twice.
 * IAM User Guide: "Grammar of the IAM JSON policy language" and the pages "IAM JSON policy elements".
 */

import { parseSaved } from '../run/saved-json.ts'

/** What a document is attached to decides which elements it must have: an identity, a resource, or a role's trust. */
export type PolicyKind = 'identity' | 'resource' | 'trust'

export interface Policy {
  name: string
  version: '2008-10-17' | '2012-10-17'
  statements: PolicyStatement[]
  /** Characters without white space, as IAM counts them. */
  size: number
}

export interface PolicyStatement {
  /** Its Sid, or its place in words. */
  name: string
  effect: 'Allow' | 'Deny'
  principals: Principals | null
  actions: Patterns
  resources: Patterns | null
  conditions: Condition[]
}

export interface Patterns {
  /** NotAction, NotResource. */
  not: boolean
  values: string[]
}

export interface Principals {
  not: boolean
  /** `"*"` stands here as AWS: ['*']. */
  values: { type: string; value: string }[]
}

export interface Condition {
  /** As written: `ForAnyValue:StringLikeIfExists`. */
  operator: string
  base: string
  set: 'ForAllValues' | 'ForAnyValue' | null
  ifExists: boolean
  key: string
  values: string[]
}

export type ReadPolicy = { ok: true; policy: Policy } | { ok: false; problem: string }

class Refused extends Error {}
const refuse = (problem: string): never => {
  throw new Refused(problem)
}

/** @param name what the transcript calls it */
export function readPolicy(name: string, text: string, kind: PolicyKind): ReadPolicy {
  try {
    const document = parsedJson(text)
    const twice = repeatedKey(text)
    if (twice !== null) refuse(`The key ${twice} stands twice in one object; IAM takes neither.`)
    return { ok: true, policy: { name, size: text.replace(/\s/g, '').length, ...policyOf(document, kind) } }
  } catch (error) {
    if (error instanceof Refused) return { ok: false, problem: error.message }
    throw error
  }
}

function parsedJson(text: string): unknown {
  try {
    return parseSaved(text)
  } catch (error) {
    return refuse(`It is not JSON: ${(error as Error).message}.`)
  }
}

/** JSON.parse keeps the last of two equal keys; IAM refuses them. */
export function repeatedKey(text: string): string | null {
  const open: (Set<string> | null)[] = []
  const tokens = text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g)
  for (const [token, colon] of tokens) {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(null)
    else if (token === '}' || token === ']') open.pop()
    else if (colon !== undefined) {
      const key = token.slice(0, token.length - colon.length)
      const keys = open.at(-1)
      if (keys?.has(key)) return key
      keys?.add(key)
    }
  }
  return null
}

type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

function only(object: Json, allowed: readonly string[], where: string): void {
  const strange = Object.keys(object).find((key) => !allowed.includes(key))
  if (strange !== undefined)
    refuse(`${where} has an element "${strange}", which does not exist (names are case-sensitive).`)
}

function policyOf(document: unknown, kind: PolicyKind): Pick<Policy, 'version' | 'statements'> {
  if (!isObject(document)) return refuse('It is not a JSON object.')
  only(document, ['Version', 'Id', 'Statement'], 'The policy')
  const { Version: version = '2008-10-17', Statement: given } = document
  if (version !== '2008-10-17' && version !== '2012-10-17')
    refuse(`Version is ${JSON.stringify(version)}; there are "2012-10-17" and the older "2008-10-17".`)
  const list = Array.isArray(given)
    ? given
    : isObject(given)
      ? [given]
      : refuse('Statement is missing, or neither an object nor a list.')
  const statements = list.map((statement, i) => statementOf(statement, `statement ${i + 1}`, kind))
  const named = statements.map(({ name }) => name)
  const twice = named.find((name, i) => named.indexOf(name) !== i)
  if (twice !== undefined) refuse(`The Sid ${twice} stands twice; it must be unique in a policy.`)
  return { version: version as Policy['version'], statements }
}

function statementOf(given: unknown, place: string, kind: PolicyKind): PolicyStatement {
  if (!isObject(given)) return refuse(`${place} is not an object.`)
  const name = sidOf(given['Sid'], place)
  only(
    given,
    ['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'],
    name,
  )
  const effect = given['Effect']
  if (effect !== 'Allow' && effect !== 'Deny') return refuse(`${name} needs an Effect, "Allow" or "Deny".`)
  const actions = patternsOf(given, 'Action', name) ?? refuse(`${name} has neither Action nor NotAction.`)
  const wrong = actions.values.find((action) => action !== '*' && !/^[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+$/.test(action))
  if (wrong !== undefined) refuse(`${name}: "${wrong}" is not an action; one looks like s3:GetObject.`)
  return {
    name,
    effect,
    principals: principalsOf(given, name, kind),
    actions,
    resources: resourcesOf(given, name, kind),
    conditions: conditionsOf(given['Condition'], name),
  }
}

function sidOf(sid: unknown, place: string): string {
  if (sid === undefined || sid === '') return place
  if (typeof sid !== 'string' || !/^[a-zA-Z0-9]+$/.test(sid))
    return refuse(`The Sid of ${place} may hold letters and digits only.`)
  return sid
}

function patternsOf(statement: Json, element: 'Action' | 'Resource', name: string): Patterns | null {
  const [plain, not] = [statement[element], statement[`Not${element}`]]
  if (plain !== undefined && not !== undefined) refuse(`${name} has both ${element} and Not${element}.`)
  const given = plain ?? not
  return given === undefined ? null : { not: plain === undefined, values: textsOf(given, `${element} of ${name}`) }
}

function textsOf(given: unknown, what: string): string[] {
  const list: unknown[] = Array.isArray(given) ? given : [given]
  if (list.length === 0 || !list.every((value) => typeof value === 'string'))
    refuse(`${what} must be a text or a list of texts.`)
  return list as string[]
}

function resourcesOf(statement: Json, name: string, kind: PolicyKind): Patterns | null {
  const patterns = patternsOf(statement, 'Resource', name)
  if (kind === 'trust')
    return patterns === null
      ? null
      : refuse(`${name} has a Resource; a trust policy has none, for its resource is the role.`)
  if (patterns === null) return refuse(`${name} has neither Resource nor NotResource.`)
  for (const value of patterns.values) {
    if (value === '*') continue
    if (!/^arn:(aws[a-z-]*|\*)(:|$)/.test(value))
      refuse(`${name}: the Resource "${value}" is not an ARN; one begins with arn:aws: and a service.`)
    if (/[*?]/.test(value.split(':')[2] ?? ''))
      refuse(`${name}: the Resource "${value}" has a wildcard for its service.`)
  }
  return patterns
}

function principalsOf(statement: Json, name: string, kind: PolicyKind): Principals | null {
  const [plain, not] = [statement['Principal'], statement['NotPrincipal']]
  const given = plain ?? not
  if (kind === 'identity')
    return given === undefined
      ? null
      : refuse(`${name} has a Principal; the principal of this policy is the identity that it is attached to.`)
  if (given === undefined) return refuse(`${name} has no Principal.`)
  if (given === '*') return { not: plain === undefined, values: [{ type: 'AWS', value: '*' }] }
  if (!isObject(given)) return refuse(`The Principal of ${name} must be "*" or an object such as { "Service": … }.`)
  only(given, ['AWS', 'Service', 'Federated', 'CanonicalUser'], `The Principal of ${name}`)
  const values = Object.entries(given).flatMap(([type, value]) =>
    textsOf(value, `Principal.${type} of ${name}`).map((text) => ({ type, value: text })),
  )
  const partial = values.find(({ value }) => value !== '*' && /[*?]/.test(value))
  if (partial !== undefined)
    refuse(`${name}: the Principal "${partial.value}" has a wildcard inside a name, which cannot be.`)
  return { not: plain === undefined, values }
}

const bases = [
  'StringEquals',
  'StringNotEquals',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
  'StringLike',
  'StringNotLike',
  'NumericEquals',
  'NumericNotEquals',
  'NumericLessThan',
  'NumericLessThanEquals',
  'NumericGreaterThan',
  'NumericGreaterThanEquals',
  'DateEquals',
  'DateNotEquals',
  'DateLessThan',
  'DateLessThanEquals',
  'DateGreaterThan',
  'DateGreaterThanEquals',
  'Bool',
  'BinaryEquals',
  'IpAddress',
  'NotIpAddress',
  'ArnEquals',
  'ArnLike',
  'ArnNotEquals',
  'ArnNotLike',
  'Null',
]

function conditionsOf(given: unknown, name: string): Condition[] {
  if (given === undefined) return []
  if (!isObject(given)) return refuse(`The Condition of ${name} is not an object.`)
  return Object.entries(given).flatMap(([operator, keys]) => {
    const [, set = null, base = '', ifExists = ''] =
      /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? []
    if (!bases.includes(base) || (base === 'Null' && ifExists !== ''))
      return refuse(`${name}: there is no condition operator "${operator}".`)
    if (!isObject(keys)) return refuse(`${name}: ${operator} must be an object of condition keys.`)
    return Object.entries(keys).map(([key, value]) => {
      if (!/^[a-zA-Z0-9-]+:\S/.test(key))
        return refuse(`${name}: "${key}" is not a condition key; one looks like aws:SourceIp.`)
      return {
        operator,
        base,
        set: set as Condition['set'],
        ifExists: ifExists !== '',
        key,
        values: valuesOf(value, `${operator} of ${name}`),
      }
    })
  })
}

/** Numbers and booleans may stand without quotes. */
function valuesOf(given: unknown, what: string): string[] {
  const list: unknown[] = Array.isArray(given) ? given : [given]
  if (!list.every((value) => ['string', 'number', 'boolean'].includes(typeof value)))
    refuse(`${what} must have a text or a list of texts.`)
  return list.map(String)
}
