import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { submissionTrees } from '../../adapters/files/submission-trees.ts'
import { filesIn } from '../../adapters/files/walk.ts'
import { runCommand } from '../../adapters/process/run-command.ts'
import { sandboxLaunch, type SandboxPlace } from '../../adapters/sandbox/bubblewrap.ts'
import { watchMemory } from '../../adapters/sandbox/memory-watch.ts'
import { seenThrough, type SlotView } from '../../adapters/sandbox/slot-view.ts'
import { isLearners } from '../../domain/submission/learner-paths.ts'
import { graderOn, type SlotGrader } from '../../app/grader.ts'
import type { Variant } from '../../domain/exercise/variant.ts'
import type { TreeFile } from '../../app/grading-ports.ts'
import { planFor } from '../../app/plan.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import type { Context } from '../context.ts'
import { suiteHashes } from './conditions.ts'
import { withReserve } from './reserve.ts'
import { ensureFolder, removeTree } from '../../adapters/files/late-packages.ts'

export interface SlotOptions {
  /** null: without a sandbox. */
  sandbox: (Pick<SandboxPlace, 'bwrap' | 'prlimit' | 'drop' | 'toolFolders'> & { view: SlotView }) | null
  reserve: string | undefined
  engine: string
  environment: string
  /** A file of the instructor's and a port of the machine's loopback that no submission may reach. */
  canary: { path: string; port: number }
}

export interface OpenSlotGrader {
  grader: SlotGrader
  /** What a probe in the sandbox could do and must not; empty when all is well. */
  selfTest: () => Promise<string[]>
  close: () => Promise<void>
}

/** Everything that judges, with an engine and servers of its own. */
export async function openSlotGrader(context: Context, options: SlotOptions): Promise<OpenSlotGrader> {
  const { root, cache } = context.settings
  const source = withReserve(context.source, options.reserve, cache)
  const readiness = await context.readiness()
  const place = options.sandbox && { ...options.sandbox, root, cache, seen: seenThrough(options.sandbox.view) }
  const { openRuns } = await import('../../adapters/runs/runs.ts')
  const runs = openRuns({
    root,
    cache,
    source,
    ledger: context.ledger(),
    toolsOf: readiness.toolsOf,
    workers: 1,
    sandbox: place,
  })
  const grader = graderOn({
    source,
    readiness,
    runs,
    suiteOf: suiteHashes(root, source),
    trees: submissionTrees({ cache, isLearners }),
    sources: context.workspaces.sources,
    sandbox: place ? 'bubblewrap' : 'none',
    engine: options.engine,
    environment: options.environment,
    knownFiles: (variant, kind) => knownFiles(context, variant, kind),
  })
  const stopWatching = place ? watchMemory() : () => {}
  return {
    grader,
    selfTest: async () => (place ? probe(place, options.canary) : []),
    close: async () => {
      stopWatching()
      await runs.close()
    },
  }
}

async function probe(place: SandboxPlace, canary: SlotOptions['canary']): Promise<string[]> {
  ensureFolder(join(place.cache, 'grading'))
  const folder = mkdtempSync(join(place.cache, 'grading', 'probe-'))
  chmodSync(folder, 0o755)
  const tree = join(folder, 'tree')
  const scratch = join(folder, 'scratch')
  for (const path of [tree, scratch]) mkdirSync(path, { mode: 0o755 })
  try {
    const { before, after, home } = sandboxLaunch(place, {
      language: 'ts',
      tree,
      scratch,
      writesScratch: false,
      needs: [],
      cpuSeconds: 10,
    })
    const asked = JSON.stringify({
      canary: canary.path,
      port: canary.port,
      mayWrite: [home],
      variables: ['HOME', 'PWD'],
    })
    const command = [
      ...before,
      '--chdir',
      tree,
      '--setenv',
      'HOME',
      home,
      ...after,
      process.execPath,
      join(place.root, 'runner/harness/children/sandbox-probe.mjs'),
      asked,
    ]
    const probed = await runCommand(command, {
      cwd: '/',
      env: { PATH: '/usr/bin:/bin' },
      onlyThisEnv: true,
      timeoutMs: 20_000,
    })
    if (probed.code !== 0)
      throw new RunnerError('no-sandbox', { reason: reasonOf(probed.stderr || probed.shortMessage) })
    return JSON.parse(probed.stdout) as string[]
  } finally {
    removeTree(folder)
  }
}

function reasonOf(said: string): string {
  if (/setting up uid map|No permissions to create new namespace/i.test(said))
    return 'this system keeps users from making namespaces (AppArmor or a sysctl)'
  return said.trim().split('\n').at(-1)?.slice(0, 200) || 'bubblewrap did not start'
}

function knownFiles(context: Context, variant: Variant, kind: 'reference' | 'starter'): TreeFile[] {
  const reference = join(context.source.solutionFolder(variant.exercise), 'reference', variant.language)
  // Of an exercise about git the reference is a script that is played in its repository.
  if (kind === 'reference' && (variant.language === 'git' || !existsSync(reference))) return []
  const files = new Map<string, TreeFile>()
  const put = (path: string, content: Uint8Array): void => void files.set(path, { path, executable: false, content })
  for (const { to, source } of planFor(context.source, variant, '').files)
    put(to, 'from' in source ? readFileSync(source.from) : Buffer.from(source.text))
  if (kind === 'reference') for (const { path, full } of filesIn(reference)) put(path, readFileSync(full))
  return [...files.values()]
}
