import { onModule, onProgram, type Attack } from './attack.ts'

/** Nothing comes back. The first question without an answer ends the run. */

const timedOut = { verdicts: ['timed-out'], most: 0 } as const

export const attacks: readonly Attack[] = [
  onModule('R14', 'a loop at import', 'while (true) {}\nexport const add = 1\n', timedOut),
  onModule('R14', 'a loop in a call', 'export const add = () => { for (;;); }\nexport const record = add\n', {
    ...timedOut,
    says: /busy all the time/,
  }),
  onModule(
    'R14',
    'a promise that is never settled',
    'export const add = () => new Promise(() => {})\nexport const record = add\n',
    { ...timedOut, says: /was waiting/ },
  ),
  onProgram(
    'R14',
    'a program that deafens itself to signals and waits',
    "for (const s of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(s, () => {})\nsetInterval(() => {}, 1000)\n",
    timedOut,
  ),
  {
    id: 'R14',
    title: 'a loop',
    language: 'java',
    exercise: 'money-split',
    base: 'reference',
    files: { 'src/Main.java': 'public class Main { public static void main(String[] a) { while (true) { } } }\n' },
    expected: timedOut,
  },
  {
    id: 'R14',
    title: 'a server that takes connections and never answers',
    language: 'ts',
    exercise: 'http-hello',
    base: 'nothing',
    files: {
      'src/main.ts':
        "import { createServer } from 'node:http'\ncreateServer(() => {}).listen(Number(process.env.PORT))\n",
    },
    expected: timedOut,
  },
]
