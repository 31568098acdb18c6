/** Every command by name: its line in `help` and the group it stands in. */
export const commandNames = {
  next: { summary: 'continue the current exercise, or start the next one, and check it', group: 'work' },
  watch: { summary: 'check the current exercise on each save', group: 'work' },
  check: { summary: 'check the current exercise', group: 'work' },
  hint: { summary: 'say more about the last mistake, one level at a time', group: 'work' },
  run: { summary: 'start your program by hand', group: 'work' },
  diff: { summary: 'show what you changed since the starter', group: 'work' },
  reset: { summary: 'go back to the starter (can be undone)', group: 'work' },
  undo: { summary: 'bring an earlier state of your files back', group: 'work' },
  submit: { summary: 'hand in your work as one file, or push it', group: 'work' },
  set: { summary: 'make, check, show or use a set of exercises', group: 'look' },
  history: { summary: 'list the states of your files that were saved', group: 'look' },
  show: { summary: 'read the brief', group: 'look' },
  list: { summary: 'list areas and exercises', group: 'look' },
  progress: { summary: 'see how far you are', group: 'look' },
  solution: { summary: 'see the reference solution, after a pass or a give-up', group: 'look' },
  doctor: { summary: 'see what this machine has and what it lacks', group: 'machine' },
  setup: { summary: 'install optional parts', group: 'machine' },
  help: { summary: 'list the commands', group: 'machine' },
  verify: { summary: 'prove that exercises are sound (for authors)', group: 'author' },
  mistake: { summary: 'look at wrong answers, run the suite on them, write them (for authors)', group: 'author' },
  mutate: { summary: 'change the reference, and see what the suite does not notice (for authors)', group: 'author' },
  new: { summary: 'start writing an exercise (for authors)', group: 'author' },
  bench: { summary: 'measure the runner against vitest alone', group: 'author' },
  test: { summary: 'run the unit tests and the content gate', group: 'author' },
  collect: { summary: 'take in what a class handed in', group: 'instructor' },
  grade: { summary: 'grade what was collected into a class folder', group: 'instructor' },
  regrade: { summary: 'grade again, and see what would change', group: 'instructor' },
  worker: { summary: 'grade for another machine, from its PostgreSQL', group: 'instructor' },
  gradebook: { summary: 'show the marks of a class and write them as files', group: 'instructor' },
  similar: { summary: 'show which works of a class are alike', group: 'instructor' },
} as const

export type CommandName = keyof typeof commandNames

export const isCommand = (name: string): name is CommandName => Object.hasOwn(commandNames, name)
