/** Runs a tool of the machine (never learner code) and returns what it said. Argument arrays only. */
export interface CommandResult {
  /** null when the command could not be started or was stopped. */
  code: number | null
  stdout: string
  stderr: string
  missing: boolean
  timedOut: boolean
}

export interface CommandOptions {
  cwd?: string
  env?: Record<string, string>
  timeoutMs?: number
  /** Bytes of output before the command is stopped. */
  maxOutput?: number
}

export async function runCommand(command: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  // Imported at first use: execa costs a fifth of a second (facts.md), and most commands need none.
  const { execa } = await import('execa')
  const [file = '', ...args] = command
  const result = await execa(file, args, {
    reject: false,
    stdin: 'ignore',
    timeout: options.timeoutMs ?? 30_000,
    maxBuffer: options.maxOutput ?? 4 * 1024 * 1024,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
  })
  return {
    code: result.exitCode ?? null,
    stdout: String(result.stdout ?? ''),
    stderr: String(result.stderr ?? ''),
    missing: result.exitCode === undefined && (result as { code?: string }).code === 'ENOENT',
    timedOut: result.timedOut,
  }
}
