import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { receiptFile, receiptRef } from '../domain/submission/submission.ts'
import { git } from './project-fixtures.ts'

/** A copy of a bundle whose receipt says that it is somebody else's: everything else in it stays as it was. */
export function withEditedReceipt(bundle: string, to: string, learner: string): void {
  const copy = mkdtempSync(join(tmpdir(), 'gym-edited-'))
  const stored = (args: string[], input: string): string =>
    execFileSync('git', args, { cwd: copy, input, encoding: 'utf8' }).trim()
  try {
    git(copy, 'init', '--quiet', '--bare')
    git(copy, 'fetch', '--quiet', resolve(bundle), '+refs/gym/*:refs/gym/*')
    const receipt = JSON.parse(git(copy, 'show', `${receiptRef}:${receiptFile}`)) as { learner: object }
    receipt.learner = { id: learner, name: learner, email: `${learner}@example.org` }
    const blob = stored(['hash-object', '-w', '--stdin'], JSON.stringify(receipt))
    const tree = stored(['mktree'], `100644 blob ${blob}\t${receiptFile}\n`)
    const who = ['-c', 'user.name=x', '-c', 'user.email=x@example.org']
    git(copy, 'update-ref', receiptRef, git(copy, ...who, 'commit-tree', tree, '-m', 'receipt').trim())
    git(copy, 'bundle', 'create', '--quiet', resolve(to), '--all')
  } finally {
    rmSync(copy, { recursive: true })
  }
}
