import { spawn } from 'node:child_process'
import { findCommand } from '../adapters/process/find-command.ts'

/** A person's own pager, else less, else more; null where there is none, or where they want none (`PAGER=cat`). */
export function pagerFor(
  env: NodeJS.ProcessEnv,
  found: (name: string) => string | null = (name) => findCommand(name)?.path ?? null,
): string[] | null {
  const [name, ...args] = (env['GYM_PAGER'] ?? env['PAGER'] ?? '').trim().split(/\s+/).filter(Boolean)
  if (name === 'cat') return null
  for (const [wish, ...more] of [...(name === undefined ? [] : [[name, ...args]]), ['less'], ['more']]) {
    const path = wish === undefined ? null : found(wish)
    if (path !== null) return [path, ...more]
  }
  return null
}

/** Shows a text in a pager and waits until it is left; false where it did not start. */
export function showInPager(command: readonly string[], text: string): Promise<boolean> {
  const [file = '', ...args] = command
  const stay = (): void => {} // Ctrl-C is the pager's while it is open.
  process.on('SIGINT', stay)
  return new Promise<boolean>((resolve) => {
    const env = { ...process.env, LESS: process.env['LESS'] ?? 'FRX' }
    const child = spawn(file, args, { stdio: ['pipe', 'inherit', 'inherit'], env })
    child.once('error', () => resolve(false))
    child.once('close', () => resolve(true))
    child.stdin.on('error', () => {}) // It was left before it had read everything.
    child.stdin.end(text)
  }).finally(() => process.off('SIGINT', stay))
}
