import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { RunState } from '../run/run-state.ts'
import { openInspector, type Answer, type Inspector } from './inspector.ts'

export interface Heap {
  bytes: number
  objects: number
}

/** What a child does, without a clock and from outside: memory that is still reachable, and code that has run. */
export interface Measure {
  /**
   * The garbage is collected first, also what a first collection sets free. Objects are counted without code and feedback,
   * which V8 adds and drops as it likes: their number is the steadier measure.
   * @param settle lets the child come to rest
   */
  heap: (settle: () => Promise<unknown>) => Promise<Heap>
  /**
   * The runs of all blocks of code since the last time, whatever they came from; ours, Node's and those of packages
   * apart.
   * @param asked how many requests the child has had, all in all
   */
  steps: (asked: () => number) => Promise<number>
  close: () => void
}

/** Connects to a child that has loaded nothing of the learner's yet. */
export async function openMeasure(run: RunState, address: unknown, asked: number, counting: boolean): Promise<Measure> {
  const inspector = await openInspector(String(address))
  await inspector.post('NodeWorker.enable', { waitForDebuggerOnStart: false })
  if (counting) {
    // Before the module is loaded: code that is compiled already is counted by function only, or not at all.
    await inspector.post('Profiler.enable')
    await inspector.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }
  const own = ownFolder(run)
  let known = asked
  return {
    heap: (settle) => heapOf(inspector, settle),
    steps: async (requests) => {
      if (!counting) throw new Error('Nobody counts: begin with subject.restart({ counting: true }).')
      const sent = requests() - known
      const scripts = scriptsOf(await inspector.post('Profiler.takePreciseCoverage'))
      known = requests()
      refuseThreads(inspector)
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

/** Work and memory of another thread are in none of these figures. */
function refuseThreads(inspector: Inspector): void {
  if (inspector.heard('NodeWorker.attachedToWorker') > 0)
    throw new Error('It cannot be measured: the program has started a worker thread.')
}

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
