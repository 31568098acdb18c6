// @ts-check
/** What the child can tell of itself without a clock: memory that is still reachable, and code that has run. */
import { Session } from 'node:inspector'
import { pathToFileURL } from 'node:url'
import { queryObjects, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const { setImmediate } = globalThis
const memoryUsage = process.memoryUsage.bind(process)

/** @type {(() => void) | undefined} */
let collect

/**
 * What is still reachable: the garbage is collected first, also what a first collection sets free. Objects are counted
 * without code and feedback, which V8 adds and drops as it likes: their number is the steadier measure.
 */
export async function heap() {
  if (!collect) {
    setFlagsFromString('--expose-gc')
    collect = runInNewContext('gc')
  }
  for (let round = 0; round < 3; round += 1) {
    collect?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { bytes: memoryUsage().heapUsed, objects: queryObjects(Object, { format: 'count' }) }
}

const root = `${pathToFileURL(process.cwd()).href}/`
/** @type {Session | undefined} */
let counter

/**
 * V8 counts from here on how often each block of code runs. Before the module is loaded: code that is compiled already
 * is counted by function only, or not at all. No compiler that optimizes takes part: a function that it puts into its
 * caller is no longer counted, and when it does so depends on what else the machine is doing.
 */
export function startCounting() {
  setFlagsFromString('--no-opt')
  setFlagsFromString('--no-maglev')
  counter = new Session()
  counter.connect()
  counter.post('Profiler.enable')
  counter.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
}

/** The runs of all blocks of the learner's own files since the last time; null when nobody counts. */
export function takeSteps() {
  /** @type {number | null} */
  let steps = null
  counter?.post('Profiler.takePreciseCoverage', (_, { result }) => {
    const own = result.filter(({ url }) => url.startsWith(root) && !url.includes('/node_modules/'))
    steps = own
      .flatMap((script) => script.functions.flatMap((f) => f.ranges.map((range) => range.count)))
      .reduce((a, b) => a + b, 0)
  })
  return steps
}
