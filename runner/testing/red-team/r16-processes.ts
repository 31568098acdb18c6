import { onProgram, type Attack } from './attack.ts'

/** Processes and threads by the hundred; each bomb has a bound of its own. */

export const attacks: readonly Attack[] = [
  onProgram(
    'R16',
    'three hundred processes',
    `import { spawn } from 'node:child_process'
let refused = 0
for (let i = 0; i < 300; i++) try { spawn('/bin/sleep', ['5']).on('error', () => { refused++ }) } catch { refused++ }
setTimeout(() => { console.log('REFUSED ' + (refused > 100)); process.exit(0) }, 700)
`,
    {},
  ),
  onProgram(
    'R16',
    'two hundred workers',
    `import { Worker } from 'node:worker_threads'
let refused = 0
for (let i = 0; i < 200; i++) try { new Worker('setTimeout(() => {}, 5000)', { eval: true }).on('error', () => { refused++ }) } catch { refused++ }
setTimeout(() => process.exit(0), 1000)
`,
    {},
  ),
  {
    id: 'R16',
    title: 'forks of forks, five deep',
    language: 'py',
    exercise: 'money-split',
    base: 'reference',
    files: {
      'src/main.py': `import os, time
for _ in range(9):
    try:
        os.fork()
    except OSError:
        pass
time.sleep(1)
`,
    },
    expected: { verdicts: ['failed', 'broken', 'timed-out'], most: 40 },
  },
]
