import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { BuildResult, Plugin } from 'esbuild'
import { moveUnlessThere, writeBeside } from '../files/beside.ts'
import { changedSince, stampOf } from '../files/file-stamp.ts'
import { hashOfParts } from '../files/hash.ts'
import type { BundleSpec, MadeBundle } from './types.ts'

export interface MakeRequest {
  root: string
  /** Where bundles are kept. */
  folder: string
  /** The file that says of what the bundle was made. */
  record: string
  spec: BundleSpec
}

/** Makes a bundle with esbuild and keeps it. Several processes may do so at once: each finds a whole one. */
export async function makeBundle({ root, folder, record, spec }: MakeRequest): Promise<MadeBundle> {
  const started = Date.now()
  const result = await build(root, spec)
  const texts = new Map(
    result.outputFiles.map(({ path, text }) => [path.endsWith('.map') ? 'bundle.mjs.map' : 'bundle.mjs', text]),
  )
  const place = keep(folder, spec.name, texts)
  // What was written since esbuild began may not be in the bundle: it is made again next time.
  const inputs = inputsOf(root, result).map((path): [string, string] => [
    path,
    changedSince(path, started) ? 'written meanwhile' : stampOf(path),
  ])
  const outputs = [...texts.keys()].map((name) => join(place, name)).map((path) => [path, stampOf(path)])
  const made = {
    url: pathToFileURL(join(place, 'bundle.mjs')).href,
    stamps: Object.fromEntries([...inputs, ...outputs]) as Record<string, string>,
  }
  writeBeside(record, JSON.stringify(made))
  removeOlder(folder, spec.name, place)
  return made
}

type Built = BuildResult<{ write: false; metafile: true }>

async function build(root: string, spec: BundleSpec): Promise<Built> {
  const esbuild = await import('esbuild')
  return esbuild.build({
    entryPoints: [spec.entry],
    absWorkingDir: root,
    outdir: '.',
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // Node's own rules for which file of a package is meant, and the names of classes as they were written.
    conditions: [],
    keepNames: true,
    logLevel: 'silent',
    sourcemap: spec.sourceMap ? 'external' : false,
    sourcesContent: false,
    define: Object.fromEntries(Object.entries(ownPlace).map(([word, name]) => [`import.meta.${word}`, name])),
    plugins: [builtinsWhenNeeded, whereImportsLead(spec), knowsItsPlace],
  })
}

/** What is in it, and what made it. */
const inputsOf = (root: string, { metafile }: Built): string[] => [
  ...Object.keys(metafile.inputs)
    .filter((path) => !path.startsWith(`${builtin}:`))
    .map((path) => join(root, path)),
  ...readdirSync(import.meta.dirname).map((name) => join(import.meta.dirname, name)),
]

const builtin = 'builtin'

/**
 * Modules of Node's own are loaded when a module that uses them begins, and not all of them when the bundle does: what
 * a command does not need costs it nothing.
 */
const builtinsWhenNeeded: Plugin = {
  name: 'builtins when needed',
  setup: (on) => {
    on.onResolve({ filter: /^[a-z]/ }, ({ path, kind }) =>
      isBuiltin(path) && kind !== 'dynamic-import' ? { path, namespace: builtin, sideEffects: false } : null,
    )
    on.onLoad({ filter: /./, namespace: builtin }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)})`,
    }))
  },
}

function whereImportsLead({ elsewhere = {}, packages = [] }: BundleSpec): Plugin {
  const goesIn = (words: string): boolean => packages.some((name) => words === name || words.startsWith(`${name}/`))
  return {
    name: 'where imports lead',
    setup: (on) => {
      on.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
        if (kind === 'entry-point' || goesIn(path)) return null
        return { path: elsewhere[path] ?? path, external: true }
      })
    },
  }
}

const ownPlace = { dirname: '__own_dirname', filename: '__own_filename', url: '__own_url' } as const

/** The bundle stands elsewhere than its sources: what a module knows of its own place is written into it. */
const knowsItsPlace: Plugin = {
  name: 'knows its place',
  setup: (on) => {
    on.onLoad({ filter: /\.[cm]?[jt]s$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8')
      if (!text.includes('import.meta.')) return null
      const own = { dirname: dirname(path), filename: path, url: pathToFileURL(path).href }
      const known = Object.entries(ownPlace).map(
        ([word, name]) => `${name} = ${JSON.stringify(own[word as keyof typeof own])}`,
      )
      // On the first line, so that the others keep their numbers.
      const contents = `const ${known.join(', ')};${text}`
      return { contents, loader: extname(path).endsWith('ts') ? 'ts' : 'js' }
    })
  },
}

/** Its folder, named by what is in it: it appears complete or not at all, and is never changed afterwards. */
function keep(folder: string, name: string, texts: ReadonlyMap<string, string>): string {
  const place = join(folder, `${name}-${hashOfParts(...[...texts].flat()).slice(0, 32)}`)
  if (isWhole(place, texts)) return place
  rmSync(place, { recursive: true, force: true }) // damaged, or not there
  const fresh = `${place}.${process.pid}`
  mkdirSync(fresh, { recursive: true })
  for (const [file, text] of texts) writeFileSync(join(fresh, file), text)
  moveUnlessThere(fresh, place)
  return place
}

function isWhole(place: string, texts: ReadonlyMap<string, string>): boolean {
  try {
    return [...texts].every(([file, text]) => readFileSync(join(place, file), 'utf8') === text)
  } catch {
    return false
  }
}

const dayMs = 24 * 60 * 60 * 1000

/** Those of the same name that nobody can be running from any more: whoever edits the sources makes many. */
function removeOlder(folder: string, name: string, place: string): void {
  const isOfName = (entry: string): boolean =>
    entry.startsWith(`${name}-`) && /^[0-9a-f]{32}(\.\d+)?$/.test(entry.slice(name.length + 1))
  for (const path of readdirSync(folder)
    .filter(isOfName)
    .map((entry) => join(folder, entry))) {
    const stat = path === place ? undefined : statSync(path, { throwIfNoEntry: false })
    if (stat && Date.now() - stat.mtimeMs > dayMs) rmSync(path, { recursive: true, force: true })
  }
}
