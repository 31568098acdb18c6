import { chmodSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { PlannedFile } from '../../domain/exercise/scaffold.ts'
import { copyTree, ensureFolder } from './late-packages.ts'

/** Writes one planned file below a folder, with its mode; an existing one is replaced. */
export function placeFile(folder: string, file: PlannedFile): void {
  const target = join(folder, file.to)
  ensureFolder(dirname(target))
  if ('from' in file.source) copyTree(file.source.from, target)
  else writeFileSync(target, file.source.text)
  chmodSync(target, file.executable ? 0o755 : 0o644)
}
