import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { asWord } from '../errors/command-line.ts'
import { labelled } from '../ui/terminal/style.ts'
import type { Settings } from './settings.ts'

/** The launcher as it is called from where the person stands: `./gym`, and `../../gym` from inside a workspace. */
export function launcherFrom({ root, startedIn }: Pick<Settings, 'root' | 'startedIn'>): string {
  if (process.platform === 'win32') return join(relative(startedIn, root), 'gym')
  const up = relative(startedIn, root)
  if (up === '') return './gym'
  return /^[./]+$/.test(up) ? `${up}/gym` : asWord(join(root, 'gym'))
}

/**
 * The line below the answer of whoever waited for npm and for a Node that only starts a newer one; else nothing. Once in a
 * clone: whoever has read it and stays with npm has chosen.
 */
export function fasterOnce(settings: Settings, command: string): string {
  if (settings.oldNode === null || !settings.interactive) return ''
  const told = join(settings.cache, 'faster-told')
  if (existsSync(told)) return ''
  try {
    mkdirSync(settings.cache, { recursive: true })
    writeFileSync(told, '')
  } catch {
    return '' // Nothing can be kept here, and each time would be too often.
  }
  const line = `${launcherFrom(settings)} ${command} does the same, faster`
  return `${labelled(2, 'Faster', line, settings.columns).join('\n')}\n`
}
