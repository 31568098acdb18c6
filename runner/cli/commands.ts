import type { Command } from './command.ts'
import type { CommandName } from './command-names.ts'

/** A body is loaded only when its command is chosen, so that the start stays fast. */
export const commands = {
  next: () => import('./commands/next.ts').then((m) => m.next),
  watch: () => import('./commands/watch.ts').then((m) => m.watch),
  check: () => import('./commands/check.ts').then((m) => m.check),
  hint: () => import('./commands/hint.ts').then((m) => m.hint),
  run: () => import('./commands/run.ts').then((m) => m.run),
  diff: () => import('./commands/diff.ts').then((m) => m.diff),
  reset: () => import('./commands/reset.ts').then((m) => m.reset),
  undo: () => import('./commands/undo.ts').then((m) => m.undo),
  submit: () => import('./commands/submit.ts').then((m) => m.submit),
  set: () => import('./commands/set.ts').then((m) => m.set),
  history: () => import('./commands/history.ts').then((m) => m.history),
  show: () => import('./commands/show.ts').then((m) => m.show),
  list: () => import('./commands/list.ts').then((m) => m.list),
  progress: () => import('./commands/progress.ts').then((m) => m.progress),
  solution: () => import('./commands/solution.ts').then((m) => m.solution),
  doctor: () => import('./commands/doctor.ts').then((m) => m.doctor),
  setup: () => import('./commands/setup.ts').then((m) => m.setup),
  help: () => import('./commands/help.ts').then((m) => m.help),
  verify: () => import('./commands/verify.ts').then((m) => m.verifyCommand),
  new: () => import('./commands/new.ts').then((m) => m.newCommand),
  bench: () => import('./commands/bench.ts').then((m) => m.bench),
  test: () => import('./commands/test.ts').then((m) => m.test),
  collect: () => import('./commands/collect.ts').then((m) => m.collect),
  grade: () => import('./commands/grade.ts').then((m) => m.grade),
  regrade: () => import('./commands/regrade.ts').then((m) => m.regrade),
  worker: () => import('./commands/worker.ts').then((m) => m.worker),
  gradebook: () => import('./commands/gradebook.ts').then((m) => m.gradebook),
  similar: () => import('./commands/similar.ts').then((m) => m.similar),
} satisfies Record<CommandName, () => Promise<Command>>
