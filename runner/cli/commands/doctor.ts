import { openReadiness } from '../../adapters/readiness/readiness.ts'
import { renderDoctor } from '../../ui/terminal/doctor.ts'
import type { Command } from '../command.ts'

export const doctor: Command = {
  summary: 'Shows what this machine has, what it lacks, and the line that installs it.',
  usage: '',
  details: ['Exit code 0 when everything is ready, 3 when something is missing.'],
  options: {},
  words: 0,
  run: async ({ settings }) => {
    const items = await (await openReadiness(settings.cache, true)).items()
    const system = `${process.platform} ${process.arch}${notes()}`
    const ready = items.every((i) => i.ready || i.optional === true)
    return { exitCode: ready ? 0 : 3, json: { ready, items }, text: renderDoctor({ items, ready, system }, settings) }
  },
}

/** Said once, here: what nobody has tried. */
function notes(): string {
  if (process.platform === 'win32') return '; native Windows is untested, WSL2 is what we try'
  const glibc = (process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined)?.header
    ?.glibcVersionRuntime
  return process.platform === 'linux' && !glibc ? '; musl is untested, use a glibc image' : ''
}
