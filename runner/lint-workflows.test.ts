import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const lint = (PATH: string): object => {
  const script = join(import.meta.dirname, 'lint-workflows.mjs')
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { env: { PATH }, encoding: 'utf8' })
  return { status, stdout, stderr }
}

describe('workflows', () => {
  test('without actionlint on PATH nothing is said, and that passes', () => {
    expect(lint(mkdtempSync(join(tmpdir(), 'lint-')))).toEqual({ status: 0, stdout: '', stderr: '' })
  })

  test('its words and its exit code are ours, and it runs in the project', () => {
    const bin = mkdtempSync(join(tmpdir(), 'lint-'))
    writeFileSync(join(bin, 'actionlint'), '#!/bin/sh\ncat package.json | head -2\necho wrong >&2\nexit 3\n', {
      mode: 0o755,
    })
    expect(lint(`${bin}:/usr/bin:/bin`)).toEqual({
      status: 3,
      stdout: '{\n  "name": "backend-gym",\n',
      stderr: 'wrong\n',
    })
  })
})
