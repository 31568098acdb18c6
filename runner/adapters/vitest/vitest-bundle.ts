import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { openBundles } from '../bundles/bundles.ts'
import type { BundleSpec } from '../bundles/types.ts'

/** Addresses of vitest for this process. */
export interface Vitest {
  /** Of the parts that a suite's thread imports. */
  thread: string
  /** What the harness imports as `vitest`. */
  harness: string
}

const parts = join(import.meta.dirname, 'vitest-parts.mjs')

/** As packages: some 50 files. */
const asPackages: Vitest = { thread: pathToFileURL(parts).href, harness: 'vitest' }

/**
 * Chosen once: a suite's thread and the harness must share one vitest, or cases are registered with a runner that
 * nobody asks.
 */
let chosen: Vitest | null = null

/** From its bundle where one is ready, else from the packages. */
export const vitestFor = (root: string, cache: string): Vitest =>
  (chosen ??= addressesOf(openBundles(root, cache).ready(spec)))

/** The same; the bundle is made where it is missing. To be called before the first thread starts. */
export async function prepareVitest(root: string, cache: string): Promise<void> {
  if (chosen) return
  const bundle = await openBundles(root, cache)
    .get(spec)
    .catch(() => null) // A cache that cannot be written: the packages serve as well, only slower.
  chosen ??= addressesOf(bundle)
}

const addressesOf = (bundle: string | null): Vitest =>
  bundle === null ? asPackages : { thread: bundle, harness: bundle }

const spec: BundleSpec = {
  name: 'vitest',
  entry: parts,
  packages: [
    'vitest',
    '@vitest',
    'chai',
    'expect-type',
    'tinybench',
    'vite/module-runner',
    'magic-string',
    '@jridgewell',
    'estree-walker',
  ],
}
