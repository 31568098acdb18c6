import { honestModule, onModule, type Attack } from './attack.ts'

/** Prototypes are polluted, here and by what travels to the other side. */

export const attacks: readonly Attack[] = [
  onModule(
    'R09',
    'Object.prototype',
    `Object.assign(Object.prototype, { sum: 3, ok: true, passed: true, status: 'passed', state: 'pass' })\n${honestModule}`,
  ),
  onModule(
    'R09',
    'a reply with a __proto__ of its own',
    honestModule.replace('({})', '(JSON.parse(\'{"__proto__":{"a":1,"b":1,"sum":2}}\'))'),
  ),
  onModule(
    'R09',
    'a frame with __proto__ and constructor',
    `import { writeSync } from 'node:fs'
const frame = '{"t":"reply","id":1,"ok":true,"value":{"__proto__":{"passed":true},"constructor":{"prototype":{"passed":true}}}}\\n'
try { writeSync(4, frame) } catch {}
${honestModule}`,
  ),
]
