import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { KeptTrial, TrialStore } from '../../app/ports.ts'
import { writeBeside } from '../files/beside.ts'
import { wasUsed } from '../files/kept-files.ts'
import type { TrialKeys } from './trial-keys.ts'

/** Outcomes of trials in .cache/trials, one compressed file each; a file that cannot be read is as good as none. */
export function openTrialStore(cache: string, keys: TrialKeys): TrialStore {
  const pathOf = (key: string): string => join(cache, 'trials', key.slice(0, 2), `${key}.json.gz`)
  return {
    keyOf: keys.keyOf,
    find: (key) => readKept(pathOf(key)),
    keep: (key, trial) => writeBeside(pathOf(key), gzipSync(JSON.stringify(trial))),
  }
}

function readKept(path: string): KeptTrial | null {
  if (!wasUsed(path)) return null
  try {
    return JSON.parse(gunzipSync(readFileSync(path)).toString('utf8')) as KeptTrial
  } catch {
    return null
  }
}
