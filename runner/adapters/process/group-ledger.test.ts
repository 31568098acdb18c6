import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openLedger, recordProcess } from './group-ledger.ts'

const cache = (): string => mkdtempSync(join(tmpdir(), 'gym-ledger-'))
const sleeper = () =>
  spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' })
const ended = (child: ReturnType<typeof sleeper>): Promise<NodeJS.Signals | null> =>
  new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)))

test('close: a group that is written down: killed, and the folder is gone', async () => {
  const folder = cache()
  const ledger = openLedger(folder)
  const child = sleeper()
  const gone = ended(child)
  recordProcess(ledger, child.pid ?? -1, '')
  ledger.close()
  expect(await gone).toBe('SIGKILL')
  expect(readdirSync(join(folder, 'running'))).toEqual([])
})

test('openLedger: a runner that was killed: its groups and temporary folders are ended by the next start', async () => {
  const folder = cache()
  const child = sleeper()
  const gone = ended(child)
  const temporary = mkdtempSync(join(tmpdir(), 'gym-left-'))
  const dead = join(folder, 'running', '999999-1')
  mkdirSync(dead, { recursive: true })
  writeFileSync(join(dead, String(child.pid)), temporary)
  openLedger(folder).close()
  expect(await gone).toBe('SIGKILL')
  expect([existsSync(temporary), existsSync(dead)]).toEqual([false, false])
})

test('openLedger: an entry that names a folder which is not ours: left alone', () => {
  const folder = cache()
  const foreign = mkdtempSync(join(tmpdir(), 'somebody-'))
  const dead = join(folder, 'running', '999999-1')
  mkdirSync(dead, { recursive: true })
  writeFileSync(join(dead, '999998'), foreign)
  openLedger(folder).close()
  expect(existsSync(foreign)).toBe(true)
})

test('openLedger: another runner that lives: its groups are left alone', () => {
  const folder = cache()
  const other = openLedger(folder)
  const child = sleeper()
  const forget = recordProcess(other, child.pid ?? -1, '')
  openLedger(folder)
  expect(child.exitCode ?? child.signalCode).toBeNull()
  process.kill(child.pid ?? -1, 'SIGKILL')
  forget()
  other.close()
})
