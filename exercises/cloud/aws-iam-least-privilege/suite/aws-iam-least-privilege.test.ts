import { expect, test, type Fixtures, type IamRequest, type Policy } from '#harness'

const account = '111122223333'
const stranger = '444455556666'
const region = 'eu-central-1'

const object = (key: string, bucket = 'shop-media'): string => `arn:aws:s3:::${bucket}/${key}`
const bucketArn = 'arn:aws:s3:::shop-media'
const queue = (name: string, owner = account, where = region): string => `arn:aws:sqs:${where}:${owner}:${name}`
const group = (name: string, owner = account, where = region): string =>
  `arn:aws:logs:${where}:${owner}:log-group:${name}`
const stream = (logGroup: string, name = '2026/03/14/[$LATEST]8f1c'): string => `${logGroup}:log-stream:${name}`
const ourGroup = group('/aws/lambda/thumbnailer')
const keyArn = (id: string, owner = account, where = region): string => `arn:aws:kms:${where}:${owner}:key/${id}`
const keyId = '7d3a2c1e-5b94-4c0f-9a61-2f8e0b7c6d15'
const theKey = keyArn(keyId)
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

type Stage = Pick<Fixtures, 'iam' | 'evidence' | 'requirement'>
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

const countIn = (where: string): IamRequest =>
  ask('cloudwatch:PutMetricData', '*', { 'cloudwatch:namespace': 'Shop/Thumbnails', 'aws:RequestedRegion': where })

/** Requests of one kind: the requirement that they try, and the words for them. */
type Door = [requirement: number, words: string, requests: readonly IamRequest[]]

/** Stops at the first request that is decided the other way, so that the transcript ends with it. */
function judged(
  { iam, evidence, requirement }: Stage,
  policies: readonly Policy[],
  doors: readonly Door[],
  expected: 'allowed' | 'denied',
): void {
  for (const [number, words, requests] of doors) {
    requirement(number)
    for (const request of requests) {
      evidence('action', request.action)
      expect(iam.decide(policies, request).allowed ? 'allowed' : 'denied', words).toBe(expected)
    }
  }
}

const mine = ({ iam }: Stage): readonly Policy[] => [iam.policy('policy.json', 'identity')]
const allows = (stage: Stage, ...doors: Door[]): void => judged(stage, mine(stage), doors, 'allowed')
const denies = (stage: Stage, ...doors: Door[]): void => judged(stage, mine(stage), doors, 'denied')

const on = (service: string, actions: readonly string[], ...resources: string[]): IamRequest[] =>
  actions.flatMap((action) => resources.map((resource) => ask(`${service}:${action}`, resource)))

const pictures = ['mug.jpg', '2026/03/teapot.png', 'seller-77/lid (2).webp', 'a/b/c/tray.jpeg', 'UPPER', 'ü']
const queueCalls = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']
const logCalls = ['CreateLogStream', 'PutLogEvents']
const viaS3 = `s3.${region}.amazonaws.com`
const tasks = 'ecs-tasks.amazonaws.com'

const inFolder = (folder: string): string[] => pictures.map((picture) => object(`${folder}/${picture}`))

test('IAM accepts both files', { meta: { id: 'accepted', group: 'hygiene', covers: [1] } }, ({ iam }) => {
  for (const [file, kind] of [
    ['policy.json', 'identity'],
    ['trust-policy.json', 'trust'],
  ] as const) {
    expect(iam.policy(file, kind).statements.length, 'statements').toBeGreaterThan(0)
  }
})

test(
  'it may read originals, write thumbnails and list both folders',
  { meta: { id: 's3-calls', group: 'calls', covers: [2, 3, 4] } },
  ({ iam, evidence, requirement }) => {
    const names = ['uploads/', 'thumbs/'].map((prefix) => list(prefix))
    const below = ['uploads/2026/', 'uploads/m', 'uploads/2026/03/tea', 'thumbs/seller-77/', 'thumbs/a/b/c'].map(
      (prefix) => list(prefix),
    )
    allows(
      { iam, evidence, requirement },
      [2, 'reading an original', on('s3', ['GetObject'], ...inFolder('uploads'))],
      [3, 'writing a thumbnail', on('s3', ['PutObject'], ...inFolder('thumbs'))],
      [4, 'listing a folder', names],
      [4, 'listing below a folder', below],
    )
  },
)

test(
  'it may work off its queue, write its log and count',
  { meta: { id: 'queue-log-metric-calls', group: 'calls', covers: [5, 6, 9] } },
  ({ iam, evidence, requirement }) => {
    const streams = ['2026/03/14/[$LATEST]8f1c', 'manual', 'a:b', '[7]'].map((name) => stream(ourGroup, name))
    allows(
      { iam, evidence, requirement },
      [5, 'working off the queue', on('sqs', queueCalls, queue('thumb-jobs'))],
      [6, 'writing the log', on('logs', logCalls, ...streams)],
      [9, 'counting', [count('Shop/Thumbnails')]],
    )
  },
)

test(
  'it may decrypt originals and start batches',
  { meta: { id: 'key-role-calls', group: 'calls', covers: [7, 8] } },
  ({ iam, evidence, requirement }) => {
    allows(
      { iam, evidence, requirement },
      [7, 'decrypting through S3', [decrypt(theKey, viaS3)]],
      [8, 'passing the role', [pass(role('thumb-batch'), tasks)]],
    )
  },
)

test(
  'it reads nothing but what lies below uploads/',
  { meta: { id: 'reads-originals-only', group: 'near-misses', covers: [2, 11] } },
  ({ iam, evidence, requirement }) => {
    const elsewhere = ['invoices/2026-03.pdf', 'index.html', 'sellers/uploads/mug.jpg', 'Uploads/mug.jpg']
    const neighbours = ['uploads-internal/mug.jpg', 'uploads', 'uploads2/mug.jpg', 'upload/mug.jpg', 'uploads.zip']
    denies(
      { iam, evidence, requirement },
      [11, 'reading elsewhere', on('s3', ['GetObject'], ...elsewhere.map((key) => object(key)))],
      [2, 'reading from a neighbour of uploads/', on('s3', ['GetObject'], ...neighbours.map((key) => object(key)))],
      [11, 'reading thumbnails', on('s3', ['GetObject'], ...inFolder('thumbs'))],
    )
  },
)

test(
  'it writes nothing but what lies below thumbs/',
  { meta: { id: 'writes-thumbnails-only', group: 'near-misses', covers: [3, 11] } },
  ({ iam, evidence, requirement }) => {
    const elsewhere = ['index.html', 'invoices/2026-03.pdf', 'archive/thumbs/mug.jpg', 'Thumbs/mug.jpg']
    const neighbours = ['thumbs-private/mug.jpg', 'thumbs', 'thumbs2/mug.jpg', 'thumb/mug.jpg']
    denies(
      { iam, evidence, requirement },
      [11, 'writing elsewhere', on('s3', ['PutObject'], ...elsewhere.map((key) => object(key)))],
      [3, 'writing to a neighbour of thumbs/', on('s3', ['PutObject'], ...neighbours.map((key) => object(key)))],
      [11, 'writing originals', on('s3', ['PutObject'], ...inFolder('uploads'))],
    )
  },
)

test(
  'it lists nothing but the two folders',
  { meta: { id: 'lists-by-prefix', group: 'near-misses', covers: [4, 11] } },
  ({ iam, evidence, requirement }) => {
    const lists = (...prefixes: string[]): IamRequest[] => prefixes.map((prefix) => list(prefix))
    denies(
      { iam, evidence, requirement },
      [4, 'listing everything', [list(null), list('')]],
      [4, 'listing other folders', lists('invoices/', 'sellers/uploads/', 'Uploads/', 'archive/thumbs/')],
      [
        4,
        'listing a neighbour of the folders',
        lists('uploads-internal/', 'thumbs-private/', 'uploads', 'thumbs', 'upload', 'thumbs2/'),
      ],
    )
  },
)

test(
  'a bucket of another name is closed, with the same keys too',
  { meta: { id: 'other-buckets', group: 'near-misses', covers: [2, 3, 4, 11] } },
  ({ iam, evidence, requirement }) => {
    const buckets = ['shop-media-archive', 'shop-media2', 'my-shop-media', 'shop.media', 'shop-medi']
    denies(
      { iam, evidence, requirement },
      [11, 'reading in another bucket', buckets.map((name) => ask('s3:GetObject', object('uploads/mug.jpg', name)))],
      [11, 'writing in another bucket', buckets.map((name) => ask('s3:PutObject', object('thumbs/mug.jpg', name)))],
      [11, 'listing another bucket', buckets.map((name) => list('uploads/', `arn:aws:s3:::${name}`))],
    )
  },
)

test(
  'it may do nothing else in its bucket',
  { meta: { id: 'no-other-s3-actions', group: 'near-misses', covers: [11] } },
  ({ iam, evidence, requirement }) => {
    const originals = ['GetObjectVersion', 'GetObjectAcl', 'GetObjectTagging', 'DeleteObject', 'RestoreObject']
    const thumbnails = ['PutObjectAcl', 'PutObjectTagging', 'GetObject', 'DeleteObject', 'AbortMultipartUpload']
    const bucket = ['PutBucketPolicy', 'DeleteBucket', 'GetBucketAcl', 'ListBucketVersions', 'GetBucketLocation']
    denies(
      { iam, evidence, requirement },
      [11, 'other actions on originals', on('s3', originals, object('uploads/mug.jpg'))],
      [11, 'other actions on thumbnails', on('s3', thumbnails, object('thumbs/mug.jpg'))],
      [11, 'other actions on the bucket', on('s3', bucket, bucketArn)],
    )
  },
)

test(
  'other queues are closed, and its own is neither filled nor purged',
  { meta: { id: 'other-queues', group: 'near-misses', covers: [5, 11] } },
  ({ iam, evidence, requirement }) => {
    const others = [
      ...['thumb-jobs-dlq', 'thumb-jobs.fifo', 'orders', 'my-thumb-jobs', 'thumb-job'].map((name) => queue(name)),
      queue('thumb-jobs', stranger),
      ...['us-east-1', 'eu-central-2', 'eu-west-1'].map((where) => queue('thumb-jobs', account, where)),
    ]
    const actions = ['PurgeQueue', 'SendMessage', 'DeleteQueue', 'SetQueueAttributes', 'ChangeMessageVisibility']
    denies(
      { iam, evidence, requirement },
      [11, 'another queue', on('sqs', queueCalls, ...others)],
      [11, 'other actions on the queue', on('sqs', actions, queue('thumb-jobs'))],
    )
  },
)

test(
  'other logs and other metrics are closed',
  { meta: { id: 'other-logs-and-metrics', group: 'near-misses', covers: [6, 9, 11] } },
  ({ iam, evidence, requirement }) => {
    const groups = [
      ...['thumbnailer-audit', 'thumbnailer/audit', 'thumbnailer2', 'payments'].map((name) =>
        group(`/aws/lambda/${name}`),
      ),
      group('/aws/ecs/thumbnailer'),
      group('/aws/lambda/thumbnailer', stranger),
      group('/aws/lambda/thumbnailer', account, 'us-east-1'),
    ]
    const onStream = ['GetLogEvents', 'DeleteLogStream']
    const namespaces = ['Shop/Payments', 'Shop/Thumbnails/Internal', 'Shop/Thumbnails2', 'Shop/thumbnails', 'Shop', 'x']
    denies(
      { iam, evidence, requirement },
      [11, 'another log', on('logs', logCalls, ...groups.map((name) => stream(name)))],
      [
        11,
        'other actions on the log',
        on('logs', ['DeleteLogGroup', 'CreateLogGroup', 'PutRetentionPolicy'], ourGroup),
      ],
      [11, 'other actions on the log', on('logs', onStream, stream(ourGroup))],
      [9, 'counting in another namespace', [...namespaces, null].map((name) => count(name))],
      [11, 'counting in another region', ['us-east-1', 'eu-central-2'].map((where) => countIn(where))],
      [11, 'other actions on metrics', on('cloudwatch', ['GetMetricData', 'DeleteAlarms', 'PutMetricAlarm'], '*')],
    )
  },
)

test(
  'the key decrypts through S3 only, and it is this key',
  { meta: { id: 'decrypts-through-s3', group: 'near-misses', covers: [7, 11] } },
  ({ iam, evidence, requirement }) => {
    const keys = [
      keyArn('0b1c2d3e-ffff-4a4a-8b8b-9c9c0d0d1e1e'),
      keyArn(`${keyId.slice(0, -1)}6`),
      keyArn(keyId, stranger),
      keyArn(keyId, account, 'us-east-1'),
    ]
    const services = ['dynamodb', 'sqs', 'secretsmanager', 'ssm', 'lambda']
    const actions = ['Encrypt', 'GenerateDataKey', 'CreateGrant', 'ReEncryptFrom', 'ScheduleKeyDeletion', 'DescribeKey']
    denies(
      { iam, evidence, requirement },
      [7, 'decrypting without S3', [decrypt(theKey, null)]],
      [7, 'decrypting without S3', services.map((name) => decrypt(theKey, `${name}.${region}.amazonaws.com`))],
      [11, 'decrypting with another key', keys.map((key) => decrypt(key, viaS3))],
      [
        11,
        'other actions with the key',
        actions.map((action) => ask(`kms:${action}`, theKey, { 'kms:ViaService': viaS3 })),
      ],
    )
  },
)

test(
  'it passes one role, to one service',
  { meta: { id: 'passes-one-role', group: 'near-misses', covers: [8, 11] } },
  ({ iam, evidence, requirement }) => {
    const roles = [
      ...['admin', 'thumb-batch-admin', 'thumb-batch2', 'deploy', 'ops/thumb-batch', 'thumbnailer'].map((name) =>
        role(name),
      ),
      role('thumb-batch', stranger),
    ]
    const services = ['ec2', 'ecs', 'lambda', 'batch', 'tasks', 'evil-ecs-tasks']
    denies(
      { iam, evidence, requirement },
      [11, 'passing another role', roles.map((arn) => pass(arn, tasks))],
      [8, 'passing it to another service', services.map((name) => pass(role('thumb-batch'), `${name}.amazonaws.com`))],
      [8, 'passing it to nobody knows whom', [pass(role('thumb-batch'), null)]],
      [
        11,
        'other actions on the role',
        on('iam', ['AttachRolePolicy', 'CreateRole', 'GetRole', 'PutRolePolicy'], role('thumb-batch')),
      ],
    )
  },
)

test(
  'it has no rights in services that nobody named',
  { meta: { id: 'other-services', group: 'near-misses', covers: [11] } },
  ({ iam, evidence, requirement }) => {
    const calls = [
      ask('dynamodb:Query', `arn:aws:dynamodb:${region}:${account}:table/orders`),
      ask('ecs:RunTask', `arn:aws:ecs:${region}:${account}:task-definition/thumb-batch:1`),
      ask('secretsmanager:GetSecretValue', `arn:aws:secretsmanager:${region}:${account}:secret:thumb-a1b2c3`),
      ask('sts:AssumeRole', role('thumb-batch')),
      ask('ec2:DescribeInstances'),
      ask('s3:ListAllMyBuckets'),
      ask('sqs:ListQueues'),
      ask('lambda:InvokeFunction', ourFunction),
    ]
    denies({ iam, evidence, requirement }, [11, 'calls that nobody named', calls])
  },
)

test(
  'without TLS nothing goes, whatever else the role may do',
  { meta: { id: 'tls-only', group: 'near-misses', covers: [10] } },
  ({ iam, evidence, requirement }) => {
    const plain = (request: IamRequest): IamRequest => ({
      ...request,
      context: { ...request.context, 'aws:SecureTransport': 'false' },
    })
    const own = [
      ...on('s3', ['GetObject'], object('uploads/mug.jpg')),
      ...on('s3', ['PutObject'], object('thumbs/mug.jpg')),
      list('thumbs/'),
      ...on('sqs', queueCalls, queue('thumb-jobs')),
      ...on('logs', logCalls, stream(ourGroup)),
      decrypt(theKey, viaS3),
      pass(role('thumb-batch'), tasks),
      count('Shop/Thumbnails'),
    ].map(plain)
    const elsewhere = [
      ...on('sqs', ['SendMessage'], queue('thumb-jobs'), queue('orders', stranger, 'us-east-1')),
      ask('dynamodb:Query', `arn:aws:dynamodb:${region}:${account}:table/orders`),
      ask('s3:GetObject', object('invoices/2026-03.pdf', 'shop-books')),
      ask('s3:DeleteObject', object('thumbs/mug.jpg')),
      ask('ec2:DescribeInstances'),
      ask('iam:CreateUser', `arn:aws:iam::${account}:user/eve`),
    ].map(plain)
    const stage = { iam, evidence, requirement }
    judged(stage, mine(stage), [[10, 'a call of its own without TLS', own]], 'denied')
    const everything = iam.other(
      'another policy of the role',
      { Version: '2012-10-17', Statement: { Sid: 'Everything', Effect: 'Allow', Action: '*', Resource: '*' } },
      'identity',
    )
    const both = [...mine(stage), everything]
    judged(stage, both, [[10, 'a call of its own without TLS, with another policy', own]], 'denied')
    judged(stage, both, [[10, 'any call without TLS, with another policy', elsewhere]], 'denied')
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
  ({ iam, evidence, requirement }) => {
    const requests = [assume(lambda, forAccount(account, ourFunction))]
    const policies = [iam.policy('trust-policy.json', 'trust')]
    judged({ iam, evidence, requirement }, policies, [[12, 'Lambda for our function', requests]], 'allowed')
  },
)

test(
  'nobody else may take it, and Lambda not for others',
  { meta: { id: 'nobody-else-assumes', group: 'trust', covers: [12] } },
  ({ iam, evidence, requirement }) => {
    const services = ['ec2', 'ecs-tasks', 'edgelambda', 'lambda2', 's3'].map((name) => `${name}.amazonaws.com`)
    const [near, beside] = ['111122223334', '111122220000']
    // The star of a pattern runs over colons: our number may stand where a function's name does.
    const named = [`function:${account}:live`, `function:x:${account}:y`].map(
      (rest) => `arn:aws:lambda:${region}:${stranger}:${rest}`,
    )
    const actions = ['sts:TagSession', 'sts:SetSourceIdentity', 'sts:AssumeRoleWithWebIdentity']
    const ours = forAccount(account, ourFunction)
    const users = [`arn:aws:iam::${account}:user/eve`, `arn:aws:iam::${account}:root`, `arn:aws:iam::${stranger}:root`]
    judged(
      { iam, evidence, requirement },
      [iam.policy('trust-policy.json', 'trust')],
      [
        [12, 'another service', services.map((Service) => assume({ Service }, ours))],
        [12, 'a user', users.flatMap((AWS) => [assume({ AWS }), assume({ AWS }, ours)])],
        [12, 'somebody from outside', [assume({ Federated: 'accounts.google.com' }, ours)]],
        [12, 'Lambda for another account', [stranger, near, beside].map((owner) => assume(lambda, forAccount(owner)))],
        [12, 'Lambda for another account', named.map((arn) => assume(lambda, forAccount(stranger, arn)))],
        [12, 'Lambda without saying for whom', [assume(lambda)]],
        [12, 'another action of Lambda', actions.map((action) => assume(lambda, ours, action))],
      ],
      'denied',
    )
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
  ({ iam, requirement }) => {
    requirement(13)
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
    requirement(14)
    const open = allow.filter(
      ({ actions, resources }) =>
        resources?.values.some((value) => /^[*?]+$/.test(value)) === true &&
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
  ({ iam, evidence, requirement }) => {
    denies({ iam, evidence, requirement }, [4, 'listing on objects', [list('uploads/', object('uploads/'))]])
  },
)

test(
  'GetObject is not allowed on a bucket',
  { meta: { id: 'read-on-bucket', covers: [2], probe: true } },
  ({ iam, evidence, requirement }) => {
    denies({ iam, evidence, requirement }, [2, 'reading on a bucket', [ask('s3:GetObject', bucketArn)]])
  },
)
