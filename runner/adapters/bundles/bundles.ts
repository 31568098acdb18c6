import { accessSync, constants, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stampOf } from '../files/file-stamp.ts'
import { hashOfParts } from '../files/hash.ts'
import type { BundleSpec, MadeBundle } from './types.ts'

export interface Bundles {
  /** Address of the bundle, when it was made before and is still true. */
  ready: (spec: BundleSpec) => string | null
  /** The same, made now if need be. Rejects with esbuild's words, or the file system's where nothing can be kept. */
  get: (spec: BundleSpec) => Promise<string>
}

const format = '3'

/** @param cache inside the project, so that packages are found from there */
export function openBundles(root: string, cache: string): Bundles {
  const folder = join(cache, 'engine')
  const known = new Map<string, MadeBundle>()
  const recordOf = (spec: BundleSpec): string =>
    join(folder, `${hashOfParts(format, root, JSON.stringify(spec)).slice(0, 32)}.json`)
  const ready = (spec: BundleSpec): string | null => {
    const record = recordOf(spec)
    const made = trueOne(known.get(record)) ?? trueOne(readMade(record))
    if (made) known.set(record, made)
    return made?.url ?? null
  }
  const make = async (spec: BundleSpec): Promise<string> => {
    // esbuild's work would be for nothing.
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
    const record = recordOf(spec)
    const made = await (await import('./make-bundle.ts')).makeBundle({ root, folder, record, spec })
    known.set(record, made)
    return made.url
  }
  return { ready, get: async (spec) => ready(spec) ?? make(spec) }
}

/** What went in and what came out is as it was. */
const trueOne = (made: MadeBundle | null | undefined): MadeBundle | null =>
  made && Object.entries(made.stamps).every(([path, stamp]) => stampOf(path) === stamp) ? made : null

function readMade(record: string): MadeBundle | null {
  try {
    return JSON.parse(readFileSync(record, 'utf8')) as MadeBundle
  } catch {
    return null // Never made here, or not readable: made now.
  }
}
