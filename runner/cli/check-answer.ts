import type { CheckResult } from '../app/check.ts'
import { idOf, type Variant } from '../domain/exercise/variant.ts'
import { isPassed, progressOf, type Progress } from '../domain/progress/progress.ts'
import { pickNext } from '../domain/progress/selection.ts'
import { commandLine } from '../errors/command-line.ts'
import { renderCheck, type CheckView } from '../ui/terminal/check.ts'
import { labelled } from '../ui/terminal/style.ts'
import type { Answer } from './command.ts'
import type { Context } from './context.ts'
import { shortPath } from './short-path.ts'

/** The answer of `next` and `check`: exit code, the machine-readable object of docs/json.md, and the screen. */
export async function checkAnswer(context: Context, result: CheckResult, before: string[] = []): Promise<Answer> {
  const text = await checkScreen(context, result, before)
  return { exitCode: exitCodeOf(result), json: checkJson(result), text }
}

/** The screen alone; `watching`: as it stands above the keys of watch mode. */
export async function checkScreen(
  context: Context,
  result: CheckResult,
  before: string[] = [],
  watching = false,
): Promise<string> {
  const view = { ...(await viewOf(context, result)), watching }
  const text = [
    ...before.flatMap((line) => (line === '' ? [''] : labelled(2, '', line, context.settings.columns, 0))),
    renderCheck(view, context.settings),
  ].join('\n')
  return before.length > 0 ? `\n${text}` : text
}

function exitCodeOf({ judgement: { verdict } }: CheckResult): number {
  if (verdict.kind === 'not-run') return 3
  return verdict.kind === 'passed' ? 0 : 1
}

/** docs/json.md; others build on it. */
export function checkJson(result: CheckResult): Record<string, unknown> {
  const { exercise, language, judgement, attempt, seed, hints, workspace } = result
  const { verdict, score, cases, warnings, stderr, durationMs } = judgement
  return {
    slug: exercise.slug,
    language,
    attempt,
    verdict: verdict.kind,
    reason: verdict.kind === 'broken' ? verdict.reason : null,
    message: 'message' in verdict ? verdict.message : null,
    score: score?.total ?? null,
    passed: verdict.kind === 'passed',
    seed,
    cases: cases.map(({ id, sentence, group, gate, status, at, requirement, transcript, output }) => ({
      id,
      sentence,
      group,
      gate,
      status,
      at,
      requirement,
      transcript,
      output,
    })),
    hints: hints.map(({ id, level, text }) => ({ id, level, text })),
    warnings,
    stderr,
    missing: verdict.kind === 'not-run' ? verdict.missing : [],
    workspace,
    next: commandLine('next'),
    durationMs,
  }
}

async function viewOf(context: Context, result: CheckResult): Promise<CheckView> {
  const { exercise, language, judgement, attempt, hints, progress, workspace } = result
  const catalog = context.catalog()
  const own = progressOf(progress, idOf(result))
  const all = [...catalog.bySlug.values()]
  return {
    exercise,
    areaTitle: catalog.areas.find((a) => a.id === exercise.area)?.title ?? exercise.area,
    language,
    judgement,
    attempt,
    minutes: own ? Math.max(1, Math.round((context.clock.now().getTime() - Date.parse(own.startedAt)) / 60_000)) : null,
    seed: result.seed,
    hintsUsed: Object.keys(own?.hints ?? {}).length,
    hints,
    edit: editPath(context, result, workspace),
    folder: workspace,
    following: judgement.verdict.kind === 'passed' ? await followingOf(context, progress) : null,
    done: { passed: all.filter((e) => isPassed(progress, e.slug)).length, total: all.length },
  }
}

/** The file to edit, as seen from where the learner stands. */
function editPath(context: Context, variant: Variant, workspace: string): string {
  const entry = context.source.entry(variant)
  const path = shortPath(context.settings.startedIn, `${workspace}/${entry}`)
  return path === '.' ? 'this folder' : path
}

async function followingOf(context: Context, progress: Progress): Promise<CheckView['following']> {
  const catalog = context.catalog()
  const readiness = await context.readiness()
  const set = context.setCatalog()
  const selection = pickNext({ catalog: set ?? catalog, progress, readiness: readiness.missing, inOrder: set !== null })
  if (selection.kind !== 'picked') return null
  const { exercise } = selection.pick
  const areaTitle = catalog.areas.find((a) => a.id === exercise.area)?.title ?? exercise.area
  return { slug: exercise.slug, areaTitle, minutes: exercise.minutes }
}
