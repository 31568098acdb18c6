import { onProgram, type Attack } from './attack.ts'

/** The disk is filled, in one file and in many; each attack ends by itself at 400 MB. */

const write = (folder: string): string => `import { mkdirSync, writeFileSync } from 'node:fs'
const chunk = Buffer.alloc(8 << 20, 1)
let written = 0
for (const [at, folder] of [${folder}].entries()) for (let i = 0; i < 50; i++) try { writeFileSync(folder + '/fill-' + at + '-' + i, chunk); written += 8 } catch {}
console.log(written > 200 ? 'FILLED THE DISK' : 'BOUNDED')
`

const bombs: readonly Attack[] = [
  onProgram(
    'R17',
    'many files in the folders of the run',
    write("'.', process.env.HOME, process.env.TMPDIR, '/tmp', '/dev/shm', '/var/tmp'"),
    { shows: /BOUNDED/ },
  ),
  onProgram(
    'R17',
    'one large file',
    `import { openSync, writeSync } from 'node:fs'
const chunk = Buffer.alloc(8 << 20, 1)
let written = 0
process.on('SIGXFSZ', () => {})
try { const file = openSync((process.env.TMPDIR ?? '/tmp') + '/large', 'w'); for (let i = 0; i < 50; i++) written += writeSync(file, chunk) } catch {}
console.log(written > 100 << 20 ? 'FILLED THE DISK' : 'BOUNDED')
`,
    { shows: /BOUNDED/ },
  ),
  {
    id: 'R17',
    title: 'many files, by tests in a folder that they may write to',
    language: 'py',
    exercise: 'first-mutants',
    base: 'starter',
    files: {
      'tests/test_fill.py': `import os, unittest
written = 0
for folder in ('.', os.environ['HOME'], '/tmp', '/dev/shm'):
    for i in range(50):
        try:
            with open(f'{folder}/fill-{i}', 'wb') as file:
                file.write(b'x' * (8 << 20))
            written += 8
        except OSError:
            pass

class Fill(unittest.TestCase):
    def test_fill(self):
        self.assertEqual('FILLED THE DISK' if written > 200 else 'BOUNDED', '')
`,
    },
    expected: { verdicts: ['failed', 'broken'], most: 60 },
  },
]

export const attacks: readonly Attack[] = bombs.map((bomb) => ({ ...bomb, leakMarkers: ['FILLED THE DISK'] }))
