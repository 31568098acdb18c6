import type { VerifiedVariant, VerifyResult } from '../../app/verify.ts'
import type { MutantsToDo } from '../../domain/gate/mutants-standing.ts'
import { wantedPercent } from '../../domain/mutation/count.ts'
import { commandLine } from '../../errors/command-line.ts'
import { labelled, paints, wrap, type Paints, type Style } from './style.ts'

export interface GateFacts extends VerifyResult {
  recorded: string[]
  mutants: MutantsToDo[]
}

export interface VerifyView {
  /** This machine lacks something, and nothing may be left out. */
  lacking: boolean
  /** Of unchanged exercises only so many wrong answers were drawn; null where all were looked at. */
  sample: { most: number; seed: number } | null
}

export function renderVerify(result: GateFacts, style: Style, view: VerifyView): string {
  const p = paints(style)
  const names = [...result.exercises, ...result.notRun].map(nameOf)
  const width = Math.max(24, ...names.map((name) => name.length))
  const skipped = result.notRun.map((e) => {
    const needs = e.missing.map((m) => `${m.needs}: ${m.howToInstall}`).join('; ')
    return `  ${p.yellow('– not run')} ${nameOf(e).padEnd(width)}  needs ${needs}`
  })
  const rows = result.exercises.flatMap((e) => variantRows(e, width, style, p))
  return ['', ...rows, ...skipped, '', ...closing(result, style, view, p), ''].join('\n')
}

const nameOf = ({ slug, language }: { slug: string; language: string }): string => `${slug} (${language})`

function variantRows(e: VerifiedVariant, width: number, style: Style, p: Paints): string[] {
  const mark = e.ok ? p.green('✓ sound ') : p.red('✗ not ok')
  const left = e.leftOut > 0 ? ` of ${e.mistakes.length + e.leftOut}` : ''
  const counts = `${String(e.cases).padStart(2)} cases  ${e.mistakes.length}${left} mistakes`
  const problems = e.problems.flatMap((problem) =>
    wrap(`${problem.rule}: ${problem.message}`, style.columns - 8).map((l, i) => `      ${i === 0 ? '· ' : '  '}${l}`),
  )
  const thin =
    e.thin.length > 0 ? [p.dim(`      to do: one more wrong answer that breaks requirement ${e.thin.join(', ')}`)] : []
  return [
    `  ${mark}  ${nameOf(e).padEnd(width)}  ${counts}  ${(e.durationMs / 1000).toFixed(1)} s`,
    ...problems,
    ...thin,
  ]
}

/** What was left out comes before the counts, what is flaky last: it is the next thing to mend. */
function closing(result: GateFacts, style: Style, { lacking, sample }: VerifyView, p: Paints): string[] {
  const sum = (of: (v: VerifiedVariant) => number): number => result.exercises.reduce((n, v) => n + of(v), 0)
  const bad = result.exercises.filter((e) => !e.ok).length
  const counts = `${result.exercises.length - bad} sound, ${bad} not ok, ${result.notRun.length} not run`
  const flaky = result.exercises.flatMap((e) => e.flaky.map((id) => `${nameOf(e)} ${id}`))
  const [ran, known, leftOut] = [sum((v) => v.ran), sum((v) => v.known), sum((v) => v.leftOut)]
  return [
    ...labelled(2, 'Trials', `${ran} run, ${known} known from before`, style.columns),
    ...(sample && leftOut > 0
      ? labelled(
          2,
          'Left',
          `${leftOut} wrong answers of exercises that have not changed since they were proved; ${sample.most} others were drawn (seed ${sample.seed}). All of them: ${commandLine('verify')}`,
          style.columns,
        )
      : []),
    ...(result.left.length > 0
      ? labelled(2, 'Later', `no time for ${result.left.length} exercises: ${result.left.join(', ')}`, style.columns)
      : []),
    ...(result.recorded.length > 0
      ? labelled(2, 'Record', `${result.recorded.length} written: solutions/<area>/<slug>/verified.json`, style.columns)
      : []),
    ...(result.mutants.length > 0 ? labelled(2, 'Mutants', mutantsText(result.mutants), style.columns) : []),
    '',
    `  ${counts}${lacking ? '; GYM_REQUIRE_ALL=1 allows nothing to be left out' : ''}`,
    ...flaky.map((name) => p.yellow(`  FLAKY ${name}: red once, green twice; mend it next`)),
  ]
}

/** In one sentence, however many exercises there are. */
function mutantsText(toDo: readonly MutantsToDo[]): string {
  const having = (state: MutantsToDo['state']): MutantsToDo[] => toDo.filter((m) => m.state === state)
  const slugs = (list: readonly MutantsToDo[]): string => list.map((m) => m.slug).join(', ')
  const few = having('few').map((m) => `${m.slug} (${m.percent} %)`)
  const parts = [
    ...(having('missing').length > 0 ? [`none on record: ${slugs(having('missing'))}`] : []),
    ...(having('stale').length > 0 ? [`reference or suite have changed since: ${slugs(having('stale'))}`] : []),
    ...(few.length > 0 ? [`fewer than ${wantedPercent} % killed: ${few.join(', ')}`] : []),
  ]
  return `to do. ${parts.join('; ')}. Each: ${commandLine('mutate', '<slug>', '--save')}`
}
