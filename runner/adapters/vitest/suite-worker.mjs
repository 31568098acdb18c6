// @ts-check
/**
 * A thread that runs hidden suites with vitest's own worker and runner (`vitest/worker`: exported but experimental,
 * so the version is pinned and engine.test.ts compares its verdicts with those of the stock pool). No vite server
 * stands behind it: suites arrive as bundles, which Node imports by itself and keeps compiled.
 */
import { enableCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'

const port = parentPort
if (!port) throw new Error('suite-worker.mjs runs as a thread')
try {
  enableCompileCache(workerData.compileCache)
} catch {
  // Slower, nothing else.
}
const { init, runBaseTests, setupEnvironment } = await import('vitest/worker')

init({
  post: (message) => port.postMessage(message),
  on: (listener) => void port.on('message', listener),
  off: (listener) => void port.off('message', listener),
  teardown: () => void port.removeAllListeners('message'),
  runTests: (state, traces) => runBaseTests('run', state, traces),
  collectTests: (state, traces) => runBaseTests('collect', state, traces),
  setup: setupEnvironment,
})
