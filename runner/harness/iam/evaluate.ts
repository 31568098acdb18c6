import { conditionHolds, type Context } from './conditions.ts'
import { arnPattern, matchesAction, piecesOf, wildcardPattern } from './patterns.ts'
import type { Condition, Patterns, Policy, PolicyStatement, Principals } from './policy.ts'

/**
 * One request against policies of one account. IAM User Guide: "Policy evaluation logic": a Deny that applies decides,
 * else an Allow that applies, else nothing is allowed. Boundaries, SCPs and session policies are not here.
 */

export interface IamRequest {
  action: string
  /** The ARN; `*` for an action that has no resource. A role's trust policy has no use for it. */
  resource?: string
  /** Who asks, for policies that name principals. */
  principal?: { AWS?: string; Service?: string; Federated?: string }
  context?: Context
  /** Keys that every request has; they count like the others and stay out of the transcript. */
  ambient?: Context
}

export interface Decision {
  allowed: boolean
  reason: 'allow' | 'explicit deny' | 'implicit deny'
  /** The statement that decided; null where none applies. */
  by: { policy: string; statement: string } | null
  /** For an implicit deny: what kept each Allow that names the action from applying. */
  misses: string[]
}

export function evaluate(policies: readonly Policy[], request: IamRequest): Decision {
  const all = policies.flatMap((policy) => policy.statements.map((statement) => ({ policy, statement })))
  const applying = all.filter(({ policy, statement }) => obstacle(statement, policy, request) === null)
  const decided = applying.find(({ statement }) => statement.effect === 'Deny') ?? applying[0]
  if (decided) {
    const { policy, statement } = decided
    const allowed = statement.effect === 'Allow'
    return {
      allowed,
      reason: allowed ? 'allow' : 'explicit deny',
      by: { policy: policy.name, statement: statement.name },
      misses: [],
    }
  }
  const misses = all.flatMap(({ policy, statement }) => {
    if (statement.effect === 'Deny' || !listed(statement.actions, (p) => matchesAction(p, request.action))) return []
    return [`${statement.name}: ${obstacle(statement, policy, request)}`]
  })
  return { allowed: false, reason: 'implicit deny', by: null, misses }
}

/** What keeps a statement from applying to a request; null when it applies. */
function obstacle(statement: PolicyStatement, policy: Policy, request: IamRequest): string | null {
  const { actions, principals, resources, conditions } = statement
  const { resource = '*' } = request
  const context = { ...request.ambient, ...request.context }
  if (!listed(actions, (pattern) => matchesAction(pattern, request.action))) return 'it does not name this action'
  if (principals && !namesPrincipal(principals, request)) return 'it names another principal'
  if (resources && !listed(resources, (pattern) => matchesResource(pattern, resource, policy, context)))
    return `its ${resources.not ? 'NotResource' : 'Resource'} leaves this resource out: ${resources.values.join(', ')}`
  const failed = conditions.find((condition) => !conditionHolds(condition, policy.version, context))
  return failed ? `its condition is not met: ${conditionText(failed)}` : null
}

const conditionText = ({ operator, key, values }: Condition): string =>
  `${operator} ${key} ${values.length === 1 ? JSON.stringify(values[0]) : JSON.stringify(values)}`

/** NotAction and NotResource name what is left out. */
const listed = ({ not, values }: Patterns, matches: (pattern: string) => boolean): boolean =>
  values.some(matches) !== not

function matchesResource(pattern: string, resource: string, { version }: Policy, context: Context): boolean {
  const pieces = piecesOf(pattern, version, context)
  if (pieces === null) return false
  // What has no resource needs `*`: an ARN with wildcards does not cover it ("IAM JSON policy elements: NotAction").
  if (/^\*+$/.test(pattern) || resource === '*') return wildcardPattern(pieces).test(resource)
  return arnPattern(pieces, 'resource').test(resource)
}

function namesPrincipal({ not, values }: Principals, { principal = {} }: IamRequest): boolean {
  return values.some(({ type, value }) => isPrincipal(type, value, principal)) !== not
}

/** An account stands for everybody in it, a role for its sessions. "AWS JSON policy elements: Principal". */
function isPrincipal(type: string, value: string, asks: NonNullable<IamRequest['principal']>): boolean {
  if (type === 'AWS' && value === '*') return true
  if (type === 'Service' || type === 'Federated') return asks[type] === value
  if (type !== 'AWS' || asks.AWS === undefined) return false
  const account = /^(?:arn:aws[a-z-]*:iam::)?(\d{12})(?::root)?$/.exec(value)?.[1]
  if (account !== undefined) return asks.AWS.split(':')[4] === account
  const role = /^(arn:aws[a-z-]*):iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(value)
  const session = role ? `${role[1]}:sts::${role[2]}:assumed-role/${role[3]}/` : null
  return asks.AWS === value || (session !== null && asks.AWS.startsWith(session))
}

/** For people. */
export function decisionText({ allowed, reason, by, misses }: Decision): string {
  if (by)
    return `${allowed ? 'allowed' : 'denied'} by ${by.statement} of ${by.policy}${reason === 'explicit deny' ? ' (Deny)' : ''}`
  if (misses.length === 0) return 'denied: no statement allows this action'
  return ['denied: no Allow applies', ...misses].join('\n')
}
