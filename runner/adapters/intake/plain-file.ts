import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs'
import { sizeText } from '../../domain/submission/printable.ts'
import { IntakeRefusal } from './refusal.ts'

/** Neither a link is followed nor a pipe waited for, whatever took the file's place since it was looked at. */
const readOnly = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** Reads a plain file whose size was looked at before, and never more than that. */
export function readPlainFile(path: string | Buffer, name: string, most: number): Buffer {
  const before = lstatSync(path)
  if (!before.isFile()) throw new IntakeRefusal('special', `"${name}" is no plain file.`)
  if (before.size > most)
    throw new IntakeRefusal('too-large', `"${name}" has ${sizeText(before.size)}; at most ${sizeText(most)} are taken.`)
  const handle = openSync(path, readOnly)
  try {
    const now = fstatSync(handle)
    if (!isSame(before, now)) throw new IntakeRefusal('changed-while-read', `"${name}" has changed while it was read.`)
    return readAll(handle, now.size)
  } finally {
    closeSync(handle)
  }
}

const isSame = (a: Stats, b: Stats): boolean => b.isFile() && a.ino === b.ino && a.dev === b.dev && a.size === b.size

function readAll(handle: number, size: number): Buffer {
  const content = Buffer.alloc(size)
  let filled = 0
  while (filled < size) {
    const read = readSync(handle, content, filled, size - filled, filled)
    if (read === 0) break
    filled += read
  }
  return content.subarray(0, filled)
}
