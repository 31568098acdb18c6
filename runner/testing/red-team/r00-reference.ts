import type { Language } from '../../domain/exercise/exercise.ts'
import type { Attack } from './attack.ts'

/** No attack: the reference solution has all points, in each language and by each driver. */

const variants: [string, Language][] = [
  // stdio, in each language; one with files and signals, one with a server that the suite scripts.
  ['access-log-rollup', 'ts'],
  ['access-log-rollup', 'py'],
  ['access-log-rollup', 'java'],
  ['access-log-rollup', 'rb'],
  ['money-split', 'ts'],
  ['money-split', 'py'],
  ['money-split', 'java'],
  ['money-split', 'rb'],
  ['retry-client', 'ts'],
  ['retry-client', 'py'],
  ['retry-client', 'java'],
  ['retry-client', 'rb'],
  ['twelve-factor-config', 'ts'],
  ['twelve-factor-config', 'py'],
  ['twelve-factor-config', 'java'],
  ['twelve-factor-config', 'rb'],
  // http, without a framework and with Express, Django and Spring; endings by a signal.
  ['resource-semantics', 'ts'],
  ['resource-semantics', 'py'],
  ['resource-semantics', 'java'],
  ['validated-create', 'ts'],
  ['validated-create', 'py'],
  ['validated-create', 'java'],
  ['gcp-run-contract', 'ts'],
  ['gcp-run-contract', 'py'],
  ['gcp-run-contract', 'java'],
  ['gcp-run-contract', 'rb'],
  ['graceful-shutdown', 'ts'],
  ['graceful-shutdown', 'py'],
  ['graceful-shutdown', 'java'],
  // module, in each language, with each service and with packs.
  ['node-lost-promises', 'ts'],
  ['password-storage', 'py'],
  ['java-decimal-ledger', 'java'],
  ['ruby-shared-default', 'rb'],
  ['heap-leak', 'ts'],
  ['graphql-dataloader', 'ts'],
  ['pg-transfer-atomic', 'ts'],
  ['redis-cache-stampede', 'ts'],
  ['mysql-lost-update', 'ts'],
  ['mongo-atomic-stock', 'ts'],
  ['azure-blob-sas', 'ts'],
  ['idempotency-keys', 'ts'],
  // sql, git, config, artefact, mutants.
  ['pg-constraints-first', 'sql'],
  ['first-clean-commit', 'git'],
  ['bisect-run', 'git'],
  ['aws-cdk-stack', 'ts'],
  ['cpu-profile', 'ts'],
  ['first-mutants', 'ts'],
  ['first-mutants', 'py'],
  ['first-mutants', 'java'],
  ['first-mutants', 'rb'],
  ['payment-doubles', 'ts'],
]

export const attacks: readonly Attack[] = variants.map(([exercise, language]) => ({
  id: 'R00',
  title: 'the reference solution',
  language,
  exercise,
  base: 'reference',
  files: {},
  expected: { verdicts: ['passed'], most: 100, least: 100 },
}))
