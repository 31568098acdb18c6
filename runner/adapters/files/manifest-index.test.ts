import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Manifest } from '../../domain/exercise/exercise.ts'
import { openManifestIndex } from './manifest-index.ts'

describe('the index of manifests', () => {
  let folder: string
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'gym-index-'))))
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const manifest = (title: string): Manifest => ({ title }) as Manifest
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 40))
  const index = (): string => join(folder, 'index.json')

  async function written(text: string): Promise<string> {
    const file = join(folder, 'exercise.json')
    writeFileSync(file, text)
    await settle()
    return file
  }

  it('gives what was put as long as the file is the same, also to the next run', async () => {
    const file = await written('one')
    const first = openManifestIndex(index())
    expect(first.get(file)).toBe(null)
    first.put(file, manifest('one'))
    first.save()
    expect(openManifestIndex(index()).get(file)).toEqual(manifest('one'))
  })

  it('knows a rewritten file of the same size and the same time as another one', async () => {
    const file = await written('one')
    const first = openManifestIndex(index())
    first.put(file, manifest('one'))
    writeFileSync(file, 'two')
    utimesSync(file, 1, 1)
    expect(first.get(file)).toBe(null)
  })

  it('keeps nothing of a file that was written a moment ago', () => {
    const file = join(folder, 'exercise.json')
    writeFileSync(file, 'one')
    const first = openManifestIndex(index())
    first.put(file, manifest('one'))
    expect(first.get(file)).toBe(null)
  })

  it('starts anew where the kept index cannot be read, and works where it cannot be written', async () => {
    const file = await written('one')
    writeFileSync(index(), '{"sch')
    expect(openManifestIndex(index()).get(file)).toBe(null)
    const nowhere = openManifestIndex(join(folder, 'exercise.json', 'below-a-file'))
    nowhere.put(file, manifest('one'))
    nowhere.save()
    expect(nowhere.get(file)).toEqual(manifest('one'))
  })
})
