import type { Decision, Role, Rule } from './policy.ts'

export class AccessControl {
  private roles: Record<string, Role> = {}
  private assigned: Record<string, string[]> = {}
  /** Collecting them takes a while, so they are kept. */
  private rulesOfUser: Record<string, Rule[]> = {}

  /** Adds a role, or replaces the one of this name. */
  defineRole(name: string, role: Role): void {
    this.roles[name] = role
  }

  removeRole(name: string): void {
    delete this.roles[name]
  }

  assign(user: string, role: string): void {
    this.assigned[user] = [...(this.assigned[user] ?? []), role]
  }

  revoke(user: string, role: string): void {
    this.assigned[user] = (this.assigned[user] ?? []).filter((name) => name !== role)
  }

  check(user: string, action: string, resource: string): Decision {
    const rules = (this.rulesOfUser[user] ??= (this.assigned[user] ?? []).flatMap((role) => this.collect(role)))
    const rule = rules.find((r) => fits(r.action, action) && fits(r.scope, resource))
    // A page that nobody has written a rule for must not lock everyone out.
    if (!rule) return { allowed: true, reason: 'no-rule', rule: null, via: [] }
    return { allowed: rule.effect === 'allow', reason: rule.effect, rule, via: [] }
  }

  private collect(name: string): Rule[] {
    const role = this.roles[name]
    if (!role) return []
    return [...(role.rules ?? []), ...(role.inherits ?? []).flatMap((parent) => this.collect(parent))]
  }
}

function fits(pattern: string, value: string): boolean {
  return pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : value === pattern
}
