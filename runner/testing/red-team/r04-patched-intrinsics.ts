import { honestModule, onModule, type Attack } from './attack.ts'

/** Built-in functions lie, in the process where the submission runs. */

export const attacks: readonly Attack[] = [
  onModule('R04', 'Object.is says yes', `Object.is = () => true\n${honestModule}`),
  onModule(
    'R04',
    'Array, Map and Set lie',
    `Array.prototype.every = () => true; Array.isArray = (() => true) as never; Map.prototype.get = () => 1; Set.prototype.has = () => true\n${honestModule}`,
  ),
  onModule(
    'R04',
    'promises settle as they like',
    `Promise.prototype.then = function (this: Promise<unknown>) { return this } as never\n${honestModule}`,
  ),
  onModule(
    'R04',
    'WeakMap forgets',
    `WeakMap.prototype.get = () => undefined; WeakMap.prototype.has = () => true\n${honestModule}`,
  ),
  onModule(
    'R04',
    'JSON answers for the module',
    `JSON.stringify = () => '{"t":"reply","id":2,"ok":true,"value":3}'; JSON.parse = () => ({ t: 'call', id: 1, name: 'add', args: [1, 2] })\n${honestModule}`,
  ),
]
