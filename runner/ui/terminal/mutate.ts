import type { Mutated } from '../../app/mutate.ts'
import { languageName, type Language } from '../../domain/exercise/exercise.ts'
import type { Missing } from '../../domain/judging/verdict.ts'
import { wantedPercent } from '../../domain/mutation/count.ts'
import { equivalentName, type Equivalent } from '../../domain/mutation/equivalent.ts'
import type { Mutant } from '../../domain/mutation/mutant.ts'
import { cut, labelled, paints, type Paints, type Style } from './style.ts'

export interface MutatedView {
  slug: string
  language: Language
  result: Mutated
  percent: number
  saved: boolean
  next: string
}

/** What the suite does not notice first, each as the change it is; the counts last, where the eye ends. */
export function renderMutated(view: MutatedView, style: Style): string {
  const { slug, language, result, percent, saved, next } = view
  const { counts, survived, stale, whole, otherFiles, files, ran, known } = result
  const p = paints(style)
  const say = (label: string, text: string): string[] => labelled(2, label, text, style.columns, 12)
  const enough = percent >= wantedPercent
  const share = `${percent} % of what is not equivalent (${wantedPercent} % is wanted)`
  return [
    '',
    `  ${p.bold(slug)} (${languageName(language)})${whole ? '' : ', a part of its mutants'}`,
    '',
    ...survived.flatMap((mutant) => survivor(mutant, style, p)),
    ...stale.flatMap((entry) => staleEntry(entry, style, p)),
    ...(files.length > 0
      ? say('Changed', files.join(', '))
      : say('Changed', 'nothing: no file that an operator knows')),
    ...(otherFiles.length > 0 ? say('Left', `no operators for ${otherFiles.join(', ')}`) : []),
    ...say('Runs', `${ran} now, ${known} known from before`),
    ...say('Killed', `${counts.killed}, ${share}`).map((line) => (enough ? p.green(line) : p.red(line))),
    ...say('Survived', String(counts.survived)),
    ...say('Equivalent', String(counts.equivalent)),
    ...say('Invalid', `${counts.invalid} that no compiler takes`),
    ...(saved ? say('Record', `solutions/<area>/${slug}/verified.json`) : []),
    '',
    ...(survived.length > 0
      ? say(
          'Then',
          `read each survivor as somebody's answer: a case that catches it (${next}), or, where nobody can tell the difference, a line in ${equivalentName} with the reason`,
        )
      : say('Then', next)),
    '',
  ].join('\n')
}

function survivor({ file, line, operator, was, now, nth }: Mutant, { columns }: Style, p: Paints): string[] {
  const again = nth > 1 ? `, number ${nth} of those that look like this` : ''
  return [
    `  ${p.yellow('survived')}  ${file}:${line}  ${operator}${again}`,
    ...oneLineDiff(was, now, columns - 6).map((line, i) => (i === 0 ? p.red(line) : p.green(line))),
    '',
  ]
}

/** Long lines are shown from shortly before the place where they differ. */
function oneLineDiff(was: string, now: string, width: number): string[] {
  const differs = [...was].findIndex((sign, i) => sign !== now[i])
  const start = Math.max(was.length, now.length) > width ? Math.max(0, differs - Math.floor(width / 3)) : 0
  const shown = (text: string): string => cut(start > 0 ? `…${text.slice(start)}` : text, width)
  return [`    - ${shown(was)}`, `    + ${shown(now)}`]
}

function staleEntry({ file, operator, was, now, why }: Equivalent, { columns }: Style, p: Paints): string[] {
  return [
    `  ${p.red('stale')}  ${equivalentName} names no survivor: ${file}  ${operator}`,
    ...oneLineDiff(was, now, columns - 6),
    `    ${cut(why, columns - 4)}`,
    '',
  ]
}

export function renderMutantsNotRun(
  { slug, language, missing }: { slug: string; language: Language; missing: readonly Missing[] },
  style: Style,
): string {
  const needs = missing.map((m) => `${m.needs}: ${m.howToInstall}`).join('; ')
  return [
    '',
    ...labelled(2, 'Not run', `${slug} (${languageName(language)}) needs ${needs}`, style.columns, 9),
    '',
  ].join('\n')
}
