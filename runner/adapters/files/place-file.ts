import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { PlannedFile } from '../../domain/exercise/scaffold.ts'
import { copySync } from './late-packages.ts'

/** Writes one planned file below a folder, with its mode; an existing one is replaced. */
export function placeFile(folder: string, file: PlannedFile): void {
  const target = join(folder, file.to)
  mkdirSync(dirname(target), { recursive: true })
  if ('from' in file.source) copySync(file.source.from, target)
  else writeFileSync(target, file.source.text)
  chmodSync(target, file.executable ? 0o755 : 0o644)
}
