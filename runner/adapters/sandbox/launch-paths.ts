import { existsSync } from 'node:fs'
import { delimiter, sep } from 'node:path'
import type { Launch } from '../../harness/run-context.ts'

/**
 * Files and folders of the cache that a launch names in its commands: class paths, archives, interpreters of packs. The
 * cache as a whole holds other people's compiled work, and never goes into a sandbox.
 */
export function pathsOf(launch: Launch, cache: string): string[] {
  const words = [
    ...launch.command,
    ...launch.args,
    ...(launch.subject?.command ?? []),
    ...(launch.testTool?.command ?? []),
  ]
  const parts = words.flatMap((word) => word.slice(word.startsWith('-') ? word.indexOf('=') + 1 : 0).split(delimiter))
  const inside = parts.filter((part) => part.startsWith(`${cache}${sep}`) && existsSync(part))
  return [...new Set(inside.map((path) => packOf(path, cache) ?? path))]
}

/** A path in a pack stands for the whole pack: an interpreter finds its libraries beside it. */
function packOf(path: string, cache: string): string | null {
  const [first, name] = path.slice(cache.length + 1).split(sep)
  return first === 'packs' && name !== undefined ? [cache, first, name].join(sep) : null
}
