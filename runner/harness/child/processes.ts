import { readdirSync, readFileSync } from 'node:fs'

/** What Linux tells of processes, and how they are ended. */

export function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Whether anybody is left in the group that a process leads, or has led. */
export const groupLives = (pid: number): boolean => lives(-pid)

export function killGroup(pid: number): void {
  if (pid <= 1) return
  trySignal(-pid, 'SIGKILL')
  trySignal(pid, 'SIGKILL')
}

export function trySignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal)
    return true
  } catch {
    return false // It is gone already.
  }
}

/**
 * Finds processes of this run that left their group (`setsid`, `detached: true`) by the token in
 * their environment, ends them and says how many there were. Linux only; elsewhere the group is all we see.
 */
export function endStrays(runId: string): number {
  if (process.platform !== 'linux') return 0
  const strays = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && carriesToken(name, runId))
  for (const pid of strays) trySignal(Number(pid), 'SIGKILL')
  return strays.length
}

function carriesToken(pid: string, runId: string): boolean {
  try {
    if (Number(pid) === process.pid) return false
    if (!readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`GYM_RUN=${runId}\0`)) return false
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'))
  } catch {
    return false // Gone, or not ours to read.
  }
}

/** CPU time of a process in clock ticks, or null where the system does not tell. */
export function cpuTicks(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(fields[11]) + Number(fields[12])
  } catch {
    return null
  }
}

/** Resident memory of a process in bytes, or null where the system does not tell. */
export function residentBytes(pid: number): number | null {
  try {
    const kb = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]
    return kb === undefined ? null : Number(kb) * 1024
  } catch {
    return null
  }
}

/** The first process that another one has started, or null. */
export function firstChild(pid: number): number | null {
  try {
    const first = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ')[0]
    return first ? Number(first) : null
  } catch {
    return null // Gone.
  }
}
