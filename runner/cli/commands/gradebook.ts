import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { appendAudit, appendOverride, readClass, type ClassRecords } from '../../adapters/classroom/class-folder.ts'
import { writeExports } from '../../adapters/classroom/exports.ts'
import { readRules } from '../../adapters/classroom/set-rules.ts'
import { readTextFile } from '../../adapters/classroom/text-file.ts'
import {
  gradebook as gradebookOf,
  type Gradebook,
  type GivenOverride,
  type GradebookRules,
} from '../../domain/class/gradebook.ts'
import type { LatePenalty } from '../../domain/class/gradebook-cell.ts'
import { parseOverride } from '../../domain/class/gradebook-override.ts'
import { countedFrom } from '../../domain/class/told-times.ts'
import { itemAnalysis } from '../../domain/class/item-analysis.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { canvasCsv, type CanvasMatch } from '../../ui/report/canvas-csv.ts'
import type { ClassReport } from '../../ui/report/class-report.ts'
import { formatNames, isFormat, reportFiles, type FormatName } from '../../ui/report/formats.ts'
import { gradebookValue } from '../../ui/report/gradebook-json.ts'
import { renderGradebook } from '../../ui/terminal/gradebook.ts'
import type { Answer, Command, Input, OptionValues } from '../command.ts'
import type { Context } from '../context.ts'

const usualFormats: readonly FormatName[] = ['html', 'csv', 'json']

export const gradebook: Command = {
  summary: 'Shows the marks of a class and writes them as files; sets a mark by hand.',
  usage:
    '[--class DIR] [--to DIR] [--format name,…] [--canvas FILE] [--override learner/slug=score --by NAME --why TEXT]',
  details: [
    '--class     the class folder; without it the folder you are in',
    '--to        where the files go; without it gradebook/ in the class folder',
    `--format    ${formatNames.join(', ')}; or all. Without it ${usualFormats.join(', ')}`,
    '--canvas    your own export of the Canvas gradebook, to be filled with the marks',
    '--override  sets a mark (0–100), excuses the learner (=excused) or takes an earlier word back (=none)',
    '--by, --why who sets it and why; both are kept in the audit log',
  ],
  options: {
    class: { type: 'string' },
    to: { type: 'string' },
    format: { type: 'string' },
    canvas: { type: 'string' },
    override: { type: 'string' },
    by: { type: 'string' },
    why: { type: 'string' },
  },
  words: 0,
  run: showGradebook,
}

async function showGradebook(context: Context, { options }: Input): Promise<Answer> {
  const { startedIn, columns, color } = context.settings
  const folder = resolve(startedIn, text(options, 'class') ?? '.')
  const to = resolve(startedIn, text(options, 'to') ?? join(folder, 'gradebook'))
  const formats = formatsOf(text(options, 'format'))
  const { rules, late, time } = readRules(folder, context.catalog())
  const records = readClass(folder)
  const before = { ...records, works: countedFrom(records.works, time) }
  const override = overrideOf(options, before, rules, context.clock.now())
  const report = reportOf(rules, late, override ? { ...before, overrides: [...before.overrides, override] } : before)
  const canvas = canvasOf(report, text(options, 'canvas'), startedIn)
  const files = [...reportFiles(report, formats), ...(canvas ? [{ path: 'canvas.csv', text: canvas.text }] : [])]
  if (override) giveOverride(folder, override)
  await writeExports(to, files)
  const written = { formats: [...formats, ...(canvas ? ['canvas'] : [])], to, files: files.length }
  appendAudit(folder, {
    at: context.clock.now().toISOString(),
    who: text(options, 'by') ?? userInfo().username,
    what: 'export',
    ...written,
  })
  const remarks = [...before.torn, ...canvasRemarks(canvas)]
  return {
    exitCode: 0,
    json: {
      ...gradebookValue(report),
      to,
      files: files.map((f) => f.path),
      remarks,
      canvas: canvas && matchOf(canvas),
    },
    text: renderGradebook({ ...report, folder: to, files: files.map((f) => f.path), remarks }, { columns, color }),
  }
}

const text = (options: OptionValues, name: string): string | undefined => options[name] as string | undefined

function formatsOf(value: string | undefined): readonly FormatName[] {
  if (value === undefined) return usualFormats
  if (value === 'all') return formatNames
  const names = value
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
  const unknown = names.find((name) => !isFormat(name))
  if (unknown === undefined && names.length > 0) return formatNames.filter((name) => names.includes(name))
  const hint =
    unknown === 'canvas'
      ? 'takes no canvas: that comes with --canvas FILE'
      : `must be some of ${formatNames.join(', ')}, or all`
  throw new RunnerError('option-value', { command: 'gradebook', option: '--format', problem: hint })
}

function reportOf(rules: GradebookRules, late: LatePenalty, records: ClassRecords): ClassReport {
  const book: Gradebook = gradebookOf({ rules, late, ...records })
  return { book, items: itemAnalysis(book) }
}

/** The override that was asked for, complete and about somebody and something that is here; null where none was. */
function overrideOf(
  options: OptionValues,
  records: ClassRecords,
  rules: GradebookRules,
  now: Date,
): GivenOverride | null {
  const asked = text(options, 'override')
  if (asked === undefined) return null
  const learners = new Set([
    ...records.roster.map((l) => l.id),
    ...records.works.map((w) => w.learner),
    ...records.rejections.map((r) => r.learner),
  ])
  const read = parseOverride(
    asked,
    learners,
    rules.exercises.map((e) => e.slug),
  )
  if (!read.ok)
    throw new RunnerError('option-value', { command: 'gradebook', option: '--override', problem: read.problem })
  const [by, why] = [text(options, 'by')?.trim() ?? '', text(options, 'why')?.trim() ?? '']
  const missing = [...(by === '' ? ['--by NAME'] : []), ...(why === '' ? ['--why TEXT'] : [])]
  if (missing.length > 0) throw new RunnerError('override-incomplete', { missing: missing.join(' and ') })
  return { at: now.toISOString(), ...read.value, by, why }
}

/** The audit line goes first: a mark that was changed without a trace must not be possible. */
function giveOverride(folder: string, override: GivenOverride): void {
  const { at, by, ...given } = override
  appendAudit(folder, { at, who: by, what: 'override', ...given })
  appendOverride(folder, override)
}

function canvasOf(report: ClassReport, file: string | undefined, startedIn: string): CanvasMatch | null {
  if (file === undefined) return null
  const path = resolve(startedIn, file)
  const read = existsSync(path)
    ? canvasCsv(report, readTextFile(path))
    : ({ ok: false, problem: 'there is no such file' } as const)
  if (read.ok) return read.match
  throw new RunnerError('canvas-export', { path, problem: read.problem })
}

const matchOf = ({ columns, unknownStudents, unmatchedLearners }: CanvasMatch) => ({
  columns,
  unknownStudents,
  unmatchedLearners,
})

function canvasRemarks(canvas: CanvasMatch | null): string[] {
  if (!canvas) return []
  const { columns, unknownStudents, unmatchedLearners } = canvas
  return [
    `canvas.csv: marks are in ${columns.map((c) => `"${c}"`).join(', ')}`,
    ...(unknownStudents.length > 0 ? [`In Canvas, but not here: ${unknownStudents.join('; ')}`] : []),
    ...(unmatchedLearners.length > 0
      ? [`Here, but not found in Canvas by school id, login or e-mail address: ${unmatchedLearners.join(', ')}`]
      : []),
  ]
}
