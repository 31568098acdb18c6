import { commandLine } from '../../errors/command-line.ts'

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
export function renderPacks(packs: readonly PackRow[]): string {
  const rows = packs.flatMap((e) => [
    `  ${e.ready ? '✓ ready  ' : '– missing'}  ${e.id.padEnd(14)} ${e.title}, ${e.megabytes} MB, ${e.license}`,
    `                            for ${e.for}${e.ready && !e.installed ? '; this machine has it already' : ''}`,
  ])
  const ways = [
    `  Get it  ${commandLine('setup', '<pack…>')}      or: ${commandLine('setup', '--all')}`,
    `  Drop it ${commandLine('setup', '<pack…>', '--remove')}`,
  ]
  return ['', ...rows, '', ...ways, ''].join('\n')
}

export function renderInstalled(packs: readonly Pick<PackRow, 'id' | 'title' | 'installed'>[]): string {
  const rows = packs.map(
    ({ id, title, installed }) =>
      `  ✓ ready    ${id.padEnd(14)} ${title}${installed ? '' : ' (this machine has it already)'}`,
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
