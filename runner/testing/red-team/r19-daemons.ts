import { honestModule, onModule, type Attack } from './attack.ts'

/** A process is left behind that has broken all ties to its parent. */

export const attacks: readonly Attack[] = [
  onModule(
    'R19',
    'a detached process',
    `import { spawn } from 'node:child_process'
try { spawn('/bin/sh', ['-c', 'trap "" TERM HUP INT; while true; do sleep 1; done'], { detached: true, stdio: 'ignore', cwd: '/', env: {} }).unref() } catch {}
${honestModule}`,
  ),
  {
    id: 'R19',
    title: 'fork, setsid, fork',
    language: 'py',
    exercise: 'money-split',
    base: 'reference',
    files: {
      'src/main.py': `import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(0, 64)
        time.sleep(600)
    os._exit(0)
print('left')
`,
    },
    expected: { verdicts: ['failed'], most: 40 },
  },
  {
    id: 'R19',
    title: 'Process.daemon',
    language: 'rb',
    exercise: 'money-split',
    base: 'reference',
    files: {
      'src/main.rb': `if fork.nil?
  Process.daemon
  sleep 600
end
puts 'left'
`,
    },
    expected: { verdicts: ['failed'], most: 40 },
  },
]
