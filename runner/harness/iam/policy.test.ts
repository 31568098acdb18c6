import { describe, expect, test } from 'vitest'
import { readPolicy, repeatedKey, type PolicyKind } from './policy.ts'

const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }
const trust = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }

const problem = (document: unknown, kind: PolicyKind = 'identity'): string | null => {
  const read = readPolicy('p', typeof document === 'string' ? document : JSON.stringify(document), kind)
  return read.ok ? null : read.problem
}
const withStatement = (change: object, kind: PolicyKind = 'identity'): string | null =>
  problem({ Version: '2012-10-17', Statement: [{ ...(kind === 'trust' ? trust : statement), ...change }] }, kind)

describe('what IAM takes ("Grammar of the IAM JSON policy language")', () => {
  test('one statement or a list, texts or lists, numbers and booleans without quotes', () => {
    expect(problem({ Version: '2012-10-17', Statement: statement })).toBeNull()
    expect(problem({ Statement: [{ ...statement, Sid: 'A1', Action: ['s3:Get*', '*'] }, statement] })).toBeNull()
    expect(
      withStatement({ Condition: { NumericLessThan: { 's3:max-keys': 10 }, Bool: { 'aws:SecureTransport': [true] } } }),
    ).toBeNull()
    expect(withStatement({ Condition: { 'ForAnyValue:StringLikeIfExists': { 'aws:TagKeys': 'a*' } } })).toBeNull()
    expect(withStatement({}, 'trust')).toBeNull()
  })

  test('a byte-order mark that an editor put in front is read over, and counts for nothing', () => {
    const text = JSON.stringify({ Statement: statement })
    expect(readPolicy('p', `\uFEFF${text}`, 'identity')).toEqual(readPolicy('p', text, 'identity'))
    expect(problem(`\uFEFF${text}`)).toBeNull()
  })

  test('size counts no white space', () => {
    const read = readPolicy('p', JSON.stringify({ Statement: statement }, null, 8), 'identity')
    expect(read.ok && read.policy.size).toBe(JSON.stringify({ Statement: statement }).length)
  })

  test('the older version is what counts without one', () => {
    const read = readPolicy('p', JSON.stringify({ Statement: statement }), 'identity')
    expect(read.ok && read.policy.version).toBe('2008-10-17')
  })
})

describe('what IAM refuses', () => {
  test.each<[string, unknown, string]>([
    ['no JSON', '{ "Version": "2012-10-17", }', 'It is not JSON: '],
    ['no object', [], 'It is not a JSON object.'],
    ['a version that is none', { Version: '2024-01-01', Statement: statement }, 'Version is "2024-01-01"'],
    ['no statement', { Version: '2012-10-17' }, 'Statement is missing'],
    ['an element in lower case', { Version: '2012-10-17', statement }, 'The policy has an element "statement"'],
    [
      'a Sid twice',
      {
        Statement: [
          { ...statement, Sid: 'A' },
          { ...statement, Sid: 'A' },
        ],
      },
      'The Sid A stands twice',
    ],
    [
      'a key twice',
      '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringLike":{"aws:a":"1"},"StringLike":{"aws:b":"2"}}}}',
      'The key "StringLike" stands twice',
    ],
  ])('%s', (_, document, expected) => expect(problem(document)).toContain(expected))

  test.each<[object, string]>([
    [{ Effect: 'allow' }, 'statement 1 needs an Effect'],
    [{ Sid: 'read-only' }, 'The Sid of statement 1 may hold letters and digits only'],
    [{ NotAction: 's3:*' }, 'both Action and NotAction'],
    [{ Action: undefined }, 'neither Action nor NotAction'],
    [{ Action: 'GetObject' }, '"GetObject" is not an action'],
    [{ Action: [] }, 'must be a text or a list of texts'],
    [{ Resource: undefined }, 'neither Resource nor NotResource'],
    [{ Resource: 'shop-media/*' }, '"shop-media/*" is not an ARN'],
    [{ Resource: 'arn:aws:*:::b' }, 'has a wildcard for its service'],
    [{ Principal: '*' }, 'statement 1 has a Principal'],
    [{ Conditions: {} }, 'an element "Conditions"'],
    [{ Condition: { StringMatches: { 'aws:a': 'b' } } }, 'no condition operator "StringMatches"'],
    [{ Condition: { NullIfExists: { 'aws:a': 'true' } } }, 'no condition operator "NullIfExists"'],
    [{ Condition: { StringLike: { SourceIp: 'b' } } }, '"SourceIp" is not a condition key'],
    [{ Condition: { StringLike: { 'aws:a': { b: 1 } } } }, 'must have a text or a list of texts'],
  ])('%j', (change, expected) => expect(withStatement(change)).toContain(expected))

  test.each<[object, string]>([
    [{ Resource: '*' }, 'a trust policy has none'],
    [{ Principal: undefined }, 'has no Principal'],
    [{ Principal: 'lambda.amazonaws.com' }, 'must be "*" or an object'],
    [{ Principal: { service: 'lambda.amazonaws.com' } }, 'an element "service"'],
    [{ Principal: { AWS: 'arn:aws:iam::111122223333:role/*' } }, 'a wildcard inside a name'],
  ])('trust %j', (change, expected) => expect(withStatement(change, 'trust')).toContain(expected))
})

test('repeatedKey: keys of one object only, values and escapes aside', () => {
  expect(repeatedKey('{"a":{"a":1},"b":["a","a"],"c":"\\"a\\":"}')).toBeNull()
  expect(repeatedKey('[{"a":1},{"a":1}]')).toBeNull()
  expect(repeatedKey('{"a":1, "b":{}, "a" : 2}')).toBe('"a"')
})
