import { changesOf, openDraft, type OpenDraft } from '../../app/mistake-draft.ts'
import { runDraft, type MistakeRun } from '../../app/mistake-run.ts'
import { parseBrief } from '../../domain/exercise/brief.ts'
import type { Exercise, Language } from '../../domain/exercise/exercise.ts'
import { firstSentence, parseHead, trueHints } from '../../domain/gate/mistake-head.ts'
import { renderDiff } from '../../domain/gate/mistake-patch.ts'
import { storedMistakeProblems, type Mistake } from '../../domain/gate/mistake.ts'
import { commandLine } from '../../errors/command-line.ts'
import { renderMistake, renderMistakes } from '../../ui/terminal/mistakes.ts'
import type { Answer } from '../command.ts'
import type { Context } from '../context.ts'
import { whileBusy } from '../progress-line.ts'
import { mistakePorts } from './ports.ts'

export interface Asked {
  exercise: Exercise
  /** Only this one; null: all. */
  language: Language | null
}

/** Every stored mistake of an exercise. */
export async function listMistakes(context: Context, { exercise, language }: Asked): Promise<Answer> {
  const solutions = await context.solutions()
  const stored = solutions.mistakes(exercise).filter((m) => language === null || m.languages.includes(language))
  const requirements = new Set(parseBrief(context.source.brief(exercise)).requirements.keys())
  const hints = context.source.hints(exercise)
  const rows = stored.map((mistake) => ({
    mistake,
    problems: storedMistakeProblems(mistake, requirements, hints),
  }))
  const broken = rows.some(({ problems }) => problems.some((p) => p.rule !== 'mistake-head'))
  return {
    exitCode: broken ? 4 : 0,
    json: {
      slug: exercise.slug,
      mistakes: rows.map(({ mistake, problems }) => ({ ...factsOf(mistake), problems })),
      next: commandLine('mistake', exercise.slug, '<id>'),
    },
    text: renderMistakes(exercise.slug, rows, context.settings),
  }
}

function factsOf({ id, form, path, languages, head }: Mistake): Record<string, unknown> {
  const { breaks, base, paragraph } = head
  return {
    id,
    form,
    path,
    languages,
    breaks,
    hints: trueHints(id, head),
    base,
    sentence: firstSentence(head),
    paragraph,
  }
}

/** One mistake: what is wrong in it, and what the suite says about it. */
export async function showMistake(context: Context, { exercise, language }: Asked, id: string): Promise<Answer> {
  const ports = await mistakePorts(context)
  const open = await openDraft(ports, exercise, id, language)
  const languages = language ? [language] : open.draft.languages()
  const all = await changesOf(ports, open)
  const changes = all.changes.filter(({ path }) => languages.some((l) => path.startsWith(`${l}/`)))
  const runs = await whileBusy(context.settings, `Running the suite on ${id}`, async () =>
    runDraft({ ...ports, readiness: await context.readiness(), runs: await context.runs() }, open, languages),
  )
  const diff = renderDiff(changes)
  const { head } = parseHead(id, open.draft.head())
  return {
    exitCode: exitCodeOf(runs),
    json: {
      slug: exercise.slug,
      id,
      folder: open.draft.folder,
      path: open.stored?.path ?? null,
      edited: open.edited,
      breaks: head.breaks,
      hints: trueHints(id, head),
      base: head.base,
      paragraph: head.paragraph,
      diff,
      runs: runs.map(runFacts),
      next: nextStep(open),
    },
    text: renderMistake({ open, head, diff, runs, next: nextStep(open) }, context.settings),
  }
}

/** A stored mistake that nobody changes is looked at; the gate is what comes after it. */
const nextStep = ({ exercise, id, stored, edited }: OpenDraft): string =>
  stored && !edited ? commandLine('verify', exercise.slug) : commandLine('mistake', exercise.slug, id, '--save')

function exitCodeOf(runs: readonly MistakeRun[]): number {
  const done = runs.filter((run) => 'verdict' in run)
  if (done.length === 0) return 3
  return done.every((run) => run.verdict.ok) ? 0 : 1
}

function runFacts(run: MistakeRun): Record<string, unknown> {
  if ('missing' in run) return { language: run.language, verdict: 'not-run', missing: run.missing }
  const { verdict, score, cases, hints } = run.judgement
  return {
    language: run.language,
    verdict: verdict.kind,
    message: 'message' in verdict ? verdict.message : null,
    score: score?.total ?? null,
    red: cases.filter((c) => c.status === 'failed').map(({ id, sentence, covers }) => ({ id, sentence, covers })),
    hints: hints.map(({ id, confident, hint }) => ({ id, confident, text: hint.L1 })),
    ok: run.verdict.ok,
    problem: run.problem,
  }
}
