import { onProgram, type Attack } from './attack.ts'

/** The disk is filled, in one file and in many; each attack ends by itself at 400 MB. */

const write = (folder: string): string => `import { mkdirSync, writeFileSync } from 'node:fs'
const chunk = Buffer.alloc(8 << 20, 1)
let written = 0
for (const folder of [${folder}]) for (let i = 0; i < 50; i++) try { writeFileSync(folder + '/fill-' + i, chunk); written += 8 } catch {}
console.log(written > 100 ? 'FILLED THE DISK' : 'BOUNDED')
`

export const attacks: readonly Attack[] = [
  onProgram('R17', 'many files in the folders of the run', write("'.', process.env.HOME, process.env.TMPDIR, '/tmp', '/dev/shm', '/var/tmp'"), { shows: /BOUNDED/ }),
  onProgram('R17', 'one large file', `import { openSync, writeSync } from 'node:fs'
const chunk = Buffer.alloc(8 << 20, 1)
let written = 0
process.on('SIGXFSZ', () => {})
try { const file = openSync((process.env.TMPDIR ?? '/tmp') + '/large', 'w'); for (let i = 0; i < 50; i++) written += writeSync(file, chunk) } catch {}
console.log(written > 100 << 20 ? 'FILLED THE DISK' : 'BOUNDED')
`, { shows: /BOUNDED/ }),
].map((attack) => ({ ...attack, leakMarkers: ['FILLED THE DISK'] }))
