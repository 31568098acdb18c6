import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { collect, startGym as startIn, type GymResult } from '../project-fixtures.ts'

/** Commands of the instructor's on a class, as processes that can be killed. */

const root = join(import.meta.dirname, '..', '..', '..')

export interface Running {
  child: ChildProcess
  ended: Promise<GymResult>
}

export function startGym(args: readonly string[], startedIn: string, env: Record<string, string> = {}): Running {
  const child = startIn(root, args, { startedIn, env })
  return { child, ended: collect(child) }
}

/** Runs a command to its end; its JSON. Rejects when it does not end well. */
export async function gym(args: readonly string[], startedIn: string): Promise<Record<string, unknown>> {
  const { code, stdout, stderr, json } = await startGym([...args, '--json'], startedIn).ended
  if (code !== 0) throw new Error(`${args[0]} ended with ${code}: ${stdout.slice(-2_000)}${stderr.slice(-2_000)}`)
  return json()
}
