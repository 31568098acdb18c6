/** What the runner tells the suite's worker about one run; plain data, provided through vitest. */
export interface RunContext {
  runId: string
  slug: string
  language: string
  /** The folder with the learner's files. */
  workspace: string
  /** exercises/<area>/<slug> */
  exerciseFolder: string
  /** A private folder of this run; deleted afterwards. */
  scratch: string
  /** Where started process groups are written down, so that a later start can end forgotten ones. */
  ledger: string
  seed: number
  budgetMs: number
  launch: Launch
  /** Connection of a leased PostgreSQL server, where the exercise asks for one. */
  postgres?: PostgresLease
  /** TZ and LANG of the children; changed by `verify --deep`. */
  childEnv: Record<string, string>
}

/** How to start the learner's program, worked out by the toolchain. */
export interface Launch {
  /** run[0] of the recipe, resolved: command and its flags, without the recipe's own arguments. */
  command: string[]
  /** The recipe's arguments (run[1…]). */
  args: string[]
  env: Record<string, string>
  stopSignal: 'SIGTERM' | 'SIGINT'
  /** Patterns on stderr that mean "the program does not load" in this language, and how to say it. */
  loadFailure: { pattern: string; flags: string }[]
  /** For driver `mutants`: how this language runs the learner's tests. */
  testTool?: TestTool
}

export interface TestTool {
  /** Command and flags; the variants' folders follow as arguments. It writes one report for all of them (mutants.ts). */
  command: string[]
  /** It starts slowly and keeps variants apart by itself, so that one process runs all of them. */
  together: boolean
  env: Record<string, string>
}

export interface PostgresLease {
  host: string
  port: number
  /** Superuser of the trusted side; each run makes a weak role of its own for the learner's SQL. */
  admin: string
  password: string
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Run id → context; a suite file finds its own by the `?run=` of its module id. */
    gymRuns: Record<string, RunContext>
  }
}
