// Real processes in temp folders. Only npm is a fake (see `fakeNpm`), put where the bootstrap looks for the real one,
// so that nothing here needs a network.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Everything that runs before main.ts. */
export const sources = ['bootstrap.mjs', 'install-common.mjs', 'install-frame.mjs', 'install.mjs']
export const oldNode = ['/usr/bin/node', '/usr/local/bin/node'].find((file) => major(file) >= 14 && major(file) < 24)
export const platform = `${process.platform}-${process.arch}`
const folders: string[] = []

interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  out: string
  err: string
}
export interface Answer {
  argv: string[]
  pid: number
  node: string
  execPath: string
  initCwd?: string
  cwd: string
  launcher?: string
  oldNode?: string
  firstOnPath: string
  npm?: string
}
interface Call {
  cwd: string
  args: string[]
  env: Record<string, string>
  node: string
  began: number
  ended?: number
}
interface Wanted {
  version?: string
  integrity?: string
  bin?: { node?: string }
}
interface Started {
  child: ChildProcess
  ended: Promise<Ended>
}
interface Options {
  env?: Record<string, string>
  /** What is started: this Node with bootstrap.mjs, or the command alone. */
  node?: string
  command?: string
  cwd?: string
  uid?: number
}

export function removeProjects(): void {
  for (const folder of folders.splice(0)) {
    spawnSync('chmod', ['-R', 'u+w', folder])
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

const MAIN = `
export async function main(argv: string[]): Promise<number> {
  const { ON_SIGINT, HANG, EXIT, INIT_CWD, PATH = '', npm_execpath, GYM_LAUNCHER, GYM_OLD_NODE } = process.env
  if (ON_SIGINT) process.on('SIGINT', () => process.exit(Number(ON_SIGINT)))
  if (ON_SIGINT || HANG) {
    console.log('up')
    await new Promise((resolve) => setTimeout(resolve, 60000))
  }
  const [firstOnPath] = PATH.split(':')
  const { pid, version, execPath } = process
  const how = { pid, node: version, execPath, firstOnPath, npm: npm_execpath, launcher: GYM_LAUNCHER, oldNode: GYM_OLD_NODE }
  console.log(JSON.stringify({ argv, initCwd: INIT_CWD, cwd: process.cwd(), ...how }))
  return Number(EXIT ?? 0)
}`

/** Stands in for npm: writes down that it was called, takes its time, and makes what the lockfile it finds asks for. */
function fakeNpm(): void {
  const files = require('node:fs') as typeof fs
  const { appendFileSync, copyFileSync, cpSync, linkSync, mkdirSync, readFileSync, writeFileSync } = files
  const { dirname, join } = require('node:path') as typeof path
  const { env } = process
  const about = { cwd: process.cwd(), args: process.argv.slice(2), env, node: process.version, began: Date.now() }
  const log = (ended?: number): void => appendFileSync(String(env.CALLS), `${JSON.stringify({ ...about, ended })}\n`)
  if (env.GRANDCHILD) {
    const { pid } = require('node:child_process').spawn('sleep', ['60'])
    writeFileSync(join(process.cwd(), 'grandchild.pid'), String(pid))
  }
  if (Number(env.NPM_TAKES) > 5000) log()
  setTimeout(
    () => {
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
        if (env.BROKEN_NODE)
          writeFileSync(node, '#!/bin/sh\necho "GLIBC_2.28 not found" >&2; exit 1\n', { mode: 0o755 })
        else
          try {
            linkSync(String(env.NEW_NODE), node)
          } catch {
            copyFileSync(String(env.NEW_NODE), node) // another disk, or another user's file
          }
      }
    },
    Number(env.NPM_TAKES ?? 0),
  )
}

export function makeProject({ installed = false, main = MAIN, npm = '11.0.0' } = {}): string {
  // With a space and a letter that is two bytes long, as people's folders have them, and with what has a meaning in URLs.
  const base = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'bootstrap-')))
  folders.push(base)
  fs.chmodSync(base, 0o755)
  const project = path.join(base, 'my prüject #1 50%25')
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
  for (const file of sources) fs.copyFileSync(path.join(import.meta.dirname, file), path.join(project, 'runner', file))
  fs.copyFileSync(path.join(import.meta.dirname, '..', 'gym'), path.join(project, 'gym'))
  if (installed) markInstalled(project)
  return project
}

/** As a start leaves it that has installed everything. */
function markInstalled(project: string): void {
  spawnSync(process.execPath, ['runner/bootstrap.mjs', 'list'], { cwd: project, env: environment(project, {}) })
  fs.rmSync(callsOf(project))
  fs.rmSync(path.join(project, '.cache'), { recursive: true })
}

export function addTool(project: string, source: string): void {
  const folder = path.join(project, 'node_modules/dep')
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: 'dep', bin: { tool: 'tool.cjs' } }))
  fs.writeFileSync(path.join(folder, 'tool.cjs'), source)
  fs.mkdirSync(path.join(project, 'node_modules/.bin'))
  fs.symlinkSync('../dep/tool.cjs', path.join(project, 'node_modules/.bin/tool'))
}

/** The runtime as a first start under an old Node leaves it; this test's own Node plays the fetched one. */
export function addRuntime(project: string): string {
  const env = environment(project, {})
  spawnSync(String(oldNode), ['runner/bootstrap.mjs', 'list'], { cwd: project, env })
  fs.rmSync(callsOf(project))
  const runtime = path.join(project, '.cache/runtime')
  return path.join(runtime, String(fs.readdirSync(runtime)[0]))
}

export function makeLock(project: string, owner: object): string {
  const lock = path.join(project, '.cache/start.lock')
  fs.mkdirSync(lock, { recursive: true })
  fs.writeFileSync(path.join(lock, 'owner'), JSON.stringify(owner))
  return path.join(lock, 'owner')
}

export function ownerOf(project: string): { npm?: number } | undefined {
  try {
    return JSON.parse(fs.readFileSync(path.join(project, '.cache/start.lock/owner'), 'utf8')) as { npm?: number }
  } catch {
    return undefined
  }
}

export function environment(project: string, extra: Record<string, string>): Record<string, string> {
  return {
    PATH: '/usr/bin:/bin',
    HOME: os.tmpdir(),
    CALLS: callsOf(project),
    NEW_NODE: process.execPath,
    npm_execpath: path.join(project, 'fake/bin/npm-cli.js'),
    ...extra,
  }
}

export function launch(project: string, args: string[], options: Options = {}): Started {
  const { env = {}, node = process.execPath, cwd = project, uid } = options
  const who = uid === undefined ? {} : { uid, gid: uid }
  const [file, first] = options.command ? [options.command, []] : [node, ['runner/bootstrap.mjs']]
  const child = spawn(file, [...first, ...args], { cwd, env: environment(project, env), ...who })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk) => {
    out += String(chunk)
  })
  child.stderr.on('data', (chunk) => {
    err += String(chunk)
  })
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, out, err }))
  })
  return { child, ended }
}

export function run(project: string, args: string[], options?: Options): Promise<Ended> {
  return launch(project, args, options).ended
}

export function says(child: ChildProcess, word: string): Promise<void> {
  return new Promise((resolve) => {
    child.stdout?.on('data', (chunk) => {
      if (String(chunk).includes(word)) resolve()
    })
  })
}

export async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 10000; !condition(); await sleep(20)) {
    if (Date.now() > end) throw new Error('It did not happen within 10 s')
  }
}

export function calls(project: string): Call[] {
  if (!fs.existsSync(callsOf(project))) return []
  return fs
    .readFileSync(callsOf(project), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Call)
}

export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0) && !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

function callsOf(project: string): string {
  return path.join(path.dirname(project), 'calls.jsonl')
}
export function markerOf(project: string): string {
  return path.join(project, 'node_modules/.backend-gym-installed.json')
}

function major(node: string): number {
  return Number(/^v(\d+)/.exec(String(spawnSync(node, ['--version']).stdout))?.[1] ?? 0)
}
