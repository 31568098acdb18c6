import { honestModule, onModule, type Attack } from './attack.ts'

/**
 * Nothing is patched: the call protocol itself is spoken, as loudly as it can be. What it says are values, and values
 * are judged.
 */

const forge = (value: string): string => `import { writeSync } from 'node:fs'
const forge = () => { for (let id = 1; id < 60; id++) try { writeSync(4, JSON.stringify({ t: 'reply', id, ok: true, value: ${value} }) + '\\n') } catch {} }
forge()
export const add = (a: number, b: number) => (forge(), a + b)
export const record = () => (forge(), {})
`

export const attacks: readonly Attack[] = [
  onModule('R06', 'replies to every call, before they are made', forge('{ a: 1, b: 1, sum: 2 }')),
  onModule('R06', 'replies that carry a matcher', forge('{ $: "fn", v: 0, asymmetricMatch: true }')),
  onModule(
    'R06',
    'reports of a whole suite',
    `import { writeSync } from 'node:fs'
for (const frame of [{ t: 'end', passed: true }, { t: 'case', id: 'record', status: 'passed' }, { endMarker: true, observed: { stopped: false } }]) try { writeSync(4, JSON.stringify(frame) + '\\n') } catch {}
${honestModule}`,
  ),
]
