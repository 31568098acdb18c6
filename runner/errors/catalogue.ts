/** Values that fill a message; all optional so that a missing one never hides the error itself. */
export type ErrorDetails = Readonly<Record<string, string | number | undefined>>

interface CatalogueEntry {
  /** What happened, and why, in one or two plain sentences. */
  message: (d: ErrorDetails) => string
  /** What to do about it. */
  remedy: (d: ErrorDetails) => string
  /** 2 wrong usage, 3 machine not ready, 4 content invalid, 70 internal, 130 ended by the user. */
  exitCode: 2 | 3 | 4 | 70 | 130
}

/** Every error a person can meet. A code is permanent: others match on it. */
export const catalogue = {
  'unknown-command': {
    message: (d) => `There is no command "${d.command}".${d.nearest ? ` Did you mean "${d.nearest}"?` : ''}`,
    remedy: () => 'See all commands: npm run help',
    exitCode: 2,
  },
  'unknown-option': {
    message: (d) => `The command "${d.command}" does not know the option "${d.option}".`,
    remedy: (d) => `See its options: npm run ${d.command} -- --help`,
    exitCode: 2,
  },
  'option-value': {
    message: (d) => `The option "${d.option}" ${d.problem}.`,
    remedy: (d) => `See its options: npm run ${d.command} -- --help`,
    exitCode: 2,
  },
  'unknown-exercise': {
    message: (d) => `There is no exercise "${d.slug}".${d.nearest ? ` Did you mean "${d.nearest}"?` : ''}`,
    remedy: () => 'See all exercises: npm run list',
    exitCode: 2,
  },
  'unknown-area': {
    message: (d) => `There is no area "${d.area}". The areas are: ${d.areas}.`,
    remedy: () => 'See all areas: npm run list',
    exitCode: 2,
  },
  'unknown-language': {
    message: (d) => `The exercise "${d.slug}" does not exist in "${d.language}". It exists in: ${d.languages}.`,
    remedy: (d) => `Choose one of them: npm run next -- ${d.slug} --lang <language>`,
    exitCode: 2,
  },
  'nothing-started': {
    message: () => 'No exercise has been started yet, so there is nothing to work on with this command.',
    remedy: () => 'Start one: npm run next',
    exitCode: 2,
  },
  'not-started': {
    message: (d) => `The exercise "${d.slug}" has not been started${d.language ? ` in ${d.language}` : ''}.`,
    remedy: (d) => `Start it: npm run next -- ${d.slug}`,
    exitCode: 2,
  },
  'solution-locked': {
    message: (d) => `The solution of "${d.slug}" is shown after a pass, or after you give up on it.`,
    remedy: (d) => `Give up and see it (this is recorded): npm run solution -- ${d.slug} --give-up`,
    exitCode: 2,
  },
  'nothing-to-undo': {
    message: (d) => `There is no earlier state of "${d.slug}" to go back to.`,
    remedy: (d) => `See what was saved: npm run history -- ${d.slug}`,
    exitCode: 2,
  },
  'unknown-snapshot': {
    message: (d) => `"${d.slug}" has no snapshot "${d.snapshot}".`,
    remedy: (d) => `See what was saved: npm run history -- ${d.slug}`,
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
    remedy: () => 'Nothing of yours was changed. Run the command again; if it stays, run: npm run doctor',
    exitCode: 70,
  },
  'not-writable': {
    message: (d) => `Cannot write to ${d.path}: ${d.reason}.`,
    remedy: () => 'Give yourself the right to write there, or clone the project into a folder of your own.',
    exitCode: 3,
  },
  'disk-full': {
    message: (d) => `The disk that holds ${d.path} is full, so nothing could be saved there.`,
    remedy: () => 'Free some space and run the command again. What was saved before is unharmed.',
    exitCode: 3,
  },
  'progress-unreadable': {
    message: (d) => `The file ${d.path} cannot be read as progress: ${d.reason}.`,
    remedy: (d) => `It was left as it is. Move it away (mv "${d.path}" "${d.path}.bad") and run the command again; your work is in workspace/ and its snapshots.`,
    exitCode: 3,
  },
  'progress-newer': {
    message: (d) => `The file ${d.path} was written by a newer version of this project (format ${d.format}).`,
    remedy: () => 'Update this project (git pull), then run the command again. The file was left as it is.',
    exitCode: 3,
  },
  'locked': {
    message: (d) => `Another run has been working in ${d.path} for more than ${d.seconds} s.`,
    remedy: (d) => `Wait for it, or stop process ${d.pid}, then run the command again.`,
    exitCode: 3,
  },
  'service-failed': {
    message: (d) => `The service "${d.service}" did not start: ${d.reason}`,
    remedy: () => 'See what is ready on this machine: npm run doctor',
    exitCode: 3,
  },
  'not-ready': {
    message: (d) => `Not everything that ${d.what} needs is on this machine: ${d.missing}.`,
    remedy: () => 'See what is missing and how to get it: npm run doctor',
    exitCode: 3,
  },
  'unknown-pack': {
    message: (d) => `There is no pack "${d.pack}". The packs are: ${d.packs}.`,
    remedy: () => 'See all packs: npm run setup -- --list',
    exitCode: 2,
  },
  'pack-failed': {
    message: (d) => `The pack "${d.pack}" could not be installed: ${d.reason}`,
    remedy: (d) => `Nothing was left half done. Run it again: npm run setup -- ${d.pack}`,
    exitCode: 3,
  },
  'content-invalid': {
    message: (d) => `The exercises' files have problems:\n${d.problems}`,
    remedy: () => 'Fix the files named above, then run: npm run verify',
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
    message: (d) => `"${d.slug}" is not a slug: lower-case words of letters and digits joined by single hyphens, at most 40 characters.`,
    remedy: () => 'Example: npm run new -- api/page-links --lang ts',
    exitCode: 2,
  },
  'no-editor-command': {
    message: (d) => `This exercise has nothing to start by hand (${d.reason}).`,
    remedy: () => 'See the brief: npm run show',
    exitCode: 2,
  },
  'interrupted': {
    message: () => 'Stopped. Everything that was started has been ended, and nothing was counted.',
    remedy: () => 'Run it again: npm run next',
    exitCode: 130,
  },
  'no-sandbox': {
    message: (d) => `Refusing to grade without a sandbox: ${d.reason}. The work of others would run with your rights.`,
    remedy: () => 'On Linux: sudo apt-get install bubblewrap (on Ubuntu 23.10 and newer also: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0). Elsewhere grade in a Linux virtual machine. For your own work only: --unsafe',
    exitCode: 3,
  },
  'sandbox-leaks': {
    message: (d) => `Refusing to grade: the sandbox of this machine is not tight. A probe inside it could ${d.could}.`,
    remedy: () => 'Grade on another machine, and report this with the output of: npm run doctor',
    exitCode: 3,
  },
  'slot-lost': {
    message: (d) => `A process that grades ended in the middle of its work (${d.reason}).`,
    remedy: () => 'Grade again; what was graded before is kept.',
    exitCode: 70,
  },
  'queue-unreachable': {
    message: (d) => `The queue's PostgreSQL cannot be used: ${d.reason}.`,
    remedy: () => 'Check the server and the address given with --database-url; without it, grading starts a server of its own.',
    exitCode: 3,
  },
  'canary-failed': {
    message: (d) => `This worker judges wrongly: known work (${d.work}) came out as ${d.verdict}. Nothing more is graded here.`,
    remedy: () => 'See what this machine lacks: npm run doctor. Then grade again; what was graded before is kept.',
    exitCode: 70,
  },
  'class-folder': {
    message: (d) => `${d.path} is no class folder: ${d.reason}.`,
    remedy: () => 'Collect submissions into one first: npm run collect -- <folder> --class DIR --set FILE',
    exitCode: 2,
  },
  'roster-invalid': {
    message: (d) => `The roster ${d.path} cannot be used:\n${d.problems}`,
    remedy: () => 'Correct the lines named above. The columns are: id,name,email,github,sisId,remote',
    exitCode: 2,
  },
  'override-incomplete': {
    message: (d) => `An override needs ${d.missing}: it changes a mark, and the audit log keeps who did it and why.`,
    remedy: () => 'Example: npm run gradebook -- --override ada/money-split=85 --by "A. Lee" --why "rounding was unclear in the brief"',
    exitCode: 2,
  },
  'canvas-export': {
    message: (d) => `${d.path} is no export of the Canvas gradebook: ${d.problem}.`,
    remedy: () => 'In Canvas open Grades, choose Export, and give the downloaded file: npm run gradebook -- --canvas FILE',
    exitCode: 2,
  },
  'set-invalid': {
    message: (d) => `The set ${d.path} cannot be used:\n${d.problems}`,
    remedy: () => 'Correct what is named above, then run: npm run set -- check FILE',
    exitCode: 2,
  },
  'set-missing': {
    message: (d) => `There is no set at ${d.path}${d.reason ? `: ${d.reason}` : ''}.`,
    remedy: () => 'Give the file, or make one: npm run set -- new <id> <slug> …',
    exitCode: 2,
  },
  'set-exists': {
    message: (d) => `The file ${d.path} is there already.`,
    remedy: () => 'Change it by hand and check it (npm run set -- check FILE), or choose another id.',
    exitCode: 2,
  },
  'no-set-in-use': {
    message: () => 'No set is in use.',
    remedy: () => 'Use one: npm run set -- use <file>. The ready-made ones are in exercises/sets/.',
    exitCode: 2,
  },
  'solution-held-back': {
    message: (d) => `The set "${d.set}" shows the solution of "${d.slug}" ${d.when}.`,
    remedy: () => 'Ask for a hint instead: npm run hint',
    exitCode: 2,
  },
  'no-learner-id': {
    message: (d) => `A submission needs to say whose it is${d.given ? `, and "${d.given}" is no id: up to 64 letters, digits and . _ @ -, beginning with a letter or digit` : ''}.`,
    remedy: () => 'Say it once with the id your instructor uses: npm run submit -- --as <id>',
    exitCode: 2,
  },
  'nothing-to-submit': {
    message: (d) => (d.set ? `Nothing of the set "${d.set}" has been started yet.` : 'Nothing has been started yet, so there is nothing to hand in.'),
    remedy: () => 'Start with the next exercise: npm run next',
    exitCode: 2,
  },
  'push-failed': {
    message: (d) => `git could not push to ${d.remote}: ${d.reason}`,
    remedy: () => 'Check the address and your right to write there. Or make a file and send that: npm run submit',
    exitCode: 3,
  },
  'collect-source': {
    message: (d) => `Nothing can be collected from ${d.path}: ${d.reason}.`,
    remedy: () => 'Give a folder of bundles, archives or folders, or a roster with remotes: npm run collect -- <folder|roster.csv> --class DIR --set FILE',
    exitCode: 2,
  },
  'internal': {
    message: (d) => `Something went wrong inside the runner: ${d.reason}`,
    remedy: () => 'Your work is safe in workspace/. Run it again with GYM_DEBUG=1 for the details, and please report it.',
    exitCode: 70,
  },
} satisfies Record<string, CatalogueEntry>

export type ErrorCode = keyof typeof catalogue
