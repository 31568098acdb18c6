import { execFile } from 'node:child_process'
import { isAlive } from './signals.ts'

const everyMs = 1_000

/**
 * Calls `gone` when npm, or what it has put between itself and us, was killed: nobody else tells us, and a learner's
 * server would go on behind a prompt. It looks only after a while, so that a short command pays nothing.
 */
export function onceStarterIsGone(gone: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined || process.platform === 'win32') return
  setTimeout(() => {
    execFile('ps', ['-A', '-o', 'pid=', '-o', 'ppid=', '-o', 'args='], { maxBuffer: 2 ** 25 }, (_, list) => {
      const starters = startersOf(process.pid, list)
      const timer = setInterval(() => {
        if (starters.every(isAlive)) return
        clearInterval(timer)
        gone()
      }, everyMs)
      timer.unref()
    }).unref()
  }, everyMs).unref()
}

/** From the parent of a process up to the npm that is nearest; none where there is no npm above it. */
export function startersOf(pid: number, list: string): number[] {
  const rows = [...list.matchAll(/^\s*(\d+)\s+(\d+)\s+(.*)$/gm)].map((row) => ({
    pid: Number(row[1]),
    parent: Number(row[2]),
    isNpm: /^npm\b|\bnpm(-cli\.js)?(\s|$)/.test(row[3] ?? ''),
  }))
  const byPid = new Map(rows.map((row) => [row.pid, row]))
  const starters: number[] = []
  for (let at = byPid.get(byPid.get(pid)?.parent ?? 0); at && at.pid > 1; at = byPid.get(at.parent)) {
    starters.push(at.pid)
    if (at.isNpm) return starters
  }
  return []
}
