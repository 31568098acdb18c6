import { commandLine } from '../../errors/command-line.ts'

/** The files of an exercise that was begun, relative to the project. */
export const renderNewExercise = (area: string, slug: string, files: readonly string[]): string =>
  [
    '',
    `  Made ${files.length} files for ${area}/${slug}. Read runner/docs/authoring.md, then fill them in.`,
    '',
    ...files.map((file) => `    ${file}`),
    '',
    `  Then    ${commandLine('verify', slug)}`,
    '',
  ].join('\n')
