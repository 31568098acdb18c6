import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import type { RunnerError } from '../../errors/runner-error.ts'
import { refusedWrite, writeProblem } from './writing.ts'

afterEach(() => void vi.restoreAllMocks())

const folder = mkdtempSync(join(tmpdir(), 'gym writing '))
const refused = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' })

test('what belongs to another account: whose it is, and how to take it back', () => {
  const uid = process.getuid?.() ?? 0
  vi.spyOn(process, 'geteuid').mockReturnValue(uid + 4711)
  const error = writeProblem(join(folder, 'not', 'there'), refused) as RunnerError
  expect(error.details['owner']).toBe(uid === 0 ? 'root' : `account ${uid}`)
  expect(error.remedy).toMatch(/sudo chown -R "\$\(id -un\)" workspace \.cache/)
})

test('what is one’s own: no word of sudo', () => {
  vi.spyOn(process, 'geteuid').mockReturnValue(process.getuid?.() ?? 0)
  expect(refusedWrite(folder, 'permission denied').remedy).not.toMatch(/sudo/)
})

test('what is no refusal stays what it is', () => {
  const other = new Error('something else')
  expect(writeProblem(folder, other)).toBe(other)
})
