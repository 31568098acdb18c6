import type { VerifyResult } from '../../app/verify.ts'
import { paints, wrap, type Style } from './style.ts'

export function renderVerify(result: VerifyResult, style: Style, lacking: boolean): string {
  const p = paints(style)
  const width = Math.max(24, ...result.exercises.map((e) => e.slug.length + e.language.length + 3))
  const rows = result.exercises.flatMap((e) => {
    const name = `${e.slug} (${e.language})`.padEnd(width)
    const mark = e.ok ? p.green('✓ sound ') : p.red('✗ not ok')
    const head = `  ${mark}  ${name}  ${String(e.cases).padStart(2)} cases  ${e.mistakes.length} mistakes  ${(e.durationMs / 1000).toFixed(1)} s`
    return [
      head,
      ...e.problems.flatMap((problem) =>
        wrap(`${problem.rule}: ${problem.message}`, style.columns - 8).map(
          (l, i) => `      ${i === 0 ? '· ' : '  '}${l}`,
        ),
      ),
    ]
  })
  const skipped = result.notRun.map(
    (e) =>
      `  ${p.yellow('– not run')} ${`${e.slug} (${e.language})`.padEnd(width)}  needs ${e.missing.map((m) => `${m.needs}: ${m.howToInstall}`).join('; ')}`,
  )
  return ['', ...rows, ...skipped, '', `  ${summary(result, lacking)}`, ''].join('\n')
}

function summary(result: VerifyResult, lacking: boolean): string {
  const bad = result.exercises.filter((e) => !e.ok).length
  const parts = [`${result.exercises.length - bad} sound`, `${bad} not ok`, `${result.notRun.length} not run`]
  return `${parts.join(', ')}${lacking ? '; GYM_REQUIRE_ALL=1 allows nothing to be left out' : ''}`
}
