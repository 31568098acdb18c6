import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { processesLike } from '../../testing/process-list.ts'
import { isAlive } from './signals.ts'

/** A runner that starts what a learner may have written, writes it down and says its numbers. */
function startRunner(program: string): { runner: ChildProcess; cache: string } {
  const cache = mkdtempSync(join(tmpdir(), 'gym-supervised-'))
  const code = `
    import { spawn } from 'node:child_process'
    import { openLedger, recordProcess } from ${JSON.stringify(join(import.meta.dirname, 'group-ledger.ts'))}
    import { supervised } from ${JSON.stringify(join(import.meta.dirname, 'supervisor.ts'))}
    const ledger = supervised(openLedger(${JSON.stringify(cache)}), ${JSON.stringify(tmpdir())})
    const runId = 'r' + process.pid + 'x0'
    const start = (file, args, options = {}) => {
      const child = spawn(file, args, { stdio: 'ignore', env: { PATH: process.env.PATH, GYM_RUN: runId }, ...options })
      recordProcess(ledger, child.pid, runId)
      return child
    }
    ${program}
    process.stdin.on('data', () => process.exit(0))`
  const runner = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void runner.kill('SIGKILL'))
  return { runner, cache }
}

async function numbersOf({ stdout }: ChildProcess): Promise<number[]> {
  const [printed] = (await once(stdout as NonNullable<typeof stdout>, 'data')) as [Buffer]
  return JSON.parse(printed.toString()) as number[]
}

async function untilGone(pids: readonly number[]): Promise<number[]> {
  for (const until = Date.now() + 10_000; Date.now() < until && pids.some(isAlive);)
    await new Promise((resolve) => setTimeout(resolve, 20))
  return pids.filter(isAlive)
}

const busy = `start(process.execPath, ['-e', 'for (;;) {}'], { detached: true })`
/** It leads no group, as a program that is started by hand, and has a child. */
const byHand = `start('/bin/sh', ['-c', 'sleep 60 & echo $!; wait'], { stdio: ['ignore', 'pipe', 'ignore'] })`

test('kill -9 of the runner: an endless loop in a group of its own ends', async () => {
  const { runner, cache } = startRunner(`console.log(JSON.stringify([${busy}.pid]))`)
  const started = await numbersOf(runner)
  expect(started.filter(isAlive)).toEqual(started)
  runner.kill('SIGKILL')
  expect(await untilGone(started)).toEqual([])
  await expect.poll(() => readdirSync(join(cache, 'running')), { timeout: 10_000 }).toEqual([])
})

test('kill -9 of the runner: of the folders in the ledger only a temporary one of ours goes', async () => {
  const [ours, foreign] = ['gym-left-', 'somebody-'].map((name) => mkdtempSync(join(tmpdir(), name)))
  const inside = join(mkdtempSync(join(tmpdir(), 'somebody-')), 'gym-x')
  mkdirSync(inside)
  const entries = { 99999997: ours, 99999998: foreign, 99999999: inside }
  const { runner, cache } = startRunner(`
    for (const [pid, folder] of Object.entries(${JSON.stringify(entries)})) recordProcess(ledger, pid, folder)
    console.log('[]')`)
  await numbersOf(runner)
  runner.kill('SIGKILL')
  await expect.poll(() => readdirSync(join(cache, 'running')), { timeout: 10_000 }).toEqual([])
  expect([ours, foreign, inside].map((folder) => existsSync(folder as string))).toEqual([false, true, true])
})

test('a ledger that was closed: the supervisor goes without a word', async () => {
  const { runner, cache } = startRunner(`
    ledger.close()
    console.log('[]')`)
  await numbersOf(runner)
  await expect
    .poll(() => processesLike((words) => words.includes(cache) && words.includes('supervisor.sh')))
    .toEqual([])
})

test('kill -9 of the runner: a program in our own group and what it started end', async () => {
  const { runner } = startRunner(`
    const child = ${byHand}
    child.stdout.on('data', (line) => console.log(JSON.stringify([child.pid, Number(line)])))`)
  const started = await numbersOf(runner)
  runner.kill('SIGKILL')
  expect(await untilGone(started)).toEqual([])
})

test.runIf(process.platform === 'linux')('kill -9 of the runner: what has cut every tie ends', async () => {
  const { runner } = startRunner(`
    const child = start('/bin/sh', ['-c', '(setsid sleep 60 & echo $!) ; exec sleep 60'],
      { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
    child.stdout.on('data', (line) => console.log(JSON.stringify([child.pid, Number(line)])))`)
  const started = await numbersOf(runner)
  runner.kill('SIGKILL')
  expect(await untilGone(started)).toEqual([])
})

test('a runner that leaves without a word: what it has started ends as well', async () => {
  const { runner } = startRunner(`console.log(JSON.stringify([${busy}.pid]))`)
  const started = await numbersOf(runner)
  runner.stdin?.write('leave')
  expect(await untilGone(started)).toEqual([])
})
