// @ts-check
/**
 * The call protocol's frames (docs/architecture.md): one JSON value a line, and how much may cross. Shared by both
 * sides.
 */

export const limits = {
  frameBytes: 1024 * 1024,
  totalBytes: 16 * 1024 * 1024,
  depth: 60,
  nodes: 100_000,
  digits: 4_096,
}

/**
 * Cuts a stream of bytes into frames, one JSON value a line. Only "\n" ends a frame (JSON text may hold U+2028),
 * and a line that never ends is not collected for ever.
 * @param {(line: string) => void} onFrame
 * @param {() => void} [onTooMuch] called once when a frame or the whole stream is over its limit; nothing is read after
 * it
 * @returns {(chunk: Buffer | string) => void}
 */
export function frameReader(onFrame, onTooMuch) {
  /** @type {Buffer[]} */
  let parts = []
  let frameBytes = 0
  let totalBytes = 0
  let over = false
  return (data) => {
    const chunk = typeof data === 'string' ? Buffer.from(data) : data
    totalBytes += chunk.length
    for (let start = 0; start < chunk.length && !over;) {
      const end = chunk.indexOf(10, start)
      const part = chunk.subarray(start, end < 0 ? chunk.length : end)
      frameBytes += part.length
      if (onTooMuch && (frameBytes > limits.frameBytes || totalBytes > limits.totalBytes)) {
        over = true
        return onTooMuch()
      }
      parts.push(part)
      start += part.length + 1
      if (end < 0) return
      const line = Buffer.concat(parts).toString('utf8')
      parts = []
      frameBytes = 0
      onFrame(line)
    }
  }
}
