import type { ReadinessItem } from '../../app/ports.ts'
import { commandLine } from '../../errors/command-line.ts'
import { labelled, paints, wrap, type Style } from './style.ts'

export interface DoctorScreen {
  items: readonly ReadinessItem[]
  ready: boolean
  /** The system in words, with what nobody has tried on it. */
  system: string
}

/** What the machine has, what it lacks, and the line that installs it. */
export function renderDoctor({ items, ready, system }: DoctorScreen, style: Style): string {
  const p = paints(style)
  const widest = (texts: string[]): number => Math.max(...texts.map((text) => text.length))
  const [idWidth, versionWidth] = [widest(items.map((i) => i.id)), widest(items.map((i) => i.version ?? ''))]
  const rows = items.flatMap((i) => {
    const mark = i.ready ? p.green('✓ ready  ') : p.yellow('– missing')
    const facts = `${i.id.padEnd(idWidth)}  ${(i.version ?? '').padEnd(versionWidth)}  `
    const [first = '', ...rest] = wrap(i.needs, Math.max(20, style.columns - 13 - facts.length))
    const lines = [`  ${mark}  ${facts}${first}`.trimEnd(), ...rest.map((l) => `${' '.repeat(13 + facts.length)}${l}`)]
    return i.ready ? lines : [...lines, ...labelled(15, 'get it:', i.howToInstall, style.columns)]
  })
  const end = ready
    ? '  Everything is ready.'
    : '  Exercises that need what is missing are passed over; all others work.'
  return [
    '',
    ...rows,
    '',
    ...labelled(2, '', system, style.columns, 0),
    end,
    '',
    `  Then    ${commandLine('next')}`,
    '',
  ].join('\n')
}
