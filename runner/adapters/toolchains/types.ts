import type { PackId } from '../../domain/exercise/exercise.ts'
import type { RunRecipe } from '../../domain/exercise/exercise.ts'
import type { Launch } from '../../harness/run-context.ts'

export type ToolchainId = 'node' | 'python' | 'java' | 'ruby' | 'none'

export interface ToolchainProbe {
  ready: boolean
  version: string | null
  /** Absolute paths of the tools, by the names that recipes use. */
  tools: Record<string, string>
}

export interface PrepareRequest {
  folder: string
  recipe: RunRecipe
  /** .cache of the project. */
  cache: string
  /** A private folder of this run. */
  scratch: string
  tools: Record<string, string>
  /** Packs of the exercise; each toolchain uses those of its language. */
  packs: readonly PackId[]
  /** The exercise needs the language's test tool. */
  withTests: boolean
  /** The suite calls the learner's functions. */
  asModule?: boolean
  /** The learner starts it in their own terminal: readable stacks and late imports count, not start-up time. */
  byHand?: boolean
}

export type Prepared = { ok: true; launch: Launch } | { ok: false; message: string }

/** One language's tools: found, prepared (compiled once, cached by content), launched. */
export interface Toolchain {
  id: ToolchainId
  title: string
  /** What the learner's machine must offer, in words. */
  needs: string
  /** Commands whose change on disk makes a remembered probe stale. */
  commands: readonly string[]
  /** `cache` is the project's .cache: a pack may have brought the tools. */
  probe: (cache: string) => Promise<ToolchainProbe>
  prepare: (request: PrepareRequest) => Promise<Prepared>
  /** The line that installs it on this system. */
  howToInstall: (platform: NodeJS.Platform) => string
}
