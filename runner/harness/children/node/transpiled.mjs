// @ts-check
/**
 * Loaded first into every child that runs learner TypeScript: gives Node the JavaScript that the trusted
 * side transpiled beforehand (enums, decorators, parameter properties work), under the original file's URL.
 * A file that is not in the index is left to Node's own type stripping.
 */
import { readFileSync, existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import { passesLate, passGate } from './gate.mjs'

/** @type {Record<string, string>} absolute path → file with the JavaScript */
let index = {}

registerHooks({
  resolve(specifier, context, next) {
    // `import './store.js'` beside store.ts, as TypeScript users write it.
    if (specifier.startsWith('.') && specifier.endsWith('.js') && context.parentURL?.startsWith('file:')) {
      const asTs = new URL(specifier.slice(0, -3) + '.ts', context.parentURL)
      if (!existsSync(fileURLToPath(new URL(specifier, context.parentURL))) && existsSync(fileURLToPath(asTs))) {
        return next(asTs.href, context)
      }
    }
    return next(specifier, context)
  },
  load(url, context, next) {
    if (!url.startsWith('file:')) return next(url, context)
    const ready = index[fileURLToPath(url)]
    if (ready === undefined) return next(url, context)
    return { format: 'module', source: readFileSync(ready, 'utf8'), shortCircuit: true }
  },
})

function open() {
  passGate()
  index = JSON.parse(readFileSync(process.env['GYM_TRANSPILED'] ?? '', 'utf8'))
  delete process.env['GYM_TRANSPILED']
}

// Everything else is loaded while a child that was started ahead waits.
if (passesLate) Object.assign(globalThis, { gymOpen: open })
else open()
