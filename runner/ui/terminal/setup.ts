import { commandLine } from '../../errors/command-line.ts'
import { labelled, type Style } from './style.ts'

export interface PackRow {
  id: string
  title: string
  for: string
  megabytes: number
  license: string
  ready: boolean
  /** Ready and not installed: the machine has it by itself. */
  installed: boolean
}

/** What there is to install, how large it is, and whether it is here. */
export function renderPacks(packs: readonly PackRow[], { columns }: Style): string {
  const rows = packs.flatMap((e) => {
    const label = `${e.ready ? '✓ ready  ' : '– missing'}  ${e.id.padEnd(14)} `
    const purpose = `for ${e.for}${e.ready && !e.installed ? '; this machine has it already' : ''}`
    return [
      ...labelled(2, label, `${e.title}, ${e.megabytes} MB, ${e.license}`, columns, label.length),
      ...labelled(2, '', purpose, columns, label.length),
    ]
  })
  const ways = [
    ...labelled(2, 'Get it', commandLine('setup', '<pack…>'), columns),
    ...labelled(2, 'All', commandLine('setup', '--all'), columns),
    ...labelled(2, 'Drop it', commandLine('setup', '<pack…>', '--remove'), columns),
  ]
  return ['', ...rows, '', ...ways, ''].join('\n')
}

export function renderInstalled(
  packs: readonly Pick<PackRow, 'id' | 'title' | 'installed'>[],
  { columns }: Style,
): string {
  const rows = packs.flatMap(({ id, title, installed }) =>
    labelled(
      2,
      `✓ ready    ${id.padEnd(14)} `,
      `${title}${installed ? '' : ' (this machine has it already)'}`,
      columns,
      26,
    ),
  )
  return ['', ...rows, '', `  Then    ${commandLine('next')}`, ''].join('\n')
}

/** @param removed those of the wanted ones that were there */
export function renderRemoved(wanted: readonly string[], removed: readonly string[]): string {
  const rows = wanted.map((id) =>
    removed.includes(id) ? `  ✓ removed  ${id}` : `  – nothing  ${id} was not installed here`,
  )
  return ['', ...rows, ''].join('\n')
}
