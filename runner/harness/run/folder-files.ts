import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The regular files of a folder and the folders in it: paths from there with `/`, sorted. Links are not followed: one
 * leads out of the folder, or round in circles. (`readdirSync` follows them when it is asked to go deep by itself.)
 */
export function filesIn(folder: string): string[] {
  const found: string[] = []
  const look = (below: string): void => {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.isDirectory()) look(path)
      else if (entry.isFile()) found.push(path)
    }
  }
  look('')
  return found.sort()
}
