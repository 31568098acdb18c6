import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { fingerprintOf, markerOf } from '../packs/packs.ts'
import { packItem } from './readiness.ts'

test('a pack of the system’s packages that is installed: said so, as beside the service that it serves', () => {
  const cache = mkdtempSync(join(tmpdir(), 'readiness-'))
  onTestFinished(() => rmSync(cache, { recursive: true }))
  for (const id of ['redis', 'junit'] as const) {
    mkdirSync(dirname(markerOf(cache, id)), { recursive: true })
    writeFileSync(markerOf(cache, id), JSON.stringify({ fingerprint: fingerprintOf(id) }))
  }
  expect(packItem(cache, 'redis')).toMatchObject({ ready: true, version: 'installed' })
  expect(packItem(cache, 'junit')).toMatchObject({ ready: true, version: '1.14.4' })
})
