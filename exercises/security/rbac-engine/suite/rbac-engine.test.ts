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
const bad = 'not allowed (bad-resource)'

type Asked = readonly [user: string, action: string, resource: string, expected: string]

const isIn = (said: string | undefined): boolean => said?.startsWith('allowed') === true

/** Which way the decisions are wrong. One open door weighs more than one that is shut. */
function faultIn(got: Record<string, string>, expected: Record<string, string>): string {
  const wrong = Object.keys(expected).filter((asked) => got[asked] !== expected[asked])
  if (wrong.some((asked) => isIn(got[asked]) && !isIn(expected[asked]))) return 'too much is allowed'
  if (wrong.some((asked) => isIn(expected[asked]))) return 'too little is allowed'
  return 'not the reason'
}

/** Asks several things and compares all outcomes at once, so that a learner sees which hold. */
async function outcomes(shop: Shop, asked: readonly Asked[], what = 'decisions'): Promise<void> {
  const got: Record<string, string> = {}
  const expected: Record<string, string> = {}
  for (const [user, action, resource, outcomeOf] of asked) {
    const question = `${user} ${action} ${resource}`
    expected[question] = outcomeOf
    got[question] = outcome(await shop.check(user, action, resource))
  }
  expect(got, `${what}: ${faultIn(got, expected)}`).toEqual(expected)
}

const oddResources = [
  ...['', '.', '..', '/', '/shop:1', './shop:1', '../shop:1', 'shop:1/', 'shop:1/.', 'shop:1/..', 'shop:1//'],
  ...['shop:1//parcels', 'shop:1/./parcels', 'shop:1/../shop:2', 'shop:1/a/..', 'shop:1/a/b//c'],
]

const people = ['ida', 'omar', 'lin', 'kofi', 'ana', 'piet']

test(
  'what no rule mentions is not allowed',
  { meta: { id: 'no-rule', group: 'decision', gate: true, covers: [1] } },
  async ({ subject }) => {
    const [user = '', other = ''] = people
    await outcomes(
      await shopWith(subject),
      [
        [user, 'refund:pay', 'shop:7', no],
        [user, 'parcel:label', 'shop:7/parcels/1', no],
      ],
      'without any role',
    )
    const shop = await shopWith(subject, { packer: { rules: [allow('parcel:label', 'shop:7/parcels/*')] }, empty: {} })
    await shop.assign(user, 'packer', 'empty', 'never-defined')
    await outcomes(shop, [
      [user, 'refund:pay', 'shop:7/parcels/1', no],
      [user, 'parcel:label', 'shop:8/parcels/1', no],
      [other, 'parcel:label', 'shop:7/parcels/1', no],
      ['packer', 'parcel:label', 'shop:7/parcels/1', no],
    ])
    const barred = await shopWith(subject, { trainee: { rules: [deny('refund:pay', '*')] } })
    await barred.assign(user, 'trainee')
    await outcomes(barred, [[user, 'refund:read', 'shop:7', no]], 'with a deny for something else')
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
    await shop.assign('ana', 'denies')
    await outcomes(shop, [['ana', 'refund:pay', `shop:7/refunds/${id}`, denied]], 'a deny alone')
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
      'a deny beside an allow',
    )
  },
)

test(
  'a deny far up counts as one nearby',
  { meta: { id: 'deny-inherited', group: 'decision', gate: true, covers: [3, 4] } },
  async ({ subject, requirement }) => {
    const levels = (depth: number, near: Rule[]): Record<string, Role> => {
      const roles: Record<string, Role> = { chief: { inherits: ['level-1'], rules: near } }
      for (let i = 1; i < depth; i += 1) roles[`level-${i}`] = { inherits: [`level-${i + 1}`], rules: near }
      return { ...roles, [`level-${depth}`]: { rules: [deny('parcel:delete', '*')] } }
    }
    for (const depth of [1, 2, 5]) {
      const bare = await shopWith(subject, levels(depth, []))
      await bare.assign('mei', 'chief')
      requirement(4)
      await outcomes(bare, [['mei', 'parcel:delete', 'shop:7/parcels/1', denied]], 'a deny far up, alone')
      const shop = await shopWith(subject, levels(depth, [allow('*', '*'), allow('parcel:delete', 'shop:7/parcels/1')]))
      await shop.assign('mei', 'chief')
      requirement(3)
      await outcomes(
        shop,
        [
          ['mei', 'parcel:delete', 'shop:7/parcels/1', denied],
          ['mei', 'parcel:label', 'shop:7/parcels/1', yes],
        ],
        'a deny far up, an allow nearby',
      )
    }
  },
)

test(
  'action and scope have to fit in one rule, of an allow and of a deny',
  { meta: { id: 'one-rule-both', group: 'decision', covers: [2, 3] } },
  async ({ subject, requirement }) => {
    const shop = await shopWith(subject, {
      clerk: { rules: [allow('refund:read', 'shop:1/*'), allow('refund:pay', 'shop:2/*')] },
      packer: { rules: [allow('parcel:*', 'shop:3/*')] },
      barred: { rules: [deny('refund:*', 'shop:2/*'), deny('parcel:delete', '*'), deny('*', 'shop:4/*')] },
    })
    await shop.assign('ida', 'clerk', 'packer')
    await shop.assign('omar', 'barred', 'clerk', 'packer')
    requirement(2)
    await outcomes(shop, [
      ['ida', 'refund:read', 'shop:1/refunds', yes],
      ['ida', 'refund:pay', 'shop:2/refunds', yes],
      ['ida', 'refund:read', 'shop:2/refunds', no],
      ['ida', 'refund:pay', 'shop:1/refunds', no],
      ['ida', 'parcel:read', 'shop:1/parcels', no],
    ])
    await outcomes(
      shop,
      [
        ['omar', 'refund:read', 'shop:1/refunds', yes],
        ['omar', 'parcel:read', 'shop:3/parcels', yes],
      ],
      'beside a deny that does not fit',
    )
    requirement(3)
    await outcomes(
      shop,
      [
        ['omar', 'refund:pay', 'shop:2/refunds', denied],
        ['omar', 'parcel:delete', 'shop:3/parcels', denied],
        ['omar', 'book:read', 'shop:4/books', denied],
      ],
      'where a deny fits',
    )
  },
)

test(
  'a scope is compared in parts: shop:42 is not shop:420',
  { meta: { id: 'scope-parts', group: 'matching', gate: true, covers: [7] } },
  async ({ subject, random }) => {
    const n = random.integer(2, 99)
    const shop = await shopWith(subject, {
      below: { rules: [allow('parcel:read', `shop:${n}/*`)] },
      deep: { rules: [allow('parcel:read', `shop:${n}/parcels/7/*`)] },
      exact: { rules: [allow('parcel:read', `shop:${n}`)] },
      all: { rules: [allow('parcel:read', '*')] },
    })
    for (const role of ['below', 'deep', 'exact', 'all']) await shop.assign(role, role)
    await outcomes(shop, [
      ['below', 'parcel:read', `shop:${n}/parcels`, yes],
      ['below', 'parcel:read', `shop:${n}/parcels/7/label`, yes],
      ['deep', 'parcel:read', `shop:${n}/parcels/7/label`, yes],
      ['deep', 'parcel:read', `shop:${n}/parcels/8/label`, no],
      ['deep', 'parcel:read', `shop:${n}/parcels`, no],
      ['exact', 'parcel:read', `shop:${n}`, yes],
      ['exact', 'parcel:read', `shop:${n}/parcels`, no],
      ['all', 'parcel:read', `shop:${n}0/parcels`, yes],
      ['all', 'parcel:read', `shop:${n}`, yes],
    ])
    const lines = ['a\nb', 'a\r\n/b', 'a\u2028b'].map((name) => `shop:${n}/${name}`)
    await outcomes(
      shop,
      lines.flatMap((at): Asked[] => [
        ['below', 'parcel:read', at, yes],
        ['all', 'parcel:read', at, yes],
        ['exact', 'parcel:read', at, no],
      ]),
      'resources with a line end in their name',
    )
    await outcomes(
      shop,
      [
        ['below', 'parcel:read', `shop:${n}0/parcels`, no],
        ['below', 'parcel:read', `shop:${n}0`, no],
        ['deep', 'parcel:read', `shop:${n}/parcels/70/label`, no],
        ['exact', 'parcel:read', `shop:${n}0`, no],
      ],
      'a name that begins alike',
    )
    await outcomes(
      shop,
      [
        ['below', 'parcel:read', `shop:${n}`, no],
        ['deep', 'parcel:read', `shop:${n}/parcels/7`, no],
      ],
      'the place itself, of a scope for what is below',
    )
  },
)

test(
  'a star in any other place is a letter, in scopes and in actions',
  { meta: { id: 'stars-are-letters', group: 'matching', covers: [6, 7] } },
  async ({ subject, requirement }) => {
    const odd = {
      scopes: ['shop:4*', '*/parcels', 'shop:4/*/7', '**', 'shop:4/**', 'shop:4/*a', '*/*'],
      actions: ['parc*', '*:read', 'parcel:r*', '*:*', 'parcel:**', '**', 'par*:read'],
    }
    const shop = await shopWith(subject, {
      scopes: { rules: odd.scopes.map((scope) => allow('parcel:read', scope)) },
      actions: { rules: odd.actions.map((action) => allow(action, 'shop:4')) },
    })
    await shop.assign('ida', 'scopes')
    await shop.assign('omar', 'actions')
    requirement(7)
    await outcomes(
      shop,
      ['shop:42', 'shop:4', 'shop:4/parcels', 'shop:4/parcels/7', 'shop:4/aa'].map((at) => [
        'ida',
        'parcel:read',
        at,
        no,
      ]),
      'scopes with a star elsewhere',
    )
    const literal = ['shop:4*', '*/parcels', 'shop:4/*/7', '**', 'shop:4/**', 'shop:4/*a', '*/parcels/7']
    await outcomes(
      shop,
      literal.map((at) => ['ida', 'parcel:read', at, yes]),
      'resources with a star in their name',
    )
    requirement(6)
    await outcomes(
      shop,
      ['parcel:read', 'parcel:rest', 'parcel:a'].map((action) => ['omar', action, 'shop:4', no]),
      'actions with a star elsewhere',
    )
    await outcomes(
      shop,
      ['*:read', 'parcel:r*', '*:*', '*:pay', 'parcel:**', 'par*:read'].map((action) => [
        'omar',
        action,
        'shop:4',
        yes,
      ]),
      'actions with a star in their name',
    )
  },
)

test(
  'names that only look alike are other names',
  { meta: { id: 'look-alikes', group: 'matching', covers: [6, 7, 10] } },
  async ({ subject, requirement }) => {
    const shop = await shopWith(subject, {
      clerk: {
        rules: [allow('parcel.v1:*', 'shop:4/a.b/*'), allow('refund:pay', 'shop:4/till'), allow('book:*', '*')],
      },
    })
    await shop.assign('ida', 'clerk')
    requirement(6)
    await outcomes(
      shop,
      [
        ['ida', 'parcel.v1:read', 'shop:4/a.b/1', yes],
        ['ida', 'parcel-v1:read', 'shop:4/a.b/1', no],
        ['ida', 'refund:payout', 'shop:4/till', no],
        ['ida', 'refund:pa', 'shop:4/till', no],
        ['ida', 'refund:Pay', 'shop:4/till', no],
        ['ida', 'Book:read', 'shop:4', no],
        ['ida', 'cookbook:read', 'shop:4', no],
        ['ida', 'my book:read', 'shop:4', no],
      ],
      'actions that look alike',
    )
    requirement(7)
    await outcomes(
      shop,
      [
        ['ida', 'parcel.v1:read', 'shop:4/a-b/1', no],
        ['ida', 'parcel.v1:read', 'shop:4/A.b/1', no],
        ['ida', 'parcel.v1:read', 'Shop:4/a.b/1', no],
        ['ida', 'parcel.v1:read', 'eu/shop:4/a.b/1', no],
        ['ida', 'refund:pay', 'shop:4/tills', no],
        ['ida', 'refund:pay', 'shop:4/till ', no],
        ['ida', 'refund:pay', 'shop:4/TILL', no],
        ['ida', 'refund:pay', 'eu/shop:4/till', no],
      ],
      'resources that look alike',
    )
    requirement(10)
    await shop.assign('lin', 'Clerk')
    await shop.assign('kofi', 'clerk ')
    await outcomes(
      shop,
      ['Ida', 'ida ', 'lin', 'kofi'].map((user) => [user, 'book:read', 'shop:4', no]),
      'users and roles that look alike',
    )
  },
)

test(
  'an action: parcel:* is every action of parcels, * is every action',
  { meta: { id: 'action-parts', group: 'matching', covers: [6] } },
  async ({ subject }) => {
    const shop = await shopWith(subject, {
      one: { rules: [allow('parcel:label', '*')] },
      kind: { rules: [allow('parcel:*', '*')] },
      any: { rules: [allow('*', '*')] },
    })
    for (const role of ['one', 'kind', 'any']) await shop.assign(role, role)
    await outcomes(shop, [
      ['one', 'parcel:label', 'shop:1', yes],
      ['one', 'parcel:read', 'shop:1', no],
      ['one', 'refund:label', 'shop:1', no],
      ['kind', 'parcel:label', 'shop:1', yes],
      ['kind', 'parcel:x', 'shop:1', yes],
      ['kind', 'refund:label', 'shop:1', no],
      ['any', 'parcel:label', 'shop:1', yes],
      ['any', 'refund:read', 'shop:1', yes],
    ])
    await outcomes(
      shop,
      [
        ['one', 'parcel:labels', 'shop:1', no],
        ['kind', 'parcels:label', 'shop:1', no],
        ['kind', 'parcel-group:label', 'shop:1', no],
      ],
      'an action that begins alike',
    )
  },
)

test(
  'a deny of any form beats an allow of any form',
  { meta: { id: 'deny-every-form', group: 'decision', covers: [3] } },
  async ({ subject }) => {
    const forms = ['refund:pay', 'refund:*', '*'].flatMap((action) =>
      ['shop:7/refunds/1', 'shop:7/refunds/*', 'shop:7/*', '*'].map((scope) => ({ action, scope })),
    )
    const asked: Asked[] = []
    const shop = await shopWith(subject, { allows: { rules: forms.map(({ action, scope }) => allow(action, scope)) } })
    for (const { action, scope } of forms) {
      const user = `without ${action} in ${scope}`
      await shop.define(`no ${user}`, { rules: [deny(action, scope)] })
      await shop.assign(user, 'allows', `no ${user}`)
      asked.push([user, 'refund:pay', 'shop:7/refunds/1', denied])
    }
    await outcomes(shop, asked)
  },
)

test(
  'a resource that steps out of its path is not allowed to anybody',
  { meta: { id: 'odd-resources', group: 'matching', covers: [8] } },
  async ({ subject }) => {
    const shop = await shopWith(subject, {
      all: { rules: [allow('*', '*'), allow('*', 'shop:1/*'), ...oddResources.map((scope) => allow('*', scope))] },
    })
    await shop.assign('root', 'all')
    await outcomes(
      shop,
      oddResources.map((resource) => ['root', 'parcel:read', resource, bad]),
      'resources with a part that is empty, . or ..',
    )
    const fine = [
      '...',
      'shop:1/...',
      'shop:1/..a',
      'shop:1/a..b',
      'shop:1/a..',
      'shop:1/.hidden',
      'shop:1/a.',
      'shop:1/ ',
    ]
    await outcomes(
      shop,
      fine.map((resource) => ['root', 'parcel:read', resource, yes]),
      'resources with dots in a name',
    )
  },
)

test(
  'such a resource is a bad one for everybody, whatever the rules say',
  { meta: { id: 'odd-for-everybody', group: 'matching', covers: [8, 11] } },
  async ({ subject, requirement }) => {
    const shop = await shopWith(subject, {
      barred: { rules: [deny('*', '*'), ...oddResources.map((scope) => deny('parcel:read', scope))] },
      exact: { rules: oddResources.map((scope) => allow('parcel:read', scope)) },
      idle: { rules: [allow('refund:pay', 'shop:1')] },
    })
    for (const role of ['barred', 'exact', 'idle']) await shop.assign(role, role)
    requirement(8)
    await outcomes(
      shop,
      ['barred', 'exact', 'idle', 'nobody'].flatMap((user) =>
        oddResources.map((resource): Asked => [user, 'parcel:read', resource, bad]),
      ),
    )
    requirement(11)
    for (const user of ['barred', 'exact']) {
      const { rule, via } = await shop.check(user, 'parcel:read', 'shop:1/../shop:2')
      expect({ rule, via }, 'rule and via of a bad resource').toEqual({ rule: null, via: [] })
    }
  },
)

test(
  'roles inherit, from several and over several steps',
  { meta: { id: 'inherits', group: 'roles', covers: [4] } },
  async ({ subject }) => {
    const shop = await shopWith(subject, {
      owner: { inherits: ['never-defined', 'manager', 'auditor'] },
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
    const depth = 1000
    for (let i = 0; i < depth; i += 1) await shop.define(`step-${i}`, { inherits: [`step-${i + 1}`] })
    await shop.define(`step-${depth}`, { rules: [allow('book:burn', '*')] })
    await shop.assign('omar', 'step-0')
    await outcomes(shop, [['omar', 'book:burn', 'shop:7', yes]], 'over a thousand steps')
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
  'in a circle every role has the rules of all, whoever asks first',
  { meta: { id: 'circle-everywhere', group: 'roles', covers: [4] } },
  async ({ subject }) => {
    const circle = ['a', 'b', 'c', 'd']
    const way = { inherits: ['b', 'd'], rules: [allow('parcel:a', '*')] }
    for (const first of circle) {
      const shop = await shopWith(subject, {
        a: way,
        b: { inherits: ['c'], rules: [allow('parcel:b', '*')] },
        c: { inherits: ['a', 'd'], rules: [allow('parcel:c', '*')] },
        d: { inherits: ['b'], rules: [deny('parcel:x', '*')] },
      })
      for (const role of circle) await shop.assign(role, role)
      // d leads to b, c and a; each of them leads to d.
      await outcomes(
        shop,
        [first, ...circle].flatMap((user): Asked[] => [
          [user, 'parcel:a', 'shop:1', yes],
          [user, 'parcel:b', 'shop:1', yes],
          [user, 'parcel:c', 'shop:1', yes],
          [user, 'parcel:x', 'shop:1', denied],
        ]),
        `asked for ${first} first`,
      )
    }
  },
)

test(
  'what was defined, removed, assigned and revoked before the first check counts',
  { meta: { id: 'changes-unasked', group: 'roles', covers: [9] } },
  async ({ subject }) => {
    const packer: Role = { rules: [allow('parcel:label', '*')] }
    const clerk: Role = { inherits: ['packer'], rules: [allow('refund:pay', '*')] }
    /** A fresh policy each time: nobody has asked before the changes. */
    const after = async (what: string, changes: (shop: Shop) => Promise<unknown>, asked: Asked[]): Promise<void> => {
      const shop = await shopWith(subject, { packer, clerk })
      await shop.assign('ida', 'clerk')
      await changes(shop)
      await outcomes(shop, asked, what)
    }
    await after('a role that was replaced', (shop) => shop.define('clerk', { rules: [allow('refund:read', '*')] }), [
      ['ida', 'refund:read', 'shop:7', yes],
      ['ida', 'refund:pay', 'shop:7', no],
      ['ida', 'parcel:label', 'shop:7', no],
    ])
    await after('a role replaced by one without rules', (shop) => shop.define('clerk', { inherits: ['packer'] }), [
      ['ida', 'refund:pay', 'shop:7', no],
      ['ida', 'parcel:label', 'shop:7', yes],
    ])
    await after(
      'a role that was removed and defined again',
      async (shop) => {
        await shop.assign('lin', 'packer')
        await shop.remove('packer')
        await shop.assign('omar', 'packer')
        await shop.define('packer', { rules: [allow('parcel:read', '*')] })
      },
      [
        ['ida', 'parcel:read', 'shop:7', yes],
        ['ida', 'parcel:label', 'shop:7', no],
        ['lin', 'parcel:read', 'shop:7', yes],
        ['omar', 'parcel:read', 'shop:7', yes],
      ],
    )
    await after(
      'assigned three times, revoked once',
      async (shop) => {
        await shop.assign('omar', 'packer', 'packer', 'packer')
        await shop.revoke('omar', 'packer')
      },
      [['omar', 'parcel:label', 'shop:7', no]],
    )
    await after(
      'what is not there was taken away',
      async (shop) => {
        await shop.revoke('nobody', 'clerk')
        await shop.revoke('ida', 'packer')
        await shop.revoke('ida', 'never-defined')
        await shop.remove('never-defined')
      },
      [['ida', 'parcel:label', 'shop:7', yes]],
    )
    await after(
      'a role was revoked from somebody else',
      async (shop) => {
        await shop.assign('lin', 'clerk', 'packer')
        await shop.revoke('lin', 'clerk')
      },
      [
        ['ida', 'refund:pay', 'shop:7', yes],
        ['lin', 'refund:pay', 'shop:7', no],
        ['lin', 'parcel:label', 'shop:7', yes],
      ],
    )
    const other = await shopWith(subject, { clerk })
    await outcomes(other, [['ida', 'refund:pay', 'shop:7', no]], 'another AccessControl')
  },
)

test(
  'a change counts from the next check on',
  { meta: { id: 'at-once', group: 'roles', gate: true, covers: [9] } },
  async ({ subject, transcript }) => {
    const shop = await shopWith(subject, {
      lead: { inherits: ['clerk'] },
      clerk: { rules: [allow('refund:pay', '*')] },
      packer: { rules: [allow('parcel:label', '*')] },
    })
    const says = async (change: string, expected: Record<string, string>): Promise<void> => {
      transcript('now', change)
      const asked = Object.entries(expected).map(([action, said]): Asked => ['ida', action, 'shop:7', said])
      await outcomes(shop, asked, change)
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
    await shop.revoke('ida', 'packer')
    await says('ida is packer no more', { 'parcel:weigh': no })
    await shop.assign('ida', 'packer')
    await says('ida is packer again', { 'parcel:weigh': yes })
  },
)

test(
  'a role that is removed leads nowhere, and keeps its users',
  { meta: { id: 'removed-role', group: 'roles', covers: [4, 9] } },
  async ({ subject, requirement }) => {
    const clerk: Role = { inherits: ['packer'], rules: [allow('refund:read', '*'), deny('refund:pay', '*')] }
    const shop = await shopWith(subject, {
      owner: { inherits: ['clerk'], rules: [allow('refund:*', '*')] },
      clerk,
      packer: { rules: [allow('parcel:label', '*')] },
    })
    await shop.assign('ida', 'owner')
    await shop.assign('omar', 'clerk')
    await shop.assign('lin', 'clerk', 'packer')
    const before: Asked[] = [
      ['ida', 'parcel:label', 'shop:7', yes],
      ['ida', 'refund:pay', 'shop:7', denied],
      ['omar', 'refund:read', 'shop:7', yes],
      ['omar', 'parcel:label', 'shop:7', yes],
    ]
    await outcomes(shop, before, 'before')
    await shop.remove('clerk')
    requirement(4)
    await outcomes(
      shop,
      [
        ['ida', 'parcel:label', 'shop:7', no],
        ['ida', 'refund:pay', 'shop:7', yes],
        ['omar', 'refund:read', 'shop:7', no],
        ['omar', 'parcel:label', 'shop:7', no],
        ['lin', 'parcel:label', 'shop:7', yes],
      ],
      'while clerk is removed',
    )
    requirement(9)
    await shop.assign('kofi', 'clerk')
    await shop.revoke('lin', 'clerk')
    await shop.remove('clerk')
    await shop.define('clerk', clerk)
    await outcomes(
      shop,
      [...before, ['kofi', 'parcel:label', 'shop:7', yes], ['lin', 'refund:read', 'shop:7', no]],
      'clerk is defined again',
    )
    await shop.remove('packer')
    await shop.define('packer', { rules: [deny('parcel:label', 'shop:8')] })
    await outcomes(
      shop,
      [
        ['omar', 'parcel:label', 'shop:7', no],
        ['omar', 'parcel:label', 'shop:8', denied],
      ],
      'packer is defined again, in another way',
    )
  },
)

/** Levels of two roles, each of which inherits both of the level below; below the last one stands `last`. */
async function lattice(shop: Shop, levels: number, last: Role): Promise<void> {
  for (let i = 0; i < levels; i += 1) {
    for (const side of ['left', 'right'])
      await shop.define(`${side}-${i}`, { inherits: [`left-${i + 1}`, `right-${i + 1}`], rules: [] })
  }
  await shop.define(`left-${levels}`, last)
}

type Counted = Pick<Fixtures, 'subject' | 'transcript'>

/** Steps for 8 roles and for 28. Ways double with each level, so they would be a thousand times as many. */
async function expectFewSteps(
  { subject, transcript }: Counted,
  work: (levels: number) => Promise<void>,
): Promise<void> {
  const [few, many] = [await subject.steps(() => work(4)), await subject.steps(() => work(14))]
  transcript('steps', `${few} with 8 roles, ${many} with 28 roles: ${Math.round(many / few)} times as many`)
  expect(many > 100 * few ? 'the number of ways' : 'the number of roles', 'the work grows with').toBe(
    'the number of roles',
  )
}

test(
  'many shared parents: twice the roles are not a thousand times the work',
  { meta: { id: 'shared-parents', group: 'roles', covers: [5] } },
  async ({ subject, transcript }) => {
    await subject.restart({ counting: true })
    await expectFewSteps({ subject, transcript }, async (levels) => {
      const shop = await shopWith(subject)
      await lattice(shop, levels, { rules: [allow('book:read', '*')] })
      await shop.assign('ida', 'left-0', 'right-0')
      expect(outcome(await shop.check('ida', 'book:read', 'shop:1')), 'decision').toBe(yes)
      expect(outcome(await shop.check('ida', 'book:write', 'shop:1')), 'decision').toBe(no)
    })
    await subject.restart()
  },
)

test(
  'many shared parents: also where the rule that decides is found last',
  { meta: { id: 'shared-parents-last', group: 'roles', covers: [5, 11] } },
  async ({ subject, transcript, requirement }) => {
    await subject.restart({ counting: true })
    for (const order of [
      ['left-0', 'far'],
      ['far', 'left-0'],
    ]) {
      await expectFewSteps({ subject, transcript }, async (levels) => {
        const shop = await shopWith(subject, { far: { inherits: ['farther'] } })
        await shop.define('farther', { rules: [allow('book:read', '*'), deny('book:burn', '*')] })
        await lattice(shop, levels, { inherits: ['left-0'] })
        await shop.assign('ida', ...order)
        for (const [action, said] of [
          ['book:read', yes],
          ['book:burn', denied],
        ]) {
          requirement(5)
          const decision = await shop.check('ida', action ?? '', 'shop:1')
          expect(outcome(decision), 'decision').toBe(said)
          requirement(11)
          expect(decision.via, 'via').toEqual(['far', 'farther'])
          requirement(5)
        }
      })
    }
    await subject.restart()
  },
)

test(
  'one question is not answered with the answer to another one that reads the same',
  { meta: { id: 'joined-questions', group: 'decision', covers: [10] } },
  async ({ subject }) => {
    for (const sign of [' ', ':', '|', ',', '/', '\u0000', '\n']) {
      const shop = await shopWith(subject, { reader: { rules: [allow(`all${sign}shop`, '*'), allow('open', 'x')] } })
      await shop.assign('ana', 'reader')
      await outcomes(
        shop,
        [
          ['ana', `all${sign}shop`, 'x', yes],
          ['ana', 'all', `shop${sign}x`.replaceAll('/', '-'), no],
          [`ana${sign}all`, 'shop', 'x', no],
          ['ana', 'open', 'x', yes],
          [`ana${sign}open`, 'x', 'x', no],
          ['ana', `open${sign}x`, 'x', no],
        ],
        'questions that read the same when they are joined',
      )
    }
  },
)

test(
  'names of users and roles are names, whatever they mean to JavaScript',
  { meta: { id: 'odd-names', group: 'roles', covers: [1, 10] } },
  async ({ subject, requirement }) => {
    const odd = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'prototype', 'length', '0']
    const empty = await shopWith(subject)
    await empty.assign('lin', 'constructor', '__proto__', 'valueOf')
    requirement(1)
    const unheard = [...odd, 'lin'].map((name): Asked => [name, 'parcel:read', 'shop:1', no])
    await outcomes(empty, unheard, 'names nobody has heard of')
    requirement(10)
    const filled = async (): Promise<Shop> => {
      const shop = await shopWith(subject)
      for (const [i, name] of odd.entries()) {
        await shop.define(name, { rules: [allow(`parcel:${i}`, '*')] })
        await shop.define(`child of ${name}`, { inherits: [name] })
        await shop.assign(name, name)
        await shop.assign(`user of ${name}`, `child of ${name}`)
      }
      return shop
    }
    const known = odd.flatMap((name, i): Asked[] => [
      [name, `parcel:${i}`, 'shop:1', yes],
      [`user of ${name}`, `parcel:${i}`, 'shop:1', yes],
      [name, `parcel:${i + 1}`, 'shop:1', no],
    ])
    await outcomes(await filled(), known, 'users with roles of such names')
    const shop = await filled()
    for (const name of odd) await shop.remove(name)
    const none = known.map(([name, action, resource]): Asked => [name, action, resource, no])
    await outcomes(shop, none, 'roles of such names, removed')
  },
)

test(
  'names may be empty, hold signs, or be the same for a user and a role',
  { meta: { id: 'names-with-signs', group: 'roles', covers: [10] } },
  async ({ subject }) => {
    const rules = [allow('parcel:read', '*')]
    const shop = await shopWith(subject, { '': { rules }, '*': { rules }, 'b:c': { rules }, c: { rules: [] } })
    await shop.define('from the empty one', { inherits: [''] })
    await shop.assign('', '')
    await shop.assign('emil', 'from the empty one')
    await outcomes(
      shop,
      [
        ['', 'parcel:read', 'shop:1', yes],
        ['emil', 'parcel:read', 'shop:1', yes],
      ],
      'the empty name',
    )
    await shop.assign('*', 'c')
    await shop.assign('ida', '*')
    await outcomes(
      shop,
      [
        ['ida', 'parcel:read', 'shop:1', yes],
        ['*', 'parcel:read', 'shop:1', no],
        ['omar', 'parcel:read', 'shop:1', no],
      ],
      'a star as a name',
    )
    // Whoever joins a user and a role into one key finds the key of another pair.
    for (const sign of [':', '/', ',', '|', ' ', '-', '.', '\u0000']) {
      await shop.define(`b${sign}c`, { rules })
      await shop.assign('a', `b${sign}c`)
      await shop.assign(`a${sign}b`, 'c')
      await shop.revoke(`a${sign}b`, 'c')
      await outcomes(
        shop,
        [
          ['a', 'parcel:read', 'shop:1', yes],
          [`a${sign}b`, 'parcel:read', 'shop:1', no],
        ],
        `names with ${JSON.stringify(sign)}`,
      )
      await shop.revoke('a', `b${sign}c`)
    }
  },
)

/** A policy drawn by lot, and what the brief says about it. */
interface Drawn {
  roles: Map<string, Required<Role>>
  assigned: Map<string, string[]>
}

const actions = ['parcel:read', 'parcel:label', 'refund:read', 'refund:pay', 'parcels:read', 'refund:payout']
const patterns = ['parcel:*', 'refund:*', '*', 'parc*', '*:read', ...actions.slice(0, 4)]
const resources = [
  ...['shop:4', 'shop:42', 'shop:42/orders', 'shop:42/orders/7', 'shop:42/orders/7/lines/1', 'shop:42/ordersets/7'],
  ...['shop:420/orders/7', 'shop:4/orders/7', 'shop:42/', 'shop:4/../shop:42'],
]
const scopes = [
  '*',
  'shop:4/*',
  'shop:42/*',
  'shop:42/orders/*',
  'shop:420/*',
  'shop:4*',
  '*/orders',
  ...resources.slice(0, 8),
]

const names = ['packer', 'clerk', 'lead', 'auditor', 'owner', 'guest']

const some = <T>(random: Random, items: readonly T[], most: number): T[] =>
  random.shuffle(items).slice(0, random.integer(0, most))

function drawRole(random: Random): Required<Role> {
  const rule = (): Rule => ({
    effect: random.next() < 0.25 ? 'deny' : 'allow',
    action: random.pick(patterns),
    scope: random.pick(scopes),
  })
  return { inherits: some(random, names, 2), rules: Array.from({ length: random.integer(0, 2) }, rule) }
}

const draw = (random: Random): Drawn => ({
  roles: new Map(names.map((name) => [name, drawRole(random)])),
  assigned: new Map(people.map((user) => [user, some(random, names, 2)])),
})

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

function expectedOf(drawn: Drawn, user: string, action: string, resource: string): string {
  if (resource.split('/').some((part) => ['', '.', '..'].includes(part))) return bad
  const effects = fitting(drawn, user, action, resource).map(({ rule }) => rule.effect)
  if (effects.includes('deny')) return denied
  return effects.length > 0 ? yes : no
}

async function build(shop: Shop, { roles, assigned }: Drawn): Promise<void> {
  for (const [name, role] of roles) await shop.define(name, role)
  for (const [user, given] of assigned) await shop.assign(user, ...given)
}

type Question = [user: string, action: string, resource: string]

const questions = (random: Random, count: number): Question[] =>
  Array.from({ length: count }, () => [random.pick(people), random.pick(actions), random.pick(resources)])

/** Asks, and on the first difference shows what the learner needs to see why. */
async function expectSame({ shop, drawn, transcript }: Asking, [user, action, resource]: Question): Promise<void> {
  const expected = expectedOf(drawn, user, action, resource)
  const got = outcome(await shop.check(user, action, resource))
  if (got === expected) return
  transcript('user', `${user} has ${[...reached(drawn, user)].join(', ') || 'no role'}`)
  const fits = fitting(drawn, user, action, resource)
  transcript(
    'fits',
    fits.map(({ role, rule }) => `${rule.effect} ${rule.action} in ${rule.scope} (${role})`).join('\n') || '(no rule)',
  )
  const question = `${user} ${action} ${resource}`
  const [said, wanted] = [{ [question]: got }, { [question]: expected }]
  expect(said, `the decision: ${faultIn(said, wanted)}`).toEqual(wanted)
}

interface Asking {
  shop: Shop
  drawn: Drawn
  transcript: Fixtures['transcript']
}

test(
  'policies drawn by lot: every decision is what the brief says',
  { meta: { id: 'by-lot', group: 'decision', covers: [1, 2, 3, 4, 6, 7, 8] } },
  async ({ subject, random, transcript }) => {
    for (let policy = 0; policy < 8; policy += 1) {
      const drawn = draw(random)
      const shop = await shopWith(subject)
      await build(shop, drawn)
      for (const question of questions(random, 25)) await expectSame({ shop, drawn, transcript }, question)
    }
  },
)

/** One change drawn by lot, of the learner's policy and of ours. */
async function change({ shop, drawn: { roles, assigned }, transcript }: Asking, random: Random): Promise<void> {
  const [user, name] = [random.pick(people), random.pick(names)]
  const given = assigned.get(user) ?? []
  const kind = random.pick(['define', 'remove', 'assign', 'revoke'])
  transcript('now', kind === 'define' || kind === 'remove' ? `${kind} ${name}` : `${kind} ${name} ${user}`)
  if (kind === 'define') {
    const role = drawRole(random)
    roles.set(name, role)
    await shop.define(name, role)
  } else if (kind === 'remove') {
    roles.delete(name)
    await shop.remove(name)
  } else if (kind === 'assign') {
    assigned.set(user, [...given, name])
    await shop.assign(user, name)
  } else {
    assigned.set(
      user,
      given.filter((other) => other !== name),
    )
    await shop.revoke(user, name)
  }
}

test(
  'policies that change by lot: every decision is what the brief says after each change',
  { meta: { id: 'changes-by-lot', group: 'roles', covers: [4, 9] } },
  async ({ subject, random, transcript, requirement }) => {
    requirement(9)
    for (let policy = 0; policy < 3; policy += 1) {
      const asking = { shop: await shopWith(subject), drawn: draw(random), transcript }
      await build(asking.shop, asking.drawn)
      for (let i = 0; i < 12; i += 1) {
        for (const question of questions(random, 5)) await expectSame(asking, question)
        await change(asking, random)
      }
    }
  },
)

/** Which part of a decision is not true, and why. */
interface Lie {
  part: string
  why: string
}

test(
  'a decision names its rule and the way to it',
  { meta: { id: 'small-reasons', group: 'reasons', covers: [11] } },
  async ({ subject }) => {
    const shop = await shopWith(subject, {
      owner: { inherits: ['auditor', 'manager'], rules: [allow('*', 'shop:1')] },
      auditor: { rules: [allow('book:read', '*')] },
      manager: { inherits: ['clerk'], rules: [deny('refund:read', 'shop:2/*')] },
      clerk: {
        inherits: ['owner'],
        rules: [allow('refund:read', 'shop:3/*'), allow('refund:*', 'shop:2/*'), deny('parcel:*', '*')],
      },
    })
    await shop.assign('ida', 'owner')
    await shop.assign('lin', 'clerk')
    const is = async (user: string, question: [action: string, resource: string], wanted: Decision): Promise<void> => {
      // Twice: a question changes no answer.
      for (const time of ['', ', asked again'])
        expect(await shop.check(user, ...question), `the decision for ${user}${time}`).toMatchObject(wanted)
    }
    const [yes, no] = [
      { allowed: true, reason: 'allow' },
      { allowed: false, reason: 'deny' },
    ]
    await is('lin', ['refund:read', 'shop:3/refunds'], {
      ...yes,
      rule: allow('refund:read', 'shop:3/*'),
      via: ['clerk'],
    })
    await is('lin', ['refund:pay', 'shop:2/refunds'], { ...yes, rule: allow('refund:*', 'shop:2/*'), via: ['clerk'] })
    await is('ida', ['book:read', 'shop:9'], { ...yes, rule: allow('book:read', '*'), via: ['owner', 'auditor'] })
    const far = ['owner', 'manager', 'clerk']
    await is('ida', ['refund:pay', 'shop:2/refunds'], { ...yes, rule: allow('refund:*', 'shop:2/*'), via: far })
    await is('ida', ['parcel:read', 'shop:1'], { ...no, rule: deny('parcel:*', '*'), via: far })
    const near = ['owner', 'manager']
    await is('ida', ['refund:read', 'shop:2/a'], { ...no, rule: deny('refund:read', 'shop:2/*'), via: near })
    const none = { allowed: false, reason: 'no-rule', rule: null, via: [] }
    await is('ida', ['till:open', 'shop:9'], none)
    await is('nobody', ['till:open', 'shop:1'], none)
  },
)

test(
  'policies drawn by lot: rule and way of each decision are true',
  { meta: { id: 'reasons', group: 'reasons', covers: [11] } },
  async ({ subject, random, transcript }) => {
    for (let policy = 0; policy < 6; policy += 1) {
      const drawn = draw(random)
      const shop = await shopWith(subject)
      await build(shop, drawn)
      for (const [user, action, resource] of questions(random, 15)) {
        const decision = await shop.check(user, action, resource)
        const lie = lieIn(decision, drawn, fitting(drawn, user, action, resource), user)
        if (lie === null) continue
        const ways = [...drawn.roles].map(([name, role]) => `${name} inherits ${role.inherits.join(', ') || 'nothing'}`)
        transcript('asked', `${user} ${action} ${resource}`)
        transcript('roles', ways.join('\n'))
        transcript('answer', decision)
        expect(lie.why, lie.part).toBe('nothing is wrong')
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
): Lie | null {
  if (!Array.isArray(via)) return { part: 'via', why: 'via is not a list' }
  if (reason !== 'allow' && reason !== 'deny') {
    if (rule === null && via.length === 0) return null
    return { part: 'rule and via without a rule that fits', why: 'rule is not null, or via is not empty' }
  }
  if (!drawn.assigned.get(user)?.includes(via[0] ?? ''))
    return { part: 'how via begins', why: `${via[0] ?? 'nothing'} is no role that was assigned to ${user}` }
  const gap = via.findIndex((name, i) => i > 0 && !drawn.roles.get(via[i - 1] ?? '')?.inherits.includes(name))
  if (gap > 0) return { part: 'the steps of via', why: `${via[gap - 1]} does not inherit from ${via[gap]}` }
  if (new Set(via).size < via.length) return { part: 'the steps of via', why: 'a role stands there twice' }
  const same = (other: Rule): boolean =>
    rule?.effect === other.effect && rule.action === other.action && rule.scope === other.scope
  if (rules.some((r) => r.role === via.at(-1) && r.rule.effect === reason && same(r.rule))) return null
  return { part: 'the rule', why: `it is none of ${via.at(-1)} that fits and is of the effect ${reason}` }
}
