import type { PassedOver } from '../../domain/progress/selection.ts'
import { commandLine } from '../../errors/command-line.ts'
import { labelled, type Style } from './style.ts'

export const welcome: readonly string[] = [
  'Backend Gym. Small, real backend problems; you write the code, hidden tests judge it.',
  '',
]

const lackOf = ({ missing }: PassedOver): { needs: string; howToInstall: string } =>
  missing[0] ?? { needs: '', howToInstall: '' }

/** An exercise that came first and cannot run on this machine, in one line. */
export function passedOverLine(passed: PassedOver): string {
  const { needs, howToInstall } = lackOf(passed)
  return `Passed over ${passed.slug}: needs ${needs} (${howToInstall}).`
}

export const atScore = (score: number | null): string => (score === null ? 'without a score' : `at ${score} of 100`)

/** What was skipped, that it stays open, and the way back. */
export const skippedLines = (
  { slug, score }: { slug: string; score: number | null },
  { columns }: Pick<Style, 'columns'>,
): string[] =>
  labelled(
    2,
    '',
    `Skipped ${slug} ${atScore(score)}. It stays open in ${commandLine('list')}; go back to it with ${commandLine('next', slug)}`,
    columns,
    0,
  )

/** An exercise that was skipped is worked on again. */
export const takenUpLine = (slug: string, score: number | null): string => `Back to ${slug}, skipped ${atScore(score)}.`

/** A folder of the workspace in which npm finds a package.json that is not the workspace's, and the launcher from there. */
export interface OwnPackage {
  folder: string
  launcher: string
}

/** What was made for an exercise that begins. The first one of all needs no brief. */
export const startedLines = (
  folder: string,
  { slug, title }: { slug: string; title: string },
  own: OwnPackage | null,
): string[] => [
  `Made ${folder} with its own git repository.`,
  ...(slug === 'hello-gym' ? [] : [`New: ${title}. Read the brief: ${commandLine('show')}`]),
  ...(own === null
    ? []
    : [
        `Type commands in ${folder} or at the top: inside ${own.folder}/ npm finds that project's own package.json. There it is: ${own.launcher} next`,
      ]),
]

export const renderAllDone = (): string =>
  `\n  Every exercise is passed. Well done.\n\n  Look    ${commandLine('progress')}\n  Then    ${commandLine('list')}        open any of them again: ${commandLine('next', '<slug>')}\n`

export function renderNothingReady(passedOver: readonly PassedOver[]): string {
  const lines = passedOver.map((passed) => {
    const { needs, howToInstall } = lackOf(passed)
    return `    ${passed.slug.padEnd(28)} needs ${needs}: ${howToInstall}`
  })
  return [
    '',
    '  – not run    Every exercise that is left needs something this machine lacks.',
    '',
    ...lines,
    '',
    `  Then    ${commandLine('doctor')}`,
    '',
  ].join('\n')
}
