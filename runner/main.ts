import { dirname, join } from 'node:path'
import { startedThrough } from './errors/command-line.ts'

/** Commands that end in a run, of which a person waits for the first verdict. */
const running = new Set(['next', 'check', 'watch'])

/** The program's entry, called by bootstrap.mjs: arguments after the script's name → exit code. */
export async function main(argv: string[]): Promise<number> {
  startedThrough(process.env['GYM_LAUNCHER'] ?? null)
  delete process.env['GYM_LAUNCHER'] // what we start was not started by it
  if (running.has(argv[0] ?? '') && !argv.includes('--help')) await startThread()
  return (await import('./cli/run-cli.ts')).runCli(argv)
}

async function startThread(): Promise<void> {
  const root = dirname(import.meta.dirname)
  const { startEarly } = await import('./adapters/vitest/early-thread.ts')
  startEarly(root, join(root, '.cache'))
}
