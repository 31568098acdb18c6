import type { PassedOver } from '../../domain/progress/selection.ts'

export const welcome: readonly string[] = [
  'Backend Gym. Small, real backend problems; you write the code,',
  'hidden tests judge it.',
  '',
]

const lackOf = ({ missing }: PassedOver): { needs: string; howToInstall: string } =>
  missing[0] ?? { needs: '', howToInstall: '' }

/** An exercise that came first and cannot run on this machine, in one line. */
export function passedOverLine(passed: PassedOver): string {
  const { needs, howToInstall } = lackOf(passed)
  return `Passed over ${passed.slug}: needs ${needs} (${howToInstall}).`
}

/** What was made for an exercise that begins. The first one of all needs no brief. */
export const startedLines = (folder: string, { slug, title }: { slug: string; title: string }): string[] => [
  `Made ${folder} with its own git repository.`,
  ...(slug === 'hello-gym' ? [] : [`New: ${title}. Read the brief: npm run show`]),
]

export const renderAllDone = (): string =>
  '\n  Every exercise is passed. Well done.\n\n  Look    npm run progress\n  Then    npm run list        open any of them again: npm run next -- <slug>\n'

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
    '  Then    npm run doctor',
    '',
  ].join('\n')
}
