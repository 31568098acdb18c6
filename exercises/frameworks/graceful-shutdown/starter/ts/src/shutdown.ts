import type { Server } from 'node:http'

export interface ShutdownSettings {
  /** From the signal until the port closes. */
  drainDelayMs: number
  /** From the signal until whatever is left is cut. */
  deadlineMs: number
}

export function shutDownOnSignal(_server: Server, _settings: ShutdownSettings): void {
  process.on('SIGTERM', () => {
    console.error('SIGTERM: good bye')
    process.exit(0)
  })
}
