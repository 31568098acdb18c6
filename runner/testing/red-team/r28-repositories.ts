import { chmodSync } from 'node:fs'
import { emptyRepository, honestFile, workspace, write, type IntakeAttack } from './intake-attack.ts'

/** A repository inside a submission whose settings and hooks start programs as soon as any git looks at it. */

const poisoned = (ran: string): string =>
  [
    '[core]',
    '\trepositoryformatversion = 0',
    `\tfsmonitor = touch '${ran}'`,
    `\tsshCommand = touch '${ran}'`,
    `\tpager = touch '${ran}'`,
    '[filter "x"]',
    `\tclean = touch '${ran}'`,
    `\tsmudge = touch '${ran}'`,
    '[alias]',
    `\tstatus = !touch '${ran}'`,
    '',
  ].join('\n')

function poison(gitDir: string, ran: string): void {
  emptyRepository(gitDir)
  write(gitDir, {
    config: poisoned(ran),
    'hooks/post-checkout': `#!/bin/sh\ntouch '${ran}'\n`,
    'hooks/pre-commit': `#!/bin/sh\ntouch '${ran}'\n`,
    'info/attributes': '* filter=x\n',
  })
  for (const hook of ['post-checkout', 'pre-commit']) chmodSync(`${gitDir}/hooks/${hook}`, 0o755)
}

export const intakeAttacks: readonly IntakeAttack[] = [
  {
    id: 'R28',
    title: 'a poisoned .git in the workspace',
    rule: null,
    taken: [honestFile.path],
    make: (place, { ran }) => poison(`${workspace(place)}/.git`, ran),
  },
  {
    id: 'R28',
    title: 'a poisoned .git around the workspace',
    rule: null,
    taken: [honestFile.path],
    make: (place, { ran }) => {
      workspace(place)
      poison(`${place}/.git`, ran)
    },
  },
  {
    id: 'R28',
    title: 'an embedded bare repository',
    rule: 'embedded-repository',
    make: (place, { ran }) => {
      const folder = workspace(place)
      poison(`${folder}/inner.git`, ran)
    },
  },
  {
    id: 'R28',
    title: 'the submission is a bare repository',
    rule: 'nothing-found',
    make: (place, { ran }) => poison(place, ran),
  },
  {
    id: 'R28',
    title: 'tool settings beside the work are left out',
    rule: null,
    taken: [honestFile.path],
    make: (place, { ran }) =>
      void workspace(place, {
        'package.json': JSON.stringify({ scripts: { pretest: `touch '${ran}'` } }),
        '.npmrc': `node-options=--require ./evil.cjs\n`,
        'vitest.config.ts': 'export default {}\n',
        'run.json': JSON.stringify({ run: ['sh', '-c', `touch '${ran}'`] }),
        'node_modules/vitest/index.js': 'x',
        'tsconfig.json': '{}',
        'src/native.node': 'x',
        'debug.log': 'x'.repeat(1_000_000),
      }),
  },
]
