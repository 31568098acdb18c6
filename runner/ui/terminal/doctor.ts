import type { ReadinessItem } from '../../app/ports.ts'
import { commandLine } from '../../errors/command-line.ts'
import { labelled, paints, type Style } from './style.ts'

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
    const head = `  ${mark}  ${facts}`
    const isBeside = 13 + facts.length + i.needs.length <= style.columns
    const below = labelled(15, '', i.needs, style.columns, 0)
    const lines = isBeside ? [`${head}${i.needs}`.trimEnd()] : [head.trimEnd(), ...below]
    return i.ready ? lines : [...lines, ...labelled(15, 'get it:', i.howToInstall, style.columns)]
  })
  return [
    '',
    ...rows,
    '',
    ...labelled(2, '', system, style.columns, 0),
    ...labelled(2, '', endOf(items, ready), style.columns, 0),
    '',
    `  Then    ${commandLine('next')}`,
    '',
  ].join('\n')
}

function endOf(items: readonly ReadinessItem[], ready: boolean): string {
  if (!ready) return 'Exercises that need what is missing are passed over; all others work.'
  const missing = items.filter((i) => !i.ready).map((i) => i.id)
  if (missing.length === 0) return 'Everything is ready.'
  return `Everything that exercises need is ready; none needs ${missing.join(' or ')}, which ${missing.length === 1 ? 'is' : 'are'} missing.`
}
