import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { linesOf } from './lines.ts'
import { openPlayground } from './playground.ts'

const node = process.execPath
const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const gone = async (pid: number): Promise<void> => {
  while (alive(pid)) await new Promise((resolve) => setTimeout(resolve, 10))
}

test('run: exit code, both outputs, and a time', async () => {
  const playground = openPlayground()
  const ended = await playground.run([node, '-e', 'console.log(1); console.error(2); process.exitCode = 3'], {
    cwd: playground.folder(),
  })
  playground.close()
  expect(ended).toMatchObject({ code: 3, stdout: '1\n', stderr: '2\n' })
  expect(ended.ms).toBeGreaterThan(1)
})

test('close: its folders are gone, and every process, also one that a killed runner wrote down', async () => {
  const playground = openPlayground()
  const folder = playground.folder()
  // A child of the child: it dies with its group only.
  const parent = playground.start(
    [
      node,
      '-e',
      `require('child_process').spawn('${node}', ['-e', 'console.log(process.pid); setInterval(() => {}, 1000)'], { stdio: 'inherit' }); setInterval(() => {}, 1000)`,
    ],
    { cwd: folder },
  )
  const inner = Number((await linesOf(parent).next(20_000))?.text)
  const other = openPlayground()
  const recorded = other.start([node, '-e', 'setInterval(() => {}, 1000)'], { cwd: folder })
  mkdirSync(join(folder, '.cache/running/1-x'), { recursive: true })
  writeFileSync(join(folder, '.cache/running/1-x', String(recorded.pid)), '')
  expect(alive(inner)).toBe(true)
  playground.close()
  for (const pid of [parent.pid, inner, recorded.pid]) await gone(pid ?? 0)
  other.close()
  expect(existsSync(folder)).toBe(false)
})

test('linesOf: whole lines only, and null when nothing comes or the process ends', async () => {
  const playground = openPlayground()
  const child = playground.start(
    [node, '-e', "process.stdout.write('one\\ntw'); setTimeout(() => console.log('o'), 100)"],
    { cwd: playground.folder() },
  )
  const lines = linesOf(child)
  expect((await lines.next(20_000))?.text).toBe('one')
  expect((await lines.next(20_000))?.text).toBe('two')
  expect(await lines.next(60_000)).toBe(null)
  playground.close()
})
