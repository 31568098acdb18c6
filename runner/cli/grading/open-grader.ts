import { createServer, type AddressInfo, type Server } from 'node:net'
import { join } from 'node:path'
import { engineHash } from '../../adapters/files/content-hash.ts'
import { sha256Of } from '../../adapters/files/hash.ts'
import { findSandbox, type FoundSandbox } from '../../adapters/sandbox/find-sandbox.ts'
import { openView, slotWords, type OpenView } from '../../adapters/sandbox/slot-view.ts'
import { toolchains } from '../../adapters/toolchains/index.ts'
import { canarySlug } from '../../app/grader.ts'
import type { ReadinessItem } from '../../app/ports.ts'
import type { Grader, KeyedResult, TreeFile } from '../../app/grading-ports.ts'
import { gradeSoundly, type SlotSupply, type SoundSlot } from '../../app/sound-grade.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import type { Context } from '../context.ts'
import { suiteHashes } from './conditions.ts'
import { withReserve } from './reserve.ts'
import type { SlotOptions } from './slot-grader.ts'
import { openSlots, type Slots } from './slots.ts'

export interface GraderOptions {
  /** Run other people's code without a sandbox; stamped into every result. */
  unsafe: boolean
  /** A folder with an instructor's own cases, `<slug>/*.test.ts`. */
  reserve: string | undefined
  /** Works at once. */
  slots: number
}

/** A loaded machine's limits are stretched up to so many times (harness/run/patience.ts). */
const mostPatience = 4
/** Start of a slot, servers, compiling and transpiling: more than any honest work takes. */
const readingMs = 60_000

export interface OpenGrader {
  grader: Grader
  close: () => Promise<void>
}

/**
 * A grader of this machine: slots, each a process of its own. Before anything is graded, a probe in the sandbox tries
 * what no submission may. Rejects without a sandbox, unless told that the work is not other people's.
 */
export async function openGrader(
  context: Context,
  { unsafe, reserve, slots: count }: GraderOptions,
): Promise<OpenGrader> {
  const { root, cache } = context.settings
  const readiness = await context.readiness()
  const sandbox = unsafe ? null : findSandbox(root, readiness.programs())
  const tools = toolsOf(await readiness.items())
  const engine = engineHash(root)
  const environment = sha256Of([process.platform, process.arch, sandbox?.description ?? 'no sandbox', tools].join('\0'))
  const forbidden = await openForbidden()
  const view = openView(sandbox ? [root, ...sandbox.toolFolders] : [])
  const options: SlotOptions = {
    sandbox: sandbox && {
      bwrap: sandbox.bwrap,
      prlimit: sandbox.prlimit,
      drop: sandbox.drop,
      toolFolders: sandbox.toolFolders,
      view: view.view,
    },
    reserve,
    engine,
    environment,
    canary: { path: join(root, 'package.json'), port: (forbidden.address() as AddressInfo).port },
  }
  const slots = openSlots({ command: slotCommand(sandbox, view), options, count, ledger: context.ledger() })
  const close = async (): Promise<void> => {
    await slots.close()
    view.close()
    forbidden.close()
  }
  const limitMsOf = (slug: string): number =>
    (context.catalog().bySlug.get(slug)?.budgetMs ?? 0) * mostPatience + readingMs
  try {
    await selfTest(slots)
  } catch (error) {
    await close()
    throw error
  }
  return {
    grader: {
      suiteOf: suiteHashes(root, withReserve(context.source, reserve, cache)),
      engine,
      environment,
      grade: gradeIn(slots, { sandbox: sandbox ? 'bubblewrap' : 'none', limitMsOf }),
      canary: async () => void (await slots.ask({ ask: 'canary' })),
    },
    close,
  }
}

/**
 * What can change a verdict and is this machine's own. Packs are pinned and belong to the engine's hash; npm is how the
 * command was started.
 */
export const toolsOf = (items: readonly ReadinessItem[]): string =>
  items
    .filter(({ id }) => id === 'git' || id in toolchains)
    .map(({ id, version }) => `${id} ${version ?? 'none'}`)
    .join(', ')

async function selfTest(slots: Slots): Promise<void> {
  const could = (await slots.ask({ ask: 'self-test' })) as string[]
  if (could.length > 0) throw new RunnerError('sandbox-leaks', { could: could.join(', ') })
}

const gradeIn = (
  slots: Slots,
  { sandbox, limitMsOf }: { sandbox: KeyedResult['sandbox']; limitMsOf: (slug: string) => number },
): Grader['grade'] => {
  const supply: SlotSupply = {
    use: (fresh, work) =>
      slots.use(fresh, ({ ask }, spoiled) => {
        const slot: SoundSlot = {
          grade: async (job, tree) =>
            (await ask({ ask: 'grade', job, tree: tree.map(asText) }, limitMsOf(job.slug))) as KeyedResult,
          isSound: async (language) => (await ask({ ask: 'sound', language }, limitMsOf(canarySlug))) as boolean,
          passesReference: async (job) => (await ask({ ask: 'reference', job }, limitMsOf(job.slug))) as boolean,
        }
        return work(slot, spoiled)
      }),
  }
  return (job, tree) => gradeSoundly(supply, job, tree, sandbox)
}

const asText = (file: TreeFile): Omit<TreeFile, 'content'> & { content: string } => ({
  ...file,
  content: Buffer.from(file.content).toString('base64'),
})

/** A slot has a network of its own, in which nothing listens but what its run starts; files are kept away per child. */
function slotCommand(sandbox: FoundSandbox | null, view: OpenView): string[] {
  const node = [process.execPath, join(import.meta.dirname, 'slot-main.ts')]
  return sandbox ? [...slotWords(sandbox.bwrap, view), ...node] : node
}

/** Something of this machine's loopback that no submission may reach. */
function openForbidden(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy()).unref()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve(server))
  })
}
