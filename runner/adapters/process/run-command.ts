/** Runs a tool of the machine (never learner code) and returns what it said. Argument arrays only. */
export interface CommandResult {
  /** null when the command could not be started or was stopped. */
  code: number | null
  stdout: string
  stderr: string
  /** Why it failed, in one sentence of execa's, for when it said nothing itself; empty when it did not fail. */
  shortMessage: string
  missing: boolean
  timedOut: boolean
}

export interface CommandOptions {
  cwd?: string
  /** Added to this process's own environment … */
  env?: Record<string, string>
  /** … or, with this, all there is. */
  onlyThisEnv?: boolean
  /** Its standard input, which is empty without it. */
  input?: string
  /** The account it runs as (`identity`); our own when this is left out. */
  account?: { uid?: number; gid?: number }
  timeoutMs?: number
  /** Bytes of output before the command is stopped. */
  maxOutput?: number
}

export async function runCommand(command: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  // Imported at first use: execa costs 75 ms of CPU, and most commands need none.
  const { execa } = await import('execa')
  const [file = '', ...args] = command
  const result = await execa(file, args, {
    reject: false,
    ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
    ...options.account,
    timeout: options.timeoutMs ?? 30_000,
    maxBuffer: options.maxOutput ?? 4 * 1024 * 1024,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env, extendEnv: options.onlyThisEnv !== true }),
  })
  return {
    code: result.exitCode ?? null,
    stdout: String(result.stdout ?? ''),
    stderr: String(result.stderr ?? ''),
    shortMessage: result.failed ? String((result as { shortMessage?: string }).shortMessage ?? '') : '',
    missing: result.exitCode === undefined && (result as { code?: string }).code === 'ENOENT',
    timedOut: result.timedOut,
  }
}
