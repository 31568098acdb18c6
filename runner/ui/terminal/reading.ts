import { commandLine } from '../../errors/command-line.ts'
import { renderMarkdown } from './markdown.ts'
import { labelled, type Style } from './style.ts'

/** The brief of an exercise; `note` says that the project has another one by now. */
export function renderBrief(brief: string, note: string | null, then: string, style: Style): string {
  const noted = note === null ? '' : `${labelled(2, 'Note', note, style.columns).join('\n')}\n`
  return `\n${renderMarkdown(brief, style)}\n${noted}  Then    ${then}\n`
}

/** The files of the reference, and why it does what it does. */
export function renderSolution(files: readonly { path: string; text: string }[], why: string, style: Style): string {
  const listing = files.map(({ path, text }) => `── ${path} ──\n\n${text.trimEnd()}\n`).join('\n')
  return `\n${listing}\n${renderMarkdown(why, style)}\n  Look    ${commandLine('diff', '--reference')}    your files beside these\n  Then    ${commandLine('next')}\n`
}
