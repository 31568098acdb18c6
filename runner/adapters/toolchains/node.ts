import { lstatSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { TransformFailure } from 'esbuild'
import { nodeModulesOf, packFolder } from '../packs/places.ts'
import { commandLine } from '../../errors/command-line.ts'
import { baseLaunch } from './launch.ts'
import { writeBeside } from '../files/beside.ts'
import { hashOfParts } from '../files/hash.ts'
import { wasUsed } from '../files/kept-files.ts'
import { sourceFiles, type SourceFile } from './source-files.ts'
import type { Prepared, PrepareRequest, Toolchain } from './types.ts'
import type { PackId } from '../../domain/exercise/exercise.ts'
import type { Launch } from '../../harness/run-context.ts'

const hook = join(import.meta.dirname, '../../harness/children/node/transpiled.mjs')
const child = join(import.meta.dirname, '../../harness/children/node/node-module.mjs')
const vitestConfig = join(import.meta.dirname, '../../harness/children/node/learner-vitest.config.mjs')
const vitestCli = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')

/** The learner's tests run under the project's own vitest, without any configuration of theirs. */
const vitest = [process.execPath, vitestCli, 'run', '--config', vitestConfig, '--configLoader=native', '--root=.']

export const node: Toolchain = {
  id: 'node',
  title: 'Node.js',
  needs: 'Node.js 24 or newer (the runner brings its own)',
  commands: [],
  probe: async () => ({ ready: true, version: process.versions.node, tools: { node: process.execPath } }),
  prepare,
  howToInstall: () => `${commandLine('doctor')}   (the runner brings Node.js itself)`,
}

/** Packs of packages from npm; a workspace sees one as its own node_modules, and the project's behind it. */
const npmPacks: readonly PackId[] = ['graphql', 'azurite', 'aws-cdk']

async function prepare(request: PrepareRequest): Promise<Prepared> {
  for (const id of request.packs.filter((pack) => npmPacks.includes(pack)))
    linkPackages(request.folder, nodeModulesOf(request.cache, id))
  if (request.byHand === true) return { ok: true, launch: byHand(request) }
  const index: Record<string, string> = {}
  for (const file of sourceFiles(request.folder, ['.ts', '.mts'])) {
    const result = await transpiled(request, file)
    if ('path' in result) index[file.path] = result.path
    else if (mayBeLoaded(request, file)) return { ok: false, message: result.problem }
  }
  const indexFile = join(request.scratch, 'transpiled.json')
  writeFileSync(indexFile, JSON.stringify(index))
  const heap = request.recipe.heapMb
  const flags = [
    '--enable-source-maps',
    '--disable-warning=ExperimentalWarning',
    `--import=${pathToFileURL(hook).href}`,
  ]
  const memory = heap === undefined ? [] : [`--max-old-space-size=${heap}`, '--max-semi-space-size=4']
  const command = [process.execPath, ...flags, ...memory]
  return {
    ok: true,
    launch: {
      ...baseLaunch(request, { node: command, vitest }),
      gated: true,
      needs: [
        ...Object.values(index),
        ...request.packs.filter((pack) => npmPacks.includes(pack)).map((pack) => packFolder(request.cache, pack)),
      ],
      env: { ...request.recipe.env, GYM_TRANSPILED: indexFile, NODE_NO_WARNINGS: '1' },
      loadFailure: [
        { pattern: '^(Error|SyntaxError).*(Cannot find (module|package)|does not provide an export).*$', flags: 'm' },
      ],
      ...(request.asModule
        ? {
            subject: {
              command: [...command, '--inspect-publish-uid=http', child],
              loads: join(request.folder, request.recipe.run[1] ?? ''),
            },
          }
        : {}),
      ...(request.withTests ? { testTool: { command: vitest, together: true, env: { CI: '1' } } } : {}),
    },
  }
}

/**
 * Whether anything could load a file that does not parse. What neither the recipe nor any other file names, as a scratch
 * file beside the work, is nobody's program; in any doubt it counts. Where tests are the work, each file is loaded.
 */
function mayBeLoaded({ folder, recipe, withTests }: PrepareRequest, { path }: SourceFile): boolean {
  if (withTests || recipe.run.includes(relative(folder, path))) return true
  const name = RegExp.escape(basename(path).replace(/\.m?ts$/, ''))
  const named = new RegExp(`['"\`/]${name}(\\.\\w+)?['"\`]`)
  return sourceFiles(folder, ['.ts', '.mts', '.js', '.mjs', '.cjs']).some(
    (other) => other.path !== path && named.test(other.text),
  )
}

function linkPackages(folder: string, packages: string): void {
  const link = join(folder, 'node_modules')
  const stat = lstatSync(link, { throwIfNoEntry: false })
  if (stat?.isSymbolicLink() && readlinkSync(link) === packages) return
  // What a learner installed there by hand stays in front.
  if (stat && !stat.isSymbolicLink()) return
  rmSync(link, { force: true })
  // "junction" is what Windows lets everybody make; elsewhere the word is ignored.
  symlinkSync(packages, link, 'junction')
}

/** A program that is started by hand runs under tsx, which transpiles what it imports; nothing is prepared. */
function byHand(request: PrepareRequest): Launch {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
  return baseLaunch(request, { node: [process.execPath, '--import', tsx], vitest })
}

/**
 * TypeScript is transpiled here, on the warm side, and kept by its text: the child receives plain JavaScript. The map names
 * the file alone, which Node finds beside the URL that the code runs under, so that the text serves in whatever folder.
 */
async function transpiled(request: PrepareRequest, file: SourceFile): Promise<{ path: string } | { problem: string }> {
  const path = join(request.cache, 'transpiled', `${hashOfParts('2', basename(file.path), file.text)}.js`)
  if (wasUsed(path)) return { path }
  const { transform } = await import('esbuild')
  try {
    const { code } = await transform(file.text, {
      loader: 'ts',
      target: 'node24',
      sourcemap: 'inline',
      sourcefile: basename(file.path),
    })
    writeBeside(path, code)
    return { path }
  } catch (error) {
    return { problem: syntaxProblem(relative(request.folder, file.path), error as TransformFailure) }
  }
}

function syntaxProblem(file: string, failure: TransformFailure): string {
  const first = failure.errors?.[0]
  return first
    ? `${file} does not load: line ${first.location?.line ?? '?'}, ${first.text}`
    : `${file} does not load: ${failure.message}`
}
