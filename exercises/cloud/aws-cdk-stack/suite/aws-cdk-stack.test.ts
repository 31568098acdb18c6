import { expect, test, type Fixtures, type Policy } from '#harness'

const account = '111122223333'
const region = 'eu-central-1'

interface Resource {
  Type: string
  Properties?: Record<string, unknown>
  DeletionPolicy?: string
  UpdateReplacePolicy?: string
}

type Resources = Record<string, Resource>

interface Props {
  stage: string
  owner: string
  functionTimeoutSeconds: number
  maxAgeMinutes: number
  logRetentionDays: number
  alarmTopicArn: string
  env: { account: string; region: string }
}

interface Stage {
  props: Props
  resources: Resources
}

let synthesised: Promise<Stage[]> | null = null

/** No number and no name fits two of them by accident: a constant that suits one stage is wrong in another. */
const given: Props[] = (
  [
    {
      stage: 'staging',
      owner: 'media',
      functionTimeoutSeconds: 20,
      maxAgeMinutes: 30,
      logRetentionDays: 14,
      topic: 'chat',
    },
    {
      stage: 'pr-17',
      owner: 'sellers',
      functionTimeoutSeconds: 7,
      maxAgeMinutes: 721,
      logRetentionDays: 5,
      topic: 'chat',
    },
    {
      stage: 'production',
      owner: 'media',
      functionTimeoutSeconds: 433,
      maxAgeMinutes: 1,
      logRetentionDays: 3653,
      topic: 'on-call',
    },
  ] as const
).map(({ topic, ...props }) => ({
  ...props,
  env: { account, region },
  alarmTopicArn: `arn:aws:sns:${region}:${account}:${topic}`,
}))

/** One synthesis for all cases. */
const open = ({ program }: Pick<Fixtures, 'program'>): Promise<Stage[]> => (synthesised ??= synthesise(program, given))

async function synthesise(program: Fixtures['program'], all: Props[]): Promise<Stage[]> {
  const { code, stdout, stderr } = await program.run({ args: [JSON.stringify(all)], quiet: true, limitMs: 30_000 })
  if (code !== 0) throw new Error(`The app gives no templates. ${reasonIn(stderr)}`)
  const templates = JSON.parse(stdout) as Record<string, { Resources: Resources }>
  return all.map((props) => ({ props, resources: templates[`uploads-${props.stage}`]?.Resources ?? {} }))
}

/**
 * What Node prints of an error that nobody caught, without the stack: what stands between the caret and the first
 * place.
 */
function reasonIn(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '')
  const said = lines.slice(lines.findIndex((line) => /^\s*\^+\s*$/.test(line)) + 1)
  const end = said.findIndex((line) => /^\s+(at |\.\.\.)/.test(line))
  const place = /uploads-stack\.ts:\d+/.exec(stderr)?.[0]
  return `${said
    .slice(0, end < 0 ? 3 : end)
    .map((line) => line.trim())
    .join(' ')
    .slice(0, 400)}${place === undefined ? '' : ` (${place})`}`
}

/** Every statement of the brief holds for each stage. */
async function inEachStage(
  stages: Pick<Fixtures, 'program' | 'transcript'>,
  check: (stage: Stage) => void,
): Promise<void> {
  for (const stage of await open(stages)) {
    stages.transcript(
      'stage',
      `${stage.props.stage}: function timeout ${stage.props.functionTimeoutSeconds} s, oldest message ${stage.props.maxAgeMinutes} min, logs ${stage.props.logRetentionDays} days`,
    )
    check(stage)
  }
}

const ofType = (resources: Resources, ...types: string[]): [string, Resource][] =>
  Object.entries(resources).filter(([, { Type }]) => types.includes(Type))
const property = (resource: Resource | undefined, name: string): unknown => resource?.Properties?.[name]

/** The resource that an intrinsic function refers to. */
function target(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null
  const { Ref: ref, 'Fn::GetAtt': attribute } = value as Record<string, unknown>
  if (typeof ref === 'string') return ref
  if (typeof attribute === 'string') return attribute.split('.')[0] ?? null
  return Array.isArray(attribute) ? String(attribute[0]) : null
}

/** What a resource is called; the logical id stands for a name that CloudFormation makes. */
function nameOf(resources: Resources, id: string): string {
  const own = ['BucketName', 'QueueName', 'TableName', 'FunctionName', 'RoleName', 'LogGroupName']
    .map((name) => resolved(resources, property(resources[id], name)))
    .find((name) => typeof name === 'string')
  return typeof own === 'string' ? own : id
}

/** What its ARN would be. */
function arnOf(resources: Resources, id: string): string {
  const name = nameOf(resources, id)
  const local = (service: string, last: string): string => `arn:aws:${service}:${region}:${account}:${last}`
  switch (resources[id]?.Type) {
    case 'AWS::S3::Bucket':
      return `arn:aws:s3:::${name}`
    case 'AWS::SQS::Queue':
      return local('sqs', name)
    case 'AWS::DynamoDB::Table':
    case 'AWS::DynamoDB::GlobalTable':
      return local('dynamodb', `table/${name}`)
    case 'AWS::Lambda::Function':
      return local('lambda', `function:${name}`)
    case 'AWS::Logs::LogGroup':
      return local('logs', `log-group:${name}:*`)
    case 'AWS::KMS::Key':
      return local('kms', `key/${name}`)
    case 'AWS::SNS::Topic':
      return local('sns', name)
    default:
      return `arn:aws:iam::${account}:role/${name}`
  }
}

const pseudo: Record<string, string> = {
  'AWS::Partition': 'aws',
  'AWS::Region': region,
  'AWS::AccountId': account,
  'AWS::URLSuffix': 'amazonaws.com',
}

/** What `${Name}` and `${Name.Attribute}` of Fn::Sub stand for, and Ref and Fn::GetAtt, which say the same. */
function referred(resources: Resources, text: string): string {
  const [id = '', ...attribute] = text.split('.')
  if (attribute.length === 0) return pseudo[id] ?? (resources[id] ? nameOf(resources, id) : id)
  return attribute.join('.').endsWith('Arn') ? arnOf(resources, id) : nameOf(resources, id)
}

/** Replaces intrinsic functions by what CloudFormation would put there, in principle. */
function resolved(resources: Resources, value: unknown): unknown {
  const inner = (v: unknown): unknown => resolved(resources, v)
  if (Array.isArray(value)) return value.map(inner)
  if (typeof value !== 'object' || value === null) return value
  const [[name, argument] = ['', null]] = Object.entries(value) as [string, unknown][]
  const [first, second] = Array.isArray(argument) ? (argument as unknown[]) : [argument]
  switch (name) {
    case 'Ref':
      return referred(resources, String(argument))
    case 'Fn::GetAtt':
      return referred(resources, Array.isArray(argument) ? argument.join('.') : String(argument))
    case 'Fn::Join':
      return (inner(second) as unknown[]).join(String(first))
    case 'Fn::Split':
      return String(inner(second)).split(String(first))
    case 'Fn::Select':
      return (inner(second) as unknown[])[Number(first)]
    case 'Fn::Sub': {
      const own = (inner(second) ?? {}) as Record<string, unknown>
      return String(first).replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, key: string) =>
        literal ? `\${${key}}` : String(own[key] ?? referred(resources, key)),
      )
    }
    default:
      return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, inner(v)]))
  }
}

/** Does a value stand for a resource: by an intrinsic function, by its name, or by its ARN? */
const means = (resources: Resources, value: unknown, id: string): boolean =>
  target(value) === id || [nameOf(resources, id), arnOf(resources, id)].includes(String(resolved(resources, value)))

interface Parts {
  bucket: string
  queue: string
  worker: string
  table: string
}

/** The four parts, found by what connects them. */
function partsOf({ resources }: Stage): Parts {
  const [mapping] = ofType(resources, 'AWS::Lambda::EventSourceMapping')
  const [table] = ofType(resources, 'AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable')
  const notified = ofType(resources, 'Custom::S3BucketNotifications').map(([, notification]) =>
    target(property(notification, 'BucketName')),
  )
  const bucket = ofType(resources, 'AWS::S3::Bucket')
    .map(([id]) => id)
    .find((id) => notified.includes(id) || property(resources[id], 'NotificationConfiguration') !== undefined)
  const [queue, worker] = [
    target(property(mapping?.[1], 'EventSourceArn')),
    target(property(mapping?.[1], 'FunctionName')),
  ]
  if (bucket === undefined || !queue || !worker || table === undefined)
    throw new Error(
      'The stack has lost one of bucket with notification, queue, function that reads the queue, and table.',
    )
  return { bucket, queue, worker, table: table[0] }
}

/** The queue that failed messages of the main queue go to. */
function deadLetters({ resources }: Stage, queue: string): { id: string; maxReceiveCount: number } | null {
  const redrive = property(resources[queue], 'RedrivePolicy') as
    { deadLetterTargetArn?: unknown; maxReceiveCount?: number | string } | undefined
  const dead = ofType(resources, 'AWS::SQS::Queue').find(([id]) => means(resources, redrive?.deadLetterTargetArn, id))
  return dead === undefined ? null : { id: dead[0], maxReceiveCount: Number(redrive?.maxReceiveCount ?? 0) }
}

test(
  'nobody reads the bucket from outside, and its objects are encrypted',
  { meta: { id: 'bucket-private', group: 'security', covers: [1] } },
  async ({ program, transcript }) => {
    await inEachStage({ program, transcript }, (stage) => {
      const bucket = stage.resources[partsOf(stage).bucket]
      const block = { ...(property(bucket, 'PublicAccessBlockConfiguration') as object | undefined) } as Record<
        string,
        unknown
      >
      const open = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'].filter(
        (name) => block[name] !== true,
      )
      expect(open, 'kinds of public access that are not blocked').toEqual([])
      const [rule] = ((
        property(bucket, 'BucketEncryption') as { ServerSideEncryptionConfiguration?: unknown[] } | undefined
      )?.ServerSideEncryptionConfiguration ?? []) as { ServerSideEncryptionByDefault?: { SSEAlgorithm?: string } }[]
      expect(rule?.ServerSideEncryptionByDefault?.SSEAlgorithm ?? 'none', 'encryption of the bucket').toMatch(
        /^(AES256|aws:kms(:dsse)?)$/,
      )
    })
  },
)

type Document = readonly [name: string, document: object]

/** Asks the bucket's policy; the caller's own policies allow everything. */
function tlsOf(
  stage: Stage,
  iam: Fixtures['iam'],
): (action: string, resource: string, caller: string, tls: boolean) => string {
  const { bucket } = partsOf(stage)
  const documents = documentsOn(stage, 'AWS::S3::BucketPolicy', 'Bucket', bucket)
  if (documents.length === 0) throw new Error('The bucket has no bucket policy.')
  const everything = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }
  const own = iam.other('a caller with all rights', everything, 'identity')
  const policies = documents.map(([name, document]) => iam.other(name, document, 'resource'))
  return (action, resource, caller, tls) =>
    iam.decide([...policies, own], {
      action,
      resource: `arn:aws:s3:::${nameOf(stage.resources, bucket)}${resource}`,
      principal: { AWS: caller },
      context: { 'aws:SecureTransport': String(tls), ...(tls ? { 's3:TlsVersion': '1.3' } : {}) },
    }).allowed
      ? 'allowed'
      : 'denied'
}

test(
  'the bucket takes no request without TLS',
  { meta: { id: 'bucket-tls', group: 'security', covers: [2] } },
  async ({ program, transcript, iam, evidence }) => {
    await inEachStage({ program, transcript }, (stage) => {
      const has = documentsOn(stage, 'AWS::S3::BucketPolicy', 'Bucket', partsOf(stage).bucket).length > 0
      evidence('policy', has ? 'unread' : 'none')
      const ask = tlsOf(stage, iam)
      const reports = `arn:aws:iam::${account}:role/reports`
      const requests = [
        ['s3:GetObject', '/mug.jpg'],
        ['s3:PutObject', '/mug.jpg'],
        ['s3:ListBucket', ''],
      ] as const
      const answers = requests.map(
        ([action, resource]) =>
          [action, ask(action, resource, reports, false), ask(action, resource, reports, true)] as const,
      )
      evidence('policy', answers.some(([, plain]) => plain === 'denied') ? 'some' : 'open')
      for (const [action, plain, encrypted] of answers) {
        expect(plain, `${action} without TLS`).toBe('denied')
        expect(encrypted, `${action} with TLS`).toBe('allowed')
      }
    })
  },
)

test(
  'without TLS it takes no request of whatever kind, from whomever',
  { meta: { id: 'bucket-tls-everybody', group: 'security', covers: [2] } },
  async ({ program, transcript, iam }) => {
    await inEachStage({ program, transcript }, (stage) => {
      const ask = tlsOf(stage, iam)
      const worker = roleOf(stage)
      const callers = [
        ['the function', arnOf(stage.resources, worker)],
        ['an administrator', `arn:aws:iam::${account}:user/admin`],
        ['another account', 'arn:aws:iam::444455556666:role/partner'],
      ] as const
      const requests = [
        ['s3:GetObject', '/2026/03/mug.jpg'],
        ['s3:GetObjectVersion', '/mug.jpg'],
        ['s3:DeleteObject', '/mug.jpg'],
        ['s3:GetBucketLocation', ''],
        ['s3:PutBucketPolicy', ''],
      ] as const
      for (const [who, caller] of callers)
        for (const [action, resource] of requests) {
          expect(ask(action, resource, caller, false), `${action} of ${who} without TLS`).toBe('denied')
          expect(ask(action, resource, caller, true), `${action} of ${who} with TLS`).toBe('allowed')
        }
    })
  },
)

/** Resource policies of one kind that hang on one resource. */
const documentsOn = ({ resources }: Stage, type: string, by: string, id: string): Document[] =>
  ofType(resources, type)
    .filter(([, policy]) => [property(policy, by)].flat().some((one) => means(resources, one, id)))
    .map(([name, policy]) => [name, resolved(resources, property(policy, 'PolicyDocument')) as object])

/** The role of the function. */
const roleOf = (stage: Stage): string => target(property(stage.resources[partsOf(stage).worker], 'Role')) ?? ''

interface Rights {
  /** Everything that could allow or deny something: the role's own policies, and those of bucket and queues. */
  identity: Document[]
  resource: Document[]
  /** Names of the policies of AWS, and of others that the template does not show. */
  managed: string[]
}

/** Documents that a role is attached: inside it, beside it, and by reference. */
function rightsOf(stage: Stage): Rights {
  const { resources } = stage
  const role = roleOf(stage)
  const attached = (property(resources[role], 'ManagedPolicyArns') ?? []) as unknown[]
  const own = attached.map(target).filter((id) => id !== null && resources[id]?.Type === 'AWS::IAM::ManagedPolicy')
  const beside = ofType(resources, 'AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy').filter(
    ([id, policy]) =>
      own.includes(id) ||
      [property(policy, 'Roles'), property(policy, 'RoleName')].flat().some((one) => means(resources, one, role)),
  )
  const inside = (property(resources[role], 'Policies') ?? []) as { PolicyName: string; PolicyDocument: object }[]
  const { bucket, queue } = partsOf(stage)
  const queues = [queue, deadLetters(stage, queue)?.id ?? queue]
  return {
    identity: [
      ...beside.map(([id, policy]) => [id, property(policy, 'PolicyDocument')] as const),
      ...inside.map(({ PolicyName, PolicyDocument }) => [PolicyName, PolicyDocument] as const),
    ].map(([name, document]) => [name, resolved(resources, document) as object]),
    resource: [
      ...documentsOn(stage, 'AWS::S3::BucketPolicy', 'Bucket', bucket),
      ...[...new Set(queues)].flatMap((id) => documentsOn(stage, 'AWS::SQS::QueuePolicy', 'Queues', id)),
    ],
    managed: attached.filter((arn) => !own.includes(target(arn))).map((arn) => String(resolved(resources, arn))),
  }
}

/** A policy, or nothing if IAM refuses it. */
function read(iam: Fixtures['iam'], [name, document]: Document, kind: 'identity' | 'resource'): Policy[] {
  try {
    return [iam.other(name, document, kind)]
  } catch {
    return []
  }
}

/**
 * Decides requests of the function. A policy that IAM refuses gives no rights: one case says so, the others judge what
 * can be read.
 */
function asks(stage: Stage, iam: Fixtures['iam']): (action: string, resource: string) => string {
  const { identity, resource: resourcePolicies } = rightsOf(stage)
  const policies = [
    ...identity.flatMap((document) => read(iam, document, 'identity')),
    ...resourcePolicies.flatMap((document) => read(iam, document, 'resource')),
  ]
  return (action, resource) =>
    iam.decide(policies, {
      action,
      resource,
      principal: { AWS: arnOf(stage.resources, roleOf(stage)) },
      ambient: { 'aws:SecureTransport': 'true', 'aws:PrincipalAccount': account, 'aws:ResourceAccount': account },
    }).allowed
      ? 'allowed'
      : 'denied'
}

test(
  'the function may do what it needs, and nothing with what belongs to others',
  { meta: { id: 'least-rights', group: 'security', covers: [3] } },
  async ({ program, transcript, iam }) => {
    await inEachStage({ program, transcript }, (stage) => {
      const { bucket, queue, table } = partsOf(stage)
      for (const document of rightsOf(stage).identity) iam.other(...document, 'identity')
      const decided = asks(stage, iam)
      const arn = (id: string): string => arnOf(stage.resources, id)
      const forQueues = rightsOf(stage).managed.some((name) => name.endsWith('AWSLambdaSQSQueueExecutionRole'))
      const needed = [
        ['s3:GetObject', `${arn(bucket)}/mug.jpg`],
        ['s3:GetObject', `${arn(bucket)}/2026/03/a mug.jpg`],
        ['dynamodb:PutItem', arn(table)],
        ...(forQueues ? [] : ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']).map((action) => [
          `sqs:${action}`,
          arn(queue),
        ]),
      ] as [string, string][]
      for (const [action, resource] of needed)
        expect(decided(action, resource), `${action} on the stack's own`).toBe('allowed')
      const far = [
        ['s3:GetObject', 'arn:aws:s3:::payroll/2026.csv'],
        ['s3:PutObject', 'arn:aws:s3:::payroll/2026.csv'],
        ['s3:ListBucket', 'arn:aws:s3:::payroll'],
        ['dynamodb:PutItem', `arn:aws:dynamodb:${region}:${account}:table/payments`],
        ['dynamodb:GetItem', `arn:aws:dynamodb:${region}:${account}:table/payments`],
        ['dynamodb:PutItem', `arn:aws:dynamodb:us-east-1:${account}:table/payments`],
        ['sqs:ReceiveMessage', `arn:aws:sqs:${region}:${account}:orders`],
        ['sqs:SendMessage', `arn:aws:sqs:${region}:${account}:orders`],
        ['kms:Decrypt', `arn:aws:kms:${region}:${account}:key/other`],
        ['sns:Publish', `arn:aws:sns:${region}:${account}:orders`],
        ['lambda:InvokeFunction', `arn:aws:lambda:${region}:${account}:function:refunds`],
        ['iam:PassRole', `arn:aws:iam::${account}:role/admin`],
        ['sts:AssumeRole', `arn:aws:iam::${account}:role/admin`],
      ] as const
      for (const [action, resource] of far)
        expect(decided(action, resource), `${action} on somebody else's`).toBe('denied')
    })
  },
)

test(
  'a bucket, table or queue whose name only begins alike belongs to others',
  { meta: { id: 'names-alike', group: 'security', covers: [3] } },
  async ({ program, transcript, iam }) => {
    await inEachStage({ program, transcript }, (stage) => {
      const { bucket, queue, table } = partsOf(stage)
      const decided = asks(stage, iam)
      const arn = (id: string): string => arnOf(stage.resources, id)
      const alike = [
        ['s3:GetObject', `${arn(bucket)}-archive/mug.jpg`],
        ['s3:ListBucket', `${arn(bucket)}-archive`],
        ['dynamodb:PutItem', `${arn(table)}-archive`],
        ['sqs:ReceiveMessage', `${arn(queue)}-archive`],
      ] as const
      for (const [action, resource] of alike)
        expect(decided(action, resource), `${action} on what is called alike`).toBe('denied')
    })
  },
)

test(
  'the function changes neither the pictures nor bucket, table and queue themselves',
  { meta: { id: 'own-unchanged', group: 'security', covers: [3] } },
  async ({ program, transcript, iam }) => {
    await inEachStage({ program, transcript }, (stage) => {
      const { bucket, queue, table } = partsOf(stage)
      const decided = asks(stage, iam)
      const arn = (id: string): string => arnOf(stage.resources, id)
      const objects = ['PutObject', 'DeleteObject', 'DeleteObjectVersion', 'PutObjectAcl']
      const buckets = [
        'DeleteBucket',
        'PutBucketPolicy',
        'DeleteBucketPolicy',
        'PutLifecycleConfiguration',
        'PutBucketNotification',
        'PutBucketPublicAccessBlock',
        'PutEncryptionConfiguration',
      ]
      const tables = ['DeleteTable', 'UpdateTable', 'UpdateTimeToLive']
      const queues = ['PurgeQueue', 'DeleteQueue', 'SetQueueAttributes', 'AddPermission']
      const refused = [
        ...objects.map((action) => [`s3:${action}`, `${arn(bucket)}/mug.jpg`]),
        ...buckets.map((action) => [`s3:${action}`, arn(bucket)]),
        ...tables.map((action) => [`dynamodb:${action}`, arn(table)]),
        ...queues.map((action) => [`sqs:${action}`, arn(queue)]),
      ] as [string, string][]
      for (const [action, resource] of refused)
        expect(decided(action, resource), `${action} on the stack's own`).toBe('denied')
    })
  },
)

test(
  'of the policies that AWS keeps the function has none but four',
  { meta: { id: 'managed-policies', group: 'security', covers: [3] } },
  async ({ program, transcript }) => {
    const known = [
      'service-role/AWSLambdaBasicExecutionRole',
      'service-role/AWSLambdaSQSQueueExecutionRole',
      'AWSXRayDaemonWriteAccess',
      'CloudWatchLambdaInsightsExecutionRolePolicy',
    ]
    await inEachStage({ program, transcript }, (stage) => {
      const strange = rightsOf(stage).managed.filter(
        (arn) => !known.includes(arn.replace('arn:aws:iam::aws:policy/', '')),
      )
      expect(strange, 'managed policies that are wider than the task').toEqual([])
    })
  },
)

test(
  'what fails again and again goes into a dead-letter queue',
  { meta: { id: 'dead-letters', group: 'delivery', covers: [4] } },
  async ({ program, transcript }) => {
    await inEachStage({ program, transcript }, (stage) => {
      const dead = deadLetters(stage, partsOf(stage).queue)
      if (dead === null) throw new Error('The queue has no dead-letter queue.')
      transcript('RedrivePolicy', `${dead.id}, maxReceiveCount ${dead.maxReceiveCount}`)
      expect(dead.maxReceiveCount, 'maxReceiveCount').toBeGreaterThanOrEqual(3)
      expect(dead.maxReceiveCount, 'maxReceiveCount').toBeLessThanOrEqual(10)
    })
  },
)

test(
  'the dead-letter queue keeps its messages for fourteen days',
  { meta: { id: 'dead-letters-kept', group: 'delivery', covers: [4] } },
  async ({ program, transcript }) => {
    await inEachStage({ program, transcript }, (stage) => {
      const dead = deadLetters(stage, partsOf(stage).queue)
      if (dead === null) throw new Error('The queue has no dead-letter queue.')
      const days = Number(property(stage.resources[dead.id], 'MessageRetentionPeriod') ?? 345_600) / 86_400
      expect(days, 'days that a message is kept').toBe(14)
    })
  },
)

test(
  'a message lives long enough to be tried as often',
  { meta: { id: 'dead-letters-in-time', group: 'delivery', covers: [4] } },
  async ({ program, transcript }) => {
    await inEachStage({ program, transcript }, (stage) => {
      const { queue } = partsOf(stage)
      const dead = deadLetters(stage, queue)
      if (dead === null) throw new Error('The queue has no dead-letter queue.')
      const numberOf = (name: string, normal: number): number =>
        Number(property(stage.resources[queue], name) ?? normal)
      const tried = numberOf('VisibilityTimeout', 30) * dead.maxReceiveCount
      transcript('attempts', `${dead.maxReceiveCount} attempts take up to ${tried} s`)
      expect(numberOf('MessageRetentionPeriod', 345_600), 'seconds that the queue keeps a message').toBeGreaterThan(
        tried,
      )
    })
  },
)

test(
  'a message stays hidden for six times as long as the function may work',
  { meta: { id: 'visibility', group: 'delivery', covers: [5] } },
  async ({ program, transcript, evidence }) => {
    await inEachStage({ program, transcript }, (stage) => {
      const { queue, worker } = partsOf(stage)
      const seconds = Number(property(stage.resources[queue], 'VisibilityTimeout') ?? 30)
      expect(property(stage.resources[worker], 'Timeout'), 'timeout of the function, in seconds').toBe(
        stage.props.functionTimeoutSeconds,
      )
      evidence('visibility', seconds < 6 * stage.props.functionTimeoutSeconds ? 'short' : 'enough')
      expect(seconds, 'visibility timeout of the queue, in seconds').toBeGreaterThanOrEqual(
        6 * stage.props.functionTimeoutSeconds,
      )
    })
  },
)

interface Measured {
  MetricName?: string
  Namespace?: string
  Dimensions?: { Name: string; Value: unknown }[]
  Period?: number
  Statistic?: string
}

interface Alarm extends Measured {
  threshold: number
  orEqual: boolean
  /** How long it takes until all periods are seen. */
  seconds: number
  actions: unknown[]
}

/** What an alarm looks at: a metric, or those of an expression. */
function measuredBy(alarm: Resource): Measured[] {
  const several = (property(alarm, 'Metrics') ?? []) as {
    MetricStat?: { Metric?: Measured; Period?: number; Stat?: string }
  }[]
  return [
    (alarm.Properties ?? {}) as Measured,
    ...several.map(
      ({ MetricStat: { Metric, Period, Stat } = {} }) => ({ ...Metric, Period, Statistic: Stat }) as Measured,
    ),
  ]
}

/** The alarms on one metric of one queue that fire above their threshold. */
function alarmsOn({ resources }: Stage, queue: string, metric: string): Alarm[] {
  return ofType(resources, 'AWS::CloudWatch::Alarm').flatMap(([, alarm]) => {
    const measured = measuredBy(alarm).find(
      ({ MetricName, Namespace, Dimensions = [] }) =>
        MetricName === metric &&
        Namespace === 'AWS/SQS' &&
        Dimensions.length === 1 &&
        Dimensions[0]?.Name === 'QueueName' &&
        means(resources, Dimensions[0].Value, queue),
    )
    const operator = String(property(alarm, 'ComparisonOperator'))
    if (!measured || !operator.startsWith('GreaterThan')) return []
    return [
      {
        ...measured,
        threshold: Number(property(alarm, 'Threshold')),
        orEqual: operator === 'GreaterThanOrEqualToThreshold',
        seconds: Number(measured.Period ?? 300) * Number(property(alarm, 'EvaluationPeriods') ?? 1),
        actions:
          property(alarm, 'ActionsEnabled') === false ? [] : ((property(alarm, 'AlarmActions') ?? []) as unknown[]),
      },
    ]
  })
}

function wakes({ props, resources }: Stage, alarms: Alarm[], when: string): void {
  const heard = alarms.filter(({ actions }) =>
    actions.some((action) => resolved(resources, action) === props.alarmTopicArn),
  )
  expect(heard.length > 0 ? 'somebody' : 'nobody', `who is told ${when}`).toBe('somebody')
}

/** Is there an alarm that tells nobody at all? Only then the hint about it is true. */
const silent = ({ resources }: Stage): boolean =>
  ofType(resources, 'AWS::CloudWatch::Alarm').some(
    ([, alarm]) => [property(alarm, 'AlarmActions'), property(alarm, 'OKActions')].flat().filter(Boolean).length === 0,
  )

test(
  'a dead letter wakes somebody',
  { meta: { id: 'alarm-on-dead-letters', group: 'observability', covers: [6, 7] } },
  async ({ program, transcript, evidence, requirement }) => {
    await inEachStage({ program, transcript }, (stage) => {
      requirement(6)
      const dead = deadLetters(stage, partsOf(stage).queue)
      const alarms = dead === null ? [] : alarmsOn(stage, dead.id, 'ApproximateNumberOfMessagesVisible')
      if (alarms.length === 0)
        throw new Error('There is no alarm on ApproximateNumberOfMessagesVisible of the dead-letter queue.')
      const prompt = alarms.filter(({ threshold, orEqual }) => (orEqual ? threshold <= 1 : threshold < 1))
      expect(
        prompt.length > 0 ? 'one message' : `threshold ${alarms.map(({ threshold }) => threshold).join(', ')}`,
        'what sets the alarm off',
      ).toBe('one message')
      const quiet = prompt.filter(({ threshold, orEqual }) => (orEqual ? threshold > 0 : threshold >= 0))
      expect(quiet.length > 0 ? 'quiet' : 'red', 'the alarm while the dead-letter queue is empty').toBe('quiet')
      requirement(7)
      evidence('silent', silent(stage))
      wakes(stage, quiet, 'of a dead letter')
    })
  },
)

test(
  'work that waits too long wakes somebody',
  { meta: { id: 'alarm-on-age', group: 'observability', covers: [6, 7] } },
  async ({ program, transcript, evidence, requirement }) => {
    await inEachStage({ program, transcript }, (stage) => {
      requirement(6)
      const alarms = alarmsOn(stage, partsOf(stage).queue, 'ApproximateAgeOfOldestMessage')
      if (alarms.length === 0) throw new Error('There is no alarm on ApproximateAgeOfOldestMessage of the queue.')
      expect(
        alarms.map(({ threshold }) => threshold),
        'thresholds in seconds',
      ).toContain(stage.props.maxAgeMinutes * 60)
      requirement(7)
      evidence('silent', silent(stage))
      wakes(
        stage,
        alarms.filter(({ threshold }) => threshold === stage.props.maxAgeMinutes * 60),
        'of old messages',
      )
    })
  },
)

test(
  'both alarms look at the size of the trouble, and within an hour',
  { meta: { id: 'alarms-in-time', group: 'observability', covers: [6] } },
  async ({ program, transcript }) => {
    await inEachStage({ program, transcript }, (stage) => {
      const { queue } = partsOf(stage)
      const dead = deadLetters(stage, queue)
      const measured = [
        ['ApproximateNumberOfMessagesVisible', dead?.id ?? queue, /^SampleCount$/],
        ['ApproximateAgeOfOldestMessage', queue, /^(SampleCount|Sum)$/],
      ] as const
      for (const [metric, id, wrong] of measured) {
        const alarms = alarmsOn(stage, id, metric)
        if (alarms.length === 0) throw new Error(`There is no alarm on ${metric}.`)
        const fit = alarms.filter(({ Statistic = '' }) => !wrong.test(Statistic))
        expect(fit.length > 0 ? 'the value' : alarms[0]?.Statistic, `statistic of ${metric}`).toBe('the value')
        const seconds = Math.min(...fit.map((alarm) => alarm.seconds))
        expect(seconds, `seconds that the alarm on ${metric} takes`).toBeLessThanOrEqual(3600)
      }
    })
  },
)

test(
  'the log of the function is kept as long as the stage says',
  { meta: { id: 'log-retention', group: 'observability', covers: [8] } },
  async ({ program, transcript }) => {
    await inEachStage({ program, transcript }, (stage) => {
      const { worker } = partsOf(stage)
      const named = (property(stage.resources[worker], 'LoggingConfig') as { LogGroup?: unknown } | undefined)?.LogGroup
      const wanted = resolved(stage.resources, named ?? `/aws/lambda/${nameOf(stage.resources, worker)}`)
      const groups = ofType(stage.resources, 'AWS::Logs::LogGroup', 'Custom::LogRetention').filter(
        ([id, group]) => id === target(named) || resolved(stage.resources, property(group, 'LogGroupName')) === wanted,
      )
      expect(
        groups.map(([, group]) => Number(property(group, 'RetentionInDays') ?? 0)),
        'days that the log of the function is kept',
      ).toEqual([stage.props.logRetentionDays])
    })
  },
)

test(
  'bucket and table outlive the stack',
  { meta: { id: 'data-retained', group: 'data', covers: [9] } },
  async ({ program, transcript }) => {
    await inEachStage({ program, transcript }, (stage) => {
      const { bucket, table } = partsOf(stage)
      for (const [what, id] of [
        ['bucket', bucket],
        ['table', table],
      ] as const) {
        const { DeletionPolicy: onDelete = 'Delete', UpdateReplacePolicy: onReplace = 'Delete' } =
          stage.resources[id] ?? {}
        expect(onDelete, `DeletionPolicy of the ${what}`).toMatch(/^Retain/)
        expect(onReplace, `UpdateReplacePolicy of the ${what}`).toBe('Retain')
      }
      expect(ofType(stage.resources, 'Custom::S3AutoDeleteObjects').length, 'resources that empty the bucket').toBe(0)
    })
  },
)

/** Tags stand as a list, or in the replicas of a global table. */
function tagsOf(resource: Resource | undefined): Record<string, unknown> {
  const [replica] = (property(resource, 'Replicas') ?? []) as { Tags?: unknown }[]
  const list = (property(resource, 'Tags') ?? replica?.Tags ?? []) as { Key: string; Value: unknown }[]
  return Object.fromEntries(list.map(({ Key, Value }) => [Key, Value]))
}

test(
  'each resource says whose it is',
  { meta: { id: 'tags', group: 'stages', covers: [10] } },
  async ({ program, transcript }) => {
    await inEachStage({ program, transcript }, (stage) => {
      const { bucket, queue, worker, table } = partsOf(stage)
      const dead = deadLetters(stage, queue)
      const wanted = { service: 'uploads', stage: stage.props.stage, owner: stage.props.owner }
      for (const id of [bucket, queue, worker, table, ...(dead === null ? [] : [dead.id])]) {
        const { service, stage: of, owner } = tagsOf(stage.resources[id])
        expect({ service, stage: of, owner }, `tags of ${id}`).toEqual(wanted)
      }
    })
  },
)

test(
  'each stage has every part that production has',
  { meta: { id: 'stages-alike', group: 'stages', covers: [11] } },
  async ({ program, transcript }) => {
    const stages = await open({ program })
    const counts = ({ resources }: Stage): Record<string, number> => {
      const types = Object.values(resources)
        .map(({ Type }) => Type)
        .sort()
      return Object.fromEntries([...new Set(types)].map((type) => [type, types.filter((one) => one === type).length]))
    }
    const production = stages.find(({ props }) => props.stage === 'production')
    for (const stage of stages) {
      transcript('resources', `${stage.props.stage}: ${Object.keys(stage.resources).length}`)
      expect(counts(stage), 'resources of a stage, by type').toEqual(production && counts(production))
    }
  },
)
