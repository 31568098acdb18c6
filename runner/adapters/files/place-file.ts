import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { PlannedFile } from '../../domain/exercise/scaffold.ts'

/** Writes one planned file below a folder, with its mode; an existing one is replaced. Each check does it: node:fs alone. */
export function placeFile(folder: string, file: PlannedFile): void {
  const target = join(folder, file.to)
  mkdirSync(dirname(target), { recursive: true })
  // A link that stands there is no place to write to.
  rmSync(target, { force: true })
  if ('from' in file.source) copyFileSync(file.source.from, target)
  else writeFileSync(target, file.source.text)
  chmodSync(target, file.executable ? 0o755 : 0o644)
}
