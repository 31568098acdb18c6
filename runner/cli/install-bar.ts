import type { Settings } from './settings.ts'

export interface InstallBar {
  /** Megabytes on disk so far, and how many it will be. */
  show: (megabytes: number, of: number) => void
  clear: () => void
}

const width = 24

/** A line redrawn in place for a person; one line at the start for a log; nothing for --json. */
export function installBar(settings: Settings, id: string, pack: { title: string; megabytes: number }): InstallBar {
  if (!settings.json) process.stderr.write(`  Installing ${pack.title}, about ${pack.megabytes} MB on disk …\n`)
  if (!settings.interactive) return { show: () => {}, clear: () => {} }
  const started = Date.now()
  return {
    show: (megabytes, of) => {
      const share = Math.min(1, megabytes / of)
      const bar = '█'.repeat(Math.round(share * width)).padEnd(width, '░')
      const line = `  ${id}  ${bar}  ${Math.min(megabytes, of)} of ${of} MB, ${Math.round((Date.now() - started) / 1000)} s`
      process.stderr.write(`\r\u001b[2K${line.slice(0, settings.columns - 1)}`)
    },
    clear: () => void process.stderr.write('\r\u001b[2K'),
  }
}
