import { expect, test } from 'vitest'
import { iam } from './iam.ts'
import { StopRun } from '../run/run-state.ts'
import { runWith } from '../run/run-fixtures.ts'

const text = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Sid: 'Read', Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' }],
})

test('decisions and what decided them go into the transcript', () => {
  const run = runWith({ 'policy.json': text })
  const { policy, other, decide } = iam(run)
  const mine = policy('policy.json', 'identity')
  expect(
    decide([mine], { action: 's3:GetObject', resource: 'arn:aws:s3:::b/k', context: { 'aws:SecureTransport': true } })
      .allowed,
  ).toBe(true)
  const deny = other(
    'guardrail',
    { Version: '2012-10-17', Statement: { Effect: 'Deny', Action: '*', Resource: '*' } },
    'identity',
  )
  expect(decide([mine, deny], { action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' }).allowed).toBe(false)
  decide([mine], { action: 's3:GetObject', resource: 'arn:aws:s3:::b' })
  decide([mine], { action: 's3:PutObject', resource: 'arn:aws:s3:::b/k' })
  expect(run.current.transcript.map(({ label, text: said }) => `${label}: ${said}`)).toEqual([
    'file: policy.json',
    'request: s3:GetObject on arn:aws:s3:::b/k\naws:SecureTransport = true',
    'decision: allowed by Read of policy.json',
    'request: s3:GetObject on arn:aws:s3:::b/k',
    'decision: denied by statement 1 of guardrail (Deny)',
    'request: s3:GetObject on arn:aws:s3:::b',
    'decision: denied: no Allow applies\nRead: its Resource leaves this resource out: arn:aws:s3:::b/*',
    'request: s3:PutObject on arn:aws:s3:::b/k',
    'decision: denied: no statement allows this action',
  ])
})

test.each([
  ['missing', {}, 'The file policy.json is missing.'],
  ['refused', { 'policy.json': '{}' }, 'IAM refuses policy.json. Statement is missing'],
])('a policy that is %s is not decided by', (_, files, message) => {
  expect(() => iam(runWith(files as Record<string, string>)).policy('policy.json', 'identity')).toThrow(message)
})

test('a policy that IAM refuses fails one case, and the run goes on', () => {
  const run = runWith({ 'policy.json': '{}' })
  expect(() => iam(run).policy('policy.json', 'identity')).toThrow('IAM refuses policy.json.')
  expect(run.stop).toBeNull()
  expect(() => iam(run).policy('policy.json', 'identity')).not.toThrow(StopRun)
})
