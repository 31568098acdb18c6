// @ts-check
/**
 * A thread that runs hidden suites with vitest's own worker and runner (`vitest/worker`: exported but experimental,
 * so the version is pinned and engine.test.ts compares its verdicts with those of the stock pool). No vite server
 * stands behind it: suites arrive as bundles, which Node imports by itself and keeps compiled.
 */
import { enableCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { startAhead, takeAhead } from './ahead.mjs'

const port = parentPort
if (!port) throw new Error('suite-worker.mjs runs as a thread')
try {
  enableCompileCache(workerData.compileCache)
} catch {
  // Slower, nothing else.
}
/** @type {Int32Array} */
const closing = workerData.closing
Object.assign(globalThis, { gymTakeAhead: takeAhead, gymClosing: () => Atomics.load(closing, 0) === 1 })
port.on('message', (message) => {
  if (message?.type === 'gym-ahead') startAhead(message.context)
  // A command that ends now needs none; in watch mode the next save comes later than this.
  if (message?.type === 'gym-ahead-later') setTimeout(startAhead, 100, message.context).unref()
})
const { init, runBaseTests, setupEnvironment } = await /** @type {Promise<typeof import('./vitest-parts.mjs')>} */ (
  import(workerData.vitest)
)

init({
  post: (message) => port.postMessage(message),
  on: (listener) => void port.on('message', listener),
  off: (listener) => void port.off('message', listener),
  teardown: () => void port.removeAllListeners('message'),
  runTests: (state, traces) => runBaseTests('run', state, traces),
  collectTests: (state, traces) => runBaseTests('collect', state, traces),
  setup: setupEnvironment,
})
