import { honestModule, onModule, onProgram, type Attack } from './attack.ts'

/** The process is ended with a good exit code before anything could be judged, at import and in a call. */

export const attacks: readonly Attack[] = [
  onModule('R01', 'process.exit(0) at import', `process.exit(0)\n${honestModule}`, { verdicts: ['broken'], most: 0 }),
  onModule(
    'R01',
    'process.reallyExit(0) at import',
    `(process as unknown as { reallyExit: (code: number) => never }).reallyExit(0)\n${honestModule}`,
    { verdicts: ['broken'], most: 0 },
  ),
  onModule('R01', 'process.exit(0) in a call', honestModule.replace('=> ({})', '=> process.exit(0)')),
  onModule(
    'R01',
    'an exit handler makes the exit code 0',
    `process.on('exit', () => { process.exitCode = 0 })\n${honestModule}`,
  ),
  onProgram('R01', 'a program that only exits with 0', 'process.exit(0)\n'),
  {
    id: 'R01',
    title: 'os._exit(0) at import',
    language: 'py',
    exercise: 'money-split',
    base: 'reference',
    files: { 'src/main.py': 'import os\nos._exit(0)\n' },
    expected: { verdicts: ['failed', 'broken'], most: 40 },
  },
  {
    id: 'R01',
    title: 'exit!(0) at load',
    language: 'rb',
    exercise: 'money-split',
    base: 'reference',
    files: { 'src/main.rb': 'exit!(0)\n' },
    expected: { verdicts: ['failed', 'broken'], most: 40 },
  },
]
