import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { OptionTable } from './command.ts'
import { swallowedByNpm, wordsAsTyped } from './swallowed.ts'

const options: OptionTable = {
  to: { type: 'string' },
  lang: { type: 'string' },
  skip: { type: 'boolean' },
  case: { type: 'string' },
  'give-up': { type: 'boolean' },
  json: { type: 'boolean' },
}
const undo = { npm_lifecycle_event: 'undo' }

test.each<[string, string[], Record<string, string>, string[]]>([
  ['nothing was swallowed', [], undo, []],
  ['a switch', [], { ...undo, npm_config_skip: 'true' }, ['skip']],
  ['a name of two words', [], { ...undo, npm_config_give_up: 'true' }, ['give-up']],
  ['a switch that was switched off', [], { ...undo, npm_config_json: '' }, []],
  ['an option that the command does not have', [], { ...undo, npm_config_color: 'false' }, []],
  ['it is given behind --, as well', ['--skip'], { ...undo, npm_config_skip: 'true' }, []],
  ['it is given behind --, in one word', ['--to=3'], { ...undo, npm_config_token_description: '99' }, []],
  ['another script of npm started us', [], { npm_lifecycle_event: 'test', npm_config_skip: 'true' }, []],
  ['no npm at all', [], { npm_config_skip: 'true' }, []],
])('%s', (_, args, env, swallowed) => expect(swallowedByNpm('undo', options, args, env)).toEqual(swallowed))

test.each([
  [['--to', '99'], 'to'],
  [['--to=99'], 'to'],
  [['--lang', 'ts'], 'lang'],
  [['hello-gym', '--skip'], 'skip'],
  [['--give-up'], 'give-up'],
  [['--json'], 'json'],
  [['--case', 'one-line'], 'case'],
  [['hello-gym', '--case=one-line'], 'case'],
])('what the npm of this machine does with %j', (typed, name) => {
  const folder = mkdtempSync(join(tmpdir(), 'swallowed-'))
  const script = 'node -e "process.stdout.write(JSON.stringify([process.env, process.argv.slice(1)]))"'
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts: { undo: script } }))
  try {
    const { npm_config_json: _, ...own } = process.env
    const said = execFileSync('npm', ['run', '-s', 'undo', ...typed], { cwd: folder, env: own, encoding: 'utf8' })
    const [env, args] = JSON.parse(said) as [Record<string, string>, string[]]
    expect(swallowedByNpm('undo', options, args, env)).toEqual([name])
    const asTyped = wordsAsTyped(options, [name], args, env, (word) => word === 'hello-gym')
    expect(asTyped).toEqual(typed.flatMap((word) => word.split('=')))
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test.each<[string[], Record<string, string>, string[]]>([
  [['ts', 'hello-gym'], { npm_config_all: 'true' }, ['hello-gym', '--lang', 'ts']],
  [['hello-gym'], { npm_config_all: 'true' }, ['hello-gym', '--lang', '…']],
  [['hello-gym', 'ts', '--plain'], { npm_config_all: 'true' }, ['hello-gym', '--lang', 'ts', '--plain']],
  [['a file'], {}, ['--lang', "'a file'"]],
])('%j was typed as a whole line', (args, env, line) =>
  expect(wordsAsTyped(options, ['lang'], args, env, (word) => word === 'hello-gym')).toEqual(line),
)
