import type { Decision, Role, Rule } from './policy.ts'

interface Held {
  rule: Rule
  via: string[]
}

export class AccessControl {
  readonly #roles = new Map<string, Role>()
  readonly #assigned = new Map<string, Set<string>>()

  /** Adds a role, or replaces the one of this name. */
  defineRole(name: string, role: Role): void {
    this.#roles.set(name, role)
  }

  removeRole(name: string): void {
    this.#roles.delete(name)
  }

  assign(user: string, role: string): void {
    const roles = this.#assigned.get(user) ?? new Set()
    this.#assigned.set(user, roles.add(role))
  }

  revoke(user: string, role: string): void {
    this.#assigned.get(user)?.delete(role)
  }

  check(user: string, action: string, resource: string): Decision {
    let allow: Held | null = null
    for (const held of this.#rulesOf(user)) {
      if (!actionFits(held.rule.action, action) || !scopeFits(held.rule.scope, resource)) continue
      if (held.rule.effect === 'deny') return { allowed: false, reason: 'deny', ...held }
      allow ??= held
    }
    return allow ? { allowed: true, reason: 'allow', ...allow } : refused('no-rule')
  }

  /** The rules of every role that the user's roles lead to; each role once, by the shortest way. */
  *#rulesOf(user: string): Generator<Held> {
    const ways = [...(this.#assigned.get(user) ?? [])].map((role) => [role])
    const seen = new Set(ways.flat())
    // The list grows while it is walked.
    for (const via of ways) {
      const { rules = [], inherits = [] } = this.#roles.get(via.at(-1) ?? '') ?? {}
      for (const rule of rules) yield { rule, via }
      for (const parent of inherits) {
        if (seen.has(parent)) continue
        seen.add(parent)
        ways.push([...via, parent])
      }
    }
  }
}

const refused = (reason: 'no-rule'): Decision => ({ allowed: false, reason, rule: null, via: [] })

function actionFits(pattern: string, action: string): boolean {
  if (pattern === '*' || pattern === action) return true
  return pattern.endsWith(':*') && action.startsWith(pattern.slice(0, -1))
}

/** The slash stays in what is compared: without it `shop:4/*` would let shop 42 in. */
function scopeFits(pattern: string, resource: string): boolean {
  if (pattern === '*' || pattern === resource) return true
  return pattern.endsWith('/*') && resource.startsWith(pattern.slice(0, -1))
}
