import { join } from 'node:path'
import { openBundles } from './bundles.ts'
import type { BundleSpec } from './types.ts'

/**
 * Address of the program as a bundle: the same commands in one file, and without types to strip. Made at its first use;
 * null where it cannot be, as in a folder that is read-only or while a source file is half written: then the sources
 * themselves run.
 */
export const commandBundle = (root: string, cache: string): Promise<string | null> =>
  openBundles(root, cache)
    .get(commandSpec(root))
    .catch(() => null)

const commandSpec = (root: string): BundleSpec => ({
  name: 'command',
  entry: join(root, 'runner', 'main.ts'),
  // What modules import at their top; all other packages are loaded where they are used.
  packages: ['valibot', '@valibot/to-json-schema', 'picocolors', 'marked', 'diff', '@dodona/dolos-core'],
  sourceMap: true,
})
