import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { writeAtomic } from './late-packages.ts'
import type { Manifest } from '../../domain/exercise/exercise.ts'
import { changedSince, stampOf } from './file-stamp.ts'

/** Decoded manifests by file, each with the stamp of the text it came from: an edited file is decoded anew. */
export interface ManifestIndex {
  get: (file: string) => Manifest | null
  put: (file: string, manifest: Manifest) => void
  /** Writes what is new, where it can be written. */
  save: () => void
}

interface Entry {
  stamp: string
  manifest: Manifest
}

/** Manifests are decoded by this file's schema; another schema makes every entry stale. */
const schemaFile = join(import.meta.dirname, '../../domain/exercise/exercise.ts')

/** @param file where the index is kept between runs; null keeps it in memory only */
export function openManifestIndex(file: string | null): ManifestIndex {
  let entries: Map<string, Entry> | null = null
  let changed = false
  const loaded = (): Map<string, Entry> => (entries ??= file === null ? new Map() : readIndex(file))
  return {
    get: (path) => {
      const entry = loaded().get(path)
      return entry && entry.stamp === stampOf(path) ? entry.manifest : null
    },
    put: (path, manifest) => {
      if (changedSince(path, Date.now())) return
      loaded().set(path, { stamp: stampOf(path), manifest })
      changed = true
    },
    save: () => {
      if (changed && file !== null) writeIndex(file, loaded())
      changed = false
    },
  }
}

function readIndex(file: string): Map<string, Entry> {
  try {
    const stored = JSON.parse(readFileSync(file, 'utf8')) as { schema: string; entries: [string, Entry][] }
    return stored.schema === stampOf(schemaFile) ? new Map(stored.entries) : new Map()
  } catch {
    return new Map() // Never written here, or not readable.
  }
}

function writeIndex(file: string, entries: Map<string, Entry>): void {
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeAtomic(file, JSON.stringify({ schema: stampOf(schemaFile), entries: [...entries] }))
  } catch {
    // A read-only project still works; it decodes each time.
  }
}
