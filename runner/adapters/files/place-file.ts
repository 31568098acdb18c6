import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fsExtra from 'fs-extra'
import type { PlannedFile } from '../../domain/scaffold.ts'

/** Writes one planned file below a folder, with its mode; an existing one is replaced. */
export function placeFile(folder: string, file: PlannedFile): void {
  const target = join(folder, file.to)
  mkdirSync(dirname(target), { recursive: true })
  if ('from' in file.source) fsExtra.copySync(file.source.from, target)
  else writeFileSync(target, file.source.text)
  chmodSync(target, file.executable ? 0o755 : 0o644)
}
