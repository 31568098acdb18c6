import { describe, expect, test } from 'vitest'
import { evaluate, type IamRequest } from './evaluate.ts'
import { readPolicy, type Policy, type PolicyKind } from './policy.ts'

/** Examples of the IAM User Guide; the page is named with each. */

function policy(statement: object | object[], kind: PolicyKind = 'identity', version = '2012-10-17'): Policy {
  const read = readPolicy('policy', JSON.stringify({ Version: version, Statement: statement }), kind)
  if (!read.ok) throw new Error(read.problem)
  return read.policy
}

const decide = (statement: object | object[], request: IamRequest, kind: PolicyKind = 'identity'): string =>
  evaluate([policy(statement, kind)], request).reason

/** Does a statement with this condition apply to a request with this context? */
const holds = (condition: object, context: IamRequest['context'] = {}): boolean =>
  decide(
    { Effect: 'Allow', Action: '*', Resource: '*', Condition: condition },
    { action: 's3:GetObject', resource: 'arn:aws:s3:::b/k', context },
  ) === 'allow'

describe('Policy evaluation logic', () => {
  // "The difference between explicit and implicit denies": AllowGetList and DenyReports.
  const reports = [
    { Sid: 'AllowGetList', Effect: 'Allow', Action: ['iam:Get*', 'iam:List*'], Resource: '*' },
    { Sid: 'DenyReports', Effect: 'Deny', Action: 'iam:*Report', Resource: '*' },
  ]

  test.each([
    ['iam:ListUsers', 'allow', 'AllowGetList'],
    ['iam:CreatePolicy', 'implicit deny', undefined],
    ['iam:GetOrganizationsAccessReport', 'explicit deny', 'DenyReports'],
    ['iam:GenerateCredentialReport', 'explicit deny', 'DenyReports'],
  ])('%s: %s', (action, reason, by) => {
    const decision = evaluate([policy(reports)], { action })
    expect([decision.reason, decision.by?.statement]).toEqual([reason, by])
  })

  test('order does not matter, and a Deny of one policy ends the Allow of another', () => {
    const [allow, deny] = [
      policy({ Effect: 'Allow', Action: 's3:*', Resource: '*' }),
      policy({ Effect: 'Deny', Action: 's3:Put*', Resource: '*' }),
    ]
    for (const both of [
      [allow, deny],
      [deny, allow],
    ])
      expect(evaluate(both, { action: 's3:PutObject', resource: 'arn:aws:s3:::b/k' }).allowed).toBe(false)
    expect(evaluate([allow, deny], { action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' }).allowed).toBe(true)
  })

  test('an implicit deny says what kept each Allow from applying', () => {
    const { misses } = evaluate(
      [
        policy([
          { Sid: 'Objects', Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b' },
          {
            Sid: 'Tls',
            Effect: 'Allow',
            Action: 's3:Get*',
            Resource: '*',
            Condition: { Bool: { 'aws:SecureTransport': true } },
          },
          { Sid: 'Other', Effect: 'Allow', Action: 's3:PutObject', Resource: '*' },
        ]),
      ],
      { action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' },
    )
    expect(misses).toEqual([
      'Objects: its Resource leaves this resource out: arn:aws:s3:::b',
      'Tls: its condition is not met: Bool aws:SecureTransport "true"',
    ])
  })
})

describe('Action, NotAction', () => {
  test('prefix and name have no case; * and ? stand anywhere ("IAM JSON policy elements: Action")', () => {
    const allows = (pattern: string, action: string): boolean =>
      decide({ Effect: 'Allow', Action: pattern, Resource: '*' }, { action }) === 'allow'
    expect(allows('iam:ListAccessKeys', 'IAM:listaccesskeys')).toBe(true)
    expect(
      ['CreateAccessKey', 'DeleteAccessKey', 'ListAccessKeys', 'UpdateAccessKey'].every((name) =>
        allows('iam:*AccessKey*', `iam:${name}`),
      ),
    ).toBe(true)
    expect(allows('iam:*AccessKey*', 'iam:ListUsers')).toBe(false)
    expect(allows('s3:Get?bject', 's3:GetObject')).toBe(true)
    expect(allows('s3:GetObject', 's3:GetObjectAcl')).toBe(false)
    expect(allows('s3:*', 'sqs:SendMessage')).toBe(false)
  })

  test('NotAction with Allow ("IAM JSON policy elements: NotAction")', () => {
    const allButDelete = { Effect: 'Allow', NotAction: 's3:DeleteBucket', Resource: 'arn:aws:s3:::*' }
    expect(decide(allButDelete, { action: 's3:DeleteBucket', resource: 'arn:aws:s3:::b' })).toBe('implicit deny')
    expect(decide(allButDelete, { action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' })).toBe('allow')
    // "ListAllMyBuckets … requires the "*" resource"; other services have other resources.
    expect(decide(allButDelete, { action: 's3:ListAllMyBuckets', resource: '*' })).toBe('implicit deny')
    expect(decide(allButDelete, { action: 'iam:GetUser', resource: 'arn:aws:iam::111122223333:user/a' })).toBe(
      'implicit deny',
    )
  })

  test('NotAction with Deny: without MFA everything but IAM is denied, and nothing is allowed by it', () => {
    const statement = {
      Sid: 'DenyAllUsersNotUsingMFA',
      Effect: 'Deny',
      NotAction: 'iam:*',
      Resource: '*',
      Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
    }
    expect(decide(statement, { action: 's3:GetObject', context: { 'aws:MultiFactorAuthPresent': false } })).toBe(
      'explicit deny',
    )
    expect(decide(statement, { action: 's3:GetObject' })).toBe('explicit deny')
    expect(decide(statement, { action: 's3:GetObject', context: { 'aws:MultiFactorAuthPresent': true } })).toBe(
      'implicit deny',
    )
    expect(decide(statement, { action: 'iam:GetUser' })).toBe('implicit deny')
  })
})

describe('Resource, NotResource ("IAM JSON policy elements: Resource")', () => {
  const covers = (pattern: string, resource: string, context = {}): boolean =>
    decide({ Effect: 'Allow', Action: '*', Resource: pattern }, { action: 's3:GetObject', resource, context }) ===
    'allow'
  const bucket = 'arn:aws:s3:::amzn-s3-demo-bucket'

  test('* reaches over slashes', () => {
    const matched = [
      '1/test/object.jpg',
      '1/2/test/object.jpg',
      '1/2/test/3/object.jpg ',
      '1/2/3/test/4/object.jpg',
      '1///test///object.jpg',
      '1/test/.jpg',
      '/test/object.jpg',
      '1/test/',
    ]
    expect(matched.filter((key) => !covers(`${bucket}/*/test/*`, `${bucket}/${key}`))).toEqual([])
    const others = ['1-test/object.jpg', 'test/object.jpg', '1/2/test.jpg']
    expect(others.filter((key) => covers(`${bucket}/*/test/*`, `${bucket}/${key}`))).toEqual([])
  })

  test.each<[string, string, boolean]>([
    [bucket, `${bucket}/k`, false],
    [`${bucket}/*`, bucket, false],
    [`${bucket}/*`, `${bucket}/`, true],
    [`${bucket}*`, `${bucket}-private/k`, true],
    [`${bucket}/????-test`, `${bucket}/2026-test`, true],
    [`${bucket}/????-test`, `${bucket}/12345-test`, false],
    ['arn:aws:iam::111122223333:user/Bob', 'arn:aws:iam::111122223333:user/bob', false],
    ['arn:aws:ec2:*:111122223333:vpc/*', 'arn:aws:ec2:us-east-1:111122223333:vpc/vpc-1', true],
    ['arn:aws:ec2:us-*-1:111122223333:vpc/*', 'arn:aws:ec2:us-east-1:111122223333:vpc/vpc-1', true],
    ['arn:aws:ec2:us-*-1:111122223333:vpc/*', 'arn:aws:ec2:us:x-1:111122223333:vpc/vpc-1', false],
    [
      'arn:aws:logs:*:111122223333:log-group:app-*',
      'arn:aws:logs:us-east-1:111122223333:log-group:app-web:log-stream:1',
      true,
    ],
    // A `*` at the end of a part reaches beyond colons; an incomplete ARN is completed ("IAM ARNs").
    ['arn:aws:sqs', 'arn:aws:sqs:us-east-1:111122223333:queue1', true],
    ['arn:aws:sqs:*', 'arn:aws:sqs:us-east-1:111122223333:queue1', true],
    ['*', '*', true],
    ['arn:aws:s3:::*', '*', false],
    [`${bucket}/a+b(1).jpg`, `${bucket}/a+b(1).jpg`, true],
    [`${bucket}/a.jpg`, `${bucket}/axjpg`, false],
  ])('%s on %s: %s', (pattern, resource, expected) => expect(covers(pattern, resource)).toBe(expected))

  test('NotResource: everything else', () => {
    const statement = { Effect: 'Deny', Action: 's3:*', NotResource: [`${bucket}`, `${bucket}/*`] }
    expect(decide(statement, { action: 's3:GetObject', resource: `${bucket}/k` })).toBe('implicit deny')
    expect(decide(statement, { action: 's3:GetObject', resource: 'arn:aws:s3:::other/k' })).toBe('explicit deny')
  })
})

describe('Variables ("IAM policy elements: Variables and tags")', () => {
  const home = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::mybucket/${aws:username}/*' }
  const get = (key: string, context = {}, version = '2012-10-17'): boolean =>
    evaluate([policy(home, 'identity', version)], {
      action: 's3:GetObject',
      resource: `arn:aws:s3:::mybucket/${key}`,
      context,
    }).allowed

  test('the request fills them in; without a value the statement does not apply', () => {
    expect(get('David/a', { 'aws:username': 'David' })).toBe(true)
    expect(get('Adele/a', { 'aws:username': 'David' })).toBe(false)
    expect(get('David/a')).toBe(false)
    expect(
      holds({ StringNotEquals: { 'aws:PrincipalTag/team': '${aws:username}' } }, { 'aws:PrincipalTag/team': 'yellow' }),
    ).toBe(false)
  })

  test('a value is never a wildcard', () => expect(get('Adele/a', { 'aws:username': '*' })).toBe(false))

  test('only in version 2012-10-17', () => {
    expect(get('David/a', { 'aws:username': 'David' }, '2008-10-17')).toBe(false)
    expect(get('${aws:username}/a', { 'aws:username': 'David' }, '2008-10-17')).toBe(true)
  })

  test('default values, and the signs themselves', () => {
    const team = { StringLike: { 's3:prefix': "${aws:PrincipalTag/team, 'company-wide'}/${*}" } }
    expect(holds(team, { 's3:prefix': 'company-wide/*' })).toBe(true)
    expect(holds(team, { 's3:prefix': 'yellow/*', 'aws:PrincipalTag/team': 'yellow' })).toBe(true)
    expect(holds(team, { 's3:prefix': 'company-wide/x' })).toBe(false)
  })
})

describe('Condition operators ("IAM JSON policy elements: Condition operators")', () => {
  test.each<[string, object, IamRequest['context'], boolean]>([
    ['equal, with case', { StringEquals: { 'aws:username': 'john' } }, { 'aws:username': 'John' }, false],
    ['equal, without case', { StringEqualsIgnoreCase: { 'aws:username': 'john' } }, { 'aws:username': 'John' }, true],
    ['StringEquals knows no wildcard', { StringEquals: { 's3:prefix': 'a/*' } }, { 's3:prefix': 'a/b' }, false],
    [
      'StringLike does',
      { StringLike: { 's3:prefix': ['', 'home/', 'home/${aws:username}/*'] } },
      { 's3:prefix': 'home/eve/x', 'aws:username': 'eve' },
      true,
    ],
    ['an empty value of the policy', { StringLike: { 's3:prefix': ['', 'home/'] } }, { 's3:prefix': '' }, true],
    ['keys have no case', { StringEquals: { 'AWS:SourceVPC': 'vpc-1' } }, { 'aws:SourceVpc': 'vpc-1' }, true],
    ['a missing key', { StringEquals: { 'aws:username': 'john' } }, {}, false],
    ['a missing key, negated', { StringNotLike: { 'aws:username': 'john' } }, {}, true],
    ['a missing key, IfExists', { StringLikeIfExists: { 'ec2:InstanceType': ['t1.*', 't2.*', 'm3.*'] } }, {}, true],
    [
      'IfExists with another value',
      { StringLikeIfExists: { 'ec2:InstanceType': ['t1.*', 't2.*', 'm3.*'] } },
      { 'ec2:InstanceType': 'c5.large' },
      false,
    ],
    ['negated IfExists, missing', { StringNotEqualsIfExists: { 'aws:PrincipalTag/team': 'a' } }, {}, true],
    ['Numeric', { NumericLessThanEquals: { 's3:max-keys': '10' } }, { 's3:max-keys': 10 }, true],
    ['Numeric, too many', { NumericLessThanEquals: { 's3:max-keys': 10 } }, { 's3:max-keys': '11' }, false],
    [
      'Date',
      { DateGreaterThan: { 'aws:TokenIssueTime': '2020-01-01T00:00:01Z' } },
      { 'aws:TokenIssueTime': '2020-01-02T00:00:00Z' },
      true,
    ],
    [
      'Date as epoch',
      { DateLessThan: { 'aws:EpochTime': '1577836801' } },
      { 'aws:EpochTime': '2020-01-01T00:00:00Z' },
      true,
    ],
    ['Bool', { Bool: { 'aws:SecureTransport': 'false' } }, { 'aws:SecureTransport': false }, true],
    ['Bool, missing', { Bool: { 'aws:SecureTransport': 'false' } }, {}, false],
    [
      'IpAddress in a range',
      { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '2001:DB8:1234:5678::/64'] } },
      { 'aws:SourceIp': '203.0.113.255' },
      true,
    ],
    [
      'IpAddress, version 6',
      { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '2001:DB8:1234:5678::/64'] } },
      { 'aws:SourceIp': '2001:db8:1234:5678::1' },
      true,
    ],
    [
      'IpAddress without prefix is /32',
      { IpAddress: { 'aws:SourceIp': '203.0.113.7' } },
      { 'aws:SourceIp': '203.0.113.8' },
      false,
    ],
    ['NotIpAddress', { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, { 'aws:SourceIp': '198.51.100.1' }, true],
    ['Null true: the key is missing', { Null: { 'aws:TokenIssueTime': 'true' } }, {}, true],
    [
      'Null true: it is there',
      { Null: { 'aws:TokenIssueTime': 'true' } },
      { 'aws:TokenIssueTime': '2020-01-01T00:00:00Z' },
      false,
    ],
    ['Null false', { Null: { 'aws:TagKeys': 'false' } }, { 'aws:TagKeys': ['a'] }, true],
    [
      'operators and keys: AND',
      { StringEquals: { 'aws:a': '1', 'aws:b': '2' }, Bool: { 'aws:c': 'true' } },
      { 'aws:a': '1', 'aws:b': '2', 'aws:c': 'false' },
      false,
    ],
    [
      'values: OR',
      { StringEquals: { 'aws:PrincipalTag/role': ['audit', 'security'] } },
      { 'aws:PrincipalTag/role': 'security' },
      true,
    ],
    [
      'values of a negated operator: NOR',
      { StringNotEquals: { 'aws:PrincipalTag/role': ['audit', 'security'] } },
      { 'aws:PrincipalTag/role': 'audit' },
      false,
    ],
  ])('%s', (_, condition, context, expected) => expect(holds(condition, context)).toBe(expected))

  test('StringLike reaches over colons, ArnLike and ArnEquals do not', () => {
    const [pattern, value] = [
      'arn:aws:someservice:*:111122223333:finance/*',
      'arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt',
    ]
    const one = (operator: string, given: string): boolean =>
      holds({ [operator]: { 'aws:SourceArn': pattern } }, { 'aws:SourceArn': given })
    expect([one('StringLike', value), one('ArnLike', value), one('ArnEquals', value)]).toEqual([true, false, false])
    expect([
      one('ArnEquals', 'arn:aws:someservice:eu-west-1:111122223333:finance/a:b'),
      one('ArnNotLike', value),
    ]).toEqual([true, true])
    expect(holds({ ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::B' } }, { 'aws:SourceArn': 'arn:aws:s3:::b' })).toBe(false)
  })

  // "Set operators for multivalued context keys" and "Multivalued context key examples".
  test.each<[string, object, readonly string[] | null, boolean]>([
    [
      'all are on the list',
      { 'ForAllValues:StringLike': { 'dynamodb:requestedAttributes': ['PostDateTime', 'Message', 'Tags'] } },
      ['PostDateTime', 'Message'],
      true,
    ],
    [
      'one is not',
      { 'ForAllValues:StringLike': { 'dynamodb:requestedAttributes': ['PostDateTime', 'Message', 'Tags'] } },
      ['PostDateTime', 'UserName'],
      false,
    ],
    [
      'ForAllValues without the key',
      { 'ForAllValues:StringLike': { 'dynamodb:requestedAttributes': ['Tags'] } },
      null,
      true,
    ],
    [
      'any is on the list',
      { 'ForAnyValue:StringLike': { 'dynamodb:requestedAttributes': ['ID', 'PostDateTime'] } },
      ['UserName', 'Message', 'PostDateTime'],
      true,
    ],
    [
      'none is',
      { 'ForAnyValue:StringLike': { 'dynamodb:requestedAttributes': ['ID', 'PostDateTime'] } },
      ['UserName'],
      false,
    ],
    [
      'ForAnyValue without the key',
      { 'ForAnyValue:StringLike': { 'dynamodb:requestedAttributes': ['ID'] } },
      null,
      false,
    ],
    [
      'negated, all',
      { 'ForAllValues:StringNotLike': { 'dynamodb:requestedAttributes': 'key1*' } },
      ['key1:a', 'key2:b'],
      false,
    ],
    [
      'negated, any',
      { 'ForAnyValue:StringNotLike': { 'dynamodb:requestedAttributes': 'key1*' } },
      ['key1:a', 'key2:b'],
      true,
    ],
  ])('%s', (_, condition, values, expected) => {
    expect(holds(condition, values === null ? {} : { 'dynamodb:requestedAttributes': values })).toBe(expected)
  })
})

describe('Principal ("AWS JSON policy elements: Principal")', () => {
  const asks = (Principal: unknown, principal: IamRequest['principal'], element = 'Principal'): boolean =>
    decide(
      { Effect: 'Allow', [element]: Principal, Action: 'sts:AssumeRole' },
      { action: 'sts:AssumeRole', principal: principal ?? {} },
      'trust',
    ) === 'allow'
  const session = { AWS: 'arn:aws:sts::111122223333:assumed-role/worker/s1' }

  test.each<[string, unknown, IamRequest['principal'], boolean]>([
    ['a service', { Service: 'lambda.amazonaws.com' }, { Service: 'lambda.amazonaws.com' }, true],
    [
      'another service',
      { Service: ['ecs.amazonaws.com', 'elasticloadbalancing.amazonaws.com'] },
      { Service: 'lambda.amazonaws.com' },
      false,
    ],
    [
      'an account by its ARN',
      { AWS: 'arn:aws:iam::111122223333:root' },
      { AWS: 'arn:aws:iam::111122223333:user/eve' },
      true,
    ],
    ['an account by its number', { AWS: ['123456789012', '111122223333'] }, session, true],
    ['another account', { AWS: '123456789012' }, session, false],
    ['a role, for its sessions', { AWS: 'arn:aws:iam::111122223333:role/path/worker' }, session, true],
    ['another role', { AWS: 'arn:aws:iam::111122223333:role/work' }, session, false],
    ['a session', { AWS: session.AWS }, session, true],
    ['everybody', '*', session, true],
    ['everybody, a service too', { AWS: '*' }, { Service: 'sns.amazonaws.com' }, true],
    ['an identity provider', { Federated: 'accounts.google.com' }, { Federated: 'accounts.google.com' }, true],
  ])('%s', (_, element, principal, expected) => expect(asks(element, principal)).toBe(expected))

  test('NotPrincipal: everybody else', () => {
    expect(asks({ AWS: '111122223333' }, session, 'NotPrincipal')).toBe(false)
    expect(asks({ AWS: '123456789012' }, session, 'NotPrincipal')).toBe(true)
  })

  test('a bucket policy with a condition', () => {
    const statement = {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: ['arn:aws:s3:::b', 'arn:aws:s3:::b/*'],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    }
    const request = (tls: boolean): IamRequest => ({
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::b/k',
      principal: session,
      context: { 'aws:SecureTransport': tls },
    })
    expect([decide(statement, request(false), 'resource'), decide(statement, request(true), 'resource')]).toEqual([
      'explicit deny',
      'implicit deny',
    ])
  })
})
