import { expect, test, type Fixtures, type IamRequest, type Policy } from '#harness'

const account = '111122223333'
const stranger = '444455556666'
const region = 'eu-central-1'

const object = (key: string, bucket = 'shop-media'): string => `arn:aws:s3:::${bucket}/${key}`
const bucketArn = 'arn:aws:s3:::shop-media'
const queue = (name: string, owner = account, where = region): string => `arn:aws:sqs:${where}:${owner}:${name}`
const group = (name: string, owner = account): string => `arn:aws:logs:${region}:${owner}:log-group:${name}`
const stream = (name: string): string => `${group(name)}:log-stream:2026/03/14/[$LATEST]8f1c`
const keyArn = (id: string): string => `arn:aws:kms:${region}:${account}:key/${id}`
const theKey = keyArn('7d3a2c1e-5b94-4c0f-9a61-2f8e0b7c6d15')
const role = (name: string, owner = account): string => `arn:aws:iam::${owner}:role/${name}`
const ourFunction = `arn:aws:lambda:${region}:${account}:function:thumbnailer`

/** What AWS puts into every request of the service, whatever it asks for. */
const ambient = (resource: string): NonNullable<IamRequest['ambient']> => {
  const owner = /:(\d{12}):/.exec(resource)?.[1] ?? account
  return {
    'aws:SecureTransport': 'true',
    'aws:PrincipalAccount': account,
    'aws:PrincipalArn': role('thumbnailer'),
    'aws:PrincipalType': 'AssumedRole',
    'aws:RequestedRegion': region,
    'aws:ResourceAccount': owner,
    's3:ResourceAccount': owner,
    'aws:SourceIp': '10.0.4.17',
    'aws:CurrentTime': '2026-03-14T09:26:53Z',
    'aws:EpochTime': '1773480413',
    'aws:ViaAWSService': 'false',
    'kms:CallerAccount': account,
  }
}

type Stage = Pick<Fixtures, 'iam' | 'evidence'>
type Ask = (action: string, resource?: string, context?: IamRequest['context']) => IamRequest
const ask: Ask = (action, resource = '*', context = {}) => ({ action, resource, context, ambient: ambient(resource) })

const list = (prefix: string | null, bucket = bucketArn): IamRequest =>
  ask('s3:ListBucket', bucket, prefix === null ? {} : { 's3:prefix': prefix })
const decrypt = (key: string, via: string | null): IamRequest =>
  ask('kms:Decrypt', key, {
    ...(via === null ? {} : { 'kms:ViaService': via }),
    'kms:EncryptionContext:aws:s3:arn': bucketArn,
  })
const pass = (arn: string, to: string | null): IamRequest =>
  ask('iam:PassRole', arn, to === null ? {} : { 'iam:PassedToService': to })
const count = (namespace: string | null): IamRequest =>
  ask('cloudwatch:PutMetricData', '*', namespace === null ? {} : { 'cloudwatch:namespace': namespace })

/** Stops at the first request that is decided the other way, so that the transcript ends with it. */
function judged(
  { iam, evidence }: Stage,
  policies: readonly Policy[],
  requests: readonly IamRequest[],
  expected: 'allowed' | 'denied',
): void {
  for (const request of requests) {
    evidence('action', request.action)
    expect(iam.decide(policies, request).allowed ? 'allowed' : 'denied').toBe(expected)
  }
}

const mine = ({ iam }: Stage): readonly Policy[] => [iam.policy('policy.json', 'identity')]
const allows = (stage: Stage, ...requests: IamRequest[]): void => judged(stage, mine(stage), requests, 'allowed')
const denies = (stage: Stage, ...requests: IamRequest[]): void => judged(stage, mine(stage), requests, 'denied')

const pictures = ['mug.jpg', '2026/03/teapot.png', 'seller-77/lid (2).webp', 'a/b/c/tray.jpeg']

test(
  'it may read originals, write thumbnails and list both folders',
  { meta: { id: 's3-calls', group: 'calls', covers: [2, 3, 4] } },
  ({ iam, random, evidence }) => {
    const picture = random.pick(pictures)
    const lists = ['uploads/', 'uploads/2026/', 'thumbs/', 'thumbs/seller-77/'].map((prefix) => list(prefix))
    allows(
      { iam, evidence },
      ask('s3:GetObject', object(`uploads/${picture}`)),
      ask('s3:PutObject', object(`thumbs/${picture}`)),
      ...lists,
    )
  },
)

test(
  'it may work off its queue, write its log and count',
  { meta: { id: 'queue-log-metric-calls', group: 'calls', covers: [5, 6, 9] } },
  ({ iam, evidence }) => {
    const jobs = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((action) =>
      ask(`sqs:${action}`, queue('thumb-jobs')),
    )
    const log = ['CreateLogStream', 'PutLogEvents'].map((action) =>
      ask(`logs:${action}`, stream('/aws/lambda/thumbnailer')),
    )
    allows({ iam, evidence }, ...jobs, ...log, count('Shop/Thumbnails'))
  },
)

test(
  'it may decrypt originals and start batches',
  { meta: { id: 'key-role-calls', group: 'calls', covers: [7, 8] } },
  ({ iam, evidence }) => {
    allows(
      { iam, evidence },
      decrypt(theKey, `s3.${region}.amazonaws.com`),
      pass(role('thumb-batch'), 'ecs-tasks.amazonaws.com'),
    )
  },
)

test(
  'it reads nothing but what lies below uploads/',
  { meta: { id: 'reads-originals-only', group: 'near-misses', covers: [2, 11] } },
  ({ iam, random, evidence }) => {
    const picture = random.pick(pictures)
    const keys = [
      'invoices/2026-03.pdf',
      `thumbs-private/${picture}`,
      `uploads-internal/${picture}`,
      'uploads',
      `sellers/uploads/${picture}`,
    ]
    denies({ iam, evidence }, ...keys.map((key) => ask('s3:GetObject', object(key))))
  },
)

test(
  'it writes nothing but what lies below thumbs/',
  { meta: { id: 'writes-thumbnails-only', group: 'near-misses', covers: [3, 11] } },
  ({ iam, random, evidence }) => {
    const picture = random.pick(pictures)
    const keys = [`uploads/${picture}`, `thumbs-private/${picture}`, 'index.html', `archive/thumbs/${picture}`]
    denies({ iam, evidence }, ...keys.map((key) => ask('s3:PutObject', object(key))))
  },
)

test(
  'it lists nothing but the two folders',
  { meta: { id: 'lists-by-prefix', group: 'near-misses', covers: [4, 11] } },
  ({ iam, evidence }) => {
    denies({ iam, evidence }, list(null), list(''), list('invoices/'), list('thumbs-private/'), list('uploads'))
  },
)

test(
  'a bucket of another name is closed, with the same keys too',
  { meta: { id: 'other-buckets', group: 'near-misses', covers: [2, 3, 4, 11] } },
  ({ iam, random, evidence }) => {
    const [bucket, picture] = [
      random.pick(['shop-media-archive', 'shop-media2', 'my-shop-media']),
      random.pick(pictures),
    ]
    denies(
      { iam, evidence },
      ask('s3:GetObject', object(`uploads/${picture}`, bucket)),
      ask('s3:PutObject', object(`thumbs/${picture}`, bucket)),
      list('uploads/', `arn:aws:s3:::${bucket}`),
    )
  },
)

test(
  'it may do nothing else in its bucket',
  { meta: { id: 'no-other-s3-actions', group: 'near-misses', covers: [11] } },
  ({ iam, random, evidence }) => {
    const picture = random.pick(pictures)
    const originals = ['GetObjectVersion', 'DeleteObject'].map((action) =>
      ask(`s3:${action}`, object(`uploads/${picture}`)),
    )
    const thumbnails = ['PutObjectAcl', 'GetObject', 'DeleteObject'].map((action) =>
      ask(`s3:${action}`, object(`thumbs/${picture}`)),
    )
    const bucket = ['PutBucketPolicy', 'DeleteBucket', 'GetBucketAcl'].map((action) => ask(`s3:${action}`, bucketArn))
    denies({ iam, evidence }, ...originals, ...thumbnails, ...bucket)
  },
)

test(
  'other queues are closed, and its own is neither filled nor purged',
  { meta: { id: 'other-queues', group: 'near-misses', covers: [5, 11] } },
  ({ iam, evidence }) => {
    const others = [
      queue('thumb-jobs-dlq'),
      queue('orders'),
      queue('thumb-jobs', stranger),
      queue('thumb-jobs', account, 'us-east-1'),
    ].map((arn) => ask('sqs:ReceiveMessage', arn))
    denies(
      { iam, evidence },
      ...others,
      ...['PurgeQueue', 'SendMessage'].map((action) => ask(`sqs:${action}`, queue('thumb-jobs'))),
    )
  },
)

test(
  'other logs and other metrics are closed',
  { meta: { id: 'other-logs-and-metrics', group: 'near-misses', covers: [6, 9, 11] } },
  ({ iam, evidence }) => {
    const logs = ['/aws/lambda/thumbnailer-audit', '/aws/lambda/payments'].map((name) =>
      ask('logs:PutLogEvents', stream(name)),
    )
    denies(
      { iam, evidence },
      ...logs,
      ask('logs:DeleteLogGroup', group('/aws/lambda/thumbnailer')),
      count('Shop/Payments'),
      count('Shop/Thumbnails/Internal'),
      count(null),
    )
  },
)

test(
  'the key decrypts through S3 only, and it is this key',
  { meta: { id: 'decrypts-through-s3', group: 'near-misses', covers: [7, 11] } },
  ({ iam, evidence }) => {
    const other = keyArn('0b1c2d3e-ffff-4a4a-8b8b-9c9c0d0d1e1e')
    const s3 = `s3.${region}.amazonaws.com`
    denies(
      { iam, evidence },
      decrypt(theKey, null),
      decrypt(theKey, `dynamodb.${region}.amazonaws.com`),
      decrypt(other, s3),
      ask('kms:Encrypt', theKey, { 'kms:ViaService': s3 }),
    )
  },
)

test(
  'it passes one role, to one service',
  { meta: { id: 'passes-one-role', group: 'near-misses', covers: [8, 11] } },
  ({ iam, random, evidence }) => {
    const other = random.pick(['admin', 'thumb-batch-admin', 'deploy'])
    const passes = [
      pass(role(other), 'ecs-tasks.amazonaws.com'),
      pass(role('thumb-batch', stranger), 'ecs-tasks.amazonaws.com'),
      pass(role('thumb-batch'), 'ec2.amazonaws.com'),
      pass(role('thumb-batch'), null),
    ]
    denies(
      { iam, evidence },
      ...passes,
      ...['AttachRolePolicy', 'CreateRole'].map((action) => ask(`iam:${action}`, role('thumb-batch'))),
    )
  },
)

test(
  'without TLS nothing goes, whatever else the role may do',
  { meta: { id: 'tls-only', group: 'near-misses', covers: [10] } },
  ({ iam, random, evidence }) => {
    const picture = ask('s3:GetObject', object(`uploads/${random.pick(pictures)}`))
    const elsewhere = [
      ask('sqs:SendMessage', queue('thumb-jobs')),
      ask('dynamodb:Query', `arn:aws:dynamodb:${region}:${account}:table/orders`),
    ]
    const plain = (request: IamRequest): IamRequest => ({
      ...request,
      context: { ...request.context, 'aws:SecureTransport': 'false' },
    })
    const policies = mine({ iam, evidence })
    judged({ iam, evidence }, policies, [picture, list('thumbs/'), count('Shop/Thumbnails')].map(plain), 'denied')
    const everything = iam.other(
      'another policy of the role',
      { Version: '2012-10-17', Statement: { Sid: 'Everything', Effect: 'Allow', Action: '*', Resource: '*' } },
      'identity',
    )
    judged({ iam, evidence }, [...policies, everything], [picture, ...elsewhere].map(plain), 'denied')
  },
)

const lambda = { Service: 'lambda.amazonaws.com' }
const forAccount = (
  owner: string,
  arn = `arn:aws:lambda:${region}:${owner}:function:thumbnailer`,
): NonNullable<IamRequest['context']> => ({ 'aws:SourceAccount': owner, 'aws:SourceArn': arn })
const assume = (
  principal: NonNullable<IamRequest['principal']>,
  context: NonNullable<IamRequest['context']> = {},
  action = 'sts:AssumeRole',
): IamRequest => ({
  action,
  principal,
  context,
  ambient: { 'aws:SecureTransport': 'true', 'aws:CurrentTime': '2026-03-14T09:26:53Z' },
})

test(
  'Lambda may take the role for our account',
  { meta: { id: 'lambda-assumes', group: 'trust', gate: true, covers: [12] } },
  ({ iam, evidence }) => {
    judged(
      { iam, evidence },
      [iam.policy('trust-policy.json', 'trust')],
      [assume(lambda, forAccount(account, ourFunction))],
      'allowed',
    )
  },
)

test(
  'nobody else may take it, and Lambda not for others',
  { meta: { id: 'nobody-else-assumes', group: 'trust', covers: [12] } },
  ({ iam, random, evidence }) => {
    const service = random.pick(['ec2.amazonaws.com', 'ecs-tasks.amazonaws.com', 'edgelambda.amazonaws.com'])
    const refused = [
      assume({ Service: service }, forAccount(account)),
      assume({ AWS: `arn:aws:iam::${account}:user/eve` }),
      assume(lambda, forAccount(stranger)),
      assume(lambda),
      assume(lambda, forAccount(account, ourFunction), 'sts:TagSession'),
    ]
    judged({ iam, evidence }, [iam.policy('trust-policy.json', 'trust')], refused, 'denied')
  },
)

test(
  'both policies are of the present version and within the size',
  { meta: { id: 'version-and-size', group: 'hygiene', covers: [1] } },
  ({ iam }) => {
    const [policy, trust] = [iam.policy('policy.json', 'identity'), iam.policy('trust-policy.json', 'trust')]
    expect([policy.version, trust.version], 'Version of policy.json and trust-policy.json').toEqual([
      '2012-10-17',
      '2012-10-17',
    ])
    expect(policy.size, 'characters of policy.json').toBeLessThanOrEqual(6144)
    expect(trust.size, 'characters of trust-policy.json').toBeLessThanOrEqual(2048)
  },
)

test(
  'every Allow names its actions and its resources',
  { meta: { id: 'names-all', group: 'hygiene', covers: [13, 14] } },
  ({ iam }) => {
    const statements = [iam.policy('policy.json', 'identity'), iam.policy('trust-policy.json', 'trust')].flatMap(
      ({ name, statements: all }) => all.map((statement) => ({ ...statement, where: `${statement.name} of ${name}` })),
    )
    const allow = statements.filter(({ effect }) => effect === 'Allow')
    const inverted = allow.filter(
      ({ actions, resources, principals }) => actions.not || resources?.not === true || principals?.not === true,
    )
    expect(
      inverted.map(({ where }) => where),
      'Allow with NotAction, NotResource or NotPrincipal',
    ).toEqual([])
    expect(
      allow.flatMap(({ where, actions }) =>
        actions.values.filter((action) => /[*?]/.test(action)).map((action) => `${where}: ${action}`),
      ),
      'wildcards in actions',
    ).toEqual([])
    const open = allow.filter(
      ({ actions, resources }) =>
        resources?.values.includes('*') === true &&
        !actions.values.every((action) => action.toLowerCase() === 'cloudwatch:putmetricdata'),
    )
    expect(
      open.map(({ where }) => where),
      'Resource "*" for actions that work on resources',
    ).toEqual([])
  },
)

test(
  'ListBucket is not allowed on objects',
  { meta: { id: 'list-on-objects', covers: [4], probe: true } },
  ({ iam, evidence }) => {
    denies({ iam, evidence }, list('uploads/', object('uploads/')))
  },
)

test(
  'GetObject is not allowed on a bucket',
  { meta: { id: 'read-on-bucket', covers: [2], probe: true } },
  ({ iam, evidence }) => {
    denies({ iam, evidence }, ask('s3:GetObject', bucketArn))
  },
)
