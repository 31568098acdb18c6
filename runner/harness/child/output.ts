import type { Child } from './child.ts'
import type { Exit } from './place.ts'

/** What a child has left behind when it is gone. */
export interface Output extends Exit {
  stdout: string
  stderr: string
  /** stdout's lines, without the last empty one. */
  lines: string[]
}

export function outputOf(child: Child, exit: Exit): Output {
  const stdout = child.stdout().toString('utf8')
  return { ...exit, stdout, stderr: child.stderr(), lines: linesOf(stdout) }
}

function linesOf(text: string): string[] {
  const lines = text.split('\n')
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}
