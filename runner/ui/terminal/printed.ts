import { hardWrap, type HowMuch } from './red-case.ts'
import type { Paints, Style } from './style.ts'

/** Lines from its beginning, where the message is, and as many from its end. */
const shownLines = 6

/** Frames of a stack that are no code of the learner's: the runtime's own, and the program that calls a module. */
const strangeFrame =
  /^\s*(at .*(\(|\s)node:|at .*runner\/harness\/children\/|at java\.base\/|from .*runner\/harness\/children\/)/

const runtimeVersion = /^Node\.js v\d+/

/**
 * What the learner's program wrote, as far as it is of use: their own frames, by paths as they know them, in the middle
 * cut short.
 * @param folder the workspace
 */
export function printedLines(
  output: string,
  folder: string,
  style: Style,
  p: Paints,
  howMuch: HowMuch = 'shortened',
): string[] {
  const all = output
    .split('\n')
    .filter((line) => line.trim() !== '' && !strangeFrame.test(line) && !runtimeVersion.test(line))
    .map((line) => withoutFolder(line, folder))
  if (all.length === 0) return []
  const left = all.length - 2 * shownLines
  const lines =
    left <= 1 || howMuch === 'all'
      ? all
      : [...all.slice(0, shownLines), `… ${left} more lines …`, ...all.slice(-shownLines)]
  const wrapped = lines.flatMap((line) => hardWrap(line.replaceAll('\t', '    '), style.columns - 6, howMuch))
  return ['  Your program wrote:', ...wrapped.map((line) => `    ${p.dim('|')} ${line}`), '']
}

const withoutFolder = (line: string, folder: string): string =>
  folder === '' ? line : line.replaceAll(`file://${folder}/`, '').replaceAll(`${folder}/`, '')
