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
export function renderHistory(name: string, states: readonly SnapshotEntry[], now: Date): string {
  if (states.length === 0) return '\n  Nothing is saved yet; each check saves your files first.\n'
  const rows = states.map(
    ({ id, at, reason, note }) =>
      `  ${id.padStart(4)}   ${when(at, now).padEnd(22)} ${reason === 'check' && note ? note : reasons[reason]}`,
  )
  return [
    '',
    `${name}: ${states.length} saved ${states.length === 1 ? 'state' : 'states'}`,
    '',
    ...rows,
    '',
    `  Back    ${commandLine('undo', '--to', '<number>')}`,
    '',
  ].join('\n')
}

const sentence = (text: string, { columns }: Style): string => labelled(2, '', text, columns, 0).join('\n')

export interface ResetScreen {
  name: string
  /** The number that the state before it was saved under. */
  saved: string
  /** What has to be said of the folder that the shell stands in. */
  place: string | null
}

export const renderReset = ({ name, saved, place }: ResetScreen, style: Style): string =>
  `\n${sentence(`${name} is back at its starter. What you had is saved as state ${saved}.`, style)}${placeLines(place, style)}\n\n  Back    ${commandLine('undo')}\n  Then    ${commandLine('next')}\n`

const placeLines = (place: string | null, style: Style): string => (place === null ? '' : `\n${sentence(place, style)}`)

export interface UndoScreen {
  name: string
  state: { id: string; at: string }
  /** The number that the present state was saved under; null where there was no workspace. */
  saved: string | null
  /** Files that no state holds, under the names they were given. */
  movedAside: readonly string[]
  place: string | null
  now: Date
}

export function renderUndo({ name, state, saved, movedAside, place, now }: UndoScreen, style: Style): string {
  const had = saved === null ? '' : ` What you had is state ${saved}.`
  const kept =
    movedAside.length === 0
      ? ''
      : `\n${sentence(`Kept beside, because no state holds them: ${movedAside.join(', ')}`, style)}`
  return `\n${sentence(`${name} is as it was ${when(state.at, now)} (state ${state.id}).${had}`, style)}${kept}${placeLines(place, style)}\n\n  More    ${commandLine('history')}\n  Then    ${commandLine('next')}\n`
}
