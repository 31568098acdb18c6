import type { RefreshedMistake } from '../../app/mistake-refresh.ts'
import { commandLine } from '../../errors/command-line.ts'
import { labelled, paints, type Style } from './style.ts'

export interface NewMistakeView {
  slug: string
  id: string
  folder: string
  edit: readonly string[]
  next: string
}

export function renderNewMistake({ slug, id, folder, edit, next }: NewMistakeView, style: Style): string {
  const head =
    'Say in mistake.txt which requirements of the brief the answer breaks (Breaks: 2, 5), which hints are true of it ' +
    '(Hint: an id of hints.json, several, or "requirement"), and below them in one paragraph what is wrong and what that ' +
    'costs in production.'
  return [
    '',
    `  The reference of ${slug} lies in ${folder}. Make one thing in it wrong.`,
    '',
    ...edit.map((file, i) => `  ${(i === 0 ? 'Edit' : '').padEnd(8)}${file}`),
    `  ${''.padEnd(8)}${folder}/mistake.txt`,
    ...labelled(2, '', head, style.columns),
    `  Then    ${next}    (runs the suite on it)`,
    `          ${commandLine('mistake', slug, id, '--save')}`,
    '',
  ].join('\n')
}

export interface SavedMistakeView {
  id: string
  path: string
  files: readonly string[]
  missing: readonly string[]
  next: string
}

export function renderSavedMistake({ id, path, files, missing, next }: SavedMistakeView, style: Style): string {
  return [
    '',
    `  Saved ${id} in ${path}: ${files.length === 1 ? files[0] : `${files.length} files`}.`,
    ...missing.flatMap((what) => labelled(2, 'Note', `${what}.`, style.columns)),
    '',
    `  Then    ${next}`,
    '',
  ].join('\n')
}

export interface RefreshedView {
  slug: string
  mistakes: readonly RefreshedMistake[]
  next: string
}

/** What became of each patch, the ones that need their author last. */
export function renderRefreshed({ slug, mistakes, next }: RefreshedView, style: Style): string {
  const p = paints(style)
  const of = (outcome: RefreshedMistake['outcome']): RefreshedMistake[] => mistakes.filter((m) => m.outcome === outcome)
  const refreshed = of('refreshed')
  return [
    '',
    `${p.bold(slug)}   ${refreshed.length} refreshed, ${of('same').length} as they were, ${of('conflict').length} with conflicts, ${of('left').length} left`,
    '',
    ...refreshed.map((m) => `  ${p.green('✓')} ${m.id}`),
    ...of('left').flatMap((m) => labelled(2, p.yellow('!'), `${m.id}: ${m.why}`, style.columns, 2)),
    ...of('conflict').flatMap((m) => [
      `  ${p.red('✗')} ${m.id}: both changed the same lines; its patch is as it was`,
      ...m.conflicts.map(({ file, lines }) => `      ${file}${linesText(lines)}`),
    ]),
    '',
    `  Then    ${next}`,
    '',
  ].join('\n')
}

const linesText = (lines: readonly number[]): string =>
  lines.length === 0 ? ' (the whole file)' : `:${lines.join(', :')}`
