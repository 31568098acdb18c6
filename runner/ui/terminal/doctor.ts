import type { ReadinessItem } from '../../app/ports.ts'
import { commandLine } from '../../errors/command-line.ts'
import { paints, type Style } from './style.ts'

export interface DoctorScreen {
  items: readonly ReadinessItem[]
  ready: boolean
  /** The system in words, with what nobody has tried on it. */
  system: string
}

/** What the machine has, what it lacks, and the line that installs it. */
export function renderDoctor({ items, ready, system }: DoctorScreen, style: Pick<Style, 'color'>): string {
  const p = paints(style)
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
  return ['', ...rows, '', `  ${system}`, end, '', `  Then    ${commandLine('next')}`, ''].join('\n')
}
