import { honestModule, onModule, type Attack } from './attack.ts'

/** Messages of the test framework's workers are forged. */

export const attacks: readonly Attack[] = [
  onModule(
    'R05',
    'process.send',
    `process.send?.({ type: 'testfileFinished', __vitest_worker_response__: true })\n${honestModule}`,
  ),
  onModule(
    'R05',
    'the port of a worker',
    `const { parentPort } = await import('node:worker_threads')
parentPort?.postMessage({ type: 'testfileFinished', __vitest_worker_response__: true })
${honestModule}`,
  ),
  onModule(
    'R05',
    'serialised messages on every descriptor',
    `import { serialize } from 'node:v8'
import { writeSync } from 'node:fs'
const message = serialize({ type: 'testfileFinished', __vitest_worker_response__: true })
for (let fd = 1; fd < 40; fd++) if (fd !== 4) try { writeSync(fd, message) } catch {}
${honestModule}`,
  ),
]
