import { join } from 'node:path'
import { filesBelow, hashFiles } from '../../adapters/files/content-hash.ts'
import type { CatalogSource } from '../../app/ports.ts'
import { RunnerError } from '../../errors/runner-error.ts'

/**
 * Hash of everything of an exercise that a verdict rests on, each worked out once; its brief and its starter are not in
 * it.
 */
export function suiteHashes(root: string, source: CatalogSource): (slug: string) => string {
  const known = new Map<string, string>()
  return (slug) => {
    const hash = known.get(slug) ?? suiteHash(root, source, slug)
    known.set(slug, hash)
    return hash
  }
}

function suiteHash(root: string, source: CatalogSource, slug: string): string {
  const exercise = source.load().catalog.bySlug.get(slug)
  if (!exercise) throw new RunnerError('unknown-exercise', { slug })
  const own = [
    ...filesBelow(join(exercise.folder, 'suite')),
    join(exercise.folder, 'exercise.json'),
    join(exercise.folder, 'hints.json'),
  ]
  return hashFiles(root, [...new Set([...own, ...source.suiteFiles(exercise)])])
}
