import { onModule, onProgram, type Attack } from './attack.ts'

/** The environment, those of other processes, and inherited descriptors. */

export const attacks: readonly Attack[] = [
  onModule(
    'R12',
    'process.env and /proc/*/environ',
    `import { readdirSync, readFileSync } from 'node:fs'
const found = [JSON.stringify(process.env)]
for (const pid of readdirSync('/proc').filter((n) => /^\\d+$/.test(n))) try { found.push(readFileSync('/proc/' + pid + '/environ', 'utf8').replaceAll('\\0', ' ')) } catch {}
export const add = () => { throw new Error('FOUND ' + found.join(' ')) }
export const record = add
`,
    { most: 0, shows: /FOUND/ },
  ),
  onProgram(
    'R12',
    'descriptors above the three',
    `import { fstatSync, readdirSync, readlinkSync } from 'node:fs'
// What Node opens for itself is an eventfd, an eventpoll, io_uring or a pipe between its own threads.
const open = readdirSync('/proc/self/fd').map(Number).filter((fd) => fd > 2).flatMap((fd) => { try { fstatSync(fd); return [readlinkSync('/proc/self/fd/' + fd)] } catch { return [] } })
const inherited = open.filter((to) => !/^(anon_inode:|pipe:|\\/dev\\/null$|\\/proc\\/)/.test(to))
console.log('INHERITED=' + JSON.stringify(inherited))
`,
    { shows: /INHERITED=\[\]/ },
  ),
  {
    id: 'R12',
    title: 'the environment',
    language: 'rb',
    exercise: 'money-split',
    base: 'reference',
    files: {
      'src/main.rb': `puts "FOUND #{ENV.to_h}"
Dir.glob('/proc/[0-9]*/environ') { |path| puts File.read(path).tr("\\0", ' ') rescue nil }
`,
    },
    expected: { verdicts: ['failed'], most: 40, shows: /FOUND/ },
  },
]
