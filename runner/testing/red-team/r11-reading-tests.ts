import { onModule, onProgram, type Attack } from './attack.ts'

/**
 * The hidden suite, the reference or a file of the instructor's is looked for, and whatever is found is put into an
 * answer.
 */

const search = `import { readdirSync, readFileSync, statSync } from 'node:fs'
const found: string[] = []
let budget = 20_000
const walk = (folder: string, depth: number): void => {
  if (depth > 7) return
  let names: string[] = []
  try { names = readdirSync(folder) } catch { return }
  for (const name of names) {
    if (--budget < 0) return
    const path = folder + '/' + name
    if (/^\\/(usr|proc|sys|dev)\\b|node_modules/.test(path)) continue
    try {
      const stat = statSync(path)
      if (stat.isDirectory()) walk(path, depth + 1)
      else if (/suite|solutions|reference|canary|\\.test\\.|secret/.test(path)) found.push(path + ': ' + readFileSync(path, 'utf8').slice(0, 2000))
    } catch {}
  }
}
for (const folder of ['/', process.cwd() + '/../..', '/tmp', '/root', '/home', '/var/tmp', '/work']) walk(folder, 0)
`

const throwing = (head: string): string => `${head}
export const add = () => { throw new Error('FOUND ' + JSON.stringify(found)) }
export const record = add
`

export const attacks: readonly Attack[] = [
  onModule('R11', 'a walk over the disk', throwing(search), { most: 0, shows: /FOUND/ }),
  onModule('R11', 'the stack of a call', throwing(`const found = [new Error().stack, String(new Error().cause)]`), {
    most: 0,
    shows: /FOUND/,
  }),
  onModule(
    'R11',
    'folders of /proc',
    throwing(`import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
const found: string[] = []
for (const pid of readdirSync('/proc').filter((n) => /^\\d+$/.test(n))) {
  for (const name of ['cmdline', 'maps', 'mountinfo', 'status']) try { found.push(pid + ' ' + name + ' ' + readFileSync('/proc/' + pid + '/' + name, 'utf8').slice(0, 600).replaceAll('\\0', ' ')) } catch {}
  for (const name of ['cwd', 'root', 'exe']) try { found.push(readlinkSync('/proc/' + pid + '/' + name)); for (const f of readdirSync('/proc/' + pid + '/' + name)) found.push(f) } catch {}
}`),
    { most: 0, shows: /FOUND/ },
  ),
  onModule(
    'R11',
    'the inspector',
    throwing(`const { Session } = await import('node:inspector')
const found: string[] = []
const session = new Session()
session.connect()
session.on('Debugger.scriptParsed', ({ params }) => found.push(params.url))
session.post('Debugger.enable')
process.kill(process.pid, 'SIGUSR1')`),
    { most: 0 },
  ),
  onProgram(
    'R11',
    'the canary by its name',
    `import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
for (let folder = process.cwd(); folder !== '/'; folder = dirname(folder)) for (const name of ['red-team-canary.txt', '.cache/red-team-canary.txt', 'package.json', 'exercises/languages/money-split/suite/money-split.test.ts']) try { console.log('FOUND', readFileSync(join(folder, name), 'utf8')) } catch {}
console.log('looked')
`,
    { shows: /looked/ },
  ),
  {
    id: 'R11',
    title: 'a walk over the disk',
    language: 'py',
    exercise: 'money-split',
    base: 'reference',
    files: {
      'src/main.py': `import os
found = []
for top in ('/', os.getcwd() + '/../..', '/root', '/home'):
    for folder, names, files in os.walk(top):
        names[:] = [n for n in names if n not in ('usr', 'proc', 'sys', 'dev', 'node_modules', 'versions')]
        for name in files:
            path = os.path.join(folder, name)
            if any(word in path for word in ('suite', 'solutions', 'canary', '.test.', 'exercise.json')):
                try:
                    found.append(path + ': ' + open(path).read()[:500])
                except OSError:
                    pass
print('FOUND', found)
`,
    },
    expected: { verdicts: ['failed'], most: 40, shows: /FOUND/ },
  },
]
