import { honestModule, onModule, onProgram, type Attack } from './attack.ts'

/** Too much, too large, too deep, or no protocol at all. */

const raw = (statement: string): string => `import { writeSync } from 'node:fs'
const send = (text: string) => { const bytes = Buffer.from(text); for (let at = 0; at < bytes.length;) try { at += writeSync(4, bytes, at) } catch { return } }
export const add = (a: number, b: number) => { ${statement}; return a + b }
export const record = () => ({})
`

export const attacks: readonly Attack[] = [
  onProgram(
    'R18',
    'two hundred megabytes of output',
    "const line = 'x'.repeat(1 << 20) + '\\n'\nfor (let i = 0; i < 200; i++) process.stdout.write(line)\n",
  ),
  onModule(
    'R18',
    'a flood during a call',
    honestModule.replace(
      '=> ({})',
      "=> { for (let i = 0; i < 200; i++) process.stdout.write('x'.repeat(1 << 20)); return {} }",
    ),
  ),
  onModule(
    'R18',
    'a giant frame',
    raw('send(\'{"t":"reply","id":2,"ok":true,"value":"\' + \'x\'.repeat(40 << 20) + \'"}\\n\')'),
  ),
  onModule(
    'R18',
    'a value a hundred thousand deep',
    raw('send(\'{"t":"reply","id":2,"ok":true,"value":\' + \'[\'.repeat(100_000) + \']\'.repeat(100_000) + \'}\\n\')'),
  ),
  onModule('R18', 'no JSON', raw("send('}{ not json\\n')")),
  onModule(
    'R18',
    'callbacks that nobody asked for',
    raw(
      "for (let i = 0; i < 20_000; i++) send(JSON.stringify({ t: 'callback', fn: i % 7, call: i, value: [] }) + '\\n')",
    ),
  ),
  onModule(
    'R18',
    'pings without end',
    raw("for (let i = 0; i < 50_000; i++) send(JSON.stringify({ t: 'ping', call: i }) + '\\n')"),
  ),
]
