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
  /** Commands that bring back a file that is gone, as the learner types them. */
  bringBack: { undo: string; reset: string }
  /** Grade mode: every child runs in it. */
  sandbox?: SandboxLaunch
  /** Connections of the servers that the exercise asks for. */
  postgres?: PostgresLease
  redis?: RedisLease
  mysql?: MysqlLease
  mongodb?: MongodbLease
  azurite?: AzuriteLease
  /** Children of this launch may be started before they are needed (watch, check); never in the sandbox. */
  ahead?: boolean
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
  /** Files and folders that its children read besides the learner's and the harness's own. */
  needs?: string[]
  /** Its children pass harness/children/node/gate.mjs, so they can be started ahead. */
  gated?: boolean
  stopSignal: 'SIGTERM' | 'SIGINT'
  /** Patterns on stderr that mean "the program does not load" in this language, and how to say it. */
  loadFailure: { pattern: string; flags: string }[]
  /** For driver `module`: the child that answers calls. */
  subject?: SubjectChild
  /** For driver `mutants`: how this language runs the learner's tests. */
  testTool?: TestTool
}

/** Begins the warning of a run whose sandbox did not come to stand (harness/child/sandbox.ts). */
export const sandboxFault = 'The sandbox did not start: '

/** How a child is started inside a sandbox: before ⊕ folder ⊕ environment ⊕ after ⊕ its own command. */
export interface SandboxLaunch {
  before: readonly string[]
  after: readonly string[]
  /** A folder inside that a child may write to. */
  home: string
  /** The run's scratch folder as the sandbox's own account sees it. */
  scratch: string
  /** Who the children are outside, where the runner is root: folders that they may write are given to them. */
  owner: number | null
}

export interface SubjectChild {
  /** Command and flags; it speaks the call protocol on fd 3 and 4. */
  command: string[]
  /** What it loads: the learner's file as an absolute path, or the name of their class. */
  loads: string
}

export interface TestTool {
  /**
   * Command and flags; the variants' folders follow as arguments. It writes one report for all of them (mutants.ts).
   */
  command: string[]
  /** It starts slowly and keeps variants apart by itself, so that one process runs all of them, but for the sandbox. */
  together: boolean
  /**
   * For a language that compiles: `build` compiles the folders that follow, in one process and without running anything
   * of them, and reports as `command` does, with no test; `run` runs what was built.
   */
  apart?: { build: string[]; run: string[] }
  env: Record<string, string>
}

export interface PostgresLease {
  host: string
  port: number
  /** Superuser of the trusted side; each run makes a weak role of its own for the learner's SQL. */
  admin: string
  password: string
}

/** A server of this run alone. */
export interface RedisLease {
  /** Unix socket. */
  path: string
  /** Of the default account, which may do everything. */
  password: string
}

/** Shared by the runs of one runner: each makes a database and an account of its own. */
export interface MysqlLease {
  socketPath: string
  admin: string
  password: string
  dialect: 'mariadb' | 'mysql'
}

/** Shared by the runs of one runner: each uses a database of its own. */
export interface MongodbLease {
  /** Unix socket: no program of a learner's reaches it but through the relay. */
  path: string
  /** The same for MongoDB's own client. */
  url: string
  /** mongod, or mongo-java-server, which lacks parts (decisions/0004-mongodb.md). */
  server: string
  /** What this server cannot do, tried when it was started. */
  lacks: readonly MongodbFeature[]
}

/** What not every server can do that speaks MongoDB's protocol. */
export type MongodbFeature =
  | 'transactions'
  | 'change-streams'
  /** Collections with a `validator`, `$jsonSchema` included. */
  | 'validation'
  | 'collation'
  | 'text-search'
  | 'explain'
  /** An update that is an aggregation pipeline. */
  | 'update-pipelines'
  /** Unique indexes with a `partialFilterExpression`. */
  | 'partial-indexes'
  /** `$lookup` with a pipeline, `$set`, `$setWindowFields`, `$round`, `$dateTrunc` and what else is newer than 4.0. */
  | 'full-aggregation'

/** One server serves the runs of one runner: each has an account of its own, whose key opens no other. */
export interface AzuriteLease {
  /** Of the blob service, without an account. */
  url: string
  account: string
  key: string
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Run id → context; a suite file finds its own by the `?run=` of its module id. */
    gymRuns: Record<string, RunContext>
  }
}
