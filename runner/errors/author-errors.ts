import { commandLine } from './command-line.ts'
import type { CatalogueEntry } from './entry.ts'

/** Errors of writing mistakes; part of the catalogue. */
export const authorErrors = {
  'no-slug': {
    message: (d) => `The command "${d.command}" needs the slug of an exercise.`,
    remedy: (d) =>
      `Name one, as in: ${commandLine(d.command, 'money-split')}. See all exercises: ${commandLine('list')}`,
    exitCode: 2,
  },
  'unknown-mistake': {
    message: (d) => `"${d.slug}" has no mistake "${d.id}".${d.nearest ? ` Did you mean "${d.nearest}"?` : ''}`,
    remedy: (d) =>
      `See its mistakes: ${commandLine('mistake', d.slug)}. Begin a new one: ${commandLine('mistake', d.slug, '--new', '<id>')}`,
    exitCode: 2,
  },
  'mistake-id': {
    message: (d) =>
      `"${d.id}" is no id of a mistake: lower-case words of letters and digits, joined by single hyphens.`,
    remedy: (d) => `Example: ${commandLine('mistake', d.slug, '--new', 'rounds-too-early')}`,
    exitCode: 2,
  },
  'mistake-exists': {
    message: (d) => `"${d.slug}" has a mistake "${d.id}" already, in ${d.path}.`,
    remedy: (d) => `Choose another id, or work on that one: ${commandLine('mistake', d.slug, d.id)}`,
    exitCode: 2,
  },
  'mistake-by-hand': {
    message: (d) => `The mistake "${d.id}" of "${d.slug}" is no patch but files of its own, so it is written by hand.`,
    remedy: (d) => `Write it there: ${d.path}. Then look at it: ${commandLine('mistake', d.slug, d.id)}`,
    exitCode: 2,
  },
  'mistake-unfit': {
    message: (d) => `The mistake "${d.id}" of "${d.slug}" cannot be laid out:\n${d.problems}`,
    remedy: (d) => `Mend ${d.path}. Where the reference has changed: ${commandLine('mistake', '--refresh', d.slug)}`,
    exitCode: 4,
  },
  'mistake-invalid': {
    message: (d) => `The mistake "${d.id}" of "${d.slug}" cannot be saved:\n${d.problems}`,
    remedy: (d) => `Mend it in ${d.path}, then run: ${commandLine('mistake', d.slug, d.id, '--save')}`,
    exitCode: 4,
  },
  'mistake-empty': {
    message: (d) => `Nothing is changed in ${d.path}: the mistake "${d.id}" would be the right answer.`,
    remedy: (d) => `Change a file there, then run: ${commandLine('mistake', d.slug, d.id, '--save')}`,
    exitCode: 2,
  },
  'no-draft': {
    message: (d) => `There is nothing to save: the mistake "${d.id}" of "${d.slug}" has not been laid out.`,
    remedy: (d) => `Lay it out, and make your change there: ${commandLine('mistake', d.slug, d.id)}`,
    exitCode: 2,
  },
  'draft-exists': {
    message: (d) => `Somebody is writing the mistake "${d.id}" of "${d.slug}" already, in ${d.path}.`,
    remedy: (d) =>
      `Go on with it: ${commandLine('mistake', d.slug, d.id)}. To begin again, take that folder away first.`,
    exitCode: 2,
  },
  'draft-old': {
    message: (d) =>
      `The mistake "${d.id}" of "${d.slug}", or what it is laid on, has changed since ${d.path} was laid out. Saving it would undo that change.`,
    remedy: (d) =>
      `Move your folder away, lay it out again (${commandLine('mistake', d.slug, d.id)}), and make your change there.`,
    exitCode: 2,
  },
  'unknown-revision': {
    message: (d) => `"${d.revision}" is no commit of this project.`,
    remedy: () => 'See the commits: git log --oneline. Without --from it is HEAD.',
    exitCode: 2,
  },
  'no-operators': {
    message: (d) => `There are no operators for ${d.language}: mutants are made of TypeScript, Python, Java and Ruby.`,
    remedy: (d) =>
      `Choose another language of "${d.slug}" with --lang where it has one. Else its wrong answers are its proof: ${commandLine('mistake', d.slug)}`,
    exitCode: 2,
  },
  'unknown-operator': {
    message: (d) => `There is no operator "${d.name}".${d.nearest ? ` Did you mean "${d.nearest}"?` : ''}`,
    remedy: (d) => `Choose one of them: ${d.operators}.`,
    exitCode: 2,
  },
  'no-reference': {
    message: (d) => `"${d.slug}" has no reference in "${d.language}", so there is nothing to change.`,
    remedy: (d) => `Write solutions/<area>/${d.slug}/reference/${d.language}/ first.`,
    exitCode: 4,
  },
  'reference-red': {
    message: (d) =>
      `The reference of "${d.slug}" in "${d.language}" is not green: ${d.verdict}. Every mutant of it would be red, and that would prove nothing.`,
    remedy: (d) => `Mend it first: ${commandLine('verify', d.slug)}`,
    exitCode: 4,
  },
  'reference-unreadable': {
    message: (d) => `The parser of "${d.language}" does not understand ${d.file} of the reference.`,
    remedy: () => 'Look for a syntax error there, or for syntax that is newer than the grammar.',
    exitCode: 4,
  },
  'no-record': {
    message: (d) =>
      `"${d.slug}" has no record (solutions/<area>/${d.slug}/verified.json) that the counts could stand in.`,
    remedy: (d) => `Have it written: ${commandLine('verify', d.slug)}`,
    exitCode: 4,
  },
} satisfies Record<string, CatalogueEntry>
