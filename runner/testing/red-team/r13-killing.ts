import { honestModule, onModule, type Attack } from './attack.ts'

/** Everything that can be reached by a signal is killed. */

export const attacks: readonly Attack[] = [
  onModule('R13', 'the parent', `try { process.kill(process.ppid, 'SIGKILL') } catch {}\n${honestModule}`),
  onModule('R13', 'kill(-1)', `try { process.kill(-1, 'SIGKILL') } catch {}\n${honestModule}`),
  onModule(
    'R13',
    'every number',
    `for (let pid = 2; pid < 70_000; pid++) if (pid !== process.pid) try { process.kill(pid, 'SIGKILL') } catch {}\n${honestModule}`,
  ),
  onModule('R13', 'the own group, in a call', honestModule.replace('=> ({})', "=> process.kill(0, 'SIGKILL')")),
  {
    id: 'R13',
    title: 'kill(-1)',
    language: 'py',
    exercise: 'money-split',
    base: 'reference',
    files: { 'src/main.py': 'import os, signal\nos.kill(-1, signal.SIGKILL)\n' },
    expected: { verdicts: ['failed', 'broken'], most: 40 },
  },
]
