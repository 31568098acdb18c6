// Real processes in temp folders. Only npm is a fake (see `fakeNpm`), put where the bootstrap looks for the real one,
// so that nothing here needs a network.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { transform } from 'esbuild'
import { afterEach, describe, expect, test, vi } from 'vitest'

vi.setConfig({ testTimeout: 30_000 }) // real processes, on a machine that may be busy
const bootstrap = path.join(import.meta.dirname, 'bootstrap.mjs')
const oldNode = ['/usr/bin/node', '/usr/local/bin/node'].find((file) => major(file) >= 14 && major(file) < 24)
const hasScript = String(spawnSync('script', ['--version']).stdout).includes('util-linux')
const platform = `${process.platform}-${process.arch}`
const folders: string[] = []

interface Ended { code: number | null; signal: NodeJS.Signals | null; out: string; err: string }
interface Answer { argv: string[]; node: string; initCwd?: string; firstOnPath: string; npm?: string }
interface Call { cwd: string; args: string[]; env: Record<string, string>; node: string; began: number; ended?: number }
interface Wanted { version?: string; integrity?: string; bin?: { node?: string } }
interface Started { child: ChildProcess; ended: Promise<Ended> }
interface Options { env?: Record<string, string>; node?: string; uid?: number }

afterEach(() => {
  for (const folder of folders.splice(0)) {
    spawnSync('chmod', ['-R', 'u+w', folder])
    fs.rmSync(folder, { recursive: true, force: true })
  }
})

describe('everything in place', () => {
  test('passes the arguments on and ends with the exit code of main', async () => {
    const project = makeProject({ installed: true })
    const argv = ['check', '--json', 'two words', 'ü']
    const { code, out, err } = await run(project, argv, { env: { EXIT: '7', INIT_CWD: '/somewhere' } })
    expect({ code, err }).toEqual({ code: 7, err: '' })
    expect(JSON.parse(out)).toMatchObject({ argv, initCwd: '/somewhere' })
    expect(calls(project)).toEqual([])
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
    expect(err).toMatch(/Backend Gym itself failed here.*oops.*main\.ts/s)
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

describe('packages missing', () => {
  test('are installed once, told on stderr only, and not again', async () => {
    const project = makeProject()
    const first = await run(project, ['list', '--json'])
    expect(first.code).toBe(0)
    expect(first.err).toMatch(/^ {2}Installing packages once \.\.\. done, \d+ s\n$/)
    expect(JSON.parse(first.out)).toMatchObject({ argv: ['list', '--json'] })
    expect(JSON.parse(fs.readFileSync(markerOf(project), 'utf8'))).toMatchObject({ platform, hash: expect.any(String) })

    expect((await run(project, ['list'])).err).toBe('')
    expect(calls(project)).toHaveLength(1)
    expect(calls(project)[0]).toMatchObject({ cwd: project, args: expect.arrayContaining(['ci', '--ignore-scripts']) })
    expect(fs.readdirSync(path.join(project, '.cache'))).not.toContain('start.lock')
  })

  test.skipIf(!hasScript)('on a terminal the one line counts its seconds', async () => {
    const project = makeProject()
    const command = `stty cols 80; ${process.execPath} runner/bootstrap.mjs list`
    const env = environment(project, { NPM_TAKES: '1300' })
    const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], { cwd: project, env, encoding: 'utf8' })
    const [line, ...others] = stdout.split('\r\n')
    const text = '  Installing packages once ...'
    expect(line?.split('\r')).toEqual([text, `${text} 1 s`, expect.stringMatching(/ {2}Installing .* done, [12] s$/)])
    expect(others).toHaveLength(2)
  })

  test('npm sees the environment without what the outer `npm run` put in', async () => {
    const project = makeProject()
    const outer = ['npm_config_json', 'npm_config_local_prefix', 'npm_package_name', 'npm_lifecycle_event']
    const kept = { npm_config_globalconfig: '/etc/npmrc', npm_config_https_proxy: 'http://proxy', SSL_CERT_DIR: '/x' }
    await run(project, ['list'], { env: { ...Object.fromEntries(outer.map((name) => [name, 'true'])), ...kept } })
    expect(calls(project)[0]?.env).toMatchObject(kept)
    for (const name of outer) expect(calls(project)[0]?.env).not.toHaveProperty(name)
  })

  test('yarn in npm\'s place is not taken for npm', async () => {
    const project = makeProject()
    const bin = path.join(project, 'fake/bin')
    fs.symlinkSync(path.join(bin, 'npm-cli.js'), path.join(bin, 'npm'))
    fs.writeFileSync(path.join(bin, 'yarn.js'), 'process.exit(9)')
    const env = { npm_execpath: path.join(bin, 'yarn.js'), PATH: `${bin}:${process.env.PATH}` }
    expect((await run(project, ['list'], { env })).code).toBe(0)
    expect(calls(project)).toHaveLength(1)
  })

  test('an npm older than 9 only fetches the pinned one', async () => {
    const project = makeProject({ npm: '6.14.18' })
    const { code, err } = await run(project, ['list'])
    expect(code).toBe(0)
    expect(err).toMatch(/^ {2}npm 6\.14 is older than .* needs\. Fetching npm 11\.\d+ once \.{3} done, \d s\n {2}Inst/)
    const folders = calls(project).map((call) => path.basename(call.cwd))
    expect(folders).toEqual([expect.stringMatching(/^npm-11.*new$/), path.basename(project)])
  })

  test.for<[words: string, sentence: RegExp]>([
    ['npm error code ENOTFOUND\nnpm error errno ENOTFOUND', /registry could not be reached \(ENOTFOUND\).*internet/s],
    ['npm error code EAI_AGAIN', /registry could not be reached \(EAI_AGAIN\)/],
    ['npm ERR! code ECONNREFUSED', /registry could not be reached \(ECONNREFUSED\)/],
    ['npm error code ETIMEDOUT', /registry could not be reached \(ETIMEDOUT\)/],
    ['npm error code ECONNRESET', /registry could not be reached \(ECONNRESET\)/],
    ['npm error code E407\nnpm error 407 Proxy Authentication Required', /proxy wants a name and a pass.*HTTPS_PROXY/s],
    ['npm error code SELF_SIGNED_CERT_IN_CHAIN', /certificate is not trusted.*NODE_EXTRA_CA_CERTS/s],
    ['npm error code EACCES\nnpm error path /home/a/.npm', /no right to write to \/home\/a\/\.npm \(EACCES\)/],
    ['npm error code EROFS', /no right to write \(EROFS\)/],
    ['npm error code EPERM', /no right to write \(EPERM\)/],
    ['npm error code ENOSPC', /disk is full \(ENOSPC\).*Free about/s],
    ['npm error code EINTEGRITY', /other content than this project pins.*cache clean/s],
    ['npm error code EUSAGE\nnpm error `npm ci` can only', /do not fit together \(EUSAGE\).*git checkout/s],
    ['npm warn EACCES in passing\nnpm error code EWHATEVER', /npm ended with exit code 1.*EWHATEVER.*names above/s],
  ])('a failed install (%s) is a sentence, exit code 3, and no marker', async ([words, sentence]) => {
    const project = makeProject()
    const { code, err, out } = await run(project, ['list'], { env: { FAIL: words } })
    expect({ code, out }).toEqual({ code: 3, out: '' })
    expect(err).toMatch(/^ {2}Installing packages once \.\.\. failed\n\n {2}The packages could not be installed: /)
    expect(err).toMatch(sentence)
    expect(err).toMatch(/run the same command again\.[^\n]*\n$/)
    expect(fs.existsSync(markerOf(project))).toBe(false)
    expect(fs.readdirSync(path.join(project, '.cache'))).not.toContain('start.lock')
  })

  test('without a network npm\'s own cache is tried before giving up', async () => {
    const project = makeProject()
    const { code } = await run(project, ['list'], { env: { FAIL: 'npm error code ENOTFOUND', OFFLINE_WORKS: '1' } })
    expect(code).toBe(0)
    expect(calls(project).map((call) => call.args.includes('--offline'))).toEqual([false, true])
  })

  test('npm\'s words are shown without its stacks and advice', async () => {
    const words = ['code ECONNREFUSED', 'FetchError: request failed', '    at Socket.<anonymous>', '  port: 9,', '}',
      '', 'network', 'A complete log of this run can be found in: /x'].map((line) => `npm error ${line}`)
    const { err } = await run(makeProject(), ['list'], { env: { FAIL: words.join('\n') } })
    expect(err.split('\n').filter((line) => line.startsWith('    '))).toEqual(
      ['    npm error code ECONNREFUSED', '    npm error FetchError: request failed'])
  })

  test('no npm at all is said plainly', async () => {
    const project = makeProject()
    const node = path.join(project, 'alone', 'node') // with no npm beside it
    fs.mkdirSync(path.dirname(node))
    fs.copyFileSync(process.execPath, node)
    fs.chmodSync(node, 0o755)
    const { code, err } = await run(project, ['list'], { node, env: { npm_execpath: '', PATH: '' } })
    expect(code).toBe(3)
    expect(err).toMatch(/npm was not found on this machine.*nodejs\.org/s)
  })

  test('no right to write into the project is said plainly', async () => {
    const project = makeProject()
    spawnSync('chmod', ['-R', 'a-w', project])
    const { code, err } = await run(project, ['list'], process.getuid?.() === 0 ? { uid: 65534 } : {})
    expect(code).toBe(3)
    expect(err).toMatch(/The packages could not be installed: there is no right to write to .*\.cache \(EACCES\)/)
  })
})

describe('several starts', () => {
  test('at the same moment: npm runs once, all succeed, the others say that they wait', async () => {
    const project = makeProject()
    const all = await Promise.all([1, 2, 3].map(() => run(project, ['list'], { env: { NPM_TAKES: '600' } })))
    expect(all.map((one) => one.code)).toEqual([0, 0, 0])
    expect(calls(project)).toHaveLength(1)
    const waited = /Another start is installing here\. Waiting for it \.\.\. done, \d s/
    expect(all.filter(({ err }) => waited.test(err))).toHaveLength(2)
  })

  test('the lock of a dead process is taken over, by one', async () => {
    const project = makeProject()
    const dead = spawnSync(process.execPath, ['--version']).pid
    makeLock(project, { pid: dead, host: os.hostname() })
    const all = await Promise.all([1, 2, 3].map(() => run(project, ['list'], { env: { NPM_TAKES: '300' } })))
    expect(all.map((one) => one.code)).toEqual([0, 0, 0])
    expect(calls(project)).toHaveLength(1)
    expect(fs.readdirSync(path.join(project, '.cache'))).not.toContain('start.lock')
  })

  test('a lock that nobody has touched for a minute is dead, even if its process id is in use', async () => {
    const project = makeProject()
    const owner = makeLock(project, { pid: process.pid, host: os.hostname() })
    fs.utimesSync(owner, Date.now() / 1000 - 90, Date.now() / 1000 - 90)
    expect((await run(project, ['list'])).code).toBe(0)
  })

  test('an npm that outlived its start is waited for', async () => {
    const project = makeProject()
    const env = { NPM_TAKES: '1000' }
    const first = launch(project, ['list'], { env })
    await until(() => ownerOf(project)?.npm !== undefined)
    first.child.kill('SIGKILL')
    const second = await run(project, ['list'], { env: { NPM_TAKES: '0' } })
    expect(second.err).toMatch(/Waiting for it .*Installing packages once/s)
    const [one, two] = calls(project)
    expect(two?.began).toBeGreaterThanOrEqual(one?.ended ?? Infinity)
  })
})

describe('Ctrl-C during an install', () => {
  test.for<[NodeJS.Signals, number]>([['SIGINT', 130], ['SIGTERM', 143]])(
    '%s ends npm and all it started, frees the lock, and the next start recovers', async ([signal, exitCode]) => {
      const project = makeProject()
      const { child, ended } = launch(project, ['list'], { env: { NPM_TAKES: '60000', GRANDCHILD: '1' } })
      const pidFile = path.join(project, 'grandchild.pid')
      await until(() => fs.existsSync(pidFile) && fs.readFileSync(pidFile, 'utf8') !== '')
      child.kill(signal)
      expect(await ended).toMatchObject({ code: exitCode, err: '  Installing packages once ... stopped\n' })
      await until(() => !isRunning(Number(fs.readFileSync(pidFile, 'utf8'))))
      expect(fs.readdirSync(path.join(project, '.cache'))).not.toContain('start.lock')
      expect(fs.existsSync(markerOf(project))).toBe(false)

      expect((await run(project, ['list'])).code).toBe(0)
      expect(calls(project)).toHaveLength(2)
    })
})

describe.skipIf(!oldNode)('a Node older than the floor', () => {
  const node = oldNode ?? ''

  test('re-runs under the runtime in .cache with the same arguments and exit code, with it first on PATH', async () => {
    const project = makeProject({ installed: true })
    const runtime = addRuntime(project)
    const { code, out, err } = await run(project, ['check', '--json', 'a b'], { node, env: { EXIT: '7' } })
    expect({ code, err }).toEqual({ code: 7, err: '' })
    const answer = JSON.parse(out) as Answer
    expect(answer).toMatchObject({ argv: ['check', '--json', 'a b'], node: process.version })
    expect(path.relative(runtime, answer.firstOnPath)).toMatch(/^node_modules\/node-.*\/bin$/)
    expect(answer.npm).toBe(path.join(runtime, 'node_modules/npm/bin/npm-cli.js'))
  })

  test('fetches Node and npm once, pinned by integrity, and installs with that npm', async () => {
    const project = makeProject()
    const first = await run(project, ['check'], { node })
    expect(first.err.replaceAll(/\d+(\.\d+)?/g, '#').split('\n')).toEqual([
      '  Node # is older than this project needs. Fetching Node # once ... done, # s',
      '  Installing packages once ... done, # s',
      '',
    ])
    expect(JSON.parse(first.out)).toMatchObject({ node: process.version })
    const [fetch, install] = calls(project)
    expect(fetch?.node).not.toBe(process.version)
    expect(install).toMatchObject({ cwd: project, node: process.version })
    const folder = fs.readdirSync(path.join(project, '.cache/runtime'))
    expect(folder).toEqual([expect.stringMatching(/^node-[\d.]+-\w+-\w+$/)])
    const lock = fs.readFileSync(path.join(project, '.cache/runtime', String(folder[0]), 'package-lock.json'), 'utf8')
    expect(lock.match(/sha512-[\w+/]{86}==/g)).toHaveLength(4)
    expect(lock).not.toMatch(/https?:/)

    expect((await run(project, ['check'], { node })).err).toBe('')
    expect(calls(project)).toHaveLength(2)
  })

  test('two first starts at once fetch once', async () => {
    const project = makeProject()
    const both = await Promise.all([1, 2].map(() => run(project, ['check'], { node, env: { NPM_TAKES: '400' } })))
    expect(both.map((one) => one.code)).toEqual([0, 0])
    expect(calls(project)).toHaveLength(2)
  })

  test('a failed fetch is a sentence and leaves nothing behind', async () => {
    const project = makeProject()
    const { code, err } = await run(project, ['check'], { node, env: { FAIL: 'npm ERR! code EINTEGRITY' } })
    expect(code).toBe(3)
    expect(err).toMatch(/failed\n\n {2}Node \d+\.\d+ could not be fetched: a package arrived with other content/)
    expect(fs.readdirSync(path.join(project, '.cache/runtime'))).toEqual([])
  })

  test('a fetched Node that does not start here is not kept', async () => {
    const project = makeProject()
    const { code, err } = await run(project, ['check'], { node, env: { BROKEN_NODE: '1' } })
    expect(code).toBe(3)
    expect(err).toMatch(/was fetched but does not start on this machine: .*GLIBC.*Install Node 24/s)
    expect(fs.readdirSync(path.join(project, '.cache/runtime'))).toEqual([])
  })

  test('Ctrl-C while fetching: 130, nothing half made, the next start recovers', async () => {
    const project = makeProject()
    const { child, ended } = launch(project, ['check'], { node, env: { NPM_TAKES: '60000' } })
    await until(() => calls(project).length === 1)
    child.kill('SIGINT')
    expect((await ended).code).toBe(130)
    expect(fs.readdirSync(path.join(project, '.cache/runtime'))).toEqual([])
    expect((await run(project, ['check'], { node })).code).toBe(0)
  })

  test('passes signals on: a main that handles one decides, one that does not ends us the same way', async () => {
    const project = makeProject({ installed: true })
    addRuntime(project)
    const handling = launch(project, ['check'], { node, env: { ON_SIGINT: '5' } })
    await says(handling.child, 'up')
    handling.child.kill('SIGINT')
    expect(await handling.ended).toMatchObject({ code: 5, signal: null })

    const plain = launch(project, ['check'], { node, env: { HANG: '1' } })
    await says(plain.child, 'up')
    plain.child.kill('SIGHUP')
    expect(await plain.ended).toMatchObject({ code: null, signal: 'SIGHUP' })
  })
})

describe('the file itself', () => {
  const source = fs.readFileSync(bootstrap, 'utf8')

  test('has no syntax that Node 14 lacks', async () => {
    // A newer form would be rewritten (or refused, as top-level await is) for the older target: the two would differ.
    const older = await transform(source, { target: 'node14', format: 'esm' })
    expect(older.code).toBe((await transform(source, { target: 'esnext', format: 'esm' })).code)
  })

  test('calls nothing that Node 14 lacks and imports no package', () => {
    const imports = [...source.matchAll(/(?:\bfrom |require\(|import\()'([^']+)'/g)].map((match) => match[1])
    expect([...new Set(imports)].sort()).toEqual(['child_process', 'crypto', 'fs', 'module', 'os', 'path', 'url'])
    expect(source).not.toMatch(/\.(at|replaceAll|hasOwn|findLast|toSorted|any)\(|structuredClone|import\.meta\.[^u]/)
  })

  test('names no registry and prints to stderr only', () => {
    expect(source).not.toMatch(/registry\.|npmjs|console\.|process\.stdout\.write/)
  })

  test.skipIf(!oldNode)('an older Node parses it', () => {
    expect(spawnSync(String(oldNode), ['--check', bootstrap]).status).toBe(0)
  })
})

const MAIN = `
export async function main(argv: string[]): Promise<number> {
  const { ON_SIGINT, HANG, EXIT, INIT_CWD, PATH = '', npm_execpath } = process.env
  if (ON_SIGINT) process.on('SIGINT', () => process.exit(Number(ON_SIGINT)))
  if (ON_SIGINT || HANG) {
    console.log('up')
    await new Promise((resolve) => setTimeout(resolve, 60000))
  }
  const [firstOnPath] = PATH.split(':')
  console.log(JSON.stringify({ argv, node: process.version, initCwd: INIT_CWD, firstOnPath, npm: npm_execpath }))
  return Number(EXIT ?? 0)
}`

/** Stands in for npm: writes down that it was called, takes its time, and makes what the lockfile it finds asks for. */
function fakeNpm(): void {
  const files = require('node:fs') as typeof fs
  const { appendFileSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } = files
  const { dirname, join } = require('node:path') as typeof path
  const { env } = process
  const about = { cwd: process.cwd(), args: process.argv.slice(2), env, node: process.version, began: Date.now() }
  const log = (ended?: number): void => appendFileSync(String(env.CALLS), `${JSON.stringify({ ...about, ended })}\n`)
  if (env.GRANDCHILD) {
    const { pid } = require('node:child_process').spawn('sleep', ['60'])
    writeFileSync(join(process.cwd(), 'grandchild.pid'), String(pid))
  }
  if (Number(env.NPM_TAKES) > 5000) log()
  setTimeout(() => {
    log(Date.now())
    if (env.FAIL && !(env.OFFLINE_WORKS && about.args.includes('--offline'))) {
      process.stderr.write(`${env.FAIL}\n`)
      process.exitCode = 1
      return
    }
    const wanted = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Wanted> }
    for (const [folder, { bin }] of Object.entries(wanted.packages)) {
      if (folder) mkdirSync(folder, { recursive: true })
      if (folder === 'node_modules/npm') {
        cpSync(join(dirname(process.argv[1] ?? ''), '..'), folder, { recursive: true })
        writeFileSync(join(folder, 'package.json'), '{ "version": "11.99.0" }')
      }
      if (!bin?.node) continue
      const node = join(folder, bin.node)
      mkdirSync(dirname(node), { recursive: true })
      if (env.BROKEN_NODE) writeFileSync(node, '#!/bin/sh\necho "GLIBC_2.28 not found" >&2; exit 1\n', { mode: 0o755 })
      else symlinkSync(String(env.NEW_NODE), node)
    }
  }, Number(env.NPM_TAKES ?? 0))
}

function makeProject({ installed = false, main = MAIN, npm = '11.0.0' } = {}): string {
  // With a space and a letter that is two bytes long, as people's folders have them.
  const base = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'bootstrap-')))
  folders.push(base)
  fs.chmodSync(base, 0o755)
  const project = path.join(base, 'my prüject')
  const packages: Record<string, Wanted> = { '': {}, 'node_modules/dep': { version: '1.0.0', integrity: 'sha512-x' } }
  const files = {
    'package.json': { name: 'p', private: true, type: 'module', dependencies: { dep: '1.0.0' } },
    'package-lock.json': { lockfileVersion: 3, packages },
    'fake/package.json': { version: npm },
    'fake/bin/npm-cli.js': `(${fakeNpm.toString()})()`,
    'runner/main.ts': main,
  }
  for (const [file, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(project, file)), { recursive: true })
    fs.writeFileSync(path.join(project, file), typeof content === 'string' ? content : JSON.stringify(content))
  }
  fs.copyFileSync(bootstrap, path.join(project, 'runner/bootstrap.mjs'))
  if (installed) markInstalled(project)
  return project
}

/** As a start leaves it that has installed everything. */
function markInstalled(project: string): void {
  spawnSync(process.execPath, ['runner/bootstrap.mjs', 'list'], { cwd: project, env: environment(project, {}) })
  fs.rmSync(callsOf(project))
  fs.rmSync(path.join(project, '.cache'), { recursive: true })
}

function addTool(project: string, source: string): void {
  const folder = path.join(project, 'node_modules/dep')
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: 'dep', bin: { tool: 'tool.cjs' } }))
  fs.writeFileSync(path.join(folder, 'tool.cjs'), source)
  fs.mkdirSync(path.join(project, 'node_modules/.bin'))
  fs.symlinkSync('../dep/tool.cjs', path.join(project, 'node_modules/.bin/tool'))
}

/** The runtime as a first start under an old Node leaves it; this test's own Node plays the fetched one. */
function addRuntime(project: string): string {
  const env = environment(project, {})
  spawnSync(String(oldNode), ['runner/bootstrap.mjs', 'list'], { cwd: project, env })
  fs.rmSync(callsOf(project))
  const runtime = path.join(project, '.cache/runtime')
  return path.join(runtime, String(fs.readdirSync(runtime)[0]))
}

function makeLock(project: string, owner: object): string {
  const lock = path.join(project, '.cache/start.lock')
  fs.mkdirSync(lock, { recursive: true })
  fs.writeFileSync(path.join(lock, 'owner'), JSON.stringify(owner))
  return path.join(lock, 'owner')
}

function ownerOf(project: string): { npm?: number } | undefined {
  try {
    return JSON.parse(fs.readFileSync(path.join(project, '.cache/start.lock/owner'), 'utf8')) as { npm?: number }
  } catch {
    return undefined
  }
}

function environment(project: string, extra: Record<string, string>): Record<string, string> {
  return {
    PATH: '/usr/bin:/bin', HOME: os.tmpdir(), CALLS: callsOf(project), NEW_NODE: process.execPath,
    npm_execpath: path.join(project, 'fake/bin/npm-cli.js'), ...extra,
  }
}

function launch(project: string, args: string[], { env = {}, node = process.execPath, uid }: Options = {}): Started {
  const who = uid === undefined ? {} : { uid, gid: uid }
  const child = spawn(node, ['runner/bootstrap.mjs', ...args], { cwd: project, env: environment(project, env), ...who })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk) => { out += String(chunk) })
  child.stderr.on('data', (chunk) => { err += String(chunk) })
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, out, err }))
  })
  return { child, ended }
}

function run(project: string, args: string[], options?: Options): Promise<Ended> {
  return launch(project, args, options).ended
}

function says(child: ChildProcess, word: string): Promise<void> {
  return new Promise((resolve) => {
    child.stdout?.on('data', (chunk) => { if (String(chunk).includes(word)) resolve() })
  })
}

async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 10000; !condition(); await sleep(20)) {
    if (Date.now() > end) throw new Error('It did not happen within 10 s')
  }
}

function calls(project: string): Call[] {
  if (!fs.existsSync(callsOf(project))) return []
  return fs.readFileSync(callsOf(project), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Call)
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0) && !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

function callsOf(project: string): string { return path.join(path.dirname(project), 'calls.jsonl') }
function markerOf(project: string): string { return path.join(project, 'node_modules/.backend-gym-installed.json') }
function major(node: string): number {
  return Number(/^v(\d+)/.exec(String(spawnSync(node, ['--version']).stdout))?.[1] ?? 0)
}
