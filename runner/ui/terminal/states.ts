import type { SnapshotEntry } from '../../app/ports.ts'
import { commandLine } from '../../errors/command-line.ts'
import { labelled, type Style } from './style.ts'
import { when } from './when.ts'

const reasons: Record<SnapshotEntry['reason'], string> = {
  check: 'before a check',
  reset: 'before a reset',
  'give-up': 'before a give-up',
  undo: 'before an undo',
  update: 'before an update',
}

/** The saved states of a workspace, newest first. */
export function renderHistory(slug: string, states: readonly SnapshotEntry[], now: Date): string {
  if (states.length === 0) return '\n  Nothing is saved yet; each check saves your files first.\n'
  const rows = states.map(
    ({ id, at, reason, note }) =>
      `  ${id.padStart(4)}   ${when(at, now).padEnd(22)} ${reason === 'check' && note ? note : reasons[reason]}`,
  )
  return [
    '',
    `${slug}: ${states.length} saved ${states.length === 1 ? 'state' : 'states'}`,
    '',
    ...rows,
    '',
    `  Back    ${commandLine('undo', '--to', '<number>')}`,
    '',
  ].join('\n')
}

const sentence = (text: string, { columns }: Style): string => labelled(2, '', text, columns, 0).join('\n')

export const renderReset = (slug: string, saved: string, style: Style): string =>
  `\n${sentence(`${slug} is back at its starter. What you had is saved as state ${saved}.`, style)}\n\n  Back    ${commandLine('undo')}\n  Then    ${commandLine('next')}\n`

export interface UndoScreen {
  slug: string
  state: { id: string; at: string }
  /** The number that the present state was saved under; null where there was no workspace. */
  saved: string | null
  /** Files that no state holds, under the names they were given. */
  movedAside: readonly string[]
  now: Date
}

export function renderUndo({ slug, state, saved, movedAside, now }: UndoScreen, style: Style): string {
  const had = saved === null ? '' : ` What you had is state ${saved}.`
  const kept =
    movedAside.length === 0
      ? ''
      : `\n${sentence(`Kept beside, because no state holds them: ${movedAside.join(', ')}`, style)}`
  return `\n${sentence(`${slug} is as it was ${when(state.at, now)} (state ${state.id}).${had}`, style)}${kept}\n\n  More    ${commandLine('history')}\n  Then    ${commandLine('next')}\n`
}
