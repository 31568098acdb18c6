import { join } from 'node:path'
import { spawn } from 'node:child_process'
import type { Answer, Command } from '../command.ts'
import type { Context } from '../context.ts'
import { verifyNow } from './verify.ts'

export const test: Command = {
  summary: 'Runs the unit tests and the content gate; what this machine lacks is listed as not run.',
  usage: '',
  details: ['GYM_REQUIRE_ALL=1 makes anything that is not run a failure (CI).'],
  options: {},
  words: 0,
  run: async (context) => {
    const unit = await unitTests(context)
    const gate = await verifyNow(context, [], {})
    const ok = unit === 0 && gate.exitCode === 0
    return {
      ...gate,
      exitCode: ok ? 0 : 1,
      text: `${gate.text}\n  ${ok ? '✓ all tests passed' : unit === 0 ? '✗ the content gate is red' : '✗ unit tests are red'}\n`,
    } satisfies Answer
  },
}

function unitTests({ settings }: Context): Promise<number> {
  const vitest = join(settings.root, 'node_modules', 'vitest', 'vitest.mjs')
  const stdio: ['ignore', 'inherit' | 2, 'inherit'] = ['ignore', settings.json ? 2 : 'inherit', 'inherit']
  const child = spawn(process.execPath, [vitest, 'run'], { cwd: settings.root, stdio })
  return new Promise((resolve) => {
    child.once('error', () => resolve(70))
    child.once('exit', (code) => resolve(code ?? 70))
  })
}
