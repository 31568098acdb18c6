import { dirname, join } from 'node:path'
import { commandBundle } from './adapters/bundles/command-bundle.ts'
import { tellSources } from './adapters/bundles/stacks.ts'
import type * as program from './main.ts'

/** What bootstrap.mjs hands over to: the program as one bundle where that can be kept, else from its sources. */
export async function main(argv: string[]): Promise<number> {
  const root = dirname(import.meta.dirname)
  const bundle = await commandBundle(root, join(root, '.cache'))
  const { main: run } = (bundle && (await load(root, bundle, argv[0]))) || (await import('./main.ts'))
  return run(argv)
}

/** Null when something is amiss with it, be it a package that is gone: the sources say so better. */
async function load(root: string, bundle: string, command = ''): Promise<typeof program | null> {
  tellSources(root, bundle)
  // Node keeps with each address which functions were compiled: those of this command, and of no other.
  return import(`${bundle}?${encodeURIComponent(command)}`).catch(() => null)
}
