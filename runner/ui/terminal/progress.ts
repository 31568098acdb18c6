import { commandLine } from '../../errors/command-line.ts'
import { paints, type Style } from './style.ts'

interface AreaProgress {
  title: string
  total: number
  started: number
  skipped: number
  passed: number
}

const barWidth = 20

export function renderProgress(
  areas: readonly AreaProgress[],
  attempts: number,
  current: { slug: string } | null,
  style: Style,
): string {
  const p = paints(style)
  const width = Math.max(...areas.map((a) => a.title.length))
  const rows = areas.map((a) => {
    const full = a.total === 0 ? 0 : Math.round((a.passed / a.total) * barWidth)
    const bar = style.plain ? '' : `${p.green('█'.repeat(full))}${p.dim('░'.repeat(barWidth - full))}  `
    const more = [a.started > 0 ? `${a.started} started` : '', a.skipped > 0 ? `${a.skipped} skipped` : '']
      .filter(Boolean)
      .join(', ')
    const words = `${String(a.passed).padStart(2)} of ${a.total} passed${more ? `   ${more}` : ''}`
    const fits = width + 4 + barWidth + 2 + words.length <= style.columns
    return `  ${a.title.padEnd(width)}  ${fits ? bar : ''}${words}`
  })
  const passed = areas.reduce((sum, a) => sum + a.passed, 0)
  const total = areas.reduce((sum, a) => sum + a.total, 0)
  const now = current ? `, now at ${current.slug}` : ''
  return [
    '',
    ...rows,
    '',
    `  ${passed} of ${total} passed in ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}${now}`,
    '',
    `  Then    ${commandLine('next')}`,
    '',
  ].join('\n')
}
