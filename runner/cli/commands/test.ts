import { join } from 'node:path'
import { spawn } from 'node:child_process'
import type { Answer, Command } from '../command.ts'
import type { Context } from '../context.ts'
import { seedOf } from '../seed-option.ts'
import { verifyNow } from './verify.ts'

export const test: Command = {
  summary: 'Runs the unit tests and the content gate; what this machine lacks is listed as not run.',
  usage: '[--seed N]',
  details: [
    'Starter, emptied workspace and solutions of every exercise, every wrong answer of what has changed since it was',
    'proved, and some of the others, drawn by a seed; verify looks at all of them',
    '--seed   draws the same wrong answers again',
    'GYM_REQUIRE_ALL=1 makes anything that is not run a failure (CI).',
  ],
  options: { seed: { type: 'string' } },
  words: 0,
  run: async (context, { options }) => {
    const seed = seedOf(options['seed'], 'test') ?? context.clock.seed()
    const unit = await unitTests(context)
    const gate = await verifyNow(context, [], { sample: { most: sampled, seed } })
    const ok = unit === 0 && gate.exitCode === 0
    return {
      ...gate,
      exitCode: ok ? 0 : 1,
      text: `${gate.text}\n  ${ok ? '✓ all tests passed' : unit === 0 ? '✗ the content gate is red' : '✗ unit tests are red'}\n`,
    } satisfies Answer
  },
}

/** Wrong answers of unchanged exercises that every run looks at. */
const sampled = 40

function unitTests({ settings }: Context): Promise<number> {
  const vitest = join(settings.root, 'node_modules', 'vitest', 'vitest.mjs')
  const stdio: ['ignore', 'inherit' | 2, 'inherit'] = ['ignore', settings.json ? 2 : 'inherit', 'inherit']
  const child = spawn(process.execPath, [vitest, 'run'], { cwd: settings.root, stdio })
  return new Promise((resolve) => {
    child.once('error', () => resolve(70))
    child.once('exit', (code) => resolve(code ?? 70))
  })
}
