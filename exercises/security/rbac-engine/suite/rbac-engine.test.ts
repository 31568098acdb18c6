import { expect, test, type Fixtures, type Handle, type Random } from '#harness'

interface Rule {
  effect: 'allow' | 'deny'
  action: string
  scope: string
}

interface Role {
  inherits?: string[]
  rules?: Rule[]
}

interface Decision {
  allowed: boolean
  reason: string
  rule: Rule | null
  via: string[]
}

const allow = (action: string, scope: string): Rule => ({ effect: 'allow', action, scope })
const deny = (action: string, scope: string): Rule => ({ effect: 'deny', action, scope })

interface Shop {
  define: (name: string, role: Role) => Promise<unknown>
  remove: (name: string) => Promise<unknown>
  assign: (user: string, ...roles: string[]) => Promise<void>
  revoke: (user: string, role: string) => Promise<unknown>
  check: (user: string, action: string, resource: string) => Promise<Decision>
}

/** A fresh policy with these roles. */
async function shopWith(subject: Fixtures['subject'], roles: Record<string, Role> = {}): Promise<Shop> {
  const access: Handle = await subject.construct('AccessControl')
  const shop: Shop = {
    define: (name, role) => access.call('defineRole', [name, role]),
    remove: (name) => access.call('removeRole', [name]),
    assign: async (user, ...names) => {
      for (const name of names) await access.call('assign', [user, name])
    },
    revoke: (user, role) => access.call('revoke', [user, role]),
    check: async (user, action, resource) => (await access.call('check', [user, action, resource])) as Decision,
  }
  for (const [name, role] of Object.entries(roles)) await shop.define(name, role)
  return shop
}

/** The outcome alone: whether, and for which reason. */
const outcome = (decision: Decision): string =>
  `${decision?.allowed === true ? 'allowed' : decision?.allowed === false ? 'not allowed' : 'undecided'} (${decision?.reason})`
const yes = 'allowed (allow)'
const no = 'not allowed (no-rule)'
const denied = 'not allowed (deny)'

/** Asks several things and compares all outcomes at once, so that a learner sees which hold. */
async function outcomes(
  shop: Shop,
  asked: readonly [user: string, action: string, resource: string, expected: string][],
): Promise<void> {
  const got: Record<string, string> = {}
  for (const [user, action, resource] of asked)
    got[`${user} ${action} ${resource}`] = outcome(await shop.check(user, action, resource))
  expect(got, 'decisions').toEqual(
    Object.fromEntries(asked.map(([user, action, resource, expected]) => [`${user} ${action} ${resource}`, expected])),
  )
}

const people = ['ida', 'omar', 'lin', 'kofi', 'ana', 'piet']

test(
  'what no rule mentions is not allowed',
  { meta: { id: 'no-rule', group: 'decision', gate: true, covers: [1] } },
  async ({ subject, random }) => {
    const [user = '', other = ''] = random.shuffle(people)
    const shop = await shopWith(subject, { packer: { rules: [allow('parcel:label', 'shop:7/parcels/*')] }, empty: {} })
    await shop.assign(user, 'packer', 'empty', 'never-defined')
    await outcomes(shop, [
      [user, 'refund:pay', 'shop:7/parcels/1', no],
      [user, 'parcel:label', 'shop:8/parcels/1', no],
      [other, 'parcel:label', 'shop:7/parcels/1', no],
    ])
  },
)

test(
  'an allow that fits lets its user in, and nobody else',
  { meta: { id: 'allow', group: 'decision', covers: [2] } },
  async ({ subject, random }) => {
    const [user = '', other = ''] = random.shuffle(people)
    const id = random.integer(100, 999)
    const shop = await shopWith(subject, {
      clerk: { rules: [allow('refund:pay', `shop:7/refunds/${id}`), allow('refund:read', 'shop:7/refunds/*')] },
    })
    await shop.assign(user, 'clerk')
    await outcomes(shop, [
      [user, 'refund:pay', `shop:7/refunds/${id}`, yes],
      [user, 'refund:read', `shop:7/refunds/${id + 1}`, yes],
      [user, 'refund:pay', `shop:7/refunds/${id + 1}`, no],
      [other, 'refund:read', `shop:7/refunds/${id}`, no],
    ])
  },
)

test(
  'a deny beats an allow, whichever comes first and however special it is',
  { meta: { id: 'deny-beats-allow', group: 'decision', gate: true, covers: [3] } },
  async ({ subject, random }) => {
    const id = random.integer(1, 99)
    const wide = deny('refund:*', '*')
    const special = allow('refund:pay', `shop:7/refunds/${id}`)
    const shop = await shopWith(subject, {
      'deny-first': { rules: [wide, special] },
      'allow-first': { rules: [special, wide] },
      allows: { rules: [special, allow('*', '*')] },
      denies: { rules: [wide] },
    })
    const given: [string, string[]][] = [
      ['ida', ['deny-first']],
      ['omar', ['allow-first']],
      ['lin', ['allows', 'denies']],
      ['kofi', ['denies', 'allows']],
    ]
    for (const [user, roles] of random.shuffle(given)) await shop.assign(user, ...roles)
    await outcomes(
      shop,
      given.map(([user]) => [user, 'refund:pay', `shop:7/refunds/${id}`, denied]),
    )
  },
)

test(
  'a deny far up counts as one nearby',
  { meta: { id: 'deny-inherited', group: 'decision', gate: true, covers: [3, 4] } },
  async ({ subject, random }) => {
    const depth = random.integer(3, 6)
    const roles: Record<string, Role> = { chief: { inherits: ['level-1'], rules: [allow('*', '*')] } }
    for (let i = 1; i < depth; i += 1)
      roles[`level-${i}`] = { inherits: [`level-${i + 1}`], rules: [allow('parcel:*', 'shop:7/*')] }
    roles[`level-${depth}`] = { rules: [deny('parcel:delete', 'shop:7/*')] }
    const shop = await shopWith(subject, roles)
    await shop.assign('mei', 'chief')
    await outcomes(shop, [
      ['mei', 'parcel:delete', 'shop:7/parcels/1', denied],
      ['mei', 'parcel:label', 'shop:7/parcels/1', yes],
    ])
  },
)

test(
  'a scope is compared in parts: shop:42 is not shop:420',
  { meta: { id: 'scope-parts', group: 'matching', gate: true, covers: [7] } },
  async ({ subject, random }) => {
    const n = random.integer(2, 99)
    const shop = await shopWith(subject, {
      below: { rules: [allow('parcel:read', `shop:${n}/*`)] },
      exact: { rules: [allow('parcel:read', `shop:${n}`)] },
      all: { rules: [allow('parcel:read', '*')] },
      star: {
        rules: [
          allow('parcel:read', `shop:${n}*`),
          allow('parcel:read', `*/parcels`),
          allow('parcel:read', `shop:${n}/*/7`),
        ],
      },
    })
    for (const role of ['below', 'exact', 'all', 'star']) await shop.assign(role, role)
    await outcomes(shop, [
      ['below', 'parcel:read', `shop:${n}/parcels`, yes],
      ['below', 'parcel:read', `shop:${n}/parcels/7/label`, yes],
      ['below', 'parcel:read', `shop:${n}`, no],
      ['below', 'parcel:read', `shop:${n}0/parcels`, no],
      ['exact', 'parcel:read', `shop:${n}`, yes],
      ['exact', 'parcel:read', `shop:${n}/parcels`, no],
      ['exact', 'parcel:read', `shop:${n}0`, no],
      ['all', 'parcel:read', `shop:${n}0/parcels`, yes],
      ['star', 'parcel:read', `shop:${n}0`, no],
      ['star', 'parcel:read', `shop:${n}/parcels`, no],
      ['star', 'parcel:read', `shop:${n}/parcels/7`, no],
    ])
  },
)

test(
  'an action: parcel:* is every action of parcels, * is every action',
  { meta: { id: 'action-parts', group: 'matching', covers: [6] } },
  async ({ subject, random }) => {
    const verb = random.pick(['label', 'read', 'weigh'])
    const shop = await shopWith(subject, {
      kind: { rules: [allow('parcel:*', '*')] },
      any: { rules: [allow('*', '*')] },
      star: { rules: [allow('parc*', '*'), allow('*:read', '*'), allow('parcel:l*', '*')] },
    })
    for (const role of ['kind', 'any', 'star']) await shop.assign(role, role)
    await outcomes(shop, [
      ['kind', `parcel:${verb}`, 'shop:1', yes],
      ['kind', `parcels:${verb}`, 'shop:1', no],
      ['kind', `parcel-group:${verb}`, 'shop:1', no],
      ['any', `refund:${verb}`, 'shop:1', yes],
      ['star', `parcel:${verb}`, 'shop:1', no],
    ])
  },
)

test(
  'a resource that steps out of its path is not allowed to anybody',
  { meta: { id: 'odd-resources', group: 'matching', covers: [8] } },
  async ({ subject, random }) => {
    const shop = await shopWith(subject, { all: { rules: [allow('*', '*'), allow('*', 'shop:1/*')] } })
    await shop.assign('root', 'all')
    const odd = random.shuffle([
      'shop:1/../shop:2',
      'shop:1/./parcels',
      'shop:1//parcels',
      'shop:1/',
      '/shop:1',
      '..',
      '',
    ])
    const fine = ['shop:1/...', 'shop:1/a..b', 'shop:1/.hidden']
    await outcomes(shop, [
      ...odd.map((resource): [string, string, string, string] => [
        'root',
        'parcel:read',
        resource,
        'not allowed (bad-resource)',
      ]),
      ...fine.map((resource): [string, string, string, string] => ['root', 'parcel:read', resource, yes]),
    ])
  },
)

test(
  'roles inherit, from several and over several steps',
  { meta: { id: 'inherits', group: 'roles', covers: [4] } },
  async ({ subject, random }) => {
    const shop = await shopWith(subject, {
      owner: { inherits: random.shuffle(['manager', 'auditor', 'never-defined']) },
      manager: { inherits: ['clerk'], rules: [allow('refund:pay', 'shop:7/*')] },
      clerk: { inherits: ['packer'] },
      packer: { rules: [allow('parcel:label', 'shop:7/*')] },
      auditor: { rules: [allow('book:read', 'shop:7/*')] },
    })
    await shop.assign('ida', 'owner')
    await shop.assign('lin', 'clerk')
    await outcomes(shop, [
      ['ida', 'parcel:label', 'shop:7/parcels/1', yes],
      ['ida', 'refund:pay', 'shop:7/refunds/1', yes],
      ['ida', 'book:read', 'shop:7/books', yes],
      ['lin', 'parcel:label', 'shop:7/parcels/1', yes],
      ['lin', 'refund:pay', 'shop:7/refunds/1', no],
    ])
  },
)

test(
  'roles that inherit each other in a circle come to an end',
  { meta: { id: 'circle', group: 'roles', covers: [4] } },
  async ({ subject }) => {
    const shop = await shopWith(subject, {
      a: { inherits: ['b'] },
      b: { inherits: ['c'], rules: [deny('parcel:delete', '*')] },
      c: { inherits: ['a'], rules: [allow('parcel:*', '*')] },
      narcissus: { inherits: ['narcissus'], rules: [allow('parcel:read', '*')] },
    })
    await shop.assign('ida', 'a')
    await shop.assign('omar', 'narcissus')
    await outcomes(shop, [
      ['ida', 'parcel:label', 'shop:1', yes],
      ['ida', 'parcel:delete', 'shop:1', denied],
      ['ida', 'refund:pay', 'shop:1', no],
      ['omar', 'parcel:read', 'shop:1', yes],
      ['omar', 'parcel:label', 'shop:1', no],
    ])
  },
)

test(
  'a change counts from the next check on',
  { meta: { id: 'at-once', group: 'roles', gate: true, covers: [9] } },
  async ({ subject, transcript, evidence }) => {
    evidence('assignedTwice', false)
    const shop = await shopWith(subject, {
      lead: { inherits: ['clerk'] },
      clerk: { rules: [allow('refund:pay', '*')] },
      packer: { rules: [allow('parcel:label', '*')] },
    })
    const says = async (change: string, expected: Record<string, string>, user = 'ida'): Promise<void> => {
      transcript('now', change)
      const got: Record<string, string> = {}
      for (const action of Object.keys(expected)) got[action] = outcome(await shop.check(user, action, 'shop:7'))
      expect(got, `decisions for ${user} after: ${change}`).toEqual(expected)
    }
    await says('ida has no role', { 'refund:pay': no })
    await shop.assign('ida', 'lead', 'packer')
    await says('ida is lead and packer', { 'refund:pay': yes, 'parcel:label': yes })
    await shop.define('clerk', { rules: [allow('refund:read', '*')] })
    await says('clerk, from which lead inherits, is replaced', { 'refund:pay': no, 'refund:read': yes })
    await shop.define('lead', { inherits: ['clerk'], rules: [deny('refund:read', 'shop:7')] })
    await says('lead is replaced', { 'refund:read': denied, 'parcel:label': yes })
    await shop.revoke('ida', 'lead')
    await says('ida is lead no more', { 'refund:read': no, 'parcel:label': yes })
    await shop.remove('packer')
    await says('packer is removed', { 'parcel:label': no })
    await shop.define('packer', { rules: [allow('parcel:weigh', '*')] })
    await says('packer is defined again', { 'parcel:label': no, 'parcel:weigh': yes })
    evidence('assignedTwice', true)
    await shop.assign('omar', 'packer', 'packer')
    await shop.revoke('omar', 'packer')
    await says('omar was made packer twice, and is packer no more', { 'parcel:weigh': no }, 'omar')
  },
)

test(
  'many shared parents: twice the roles are not a thousand times the work',
  { meta: { id: 'shared-parents', group: 'roles', covers: [5] } },
  async ({ subject, transcript }) => {
    await subject.restart({ counting: true })
    /** Levels of two roles; each inherits both of the level below. */
    const stepsFor = (levels: number): Promise<number> =>
      subject.steps(async () => {
        const shop = await shopWith(subject)
        for (let i = 0; i < levels; i += 1) {
          for (const side of ['left', 'right'])
            await shop.define(`${side}-${i}`, { inherits: [`left-${i + 1}`, `right-${i + 1}`], rules: [] })
        }
        await shop.define(`left-${levels}`, { rules: [allow('book:read', '*')] })
        await shop.assign('ida', 'left-0', 'right-0')
        expect(outcome(await shop.check('ida', 'book:read', 'shop:1')), 'decision').toBe(yes)
        expect(outcome(await shop.check('ida', 'book:write', 'shop:1')), 'decision').toBe(no)
      })
    const [few, many] = [await stepsFor(4), await stepsFor(14)]
    transcript('steps', `${few} with 8 roles, ${many} with 28 roles: ${Math.round(many / few)} times as many`)
    if (many > 100 * few) throw new Error('The work grows with the number of ways through the roles.')
    await subject.restart()
  },
)

test(
  'names of users and roles are names, whatever they mean to JavaScript',
  { meta: { id: 'odd-names', group: 'roles', covers: [1, 10] } },
  async ({ subject }) => {
    const shop = await shopWith(subject)
    const odd = ['constructor', '__proto__', 'toString', 'hasOwnProperty', '']
    await shop.assign('lin', 'constructor', '__proto__', 'valueOf')
    for (const name of [...odd, 'lin'])
      expect(outcome(await shop.check(name, 'parcel:read', 'shop:1')), `decision for ${JSON.stringify(name)}`).toBe(no)
    for (const name of odd) {
      await shop.define(name, { rules: [allow(`parcel:${name.length}`, '*')] })
      await shop.assign(name, name)
    }
    for (const name of odd)
      expect(
        outcome(await shop.check(name, `parcel:${name.length}`, 'shop:1')),
        `decision for ${JSON.stringify(name)}, who has the role of that name`,
      ).toBe(yes)
  },
)

/** A policy drawn by lot, and what the brief says about it. */
interface Drawn {
  roles: Map<string, Required<Role>>
  assigned: Map<string, string[]>
}

const actions = ['parcel:read', 'parcel:label', 'refund:read', 'refund:pay']
const patterns = ['parcel:*', 'refund:*', '*', ...actions]
const resources = ['shop:4', 'shop:42', 'shop:42/orders', 'shop:42/orders/7', 'shop:420/orders/7', 'shop:4/orders/7']
const scopes = ['*', 'shop:4/*', 'shop:42/*', 'shop:42/orders/*', 'shop:420/*', ...resources]

function draw(random: Random): Drawn {
  const names = ['packer', 'clerk', 'lead', 'auditor', 'owner', 'guest']
  const some = <T>(items: readonly T[], most: number): T[] => random.shuffle(items).slice(0, random.integer(0, most))
  const rule = (): Rule => ({
    effect: random.next() < 0.25 ? 'deny' : 'allow',
    action: random.pick(patterns),
    scope: random.pick(scopes),
  })
  const roles = names.map((name): [string, Required<Role>] => [
    name,
    { inherits: some(names, 2), rules: Array.from({ length: random.integer(0, 2) }, rule) },
  ])
  return { roles: new Map(roles), assigned: new Map(people.map((user) => [user, some(names, 2)])) }
}

function reached({ roles, assigned }: Drawn, user: string): Set<string> {
  const found = new Set(assigned.get(user))
  for (const name of found) for (const parent of roles.get(name)?.inherits ?? []) found.add(parent)
  return found
}

function fitting(drawn: Drawn, user: string, action: string, resource: string): { role: string; rule: Rule }[] {
  const kind = action.split(':')[0]
  return [...reached(drawn, user)]
    .flatMap((role) => (drawn.roles.get(role)?.rules ?? []).map((rule) => ({ role, rule })))
    .filter(
      ({ rule }) =>
        ['*', action, `${kind}:*`].includes(rule.action) &&
        (rule.scope === '*' ||
          rule.scope === resource ||
          (rule.scope.endsWith('/*') && resource.startsWith(`${rule.scope.slice(0, -2)}/`))),
    )
}

async function build(shop: Shop, { roles, assigned }: Drawn): Promise<void> {
  for (const [name, role] of roles) await shop.define(name, role)
  for (const [user, names] of assigned) await shop.assign(user, ...names)
}

const asked = (random: Random, count: number): [user: string, action: string, resource: string][] =>
  Array.from({ length: count }, () => [random.pick(people), random.pick(actions), random.pick(resources)])

test(
  'policies drawn by lot: every decision is what the brief says',
  { meta: { id: 'by-lot', group: 'decision', covers: [1, 2, 3, 4, 6, 7] } },
  async ({ subject, random, transcript }) => {
    for (let policy = 0; policy < 6; policy += 1) {
      const drawn = draw(random)
      const shop = await shopWith(subject)
      await build(shop, drawn)
      for (const [user, action, resource] of asked(random, 25)) {
        const rules = fitting(drawn, user, action, resource)
        const expected = rules.some(({ rule }) => rule.effect === 'deny') ? denied : rules.length > 0 ? yes : no
        const got = outcome(await shop.check(user, action, resource))
        if (got === expected) continue
        transcript('user', `${user} has ${[...reached(drawn, user)].join(', ') || 'no role'}`)
        transcript(
          'fits',
          rules.map(({ role, rule }) => `${rule.effect} ${rule.action} in ${rule.scope} (${role})`).join('\n') ||
            '(no rule)',
        )
        expect(got, `decision for ${user} ${action} ${resource}`).toBe(expected)
      }
    }
  },
)

test(
  'a decision names a rule that made it, and a true way to it',
  { meta: { id: 'reasons', group: 'reasons', covers: [11] } },
  async ({ subject, random, transcript }) => {
    for (let policy = 0; policy < 4; policy += 1) {
      const drawn = draw(random)
      const shop = await shopWith(subject)
      await build(shop, drawn)
      for (const [user, action, resource] of asked(random, 15)) {
        const decision = await shop.check(user, action, resource)
        const wrong = lieIn(decision, drawn, fitting(drawn, user, action, resource), user)
        if (wrong === null) continue
        transcript('asked', `${user} ${action} ${resource}`)
        transcript('answer', decision)
        transcript(
          'roles',
          [...drawn.roles]
            .map(([name, role]) => `${name} inherits ${role.inherits.join(', ') || 'nothing'}`)
            .join('\n'),
        )
        throw new Error(wrong)
      }
    }
  },
)

/** null when rule and via are true. */
function lieIn(
  { reason, rule, via }: Decision,
  drawn: Drawn,
  rules: readonly { role: string; rule: Rule }[],
  user: string,
): string | null {
  if (!Array.isArray(via)) return 'via is not a list.'
  if (reason !== 'allow' && reason !== 'deny')
    return rule === null && via.length === 0 ? null : 'Without a rule that fits, rule is null and via is empty.'
  if (!drawn.assigned.get(user)?.includes(via[0] ?? ''))
    return `via begins with ${via[0] ?? 'nothing'}, which is no role that was assigned to ${user}.`
  const gap = via.findIndex((name, i) => i > 0 && !drawn.roles.get(via[i - 1] ?? '')?.inherits.includes(name))
  if (gap > 0) return `via leads from ${via[gap - 1]} to ${via[gap]}, and ${via[gap - 1]} does not inherit from it.`
  const same = (other: Rule): boolean =>
    rule?.effect === other.effect && rule.action === other.action && rule.scope === other.scope
  if (!rules.some((r) => r.role === via.at(-1) && r.rule.effect === reason && same(r.rule)))
    return `The rule is none of ${via.at(-1)} that fits and is of the effect ${reason}.`
  return null
}
