import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Something below a folder that was walked. */
export interface Found {
  /** Path below that folder, with forward slashes. */
  path: string
  /** The whole path, as node:fs takes it. */
  full: string
  /** A link is `other`, whatever it leads to. */
  kind: 'file' | 'folder' | 'other'
}

/**
 * Everything below a folder in the order of names, each folder before what lies in it. No link is followed, so that
 * nothing outside is ever reached. Folders named in `skip` are passed over with all they hold.
 */
export function* walk(folder: string, skip: ReadonlySet<string> = new Set(), below = ''): Generator<Found> {
  const entries = readdirSync(join(folder, below), { withFileTypes: true })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    const full = join(folder, path)
    if (!entry.isDirectory()) yield { path, full, kind: entry.isFile() ? 'file' : 'other' }
    else if (!skip.has(entry.name)) {
      yield { path, full, kind: 'folder' }
      yield* walk(folder, skip, path)
    }
  }
}

/** The regular files alone. */
export const filesIn = (folder: string, skip?: ReadonlySet<string>): Found[] =>
  [...walk(folder, skip)].filter(({ kind }) => kind === 'file')
