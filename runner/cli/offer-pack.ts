import { createInterface } from 'node:readline/promises'
import { packIds, packOf } from '../adapters/packs/packs.ts'
import type { PackId } from '../domain/exercise/exercise.ts'
import type { Missing } from '../domain/judging/verdict.ts'
import { RunnerError } from '../errors/runner-error.ts'
import type { Context } from './context.ts'
import { installShown } from './commands/setup.ts'

/** The pack that is all an exercise waits for, or null when something else is missing too. */
export function onlyPack(missing: readonly Missing[]): PackId | null {
  const ids = new Set(missing.map((m) => m.id))
  const [id] = ids
  return ids.size === 1 && packIds.includes(id as PackId) ? (id as PackId) : null
}

/** Asks in a terminal whether a missing pack may be installed, and installs it. Elsewhere the answer is no. */
export async function offerPack(context: Context, slug: string, missing: readonly Missing[]): Promise<boolean> {
  const id = onlyPack(missing)
  if (id === null || !context.settings.interactive) return false
  const { title, megabytes, license } = packOf(id)
  context.say(`\n  ${slug} needs ${title}, about ${megabytes} MB on disk (${license}).`)
  if (!(await agreed('  Install it now? It works without a network afterwards. [Y/n] '))) return false
  await installShown(context, id)
  return true
}

async function agreed(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  const refused = new Promise<never>((_, reject) => lines.once('SIGINT', () => reject(new RunnerError('interrupted'))))
  const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('n')))
  try {
    const answer = await Promise.race([lines.question(question), refused, ended])
    return /^(y|yes)?$/i.test(answer.trim())
  } finally {
    lines.close()
  }
}
