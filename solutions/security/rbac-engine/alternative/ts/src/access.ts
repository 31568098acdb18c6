import type { Decision, Role, Rule } from './policy.ts'

/** Everything that can be reached from a role, worked out once for each state of the policy. */
type Reach = Map<string, string[]>

export class AccessControl {
  private readonly roles = new Map<string, Role>()
  private readonly users = new Map<string, string[]>()
  private reach = new Map<string, Reach>()

  defineRole(name: string, role: Role): void {
    this.roles.set(name, structuredClone(role))
    this.reach.clear()
  }

  removeRole(name: string): void {
    this.roles.delete(name)
    this.reach.clear()
  }

  assign(user: string, role: string): void {
    this.users.set(user, [...this.rolesOf(user).filter((name) => name !== role), role])
  }

  revoke(user: string, role: string): void {
    this.users.set(user, this.rolesOf(user).filter((name) => name !== role))
  }

  check(user: string, action: string, resource: string): Decision {
    const parts = resource.split('/')
    if (parts.some((part) => ['', '.', '..'].includes(part))) return { allowed: false, reason: 'bad-resource', rule: null, via: [] }
    for (const effect of ['deny', 'allow'] as const) {
      for (const [via, rule] of this.rulesFor(user)) {
        if (rule.effect === effect && actionMatches(rule.action.split(':'), action.split(':')) && scopeMatches(rule.scope.split('/'), parts)) {
          return { allowed: effect === 'allow', reason: effect, rule, via }
        }
      }
    }
    return { allowed: false, reason: 'no-rule', rule: null, via: [] }
  }

  private rolesOf(user: string): string[] {
    return this.users.get(user) ?? []
  }

  private rulesFor(user: string): [string[], Rule][] {
    return this.rolesOf(user).flatMap((name) =>
      [...this.reachOf(name)].flatMap(([role, via]) => (this.roles.get(role)?.rules ?? []).map((rule): [string[], Rule] => [via, rule])),
    )
  }

  private reachOf(name: string): Reach {
    const known = this.reach.get(name)
    if (known) return known
    const reach: Reach = new Map()
    const visit = (role: string, via: string[]): void => {
      if (reach.has(role)) return
      reach.set(role, via)
      for (const parent of this.roles.get(role)?.inherits ?? []) visit(parent, [...via, parent])
    }
    visit(name, [name])
    this.reach.set(name, reach)
    return reach
  }
}

function actionMatches(pattern: string[], action: string[]): boolean {
  if (pattern.length === 1 && pattern[0] === '*') return true
  return pattern[0] === action[0] && pattern.length === action.length && (pattern[1] === '*' || pattern[1] === action[1])
}

function scopeMatches(pattern: string[], resource: string[]): boolean {
  const isOpen = pattern.at(-1) === '*'
  const fixed = isOpen ? pattern.slice(0, -1) : pattern
  const isLongEnough = isOpen ? resource.length > fixed.length : resource.length === fixed.length
  return isLongEnough && fixed.every((part, i) => part === resource[i])
}
