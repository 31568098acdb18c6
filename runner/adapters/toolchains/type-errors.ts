import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { runCommand } from '../process/run-command.ts'

const mostTold = 3

export interface TypeReport {
  sentences: string[]
  /** Why there is none, for whoever asked. */
  why: string
}

/**
 * What the TypeScript compiler says of a workspace, as sentences: the first few of its errors. No verdict rests on them,
 * since what runs is judged by what it does.
 * @param state where the compiler keeps what it knows, so that the next time is faster
 * @param patienceMs how long somebody waits for it
 */
export async function typeErrors(folder: string, state: string, patienceMs: number): Promise<TypeReport> {
  const compiler = findCompiler()
  if (compiler === null) return none('the TypeScript compiler is not installed here.')
  if (!existsSync(join(folder, 'tsconfig.json'))) return none('nothing to tell, since there is no tsconfig.json.')
  const options = ['--noEmit', '--pretty', 'false', '--skipLibCheck', '--incremental', '--tsBuildInfoFile', state]
  const command = [process.execPath, compiler, '-p', '.', ...options]
  const { stdout, timedOut } = await runCommand(command, { cwd: folder, timeoutMs: patienceMs })
  if (timedOut) return none(`the compiler did not finish within ${patienceMs / 1000} s.`)
  return { sentences: sentencesOf(stdout), why: 'nothing to tell.' }
}

const none = (why: string): TypeReport => ({ sentences: [], why })

/** `src/main.ts(3,7): error TS2322: Type …` → a sentence; what belongs to an error stands indented below it. */
export function sentencesOf(printed: string): string[] {
  const errors = [...printed.matchAll(/^(\S.*?)\((\d+),(\d+)\): error TS\d+: (.*)$/gm)].map(
    ([, file, line, column, message]) => `Types: ${file}:${line}:${column}: ${message}`,
  )
  const left = errors.length - mostTold
  return left <= 0 ? errors : [...errors.slice(0, mostTold), `Types: ${left} more like these; no case looks at them.`]
}

/** It is a tool for authors: an installation for learners alone may lack it. */
function findCompiler(): string | null {
  try {
    return createRequire(import.meta.url).resolve('typescript/bin/tsc')
  } catch {
    return null
  }
}
