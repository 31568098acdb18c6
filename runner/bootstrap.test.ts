// A start that finds everything in place, and what the files may contain that run before start.ts.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { transform } from 'esbuild'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  addRuntime,
  addTool,
  calls,
  launch,
  makeProject,
  markerOf,
  oldNode,
  removeProjects,
  run,
  says,
  sources,
} from './bootstrap-fixtures.ts'

vi.setConfig({ testTimeout: 30_000 }) // real processes, on a machine that may be busy
afterEach(removeProjects)

describe('everything in place', () => {
  test('passes the arguments on and ends with the exit code of main', async () => {
    const project = makeProject({ installed: true })
    const argv = ['check', '--json', 'two words', 'ü']
    const { code, out, err } = await run(project, argv, { env: { EXIT: '7', INIT_CWD: '/somewhere' } })
    expect({ code, err }).toEqual({ code: 7, err: '' })
    expect(JSON.parse(out)).toMatchObject({ argv, initCwd: '/somewhere' })
    expect(calls(project)).toEqual([])
  })

  test('does not even look at what only an installation needs', async () => {
    const project = makeProject({ installed: true })
    if (oldNode) addRuntime(project)
    for (const file of ['install.mjs', 'install-frame.mjs']) fs.rmSync(path.join(project, 'runner', file))
    for (const node of oldNode ? [process.execPath, oldNode] : [process.execPath]) {
      expect(await run(project, ['check'], { node })).toMatchObject({ code: 0, err: '' })
    }
  })

  test('starts in a folder where nothing may be written', async () => {
    const project = makeProject({ installed: true })
    spawnSync('chmod', ['-R', 'a-w', project])
    const { code, err } = await run(project, ['check'], process.getuid?.() === 0 ? { uid: 65534 } : {})
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(fs.existsSync(path.join(project, '.cache'))).toBe(false)
  })

  test('an install made by hand with npm counts, one that lacks a package does not', async () => {
    const project = makeProject({ installed: true })
    fs.rmSync(markerOf(project))
    const record = path.join(project, 'node_modules/.package-lock.json')
    fs.copyFileSync(path.join(project, 'package-lock.json'), record)
    expect((await run(project, ['check'])).err).toBe('')
    expect(fs.existsSync(markerOf(project))).toBe(true)

    fs.rmSync(markerOf(project))
    fs.writeFileSync(record, JSON.stringify({ packages: {} }))
    expect((await run(project, ['check'])).err).toContain('Installing packages once')
  })

  test('a lockfile with a new time but the same words installs nothing, with new words again', async () => {
    const project = makeProject({ installed: true })
    fs.utimesSync(path.join(project, 'package-lock.json'), 1, 1)
    expect((await run(project, ['check'])).err).toBe('')
    fs.appendFileSync(path.join(project, 'package-lock.json'), '\n')
    expect((await run(project, ['check'])).err).toContain('Installing packages once')
    expect(calls(project)).toHaveLength(1)
  })

  test('a main that throws is our own fault: 70, with the stack', async () => {
    const main = 'export const main = async () => { throw new Error("oops") }'
    const project = makeProject({ installed: true, main })
    const { code, err } = await run(project, ['check'])
    expect(code).toBe(70)
    expect(err).toMatch(/Backend Gym itself failed here.*oops.*start\.ts/s)
  })

  test('a main that never answers is no success', async () => {
    const project = makeProject({ installed: true, main: 'export const main = () => new Promise(() => {})' })
    expect((await run(project, ['check'])).code).toBe(70)
  })

  test('a package that is gone gets a plain sentence', async () => {
    const project = makeProject({ installed: true, main: 'import "gone"; export const main = async () => 0' })
    const { code, err } = await run(project, ['check'])
    expect(code).toBe(3)
    expect(err).toMatch(/An installed package is gone: Cannot find package 'gone'.*Delete the folder node_modules/s)
    expect(err).not.toContain('    at ')
  })
})

describe('exec', () => {
  test('runs a tool from the project folder with its arguments and exit code', async () => {
    const project = makeProject({ installed: true })
    addTool(project, 'console.log(JSON.stringify([process.cwd(), ...process.argv.slice(2)])); process.exit(5)')
    const { code, out } = await run(project, ['exec', 'tool', '--flag', 'a b'])
    expect(code).toBe(5)
    expect(JSON.parse(out)).toEqual([project, '--flag', 'a b'])
  })

  test('without links in .bin it asks the packages', async () => {
    const project = makeProject({ installed: true })
    addTool(project, 'console.log("found")')
    fs.rmSync(path.join(project, 'node_modules/.bin'), { recursive: true })
    expect((await run(project, ['exec', 'tool'])).out).toBe('found\n')
  })

  test('passes a signal on and ends with the same one', async () => {
    const project = makeProject({ installed: true })
    addTool(project, 'console.log("up"); setInterval(() => {}, 1000)')
    const { child, ended } = launch(project, ['exec', 'tool'])
    await says(child, 'up')
    child.kill('SIGTERM')
    expect(await ended).toMatchObject({ code: null, signal: 'SIGTERM' })
  })

  test('a tool that is not there is wrong usage', async () => {
    const { code, err } = await run(makeProject({ installed: true }), ['exec', 'nothing'])
    expect(code).toBe(2)
    expect(err).toContain('bring no tool "nothing"')
  })
})

describe('the files themselves', () => {
  const files = sources.map((name) => path.join(import.meta.dirname, name))
  const texts = files.map((file) => fs.readFileSync(file, 'utf8'))
  const source = texts.join('\n')

  test('have no syntax that Node 14 lacks', async () => {
    // A newer form would be rewritten (or refused, as top-level await is) for the older target: the two would differ.
    for (const text of texts) {
      const older = await transform(text, { target: 'node14', format: 'esm' })
      expect(older.code).toBe((await transform(text, { target: 'esnext', format: 'esm' })).code)
    }
  })

  test('call nothing that Node 14 lacks and import no package', () => {
    const imports = [...source.matchAll(/(?:\bfrom |require\(|import\()'([^']+)'/g)].map(([, name]) => String(name))
    const [ours, others] = [true, false].map((own) => imports.filter((name) => name.startsWith('./') === own))
    expect([...new Set(others)].sort()).toEqual(['child_process', 'crypto', 'fs', 'module', 'os', 'path', 'url'])
    expect([...new Set(ours)].sort()).toEqual(['./install-common.mjs', './install-frame.mjs', './install.mjs'])
    expect(source).not.toMatch(/\.(at|replaceAll|hasOwn|findLast|toSorted|any)\(|structuredClone|import\.meta\.[^u]/)
  })

  test('name no registry and print to stderr only', () => {
    expect(source).not.toMatch(/registry\.|npmjs|console\.|process\.stdout\.write/)
  })

  test.skipIf(!oldNode)('an older Node parses them', () => {
    for (const file of files) expect(spawnSync(String(oldNode), ['--check', file]).status).toBe(0)
  })
})
