/** Whether a process with this number lives. One of another user's, which we may not signal, lives too. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Ends a process and all it started at once; `leader` was started with `detached`, so that it leads a group. */
export function endGroup(leader: number | undefined): void {
  if (leader !== undefined) endProcess(process.platform === 'win32' ? leader : -leader)
}

/** Ends one process at once; a negative number names a group. It is no error when nothing of it is left. */
export function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Gone already.
  }
}
