import type { ChildProcess } from 'node:child_process'

/** What a child is to run, and where. */
export interface Wanted {
  command: readonly string[]
  cwd: string
  /** Adds fd 3 (to the child) and fd 4 (from the child) for the call protocol. */
  protocolPipes?: boolean
  /** Folders in the run's scratch that it may write to; nothing else of the run's is writable in the sandbox. */
  writes?: readonly string[]
  /**
   * In the sandbox it sees nothing of the run but those folders, has a home and a network of its own, and meets no other
   * child: what one was shown, no other can learn.
   */
  alone?: boolean
}

export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

/**
 * Where the children of a run live: on this machine as they are (local.ts), or in a sandbox (sandbox.ts). Whoever has
 * to do with a child asks the place, and never which of the two it is. Process numbers are those of what `start` has
 * started, which leads a group of its own.
 */
export interface Place {
  /** Starts a child. Throws only when the command itself cannot be started. */
  start: (wanted: Wanted, env: Record<string, string>) => ChildProcess
  /** The process of the learner's program itself, for signals and for looking at. */
  find: (pid: number) => number
  /** Ends a child with everything that it has started. */
  end: (pid: number) => void
  /** How the learner's program ended, when what was started has ended so. */
  exitOf: (exit: Exit) => Exit
  /** Why this end says nothing of anybody's work: the place itself did not come to stand. Else null. */
  fault: (child: ChildProcess, exit: Exit, stderr: string) => string | null
}
