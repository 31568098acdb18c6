import { expect, test } from 'vitest'
import type { SnapshotReason } from '../../app/ports.ts'
import { cleanNote, decodeSnapshots, encodeMessage } from './snapshot-message.ts'

const commit = 'a'.repeat(40)
const tree = 'b'.repeat(40)
const seconds = 1_800_000_000

test.each<[SnapshotReason, string]>([
  ['check', ''],
  ['give-up', 'score 40'],
  ['undo', 'back to #3\n\nthree lines\n  indented'],
  ['update', '#9 check'],
])('decodeSnapshots: a commit made for %s with the note "%s": read back', (reason, note) => {
  const printed = `${commit}\0${tree}\0${seconds}\0${encodeMessage({ id: '12', reason, note })}\0\n`
  const at = '2027-01-15T08:00:00.000Z'
  expect(decodeSnapshots(printed)).toEqual([{ id: '12', commit, tree, at, reason, note }])
})

test('decodeSnapshots: a commit of someone else between ours: left out', () => {
  const ours = `${commit}\0${tree}\0${seconds}\0#1 check\n\0\n`
  expect(decodeSnapshots(`${commit}\0${tree}\0${seconds}\0my commit\n\0\n${ours}`)).toHaveLength(1)
  expect(decodeSnapshots(`${commit}\0${tree}\0${seconds}\0#1 party\n\0\n`)).toEqual([])
})

test('cleanNote: NUL, Windows line ends and blank ends: gone', () => {
  expect(cleanNote('\n a\0b\r\nc \n')).toBe('ab\nc')
})
