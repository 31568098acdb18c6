import { commandLine } from './command-line.ts'
import type { CatalogueEntry } from './entry.ts'

/** Errors of sets, submissions and grading; part of the catalogue. */
export const instructorErrors = {
  'no-sandbox': {
    message: (d) => `Refusing to grade without a sandbox: ${d.reason}. The work of others would run with your rights.`,
    remedy: () =>
      'On Linux: sudo apt-get install bubblewrap (on Ubuntu 23.10 and newer also: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0). Elsewhere grade in a Linux virtual machine. For your own work only: --unsafe',
    exitCode: 3,
  },
  'sandbox-leaks': {
    message: (d) => `Refusing to grade: the sandbox of this machine is not tight. A probe inside it could ${d.could}.`,
    remedy: () => `Grade on another machine, and report this with the output of: ${commandLine('doctor')}`,
    exitCode: 3,
  },
  'slot-lost': {
    message: (d) => `A process that grades ended in the middle of its work (${d.reason}).`,
    remedy: () => 'Grade again; what was graded before is kept.',
    exitCode: 70,
  },
  'slot-too-long': {
    message: (d) => `A process that grades did not answer within ${d.seconds} s, and was ended.`,
    remedy: () => 'Grade again; what was graded before is kept.',
    exitCode: 70,
  },
  'queue-unreachable': {
    message: (d) => `The queue's PostgreSQL cannot be used: ${d.reason}.`,
    remedy: () =>
      'Check the server and the address given with --database-url; without it, grading starts a server of its own.',
    exitCode: 3,
  },
  'canary-failed': {
    message: (d) =>
      `This worker judges wrongly: known work (${d.work}) came out as ${d.verdict}. Nothing more is graded here.`,
    remedy: () =>
      `See what this machine lacks: ${commandLine('doctor')}. Then grade again; what was graded before is kept.`,
    exitCode: 70,
  },
  'class-folder': {
    message: (d) => `${d.path} is no class folder: ${d.reason}.`,
    remedy: () =>
      `Collect submissions into one first: ${commandLine('collect', '<folder>', '--class', 'DIR', '--set', 'FILE')}`,
    exitCode: 2,
  },
  'seed-key': {
    message: (d) => `${d.path} is damaged: it should hold a key of 64 hexadecimal digits.`,
    remedy: () =>
      'Bring it back from a copy of the class folder. Or remove it: a new one is made, and all is graded again.',
    exitCode: 2,
  },
  'roster-invalid': {
    message: (d) => `The roster ${d.path} cannot be used:\n${d.problems}`,
    remedy: () => 'Correct the lines named above. The columns are: id,name,email,github,sisId,remote',
    exitCode: 2,
  },
  'override-incomplete': {
    message: (d) => `An override needs ${d.missing}: it changes a mark, and the audit log keeps who did it and why.`,
    remedy: () =>
      `Example: ${commandLine('gradebook', '--override', 'ada/money-split=85', '--by', '"A. Lee"', '--why', '"rounding was unclear in the brief"')}`,
    exitCode: 2,
  },
  'canvas-export': {
    message: (d) => `${d.path} is no export of the Canvas gradebook: ${d.problem}.`,
    remedy: () =>
      `In Canvas open Grades, choose Export, and give the downloaded file: ${commandLine('gradebook', '--canvas', 'FILE')}`,
    exitCode: 2,
  },
  'set-invalid': {
    message: (d) => `The set ${d.path} cannot be used:\n${d.problems}`,
    remedy: () => `Correct what is named above, then run: ${commandLine('set', 'check', 'FILE')}`,
    exitCode: 2,
  },
  'set-missing': {
    message: (d) => `There is no set at ${d.path}${d.reason ? `: ${d.reason}` : ''}.`,
    remedy: () => `Give the file, or make one: ${commandLine('set', 'new', '<id>', '<slug>', '…')}`,
    exitCode: 2,
  },
  'set-exists': {
    message: (d) => `The file ${d.path} is there already.`,
    remedy: () => `Change it by hand and check it (${commandLine('set', 'check', 'FILE')}), or choose another id.`,
    exitCode: 2,
  },
  'no-set-in-use': {
    message: () => 'No set is in use.',
    remedy: () => `Use one: ${commandLine('set', 'use', '<file>')}. The ready-made ones are in exercises/sets/.`,
    exitCode: 2,
  },
  'set-not-open': {
    message: (d) => `The set "${d.set}" is not open yet: it opens at ${d.at}.`,
    remedy: () =>
      `Until then, work on any exercise by its name: ${commandLine('next', '<slug>')}, or leave the set: ${commandLine('set', 'use', 'none')}`,
    exitCode: 2,
  },
  'solution-held-back': {
    message: (d) => `The set "${d.set}" shows the solution of "${d.slug}" ${d.when}.`,
    remedy: () => `Ask for a hint instead: ${commandLine('hint')}`,
    exitCode: 2,
  },
  'no-learner-id': {
    message: (d) =>
      `A submission needs to say whose it is${d.given ? `, and "${d.given}" is no id: up to 64 letters, digits and . _ @ -, beginning with a letter or digit` : ''}.`,
    remedy: () => `Say it once with the id your instructor uses: ${commandLine('submit', '--as', '<id>')}`,
    exitCode: 2,
  },
  'nothing-to-submit': {
    message: (d) =>
      d.set
        ? `Nothing of the set "${d.set}" has been started yet.`
        : 'Nothing has been started yet, so there is nothing to hand in.',
    remedy: () => `Start with the next exercise: ${commandLine('next')}`,
    exitCode: 2,
  },
  'push-failed': {
    message: (d) => `git could not push to ${d.remote}: ${d.reason}`,
    remedy: () =>
      `Check the address and your right to write there. Or make a file and send that: ${commandLine('submit')}`,
    exitCode: 3,
  },
  'collect-source': {
    message: (d) => `Nothing can be collected from ${d.path}: ${d.reason}.`,
    remedy: () =>
      `Give a folder of bundles, archives or folders, or a roster with remotes: ${commandLine('collect', '<folder|roster.csv>', '--class', 'DIR', '--set', 'FILE')}`,
    exitCode: 2,
  },
} satisfies Record<string, CatalogueEntry>
