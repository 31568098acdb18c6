import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, transform } from 'esbuild'
import { isSource, type ImportGraph } from '../../domain/gate/parts.ts'
import { sha256Of } from '../files/hash.ts'
import { filesIn } from '../files/walk.ts'

const entries = [
  'runner/harness/index.ts',
  'runner/adapters/runs/runs.ts',
  'runner/adapters/repositories/build-repository.ts',
]

/** Reads which file of the runner imports which; esbuild leaves types out and follows what is imported lazily. */
export async function readImportGraph(root: string): Promise<ImportGraph> {
  const { metafile } = await build({
    entryPoints: entries,
    absWorkingDir: root,
    outdir: 'unused',
    bundle: true,
    write: false,
    metafile: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node24',
    logLevel: 'silent',
  })
  const imported = Object.entries(metafile.inputs).map(
    ([path, input]) => [path, input.imports.filter((i) => i.external !== true).map((i) => i.path)] as const,
  )
  return new Map(imported)
}

/**
 * A hash of what each file of the runner does, by its path from the project's folder: of TypeScript and JavaScript without
 * comments, types and layout, so that a better word in a comment runs nothing. Tests, documents and what no run can reach are left out.
 */
export async function readCode(root: string): Promise<ReadonlyMap<string, string>> {
  const files = filesIn(join(root, 'runner')).map(({ path, full }) => ({ path: `runner/${path}`, full }))
  const hashed = files
    .filter(({ path }) => isSource(path) && !/^runner\/(cli|ui)\//.test(path))
    .map(async ({ path, full }) => [path, sha256Of(await codeOf(full))] as const)
  return new Map(await Promise.all(hashed))
}

async function codeOf(file: string): Promise<string | Uint8Array> {
  const content = readFileSync(file)
  if (!/\.(ts|mjs)$/.test(file)) return content
  const options = { loader: 'ts', target: 'node24', minifyWhitespace: true, legalComments: 'none' } as const
  return (await transform(content.toString('utf8'), options)).code
}
