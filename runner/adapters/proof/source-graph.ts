import { readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { build } from 'esbuild'
import type { ImportGraph } from '../../domain/gate/parts.ts'

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

/** Every file below runner/, from the project's folder, with forward slashes. */
export function runnerFiles(root: string): string[] {
  return readdirSync(join(root, 'runner'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
}
