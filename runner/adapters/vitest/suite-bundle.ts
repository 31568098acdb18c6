import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { writeBeside } from '../files/beside.ts'
import { changedSince, stampOf } from '../files/file-stamp.ts'
import { hashOfParts } from '../files/hash.ts'

/** One TypeScript file with all it imports of the project, as one JavaScript file. */
export interface Bundle {
  /** Address of the JavaScript file, which is named by its content. */
  url: string
}

export interface Bundler {
  /** The bundle of a suite file as it stands on disk now. Rejects with esbuild's words when it does not compile. */
  suite: (file: string) => Promise<Bundle>
}

interface Made extends Bundle {
  /** What went into it, with what tells a change. */
  inputs: Record<string, string>
}

const format = '1'

/** Bundles suites and the harness with esbuild, anew whenever a file that went into a bundle has changed. */
export function openBundler(root: string, cache: string): Bundler {
  // Inside the project, so that packages are found from there.
  const folder = join(cache, 'engine')
  const known = new Map<string, Made>()
  const harness = (): Promise<Bundle> => bundleOf(join(root, 'runner', 'harness', 'index.ts'), null)
  const bundleOf = async (entry: string, harnessUrl: string | null): Promise<Bundle> => {
    const record = join(folder, `${nameOf(format, entry, harnessUrl ?? '')}.json`)
    const kept = known.get(record) ?? readMade(record)
    const made = kept && isFresh(kept) ? kept : await build(root, folder, entry, harnessUrl)
    if (made !== kept) writeMade(record, made)
    known.set(record, made)
    return made
  }
  return { suite: async (file) => bundleOf(file, (await harness()).url) }
}

const nameOf = (...parts: string[]): string => hashOfParts(...parts).slice(0, 32)

const isFresh = ({ inputs, url }: Made): boolean =>
  statSync(new URL(url), { throwIfNoEntry: false }) !== undefined &&
  Object.entries(inputs).every(([path, stamp]) => stampOf(path) === stamp)

function readMade(record: string): Made | null {
  try {
    return JSON.parse(readFileSync(record, 'utf8')) as Made
  } catch {
    return null // Never made here, or not readable: made now.
  }
}

async function build(root: string, folder: string, entry: string, harnessUrl: string | null): Promise<Made> {
  const { build: bundle } = await import('esbuild')
  const started = Date.now()
  const result = await bundle({
    entryPoints: [entry],
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    logLevel: 'silent',
    // The bundle stands elsewhere than its source.
    define: { 'import.meta.dirname': JSON.stringify(dirname(entry)), 'import.meta.filename': JSON.stringify(entry) },
    plugins: [
      {
        name: 'packages stay outside',
        setup: (on) => {
          on.onResolve({ filter: /^#harness$/ }, ({ path }) => ({ path: harnessUrl ?? path, external: true }))
          on.onResolve({ filter: /^[^./#]/ }, ({ path, kind }) =>
            kind === 'entry-point' ? null : { path, external: true },
          )
        },
      },
    ],
  })
  const paths = Object.keys(result.metafile.inputs).map((path) => join(root, path))
  // What was written since esbuild began may not be in the bundle: it is made again next time.
  const inputs = Object.fromEntries(
    paths.map((path) => [path, changedSince(path, started) ? 'written meanwhile' : stampOf(path)]),
  )
  const text = result.outputFiles[0]?.text ?? ''
  const file = join(folder, `${nameOf(text)}.mjs`)
  writeBeside(file, text)
  return { url: pathToFileURL(file).href, inputs }
}

const writeMade = (record: string, made: Made): void => writeBeside(record, JSON.stringify(made))
