import { basename, join } from 'node:path'
import { openBundles } from '../bundles/bundles.ts'
import { vitestFor } from './vitest-bundle.ts'

export interface Bundler {
  /** Address of a suite file as it stands on disk now, made into JavaScript. Rejects with esbuild's words. */
  suite: (file: string) => Promise<string>
}

/** Bundles suites and the harness, anew whenever a file that went into a bundle has changed. */
export function openBundler(root: string, cache: string): Bundler {
  const bundles = openBundles(root, cache)
  const vitest = vitestFor(root, cache).harness
  const harness = {
    name: 'harness',
    entry: join(root, 'runner', 'harness', 'index.ts'),
    elsewhere: { vitest },
  }
  return {
    suite: async (file) =>
      bundles.get({
        name: basename(file, '.test.ts'),
        entry: file,
        elsewhere: { '#harness': await bundles.get(harness), vitest },
        // Models and what draws their inputs: part of the suites that have one, and of no other.
        packages: ['#harness/model', 'fast-check', 'pure-rand'],
      }),
  }
}
