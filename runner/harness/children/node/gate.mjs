// @ts-check
/**
 * Where a child that was started ahead waits (adapters/vitest/ahead.mjs): Node has booted, nothing of the learner's has
 * been read. One line of JSON on the pipe that GYM_GATE names brings the run's environment and the program's arguments.
 */
import { closeSync, readSync } from 'node:fs'

const fd = Number(process.env['GYM_GATE'] ?? 0)
delete process.env['GYM_GATE']

/** Waits, where the child was started ahead; goes through where it was not. Once. */
export function passGate() {
  if (fd < 3) return
  const line = readLine()
  // Nobody needs it any more.
  if (line === null) process.exit(0)
  closeSync(fd)
  const { env, args } = JSON.parse(line)
  for (const name of Object.keys(process.env)) if (!Object.hasOwn(env, name)) delete process.env[name]
  Object.assign(process.env, env)
  process.argv.push(...args)
}

/** The pipe of a child that answers calls lies behind its two others; it passes once its own parts are loaded, too. */
export const passesLate = fd === 5

/** @returns {string | null} null at the end of the pipe */
function readLine() {
  const chunk = Buffer.alloc(65_536)
  let text = ''
  while (!text.endsWith('\n')) {
    const read = readSome(chunk)
    if (read === 0) return null
    if (read > 0) text += chunk.toString('utf8', 0, read)
  }
  return text
}

/** Bytes read, 0 at the end, -1 when there is nothing yet. @param {Buffer} chunk */
function readSome(chunk) {
  try {
    return readSync(fd, chunk)
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error)
    if (code === 'EOF') return 0
    if (code !== 'EAGAIN') throw error
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2)
    return -1
  }
}
