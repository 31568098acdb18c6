import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { endGroup, endProcess, isAlive } from './signals.ts'

/**
 * Each runner process keeps a folder that names the process groups it started. A runner that was killed
 * leaves its folder; the next start ends the groups named there, so nothing stays behind for long.
 */
export interface GroupLedger {
  folder: string
  /** Ends every group that is still written down, and removes the folder. */
  close: () => void
}

export function openLedger(cacheFolder: string): GroupLedger {
  const parent = join(cacheFolder, 'running')
  sweep(parent)
  const folder = join(parent, `${process.pid}-${startStamp(process.pid) ?? 'x'}`)
  mkdirSync(folder, { recursive: true })
  return {
    folder,
    close: () => {
      endGroups(folder)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Ends what runners that no longer live have left behind. */
function sweep(parent: string): void {
  for (const name of namesIn(parent)) {
    const [pid = '', stamp = ''] = name.split('-')
    if (isAlive(Number(pid)) && [startStamp(Number(pid)), 'x'].includes(stamp)) continue
    endGroups(join(parent, name))
    rmSync(join(parent, name), { recursive: true, force: true })
  }
}

/** An entry is a file named like the group's leader; it may name a temporary folder that goes with it. */
function endGroups(folder: string): void {
  for (const name of namesIn(folder).filter((n) => /^\d+$/.test(n))) {
    const entry = join(folder, name)
    endStarted(Number(name))
    removeTemporary(textOf(entry))
    rmSync(entry, { force: true })
  }
}

/** Ends the groups that one run started, when what would have ended them is gone itself. */
export function endRun({ folder }: Pick<GroupLedger, 'folder'>, runId: string): void {
  for (const name of namesIn(folder).filter((n) => /^\d+$/.test(n))) {
    if (textOf(join(folder, name)) !== runId) continue
    endStarted(Number(name))
    rmSync(join(folder, name), { force: true })
  }
}

/** The group, and the process itself in case it does not lead one. */
function endStarted(pid: number): void {
  endGroup(pid)
  endProcess(pid)
}

/** Only what lies directly in the system's temporary folder and carries our prefix is ever removed. */
function removeTemporary(path: string): void {
  if (dirname(path) === tmpdir() && basename(path).startsWith('gym-')) rmSync(path, { recursive: true, force: true })
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/**
 * Writes down a long-lived process (a service) and its temporary folder, so that both are gone even after a kill -9
 * of the runner. Returns what takes the entry back.
 */
export function recordProcess(ledger: Pick<GroupLedger, 'folder'>, pid: number, temporaryFolder: string): () => void {
  const file = join(ledger.folder, String(pid))
  writeFileSync(file, temporaryFolder)
  return () => rmSync(file, { force: true })
}

/** Start time of a process in clock ticks since boot: tells a living runner from another process with its number. */
function startStamp(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
