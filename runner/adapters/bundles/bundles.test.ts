import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openBundles } from './bundles.ts'
import { readable } from './stacks.ts'
import type { BundleSpec } from './types.ts'

const words = "export const words = (): string => 'one'\n"
const main = `
import { existsSync } from 'node:fs'
import { dirname } from 'path'
import { words } from './deep/words.ts'
export class Named {}
export const here: string[] = [import.meta.dirname, import.meta.filename, import.meta.url, dirname('a/b')]
export const says = (): string => words()
export const later = async (): Promise<string> => (await import('./deep/later.ts')).later
export const isThere = (path: string): boolean => existsSync(path)
export const fails = (): never => { throw new Error('oops') }
`

/** A project whose path has what people's paths have; long enough ago that nothing of it counts as just written. */
async function project(): Promise<{ root: string; spec: BundleSpec }> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'gym bündel #1 %41 ')))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  mkdirSync(join(root, 'deep'))
  writeFileSync(join(root, 'main.ts'), main)
  writeFileSync(join(root, 'deep/words.ts'), words)
  writeFileSync(
    join(root, 'deep/later.ts'),
    "import { words } from './words.ts'\nexport const later = `${words()}, later`\n",
  )
  await pause(40)
  return { root, spec: { name: 'p', entry: join(root, 'main.ts'), sourceMap: true } }
}

interface Said {
  name: string
  here: string[]
  says: string
  later: string
  isThere: boolean
  stack: string
}

/** What the program says, in a process of its own: vitest resolves addresses in its own way. */
function run(url: string): Said {
  const script = `
    const { Named, here, says, later, isThere, fails } = await import(process.argv[1])
    let stack = ''
    try { fails() } catch (error) { stack = error.stack }
    console.log(JSON.stringify({ name: Named.name, here, says: says(), later: await later(), isThere: isThere('/'), stack }))`
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', script, url], { encoding: 'utf8' }),
  ) as Said
}
const open = (root: string): ReturnType<typeof openBundles> => openBundles(root, join(root, '.cache'))
const foldersIn = (root: string): string[] =>
  readdirSync(join(root, '.cache/engine')).filter((name) => !name.endsWith('.json'))

describe('a bundle', () => {
  test('does what its sources do, and knows where they stand', async () => {
    const { root, spec } = await project()
    const said = run(await open(root).get(spec))
    const source = join(root, 'main.ts')
    expect(said).toMatchObject({ name: 'Named', says: 'one', later: 'one, later', isThere: true })
    expect(said.here).toEqual([root, source, pathToFileURL(source).href, 'a'])
  })

  test('is made once, also for another process', async () => {
    const { root, spec } = await project()
    expect(open(root).ready(spec)).toBe(null)
    const url = await open(root).get(spec)
    const record = readdirSync(join(root, '.cache/engine'))
    expect([open(root).ready(spec), await open(root).get(spec)]).toEqual([url, url])
    expect(readdirSync(join(root, '.cache/engine'))).toEqual(record)
  })

  test('names the sources in a stack', async () => {
    const { root, spec } = await project()
    const url = await open(root).get(spec)
    const { stack } = run(`${url}?check`)
    const line = stack.split('\n').find((one) => one.includes('bundle.mjs')) ?? ''
    expect(line).toMatch(/bundle\.mjs\?check:\d+:\d+/)
    expect(readable(root, url)(line)).toMatch(/\/main\.ts:10:\d+\)?$/)
    expect(readable(root, url)('    at node:fs:1:2')).toBe('    at node:fs:1:2')
  })
})

describe('an edit', () => {
  test('of any file that went in: what was made before is not used any more', async () => {
    const { root, spec } = await project()
    const bundles = open(root)
    const before = await bundles.get(spec)
    writeFileSync(join(root, 'deep/words.ts'), words.replace('one', 'two'))
    expect([bundles.ready(spec), open(root).ready(spec)]).toEqual([null, null])
    const after = await bundles.get(spec)
    expect(after).not.toBe(before)
    expect(run(after).says).toBe('two')
  })

  test('while it is being made: it is made again the next time', async () => {
    const { root, spec } = await project()
    const bundles = open(root)
    writeFileSync(join(root, 'deep/words.ts'), words.replace('one', 'two'))
    const url = await bundles.get(spec)
    expect(bundles.ready(spec)).toBe(null)
    await pause(40)
    expect([await bundles.get(spec), bundles.ready(spec)]).toEqual([url, url])
  })

  test('that does not compile: esbuild says why, and the next one counts', async () => {
    const { root, spec } = await project()
    const bundles = open(root)
    writeFileSync(join(root, 'deep/words.ts'), 'export const words = (')
    await expect(bundles.get(spec)).rejects.toThrow(/words\.ts:1:/)
    writeFileSync(join(root, 'deep/words.ts'), words.replace('one', 'three'))
    expect(run(await bundles.get(spec)).says).toBe('three')
  })
})

describe('a cache', () => {
  test.each([
    ['without its folder', (engine: string) => rmSync(engine, { recursive: true })],
    ['with half a bundle', (engine: string, url: string) => writeFileSync(fileURLToPath(url), 'export const says =')],
    ['with half a record', (engine: string) => writeFileSync(join(engine, recordIn(engine)), '{"url":')],
  ])('%s: made again, whole', async (_, damage) => {
    const { root, spec } = await project()
    const url = await open(root).get(spec)
    damage(join(root, '.cache/engine'), url)
    expect(open(root).ready(spec)).toBe(null)
    expect(run(`${await open(root).get(spec)}?again`).says).toBe('one')
    expect(open(root).ready(spec)).toBe(url)
  })

  test('that cannot be written: rejects, before any work', async () => {
    const { root, spec } = await project()
    mkdirSync(join(root, '.cache'))
    writeFileSync(join(root, '.cache/engine'), '')
    await expect(open(root).get(spec)).rejects.toThrow(/EEXIST|ENOTDIR/)
  })

  test('of several at once: each gets a whole bundle, and the next start makes none', async () => {
    const { root, spec } = await project()
    const urls = await Promise.all([1, 2, 3, 4].map(() => open(root).get(spec)))
    expect(new Set(urls).size).toBe(1)
    expect(run(urls[0] ?? '').says).toBe('one')
    expect(foldersIn(root)).toHaveLength(1)
    expect(await open(root).get(spec)).toBe(urls[0])
  })

  test('bundles of the same name go a day after the last one, those of other names stay', async () => {
    const { root, spec } = await project()
    await open(root).get(spec)
    await open(root).get({ ...spec, name: 'p-other' })
    const [yesterday] = [Date.now() / 1000 - 25 * 60 * 60]
    for (const name of foldersIn(root)) utimesSync(join(root, '.cache/engine', name), yesterday, yesterday)
    writeFileSync(join(root, 'deep/words.ts'), words.replace('one', 'two'))
    const url = await open(root).get(spec)
    const current = fileURLToPath(new URL('.', url)).split('/').at(-2) ?? ''
    expect(
      foldersIn(root)
        .map((name) => name.replace(/-[0-9a-f]{32}$/, ''))
        .sort(),
    ).toEqual(['p', 'p-other'])
    expect(existsSync(join(root, '.cache/engine', current))).toBe(true)
  })
})

const recordIn = (engine: string): string => readdirSync(engine).find((name) => name.endsWith('.json')) ?? ''
