import { commandLine } from './command-line.ts'
import { authorErrors } from './author-errors.ts'
import type { CatalogueEntry } from './entry.ts'
import { instructorErrors } from './instructor-errors.ts'

/** Every error a person can meet. A code is permanent: others match on it. */
export const catalogue = {
  'unknown-command': {
    message: (d) => `There is no command "${d.command}".${d.nearest ? ` Did you mean "${d.nearest}"?` : ''}`,
    remedy: () => `See all commands: ${commandLine('help')}`,
    exitCode: 2,
  },
  'unknown-option': {
    message: (d) => `The command "${d.command}" does not know the option "${d.option}".`,
    remedy: (d) => `See its options: ${commandLine(d.command, '--help')}`,
    exitCode: 2,
  },
  'too-many-words': {
    message: (d) => `"${d.command}" takes ${d.takes}, and "${d.word}" is one word more.`,
    remedy: (d) => `See what it takes: ${commandLine(d.command, '--help')}`,
    exitCode: 2,
  },
  'option-value': {
    message: (d) => `The ${d.kind ?? 'option'} "${d.option}" ${d.problem}.`,
    remedy: (d) => `See its options: ${commandLine(d.command, '--help')}`,
    exitCode: 2,
  },
  'swallowed-by-npm': {
    message: (d) =>
      `npm took "${d.swallowed}" for a setting of its own, so "${d.command}" has not seen it. Nothing was done.`,
    remedy: (d) => `Put -- before what is meant for the command:\n${d.line}`,
    exitCode: 2,
  },
  'unknown-exercise': {
    message: (d) => `There is no exercise "${d.slug}".${d.nearest ? ` Did you mean "${d.nearest}"?` : ''}`,
    remedy: () => `See all exercises: ${commandLine('list')}`,
    exitCode: 2,
  },
  'unknown-area': {
    message: (d) => `There is no area "${d.area}". The areas are: ${d.areas}.`,
    remedy: () => `See all areas: ${commandLine('list')}`,
    exitCode: 2,
  },
  'unknown-language': {
    message: (d) => `The exercise "${d.slug}" does not exist in "${d.language}". It exists in: ${d.languages}.`,
    remedy: (d) => `Choose one of them: ${commandLine('next', d.slug, '--lang', '<language>')}`,
    exitCode: 2,
  },
  'exercise-gone': {
    message: (d) => `The exercise "${d.slug}", which you have started, is no longer in this project under that name.`,
    remedy: (d) =>
      `Your work stays in workspace/${d.slug}, with its saved states. Go on with another: ${commandLine('list')}`,
    exitCode: 2,
  },
  'nothing-started': {
    message: () => 'No exercise has been started yet, so there is nothing to work on with this command.',
    remedy: () => `Start one: ${commandLine('next')}`,
    exitCode: 2,
  },
  'not-started': {
    message: (d) => `The exercise "${d.slug}" has not been started${d.language ? ` in ${d.language}` : ''}.`,
    remedy: (d) => `Start it: ${commandLine('next', d.slug)}`,
    exitCode: 2,
  },
  'workspace-gone': {
    message: (d) =>
      `The folder of "${d.slug}" is gone from workspace/, or nothing is left in it. Its saved states are still there.`,
    remedy: (d) =>
      `Bring it back as it was: ${commandLine('undo', d.slug, '--lang', d.language)}. Or begin anew: ${commandLine('next', d.slug, '--lang', d.language)}`,
    exitCode: 2,
  },
  'nothing-to-skip': {
    message: () => 'There is no exercise to skip: nothing is open that this machine can run.',
    remedy: () => `See all exercises: ${commandLine('list')}`,
    exitCode: 2,
  },
  'skip-not-started': {
    message: (d) => `The exercise "${d.slug}" has not been started, so there is nothing to skip.`,
    remedy: (d) => `Start it: ${commandLine('next', d.slug)}. Or start any other by its name: ${commandLine('list')}`,
    exitCode: 2,
  },
  'skip-passed': {
    message: (d) =>
      `The exercise "${d.slug}" is passed, so there is nothing to skip.${d.following ? ` Next comes "${d.following}".` : ''}`,
    remedy: () => `Go on with the next one: ${commandLine('next')}`,
    exitCode: 2,
  },
  'skip-only-one': {
    message: (d) => `The exercise "${d.slug}" is the last one that is open, so there is none to go on to.`,
    remedy: () => `Ask for a hint: ${commandLine('hint')}. Or work on another by its name: ${commandLine('list')}`,
    exitCode: 2,
  },
  'solution-locked': {
    message: (d) => `The solution of "${d.slug}" is shown after a pass, or after you give up on it.`,
    remedy: (d) => `Give up and see it (this is recorded): ${commandLine('solution', d.slug, '--give-up')}`,
    exitCode: 2,
  },
  'nothing-to-undo': {
    message: (d) => `There is no earlier state of "${d.slug}" to go back to.`,
    remedy: (d) => `See what was saved: ${commandLine('history', d.slug)}`,
    exitCode: 2,
  },
  'unknown-case': {
    message: (d) => `There is no case "${d.id}" here. The cases are: ${d.cases}.`,
    remedy: () => `See all that are red: ${commandLine('check', '--all')}`,
    exitCode: 2,
  },
  'unknown-snapshot': {
    message: (d) => `"${d.slug}" has no snapshot "${d.snapshot}".`,
    remedy: (d) => `See what was saved: ${commandLine('history', d.slug)}`,
    exitCode: 2,
  },
  'workspace-not-ours': {
    message: (d) => `The folder ${d.path} is in the way: it exists, but this runner did not make it.`,
    remedy: () => 'Move it somewhere else and run the command again. Nothing in it was touched.',
    exitCode: 2,
  },
  'no-git': {
    message: () => 'git was not found on this machine, and each workspace is a git repository.',
    remedy: () => 'Install git 2.30 or newer (https://git-scm.com/downloads), then run the command again.',
    exitCode: 3,
  },
  'git-too-old': {
    message: (d) => `git ${d.version} is older than this project needs (2.30).`,
    remedy: () => 'Install a newer git (https://git-scm.com/downloads), then run the command again.',
    exitCode: 3,
  },
  'git-failed': {
    message: (d) => `git could not ${d.action}: ${d.reason}`,
    remedy: () => `Nothing of yours was changed. Run the command again; if it stays, run: ${commandLine('doctor')}`,
    exitCode: 70,
  },
  'not-writable': {
    message: (d) => `Cannot write to ${d.path}: ${d.reason}.`,
    remedy: (d) =>
      d.owner
        ? `It belongs to ${d.owner}, as after a command with sudo. Take it back in the project's folder, then go on without sudo: sudo chown -R "$(id -un)" workspace .cache`
        : 'Give yourself the right to write there, or clone the project into a folder of your own.',
    exitCode: 3,
  },
  'disk-full': {
    message: (d) => `The disk that holds ${d.path} is full, so nothing could be saved there.`,
    remedy: () => 'Free some space and run the command again. What was saved before is unharmed.',
    exitCode: 3,
  },
  'progress-unreadable': {
    message: (d) => `The file ${d.path} cannot be read as progress: ${d.reason}.`,
    remedy: (d) =>
      `It was left as it is. Move it away (mv "${d.path}" "${d.path}.bad") and run the command again; your work is in workspace/ and its snapshots.`,
    exitCode: 3,
  },
  'progress-newer': {
    message: (d) => `The file ${d.path} was written by a newer version of this project (format ${d.format}).`,
    remedy: () => 'Update this project (git pull), then run the command again. The file was left as it is.',
    exitCode: 3,
  },
  locked: {
    message: (d) => `Another run has been working in ${d.path} for more than ${d.seconds} s.`,
    remedy: (d) => `Wait for it, or stop process ${d.pid}, then run the command again.`,
    exitCode: 3,
  },
  'service-failed': {
    message: (d) => `The service "${d.service}" did not start: ${d.reason}`,
    remedy: () => `See what is ready on this machine: ${commandLine('doctor')}`,
    exitCode: 3,
  },
  'not-ready': {
    message: (d) => `Not everything that ${d.what} needs is on this machine: ${d.missing}.`,
    remedy: () => `See what is missing and how to get it: ${commandLine('doctor')}`,
    exitCode: 3,
  },
  'unknown-pack': {
    message: (d) => `There is no pack "${d.pack}". The packs are: ${d.packs}.`,
    remedy: () => `See all packs: ${commandLine('setup', '--list')}`,
    exitCode: 2,
  },
  'pack-failed': {
    message: (d) => `The pack "${d.pack}" could not be installed: ${d.reason}`,
    remedy: (d) => `Nothing was left half done. Run it again: ${commandLine('setup', d.pack)}`,
    exitCode: 3,
  },
  'content-invalid': {
    message: (d) => `The exercises' files have problems:\n${d.problems}`,
    remedy: () => `Fix the files named above, then run: ${commandLine('verify')}`,
    exitCode: 4,
  },
  'brief-missing': {
    message: (d) => `The brief ${d.path} cannot be read.`,
    remedy: () => 'Restore it with git (git checkout -- exercises), then run the command again.',
    exitCode: 4,
  },
  'exercise-exists': {
    message: (d) => `An exercise "${d.slug}" exists already, in ${d.path}.`,
    remedy: () => 'Choose another slug: a slug is unique over the whole catalog and permanent.',
    exitCode: 2,
  },
  'slug-form': {
    message: (d) =>
      `"${d.slug}" is not a slug: lower-case words of letters and digits joined by single hyphens, at most 40 characters.`,
    remedy: () => `Example: ${commandLine('new', 'api/page-links', '--lang', 'ts')}`,
    exitCode: 2,
  },
  'no-editor-command': {
    message: (d) => `This exercise has nothing to start by hand (${d.reason}).`,
    remedy: (d) => (d.line ? `For example: ${d.line}` : `See the brief: ${commandLine('show')}`),
    exitCode: 2,
  },
  interrupted: {
    message: () => 'Stopped. Everything that was started has been ended, and nothing was counted.',
    remedy: () => `Run it again: ${commandLine('next')}`,
    exitCode: 130,
  },
  ...authorErrors,
  ...instructorErrors,
  internal: {
    message: (d) => `Something went wrong inside the runner: ${d.reason}`,
    remedy: () =>
      'Your work is safe in workspace/. Run it again with GYM_DEBUG=1 for the details, and please report it.',
    exitCode: 70,
  },
} satisfies Record<string, CatalogueEntry>

export type ErrorCode = keyof typeof catalogue
