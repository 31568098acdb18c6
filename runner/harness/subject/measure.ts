import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Child } from '../child/child.ts'
import { within } from '../child/deadline.ts'
import type { RunState } from '../run/run-state.ts'
import { openInspector, type Answer, type Inspector } from './inspector.ts'

export interface Heap {
  bytes: number
  objects: number
}

/** How a child is started: to be called only, to be measured as well, or to be measured with its steps counted. */
export type Measured = 'no' | 'heap' | 'steps'

/** What a child does, without a clock and from outside: memory that is still reachable, and code that has run. */
export interface Measure {
  /**
   * The garbage is collected first, also what a first collection sets free. Objects are counted without code and feedback,
   * which V8 adds and drops as it likes: their number is the steadier measure.
   */
  heap: () => Promise<Heap>
  /** The runs of all blocks of code since the last time, whatever they came from; ours, Node's and packages' apart. */
  steps: () => Promise<number>
  close: () => void
}

interface Asking {
  run: RunState
  child: Child
  ask: (frame: { t: string } & Record<string, unknown>, what: string) => Promise<unknown>
  /** Requests that the child has had so far. */
  asked: () => number
}

/** No work of the learner's: three collections of a heap that a leak has filled take a while on a busy machine. */
const limitMs = 10_000

/** Connects to a child that has loaded nothing of the learner's yet: nothing of theirs can stand between. */
export async function openMeasure(link: Asking, counting: boolean): Promise<Measure> {
  const { run, child } = link
  const limited = <T>(work: Promise<T>): Promise<T> => within(run, limitMs, child, 'answer from the inspector', work)
  const settle = (): Promise<unknown> => link.ask({ t: 'settle' }, 'the module')
  const address = await link.ask({ t: 'measure', counting }, 'the inspector')
  const inspector = await limited(connected(String(address), counting))
  const own = ownFolder(run)
  let known = link.asked()
  return {
    heap: () => limited(heapOf(inspector, settle)),
    steps: async () => {
      if (!counting) throw notCounting()
      await settle()
      const sent = link.asked() - known
      const scripts = scriptsOf(await limited(inspector.post('Profiler.takePreciseCoverage')))
      known = link.asked()
      refuseOthersWork(scripts)
      // Whoever sets the counters back in there takes the count of our own code along.
      if (answeredOf(scripts, own) < sent) throw new Error('The counting was set back by the program itself.')
      return scripts
        .filter(({ url }) => isLearners(url, own))
        .flatMap(countsOf)
        .reduce((a, b) => a + b, 0)
    },
    close: inspector.close,
  }
}

export const notMeasuring = (): Error => new Error('Nobody measures: begin with subject.restart({ measuring: true }).')
export const notCounting = (): Error => new Error('Nobody counts: begin with subject.restart({ counting: true }).')

async function connected(address: string, counting: boolean): Promise<Inspector> {
  const inspector = await openInspector(address)
  await inspector.post('NodeWorker.enable', { waitForDebuggerOnStart: false })
  if (!counting) return inspector
  // Before the module is loaded: code that is compiled already is counted by function only, or not at all.
  await inspector.post('Profiler.enable')
  await inspector.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  return inspector
}

async function heapOf(inspector: Inspector, settle: () => Promise<unknown>): Promise<Heap> {
  for (let round = 0; round < 3; round += 1) {
    await settle()
    await inspector.post('HeapProfiler.collectGarbage')
  }
  const { usedSize } = await inspector.post('Runtime.getHeapUsage')
  const objects = await objectsIn(inspector)
  await inspector.post('Runtime.releaseObjectGroup', { objectGroup })
  refuseThreads(inspector)
  return { bytes: Number(usedSize), objects }
}

const objectGroup = 'gym'

/** Whatever "Object" is called by now: a literal's prototype is the engine's own. */
async function objectsIn(inspector: Inspector): Promise<number> {
  const { result } = await inspector.post('Runtime.evaluate', { expression: '({})', objectGroup })
  const { internalProperties } = await inspector.post('Runtime.getProperties', {
    objectId: idOf(result),
    ownProperties: true,
  })
  const prototype = (internalProperties as { name: string; value?: unknown }[]).find((p) => p.name === '[[Prototype]]')
  const { objects } = await inspector.post('Runtime.queryObjects', {
    prototypeObjectId: idOf(prototype?.value),
    objectGroup,
  })
  return Number(/^Array\((\d+)\)$/.exec(String((objects as Answer)['description']))?.[1])
}

const idOf = (object: unknown): unknown => (object as { objectId?: unknown } | undefined)?.objectId

/** Memory of a thread that is there. */
function refuseThreads(inspector: Inspector): void {
  if (inspector.heard('NodeWorker.attachedToWorker') > 0) throw elsewhere()
}

/** Work of another thread or program is in none of the counts, and may be over by now: Node's own code has counts, too. */
function refuseOthersWork(scripts: readonly Script[]): void {
  const starts = (url: string, names: readonly string[]): boolean =>
    scripts.some(
      (script) =>
        script.url === url &&
        script.functions.some((f) => names.includes(f.functionName) && (f.ranges[0]?.count ?? 0) > 0),
    )
  if (starts('node:internal/worker', ['Worker']) || starts('node:internal/child_process', ['spawn', 'spawnSync']))
    throw elsewhere()
}

const elsewhere = (): Error => new Error('It cannot be measured: the program has started a worker thread or a program.')

interface Script {
  url: string
  functions: { functionName: string; ranges: { count: number }[] }[]
}

const scriptsOf = ({ result }: Answer): Script[] => result as Script[]

const countsOf = ({ functions }: Script): number[] => functions.flatMap((f) => f.ranges.map((range) => range.count))

/** Where the child's own program lies. */
function ownFolder(run: RunState): string {
  const program = run.context.launch.subject?.command.at(-1) ?? ''
  return `${pathToFileURL(dirname(dirname(realpathSync(program)))).href}/`
}

const isLearners = (url: string, own: string): boolean =>
  !url.startsWith(own) && !url.startsWith('node:') && !url.includes('/node_modules/')

/** How many requests of ours the child's own program has acted on. */
function answeredOf(scripts: readonly Script[], own: string): number {
  const program = scripts.find(({ url }) => url === `${own}node/node-module.mjs`)
  return program?.functions.find(({ functionName }) => functionName === 'act')?.ranges[0]?.count ?? 0
}
