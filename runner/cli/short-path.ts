import { relative } from 'node:path'

/** A path as seen from where the command was started; above that folder in full. */
export function shortPath(startedIn: string, path: string): string {
  const short = relative(startedIn, path)
  if (short.startsWith('..')) return path
  return short === '' ? '.' : short
}
