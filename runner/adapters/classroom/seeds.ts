import { createHmac, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { RunnerError } from '../../errors/runner-error.ts'

/** Stays in the class folder: with it a regrade meets the inputs of the first time, without it nobody knows them. */
export const seedKeyFile = 'seed.key'

/**
 * Seeds of a class's runs: HMAC-SHA256 (RFC 2104) of batch and exercise under a key that is made at the class's first
 * grading. A seed that could be worked out from what learners know, set and version, would let a table of answers pass
 * for a program. `batch` names what is graded together, `<set id>@<version>`. A seed has 31 bits.
 */
export function seedsOf(folder: string, batch: string): (slug: string) => number {
  const key = readKey(folder) ?? makeKey(folder)
  return (slug) => createHmac('sha256', key).update(`seed\0${batch}\0${slug}`).digest().readUInt32BE(0) >>> 1
}

function readKey(folder: string): Buffer | null {
  const path = join(folder, seedKeyFile)
  if (!existsSync(path)) return null
  const text = readFileSync(path, 'utf8').trim()
  if (/^[0-9a-f]{64}$/.test(text)) return Buffer.from(text, 'hex')
  throw new RunnerError('seed-key', { path })
}

/** Of two graders that begin at once, the first one's key stands. */
function makeKey(folder: string): Buffer {
  try {
    writeFileSync(join(folder, seedKeyFile), `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readKey(folder) ?? makeKey(folder)
}
