import { existsSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { byCodePoint } from '../../domain/class/gradebook.ts'
import { ensureFolder, writeAtomic } from '../files/late-packages.ts'
import { writing } from '../files/writing.ts'

interface Export {
  /** Relative, with forward slashes. */
  path: string
  text: string
}

/** Names every file that we wrote; what is not in it is somebody else's and never touched. */
const listName = 'exports.json'

const listSchema = v.object({
  formatVersion: v.literal(1),
  files: v.array(
    v.pipe(
      v.string(),
      v.check(
        (path) => path.split('/').every((part) => part !== '' && part !== '.' && part !== '..') && !/[\\:]/.test(path),
      ),
    ),
  ),
})

/**
 * Writes exports below a folder. Files that we wrote there before, in the same folders, and that are no longer among
 * them are removed: a learner who is gone must not leave a result behind.
 */
export async function writeExports(folder: string, files: readonly Export[]): Promise<void> {
  await writing(folder, () => {
    const before = listed(folder)
    const tops = new Set(files.map((f) => topOf(f.path)))
    const now = new Set(files.map((f) => f.path))
    const gone = before.filter((path) => tops.has(topOf(path)) && !now.has(path))
    for (const path of gone) rmSync(join(folder, path), { force: true })
    for (const { path, text } of files) {
      // Whole or not at all, but not forced to the disk: thousands of files can be made again from what is.
      ensureFolder(dirname(join(folder, path)))
      writeAtomic(join(folder, path), text, { fsync: false })
    }
    const kept = [...new Set([...before.filter((path) => !gone.includes(path)), ...now])].sort(byCodePoint)
    writeAtomic(join(folder, listName), `${JSON.stringify({ formatVersion: 1, files: kept }, null, 2)}\n`)
  })
}

const topOf = (path: string): string => path.split('/')[0] ?? ''

function listed(folder: string): string[] {
  const file = join(folder, listName)
  if (!existsSync(file)) return []
  try {
    const read = v.safeParse(listSchema, JSON.parse(readFileSync(file, 'utf8')))
    return read.success ? read.output.files : []
  } catch {
    return []
  }
}
