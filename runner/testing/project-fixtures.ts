import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A whole project in a temporary folder whose name has a space and an umlaut: real runner, one real exercise. */
export interface ProjectFixture {
  root: string
  /** Runs a command as `npm run <command>` would. */
  gym: (args: string[], options?: GymOptions) => Promise<GymResult>
  start: (args: string[], options?: GymOptions) => ChildProcess
}

export interface GymOptions {
  env?: Record<string, string>
  startedIn?: string
}

export interface GymResult {
  code: number | null
  stdout: string
  stderr: string
  /** stdout as JSON, for `--json`. */
  json: () => Record<string, unknown>
}

const source = join(import.meta.dirname, '..', '..')

export function makeProject(): ProjectFixture {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'gym prüf ')))
  for (const path of ['runner', 'templates', 'package.json', 'package-lock.json', 'tsconfig.json', '.gitignore']) cpSync(join(source, path), join(root, path), { recursive: true })
  for (const path of ['exercises/languages/hello-gym', 'solutions/languages/hello-gym']) cpSync(join(source, path), join(root, path), { recursive: true })
  mkdirSync(join(root, 'exercises', 'languages'), { recursive: true })
  writeFileSync(join(root, 'exercises/languages/area.json'), JSON.stringify({ title: 'Languages', summary: 'A fixture', exercises: ['hello-gym'] }))
  symlinkSync(join(source, 'node_modules'), join(root, 'node_modules'))
  const start = (args: string[], { env = {}, startedIn = root }: GymOptions = {}): ChildProcess =>
    spawn(process.execPath, ['runner/bootstrap.mjs', ...args], {
      cwd: root,
      env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', INIT_CWD: startedIn, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  return { root, start, gym: (args, options) => collect(start(args, options)) }
}

function collect(child: ChildProcess): Promise<GymResult> {
  const output = { stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk: Buffer) => (output.stdout += chunk.toString('utf8')))
  child.stderr?.on('data', (chunk: Buffer) => (output.stderr += chunk.toString('utf8')))
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, ...output, json: () => JSON.parse(output.stdout) as Record<string, unknown> }))
  })
}

export const git = (folder: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'safe.directory=*', ...args], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
