import { openReadiness } from '../../adapters/readiness/readiness.ts'
import { commandLine } from '../../errors/command-line.ts'
import { paints } from '../../ui/terminal/style.ts'
import type { ReadinessItem } from '../../app/ports.ts'
import type { Command } from '../command.ts'
import type { Settings } from '../settings.ts'

export const doctor: Command = {
  summary: 'Shows what this machine has, what it lacks, and the line that installs it.',
  usage: '',
  details: ['Exit code 0 when everything is ready, 3 when something is missing.'],
  options: {},
  words: 0,
  run: async ({ settings }) => {
    const items = await (await openReadiness(settings.cache, true)).items()
    const ready = items.every((i) => i.ready || i.optional === true)
    return { exitCode: ready ? 0 : 3, json: { ready, items }, text: render(items, ready, settings) }
  },
}

function render(items: readonly ReadinessItem[], ready: boolean, settings: Settings): string {
  const p = paints(settings)
  const widest = (texts: string[]): number => Math.max(...texts.map((text) => text.length))
  const [idWidth, versionWidth] = [widest(items.map((i) => i.id)), widest(items.map((i) => i.version ?? ''))]
  const rows = items.flatMap((i) => {
    const mark = i.ready ? p.green('✓ ready  ') : p.yellow('– missing')
    const line = `  ${mark}  ${i.id.padEnd(idWidth)}  ${(i.version ?? '').padEnd(versionWidth)}  ${i.needs}`.trimEnd()
    return i.ready ? [line] : [line, `               get it: ${i.howToInstall}`]
  })
  const end = ready
    ? '  Everything is ready.'
    : '  Exercises that need what is missing are passed over; all others work.'
  const system = `  ${process.platform} ${process.arch}${notes()}`
  return ['', ...rows, '', system, end, '', `  Then    ${commandLine('next')}`, ''].join('\n')
}

/** Said once, here: what nobody has tried. */
function notes(): string {
  if (process.platform === 'win32') return '; native Windows is untested, WSL2 is what we try'
  const glibc = (process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined)?.header
    ?.glibcVersionRuntime
  return process.platform === 'linux' && !glibc ? '; musl is untested, use a glibc image' : ''
}
