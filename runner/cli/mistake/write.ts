import { relative } from 'node:path'
import { beginDraft } from '../../app/mistake-draft.ts'
import { refreshMistakes as refresh } from '../../app/mistake-refresh.ts'
import { saveDraft } from '../../app/mistake-save.ts'
import type { Exercise } from '../../domain/exercise/exercise.ts'
import { commandLine } from '../../errors/command-line.ts'
import { renderNewMistake, renderRefreshed, renderSavedMistake } from '../../ui/terminal/mistake-writing.ts'
import type { Answer } from '../command.ts'
import type { Context } from '../context.ts'
import { progressLine } from '../progress-line.ts'
import type { Asked } from './look.ts'
import { mistakePorts } from './ports.ts'

export async function newMistake(context: Context, { exercise, language }: Asked, id: string): Promise<Answer> {
  const { draft } = await beginDraft(await mistakePorts(context), exercise, id, language)
  const { slug } = exercise
  const edit = draft.languages().map((l) => `${draft.tree(l)}/${context.source.entry({ exercise, language: l })}`)
  const next = commandLine('mistake', slug, id)
  return {
    exitCode: 0,
    json: { slug, id, folder: draft.folder, languages: draft.languages(), edit, next },
    text: renderNewMistake({ slug, id, folder: draft.folder, edit, next }, context.settings),
  }
}

export async function saveMistake(context: Context, exercise: Exercise, id: string): Promise<Answer> {
  const { path, files, missing } = await saveDraft(await mistakePorts(context), exercise, id)
  const { slug } = exercise
  const next = commandLine('verify', slug)
  const shown = relative(context.settings.root, path)
  return {
    exitCode: 0,
    json: { slug, id, path, files, missing: missing.map((p) => p.message), next },
    text: renderSavedMistake(
      { id, path: shown, files, missing: missing.map((p) => p.message), next },
      context.settings,
    ),
  }
}

export async function refreshMistakes(context: Context, exercise: Exercise, revision: string): Promise<Answer> {
  const line = progressLine(context.settings)
  const mistakes = await refresh(await mistakePorts(context), exercise, revision, line.show)
  line.clear()
  const open = mistakes.some((m) => m.outcome === 'conflict' || m.outcome === 'left')
  const { slug } = exercise
  const conflict = mistakes.find((m) => m.outcome === 'conflict')
  const next = conflict ? commandLine('mistake', slug, conflict.id) : commandLine('verify', slug)
  return {
    exitCode: open ? 1 : 0,
    json: { slug, from: revision, mistakes, next },
    text: renderRefreshed({ slug, mistakes, next }, context.settings),
  }
}
