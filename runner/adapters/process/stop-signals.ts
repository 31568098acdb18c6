/** What asks a program to end: Ctrl-C, a supervisor, and a terminal that is closed. */
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Calls `stop` when this process is asked to end, for each of the ways once. */
export function onceAskedToStop(stop: () => void): void {
  for (const signal of stopSignals) process.once(signal, stop)
}
