import type { Command } from './command.ts'

interface Entry {
  summary: string
  group: 'work' | 'look' | 'machine' | 'author'
  load: () => Promise<Command>
}

/** Every command; a body is loaded only when it is chosen, so that the start stays fast. */
export const commands = {
  next: { summary: 'continue the current exercise, or start the next one, and check it', group: 'work', load: () => import('./commands/next.ts').then((m) => m.next) },
  check: { summary: 'check the current exercise', group: 'work', load: () => import('./commands/check.ts').then((m) => m.check) },
  hint: { summary: 'say more about the last mistake, one level at a time', group: 'work', load: () => import('./commands/hint.ts').then((m) => m.hint) },
  run: { summary: 'start your program by hand', group: 'work', load: () => import('./commands/run.ts').then((m) => m.run) },
  diff: { summary: 'show what you changed since the starter', group: 'work', load: () => import('./commands/diff.ts').then((m) => m.diff) },
  reset: { summary: 'go back to the starter (can be undone)', group: 'work', load: () => import('./commands/reset.ts').then((m) => m.reset) },
  undo: { summary: 'bring an earlier state of your files back', group: 'work', load: () => import('./commands/undo.ts').then((m) => m.undo) },
  history: { summary: 'list the states of your files that were saved', group: 'look', load: () => import('./commands/history.ts').then((m) => m.history) },
  show: { summary: 'read the brief', group: 'look', load: () => import('./commands/show.ts').then((m) => m.show) },
  list: { summary: 'list areas and exercises', group: 'look', load: () => import('./commands/list.ts').then((m) => m.list) },
  progress: { summary: 'see how far you are', group: 'look', load: () => import('./commands/progress.ts').then((m) => m.progress) },
  solution: { summary: 'see the reference solution, after a pass or a give-up', group: 'look', load: () => import('./commands/solution.ts').then((m) => m.solution) },
  doctor: { summary: 'see what this machine has and what it lacks', group: 'machine', load: () => import('./commands/doctor.ts').then((m) => m.doctor) },
  setup: { summary: 'install optional parts', group: 'machine', load: () => import('./commands/setup.ts').then((m) => m.setup) },
  help: { summary: 'list the commands', group: 'machine', load: () => import('./commands/help.ts').then((m) => m.help) },
  verify: { summary: 'prove that exercises are sound (for authors)', group: 'author', load: () => import('./commands/verify.ts').then((m) => m.verifyCommand) },
  new: { summary: 'start writing an exercise (for authors)', group: 'author', load: () => import('./commands/new.ts').then((m) => m.newCommand) },
  test: { summary: 'run the unit tests and the content gate', group: 'author', load: () => import('./commands/test.ts').then((m) => m.test) },
} satisfies Record<string, Entry>

export type CommandName = keyof typeof commands

export const isCommand = (name: string): name is CommandName => Object.hasOwn(commands, name)
