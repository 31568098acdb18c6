import { join } from 'node:path'
import { build } from 'esbuild'
import type { ImportGraph } from '../../domain/gate/parts.ts'
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

/** Every file below runner/, from the project's folder, with forward slashes. */
export const runnerFiles = (root: string): string[] => filesIn(join(root, 'runner')).map(({ path }) => `runner/${path}`)
