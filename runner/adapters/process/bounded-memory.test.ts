import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** In a process of its own: the settings are those of the whole process. */
const program = (bounded: boolean): string => `
const { boundMemory } = await import(${JSON.stringify(join(import.meta.dirname, 'bounded-memory.ts'))})
const memory = ${bounded} ? boundMemory({ uses: 10, laterMs: 1 }) : null
const recent = []
for (let i = 0; i < 100; i++) {
  // Old enough to be moved to the old space, and let go soon after.
  recent.push(Array.from({ length: 5_000 }, (_, n) => ({ n, text: 'x' + n })))
  if (recent.length > 8) recent.shift()
  memory?.used()
  await new Promise((resolve) => setTimeout(resolve, 3))
}
console.log(process.memoryUsage().heapUsed)`

const heapAfter = (bounded: boolean): number =>
  Number(execFileSync(process.execPath, ['--input-type=module', '-e', program(bounded)], { encoding: 'utf8' }))

test('boundMemory: garbage of many steps does not pile up', () => {
  const [free, bounded] = [heapAfter(false), heapAfter(true)]
  expect(bounded).toBeLessThan(free * 0.75)
})
