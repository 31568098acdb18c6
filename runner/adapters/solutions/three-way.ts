import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MistakeFiles, Merged } from '../../app/ports.ts'
import { gitFailure, spawnGit } from '../git/run-git.ts'

/** What git prints for "this went wrong" instead of a number of conflicts. */
const mostConflicts = 127

/** Three-way merge of one text, as git does it; conflicts keep all three sides between their markers. */
export const merge: MistakeFiles['merge'] = async ({ before, now, mistake }) => {
  const folder = mkdtempSync(join(tmpdir(), 'gym-merge-'))
  const call = { cwd: folder, action: 'merge a mistake with the reference', path: folder }
  try {
    for (const [name, text] of Object.entries({ before, now, mistake })) writeFileSync(join(folder, name), text)
    const labels = ['reference now', 'reference before', 'mistake'].flatMap((label) => ['-L', label])
    const { code, stdout, stderr } = await spawnGit(
      ['merge-file', '-p', '--diff3', ...labels, 'now', 'before', 'mistake'],
      call,
    )
    if (code === null || code > mostConflicts) throw gitFailure(stderr, call)
    return merged(stdout.toString('utf8'), code > 0)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function merged(text: string, hasConflicts: boolean): Merged {
  const lines = hasConflicts ? text.split('\n') : []
  return { text, conflicts: lines.flatMap((line, i) => (line.startsWith('<<<<<<< reference now') ? [i + 1] : [])) }
}
