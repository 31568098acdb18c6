import { expect, test, type Fixtures, type IamRequest, type Policy } from '#harness'

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
}

interface Stage {
  props: Props
  resources: Resources
}

let synthesised: Promise<Stage[]> | null = null

/** Two stages with props of this run; one synthesis for all cases. */
function open({ program, random }: Pick<Fixtures, 'program' | 'random'>): Promise<Stage[]> {
  const numbers = () => ({
    functionTimeoutSeconds: random.integer(7, 29) * 2 + 1,
    maxAgeMinutes: random.integer(6, 55),
    logRetentionDays: random.pick([7, 14, 30, 60, 90, 180, 365]),
  })
  const env = { account, region }
  const made = [
    {
      env,
      stage: 'trial',
      owner: random.pick(['media', 'sellers', 'catalog']),
      ...numbers(),
      alarmTopicArn: `arn:aws:sns:${region}:${account}:chat`,
    },
    {
      env,
      stage: 'production',
      owner: random.pick(['media', 'sellers', 'catalog']),
      ...numbers(),
      alarmTopicArn: `arn:aws:sns:${region}:${account}:on-call`,
    },
  ]
  return (synthesised ??= synthesise(program, made))
}

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

/** Every statement of the brief holds for both stages. */
async function inEachStage(
  stages: Pick<Fixtures, 'program' | 'random' | 'transcript'>,
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

/** What an ARN would be, with the logical id for the name. */
function arnOf(resources: Resources, id: string): string {
  const local = (service: string, name: string): string => `arn:aws:${service}:${region}:${account}:${name}`
  switch (resources[id]?.Type) {
    case 'AWS::S3::Bucket':
      return `arn:aws:s3:::${id}`
    case 'AWS::SQS::Queue':
      return local('sqs', id)
    case 'AWS::DynamoDB::Table':
    case 'AWS::DynamoDB::GlobalTable':
      return local('dynamodb', `table/${id}`)
    case 'AWS::Lambda::Function':
      return local('lambda', `function:${id}`)
    case 'AWS::Logs::LogGroup':
      return local('logs', `log-group:${id}:*`)
    case 'AWS::KMS::Key':
      return local('kms', `key/${id}`)
    case 'AWS::SNS::Topic':
      return local('sns', id)
    default:
      return `arn:aws:iam::${account}:role/${id}`
  }
}

const pseudo: Record<string, string> = {
  'AWS::Partition': 'aws',
  'AWS::Region': region,
  'AWS::AccountId': account,
  'AWS::URLSuffix': 'amazonaws.com',
}

/** Replaces intrinsic functions by what CloudFormation would put there, in principle. */
function resolved(resources: Resources, value: unknown): unknown {
  const inner = (v: unknown): unknown => resolved(resources, v)
  if (Array.isArray(value)) return value.map(inner)
  if (typeof value !== 'object' || value === null) return value
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Join': join, 'Fn::Sub': sub } = value as Record<string, unknown>
  if (typeof ref === 'string') return pseudo[ref] ?? ref
  if (attribute !== undefined) return arnOf(resources, target(value) ?? '')
  if (Array.isArray(join)) return (inner(join[1]) as unknown[]).join(String(join[0]))
  if (typeof sub === 'string')
    return sub.replace(
      /\$\{([^}]+)\}/g,
      (_, name: string) => pseudo[name] ?? (name.endsWith('.Arn') ? arnOf(resources, name.slice(0, -4)) : name),
    )
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, inner(v)]))
}

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
    { deadLetterTargetArn?: unknown; maxReceiveCount?: number } | undefined
  const id = target(redrive?.deadLetterTargetArn)
  return id === null ? null : { id, maxReceiveCount: redrive?.maxReceiveCount ?? 0 }
}

test(
  'nobody reads the bucket from outside, and its objects are encrypted',
  { meta: { id: 'bucket-private', group: 'security', covers: [1] } },
  async ({ program, random, transcript }) => {
    await inEachStage({ program, random, transcript }, (stage) => {
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

test(
  'the bucket takes no request without TLS',
  { meta: { id: 'bucket-tls', group: 'security', covers: [2] } },
  async ({ program, random, transcript, iam }) => {
    await inEachStage({ program, random, transcript }, (stage) => {
      const { bucket } = partsOf(stage)
      const policies = ofType(stage.resources, 'AWS::S3::BucketPolicy').filter(
        ([, policy]) => target(property(policy, 'Bucket')) === bucket,
      )
      if (policies.length === 0) throw new Error('The bucket has no bucket policy.')
      const all = policies.map(([id, policy]) =>
        iam.other(id, resolved(stage.resources, property(policy, 'PolicyDocument')) as object, 'resource'),
      )
      const caller = iam.other(
        'a caller with all rights',
        { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
        'identity',
      )
      const ask = (action: string, resource: string, tls: string): boolean =>
        iam.decide([...all, caller], {
          action,
          resource,
          principal: { AWS: `arn:aws:iam::${account}:role/reports` },
          context: { 'aws:SecureTransport': tls, 's3:TlsVersion': '1.3' },
        }).allowed
      for (const [action, resource] of [
        ['s3:GetObject', `arn:aws:s3:::${bucket}/mug.jpg`],
        ['s3:PutObject', `arn:aws:s3:::${bucket}/mug.jpg`],
        ['s3:ListBucket', `arn:aws:s3:::${bucket}`],
      ] as const) {
        expect(ask(action, resource, 'false') ? 'allowed' : 'denied', `${action} without TLS`).toBe('denied')
        expect(ask(action, resource, 'true') ? 'allowed' : 'denied', `${action} with TLS`).toBe('allowed')
      }
    })
  },
)

/** All that the role of the worker is attached: inline, as policies beside it, and managed ones. */
function rightsOf(
  { resources }: Stage,
  worker: string,
  iam: Fixtures['iam'],
): { policies: Policy[]; managed: string[] } {
  const role = target(property(resources[worker], 'Role')) ?? ''
  const beside = ofType(resources, 'AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy').filter(([, policy]) =>
    ((property(policy, 'Roles') ?? []) as unknown[]).some((one) => target(one) === role),
  )
  const inline = (
    (property(resources[role], 'Policies') ?? []) as { PolicyName: string; PolicyDocument: object }[]
  ).map(({ PolicyName, PolicyDocument }) => [PolicyName, PolicyDocument] as const)
  const documents = [...beside.map(([id, policy]) => [id, property(policy, 'PolicyDocument')] as const), ...inline]
  const managed = (resolved(resources, property(resources[role], 'ManagedPolicyArns') ?? []) as unknown[]).filter(
    (arn): arn is string => typeof arn === 'string' && arn.includes(':aws:policy/'),
  )
  return {
    policies: documents.map(([id, document]) => iam.other(id, resolved(resources, document) as object, 'identity')),
    managed,
  }
}

test(
  'the function may do what it needs, and little else',
  { meta: { id: 'least-rights', group: 'security', covers: [3] } },
  async ({ program, random, transcript, iam }) => {
    await inEachStage({ program, random, transcript }, (stage) => {
      const { bucket, queue, worker, table } = partsOf(stage)
      const { policies, managed } = rightsOf(stage, worker, iam)
      const arn = (id: string): string => arnOf(stage.resources, id)
      const strange = managed.filter(
        (name) =>
          !/(AWSLambdaBasicExecutionRole|AWSLambdaSQSQueueExecutionRole|AWSXRayDaemonWriteAccess|CloudWatchLambdaInsightsExecutionRolePolicy)$/.test(
            name,
          ),
      )
      expect(strange, 'managed policies that are wider than the task').toEqual([])
      const ask = (action: string, resource: string): IamRequest => ({
        action,
        resource,
        context: {},
        ambient: { 'aws:SecureTransport': 'true', 'aws:PrincipalAccount': account, 'aws:ResourceAccount': account },
      })
      const decided = (request: IamRequest): string => (iam.decide(policies, request).allowed ? 'allowed' : 'denied')
      for (const [action, resource] of [
        ['s3:GetObject', `${arn(bucket)}/mug.jpg`],
        ['dynamodb:PutItem', arn(table)],
      ] as const)
        expect(decided(ask(action, resource)), `${action} on the stack's own`).toBe('allowed')
      const far = [
        ['s3:GetObject', 'arn:aws:s3:::payroll/2026.csv'],
        ['dynamodb:PutItem', `arn:aws:dynamodb:${region}:${account}:table/payments`],
        ['sqs:ReceiveMessage', `arn:aws:sqs:${region}:${account}:orders`],
        ['kms:Decrypt', `arn:aws:kms:${region}:${account}:key/other`],
        ['iam:PassRole', `arn:aws:iam::${account}:role/admin`],
      ] as const
      for (const [action, resource] of far)
        expect(decided(ask(action, resource)), `${action} on somebody else's`).toBe('denied')
      const near = [
        ['s3:PutObject', `${arn(bucket)}/mug.jpg`],
        ['s3:DeleteObject', `${arn(bucket)}/mug.jpg`],
        ['s3:DeleteBucket', arn(bucket)],
        ['s3:PutBucketPolicy', arn(bucket)],
        ['dynamodb:DeleteTable', arn(table)],
        ['dynamodb:UpdateTable', arn(table)],
        ['sqs:PurgeQueue', arn(queue)],
      ] as const
      for (const [action, resource] of near)
        expect(decided(ask(action, resource)), `${action} on the stack's own`).toBe('denied')
    })
  },
)

test(
  'what fails again and again goes into a dead-letter queue',
  { meta: { id: 'dead-letters', group: 'delivery', covers: [4] } },
  async ({ program, random, transcript }) => {
    await inEachStage({ program, random, transcript }, (stage) => {
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
  async ({ program, random, transcript }) => {
    await inEachStage({ program, random, transcript }, (stage) => {
      const dead = deadLetters(stage, partsOf(stage).queue)
      if (dead === null) throw new Error('The queue has no dead-letter queue.')
      const days = Number(property(stage.resources[dead.id], 'MessageRetentionPeriod') ?? 345_600) / 86_400
      expect(days, 'days that a message is kept').toBe(14)
    })
  },
)

test(
  'a message stays hidden for six times as long as the function may work',
  { meta: { id: 'visibility', group: 'delivery', covers: [5] } },
  async ({ program, random, transcript, evidence }) => {
    await inEachStage({ program, random, transcript }, (stage) => {
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

interface Alarm {
  id: string
  threshold: number
  orEqual: boolean
  actions: unknown[]
}

/** The alarms on one metric of one queue that fire above their threshold. */
function alarmsOn({ resources }: Stage, queue: string, metric: string): Alarm[] {
  return ofType(resources, 'AWS::CloudWatch::Alarm').flatMap(([id, alarm]) => {
    const metrics = [
      alarm.Properties ?? {},
      ...((property(alarm, 'Metrics') ?? []) as { MetricStat?: { Metric?: object } }[]).map(
        ({ MetricStat }) => MetricStat?.Metric ?? {},
      ),
    ] as { MetricName?: string; Dimensions?: { Value: unknown }[] }[]
    if (
      !metrics.some(
        ({ MetricName, Dimensions = [] }) =>
          MetricName === metric && Dimensions.some(({ Value }) => target(Value) === queue),
      )
    )
      return []
    const operator = String(property(alarm, 'ComparisonOperator'))
    if (!operator.startsWith('GreaterThan')) return []
    return [
      {
        id,
        threshold: Number(property(alarm, 'Threshold')),
        orEqual: operator === 'GreaterThanOrEqualToThreshold',
        actions: (property(alarm, 'AlarmActions') ?? []) as unknown[],
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

test(
  'a dead letter wakes somebody',
  { meta: { id: 'alarm-on-dead-letters', group: 'observability', covers: [6, 7] } },
  async ({ program, random, transcript, evidence }) => {
    await inEachStage({ program, random, transcript }, (stage) => {
      const dead = deadLetters(stage, partsOf(stage).queue)
      const alarms = dead === null ? [] : alarmsOn(stage, dead.id, 'ApproximateNumberOfMessagesVisible')
      evidence('alarms', alarms.length > 0)
      if (alarms.length === 0)
        throw new Error('There is no alarm on ApproximateNumberOfMessagesVisible of the dead-letter queue.')
      const prompt = alarms.filter(({ threshold, orEqual }) => (orEqual ? threshold <= 1 : threshold < 1))
      expect(
        prompt.length > 0 ? 'one message' : `threshold ${alarms.map(({ threshold }) => threshold).join(', ')}`,
        'what sets the alarm off',
      ).toBe('one message')
      wakes(stage, prompt, 'of a dead letter')
    })
  },
)

test(
  'work that waits too long wakes somebody',
  { meta: { id: 'alarm-on-age', group: 'observability', covers: [6, 7] } },
  async ({ program, random, transcript, evidence }) => {
    await inEachStage({ program, random, transcript }, (stage) => {
      const alarms = alarmsOn(stage, partsOf(stage).queue, 'ApproximateAgeOfOldestMessage')
      evidence('alarms', alarms.length > 0)
      if (alarms.length === 0) throw new Error('There is no alarm on ApproximateAgeOfOldestMessage of the queue.')
      expect(
        alarms.map(({ threshold }) => threshold),
        'thresholds in seconds',
      ).toContain(stage.props.maxAgeMinutes * 60)
      wakes(stage, alarms, 'of old messages')
    })
  },
)

test(
  'the log of the function is kept as long as the stage says',
  { meta: { id: 'log-retention', group: 'observability', covers: [8] } },
  async ({ program, random, transcript }) => {
    await inEachStage({ program, random, transcript }, (stage) => {
      const { worker } = partsOf(stage)
      const own = target(
        (property(stage.resources[worker], 'LoggingConfig') as { LogGroup?: unknown } | undefined)?.LogGroup,
      )
      const groups = ofType(stage.resources, 'AWS::Logs::LogGroup', 'Custom::LogRetention').filter(
        ([id, group]) => id === own || JSON.stringify(property(group, 'LogGroupName') ?? '').includes(worker),
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
  { meta: { id: 'data-retained', group: 'lifecycle', covers: [9] } },
  async ({ program, random, transcript }) => {
    await inEachStage({ program, random, transcript }, (stage) => {
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
  { meta: { id: 'tags', group: 'lifecycle', covers: [10] } },
  async ({ program, random, transcript }) => {
    await inEachStage({ program, random, transcript }, (stage) => {
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
  'the trial has every part that production has',
  { meta: { id: 'stages-alike', group: 'lifecycle', covers: [11] } },
  async ({ program, random, transcript }) => {
    const [trial, production] = (await open({ program, random })).map(({ resources }) =>
      Object.values(resources)
        .map(({ Type }) => Type)
        .sort(),
    )
    transcript('resources', `trial ${trial?.length}, production ${production?.length}`)
    const counts = (types: string[] = []): Record<string, number> =>
      Object.fromEntries([...new Set(types)].map((type) => [type, types.filter((one) => one === type).length]))
    expect(counts(trial), 'resources of the trial, by type').toEqual(counts(production))
  },
)
