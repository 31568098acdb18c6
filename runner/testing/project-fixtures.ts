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
  /** Its standard input is a pipe, for keys of watch mode. */
  keys?: boolean
}

export interface GymResult {
  code: number | null
  stdout: string
  stderr: string
  /** stdout as JSON, for `--json`. */
  json: () => Record<string, unknown>
}

const source = join(import.meta.dirname, '..', '..')

/** @param more exercises of the real catalog beside hello-gym, as `area/slug`; they see the packs that are installed */
export function makeProject(more: readonly string[] = []): ProjectFixture {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'gym prüf ')))
  for (const path of ['gym', 'runner', 'templates', 'package.json', 'package-lock.json', 'tsconfig.json', '.gitignore'])
    cpSync(join(source, path), join(root, path), { recursive: true })
  const exercises = ['languages/hello-gym', ...more]
  for (const path of exercises.flatMap((name) => [`exercises/${name}`, `solutions/${name}`]))
    cpSync(join(source, path), join(root, path), { recursive: true })
  for (const area of new Set(exercises.map((name) => name.split('/')[0] ?? ''))) {
    const slugs = exercises.filter((name) => name.startsWith(`${area}/`)).map((name) => name.split('/')[1])
    writeFileSync(
      join(root, 'exercises', area, 'area.json'),
      JSON.stringify({ title: area, summary: 'A fixture', exercises: slugs }),
    )
  }
  if (more.length > 0) {
    mkdirSync(join(root, '.cache'))
    symlinkSync(join(source, '.cache', 'packs'), join(root, '.cache', 'packs'))
  }
  symlinkSync(join(source, 'node_modules'), join(root, 'node_modules'))
  return projectAt(root)
}

/** A project that was made before, where it is now. */
export function projectAt(root: string): ProjectFixture {
  const start: ProjectFixture['start'] = (args, options) => startGym(root, args, options)
  return { root, start, gym: (args, options) => collect(start(args, options)) }
}

/** Starts a command of the project in `root` as `npm run <command>` would. */
export const startGym = (
  root: string,
  args: readonly string[],
  { env = {}, startedIn = root, keys = false }: GymOptions = {},
): ChildProcess =>
  spawn(process.execPath, ['runner/bootstrap.mjs', ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', INIT_CWD: startedIn, ...env },
    stdio: [keys ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  })

/** Its exit code and what it said, when it has ended. */
export function collect(child: ChildProcess): Promise<GymResult> {
  const output = { stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk: Buffer) => (output.stdout += chunk.toString('utf8')))
  child.stderr?.on('data', (chunk: Buffer) => (output.stderr += chunk.toString('utf8')))
  return new Promise((resolve) => {
    child.once('close', (code) =>
      resolve({ code, ...output, json: () => JSON.parse(output.stdout) as Record<string, unknown> }),
    )
  })
}

export const git = (folder: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'safe.directory=*', ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
