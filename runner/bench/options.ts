import { RunnerError } from '../errors/runner-error.ts'

/** Everything `bench` measures, in the order it is done. */
export const measureNames = [
  'coldVsVitestRun',
  'coldHttpVsVitestRun',
  'warmModuleVsVitestWatch',
  'warmHttpVsVitestWatch',
  'verifyAllVsVitestCli',
  'gradedVsVitestRun',
  'twoWorkersVsOne',
  'list10kVs100',
  'next10kVs100',
  'bootstrapOverhead',
  'watchMemory',
  'warm',
  'profile',
] as const
export type MeasureName = (typeof measureNames)[number]

export interface BenchOptions {
  only: readonly MeasureName[]
  /** Pairs of ours and baseline, for what is measured in whole processes. */
  runs: number
  /** Saves in watch mode, of each side. */
  edits: number
  /** Saves of the memory measure. */
  memoryEdits: number
}

/** Reads `--only`, `--runs` and `--edits` as they came from the command line. */
export function readOptions(values: Record<string, string | boolean | undefined>): BenchOptions {
  const edits = values['edits'] === undefined ? null : wholeNumber('--edits', values['edits'], 6)
  return {
    only: values['only'] === undefined ? measureNames : namesIn(String(values['only'])),
    runs: values['runs'] === undefined ? 9 : wholeNumber('--runs', values['runs'], 1),
    edits: edits ?? 40,
    memoryEdits: edits ?? 200,
  }
}

function namesIn(text: string): MeasureName[] {
  return text.split(',').map((word) => {
    const name = measureNames.find((n) => n === word)
    if (name) return name
    throw new RunnerError('option-value', {
      command: 'bench',
      option: '--only',
      problem: `must be some of ${measureNames.join(', ')}`,
    })
  })
}

function wholeNumber(option: string, value: string | boolean, least: number): number {
  const number = Number(value)
  if (Number.isInteger(number) && number >= least) return number
  throw new RunnerError('option-value', { command: 'bench', option, problem: `must be a whole number from ${least}` })
}
