import { honestModule, onModule, type Attack } from './attack.ts'

/** Clocks and timers lie; those that judge are on the other side. */

export const attacks: readonly Attack[] = [
  onModule(
    'R29',
    'Date and performance stand still',
    `Date.now = () => 0; performance.now = () => 0; Object.assign(globalThis, { Date: class { static now() { return 0 } getTime() { return 0 } } })\n${honestModule}`,
  ),
  onModule(
    'R29',
    'timers fire at once, or never',
    `Object.assign(globalThis, { setTimeout: (f: () => void) => f(), setInterval: () => 0, setImmediate: () => 0, queueMicrotask: () => {} })\n${honestModule}`,
  ),
  onModule(
    'R29',
    'a loop behind a stopped clock',
    'Date.now = () => 0; performance.now = () => 0\nexport const add = () => { for (;;); }\nexport const record = add\n',
    { verdicts: ['timed-out'], most: 0 },
  ),
  onModule(
    'R29',
    'hrtime runs backwards',
    `let t = 10n ** 18n; process.hrtime.bigint = () => (t -= 1_000_000n)\n${honestModule}`,
  ),
]
