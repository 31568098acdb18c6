import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findCommand } from '../process/find-command.ts'
import { seccompFilter } from './seccomp.ts'

test.each(['x64', 'arm64'] as const)('%s: whole steps, and every jump stays inside', (arch) => {
  const filter = seccompFilter(arch) ?? Buffer.of()
  const count = filter.length / 8
  expect(Number.isInteger(count) && count > 40).toBe(true)
  for (let i = 0; i < count - 1; i++)
    expect(i + 1 + Math.max(filter[i * 8 + 2] ?? 0, filter[i * 8 + 3] ?? 0)).toBeLessThan(count)
})

test('a processor that is not known: no filter', () => {
  expect(seccompFilter('mips')).toBeNull()
})

const bwrap = findCommand('bwrap')?.path
const filter = seccompFilter(process.arch)

test.skipIf((bwrap === undefined || filter === null) && process.env['GYM_REQUIRE_ALL'] !== '1')(
  'in bubblewrap: programs run with threads and processes, namespaces and keys are refused',
  () => {
    const file = join(mkdtempSync(join(tmpdir(), 'gym-seccomp-')), 'filter')
    writeFileSync(file, filter ?? '')
    const program = `
    const { spawnSync } = require('child_process')
    const { Worker } = require('worker_threads')
    const said = (file, ...args) => { const r = spawnSync(file, args, { encoding: 'utf8' }); return r.status + ' ' + r.stderr.trim() }
    const worker = new Worker('require("worker_threads").parentPort.postMessage("thread")', { eval: true })
    worker.once('message', (text) => console.log(JSON.stringify([text, said('true'), said('unshare', '--user', 'true'), Object.keys(require('os').networkInterfaces())])))`
    const words = [
      '-c',
      'exec "$@" 9<"$0"',
      file,
      bwrap ?? '',
      '--seccomp',
      '9',
      '--dev-bind',
      '/',
      '/',
      '--',
      process.execPath,
      '-e',
      program,
    ]
    const { stdout, stderr } = spawnSync('/bin/sh', words, { encoding: 'utf8' })
    const [thread, plain, unshared] = JSON.parse(stdout || `["${stderr}"]`) as string[]
    expect([thread, plain, unshared]).toEqual([
      'thread',
      '0 ',
      expect.stringMatching(/^1 unshare: .*Operation not permitted/),
    ])
  },
)
