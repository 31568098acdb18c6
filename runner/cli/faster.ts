import { join, relative } from 'node:path'
import { asWord } from '../errors/command-line.ts'
import type { Settings } from './settings.ts'

/** The launcher as it is called from where the person stands: `./gym`, and `../../gym` from inside a workspace. */
export function launcherFrom({ root, startedIn }: Pick<Settings, 'root' | 'startedIn'>): string {
  if (process.platform === 'win32') return join(relative(startedIn, root), 'gym')
  const up = relative(startedIn, root)
  if (up === '') return './gym'
  return /^[./]+$/.test(up) ? `${up}/gym` : asWord(join(root, 'gym'))
}

/** The line below the answer of whoever waited for npm and for a Node that only starts a newer one; else nothing. */
export function fasterLine(settings: Settings, command: string): string {
  if (settings.oldNode === null || !settings.interactive) return ''
  return `  Faster  ${launcherFrom(settings)} ${command}, without npm and without Node ${settings.oldNode} first\n`
}
