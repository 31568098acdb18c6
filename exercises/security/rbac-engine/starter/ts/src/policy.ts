export interface Rule {
  effect: 'allow' | 'deny'
  /** `parcel:label`, `parcel:*` or `*` */
  action: string
  /** `shop:42/orders/7`, `shop:42/*` or `*` */
  scope: string
}

export interface Role {
  /** Names of other roles. */
  inherits?: string[]
  rules?: Rule[]
}

export interface Decision {
  allowed: boolean
  reason: 'allow' | 'deny' | 'no-rule' | 'bad-resource'
  /** The rule that decided. */
  rule: Rule | null
  /** From a role that the user was given down to the one that holds the rule. */
  via: string[]
}
