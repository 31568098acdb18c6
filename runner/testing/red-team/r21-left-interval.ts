import { rightModule, type Attack } from './attack.ts'

/** No attack: a right solution that forgets a timer passes, with a warning. */

export const attacks: readonly Attack[] = [
  {
    id: 'R21',
    title: 'an interval that is never cleared',
    language: 'ts',
    exercise: 'module-add',
    base: 'nothing',
    files: { 'src/main.ts': `setInterval(() => {}, 60_000)\n${rightModule}` },
    expected: { verdicts: ['passed'], most: 100, least: 100, says: /left something running/ },
  },
]
