import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { findCommand } from '../process/find-command.ts'
import { runCommand } from '../process/run-command.ts'
import { baseLaunch } from './launch.ts'
import { sha256, sourceFiles } from './source-files.ts'
import type { Prepared, PrepareRequest, Toolchain, ToolchainProbe } from './types.ts'

export const java: Toolchain = {
  id: 'java',
  title: 'Java',
  needs: 'a JDK 17 or newer (java and javac)',
  commands: ['java', 'javac'],
  probe,
  prepare,
  howToInstall: (platform) => (platform === 'darwin' ? 'brew install openjdk' : 'sudo apt-get install openjdk-17-jdk-headless'),
}

/** Short-lived programs: no big compiler, one garbage-collector thread, the shared class archive. */
const flags = ['-Xshare:auto', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Dfile.encoding=UTF-8', '-Dstdout.encoding=UTF-8']

async function probe(): Promise<ToolchainProbe> {
  const [vm, compiler] = [findCommand('java'), findCommand('javac')]
  if (!vm || !compiler) return { ready: false, version: null, tools: {} }
  const result = await runCommand([compiler.path, '-version'])
  const version = /(\d+[\d.]*)/.exec(result.stdout + result.stderr)?.[1] ?? null
  return { ready: Number(version?.split('.')[0]) >= 17, version, tools: { java: vm.path, javac: compiler.path } }
}

async function prepare(request: PrepareRequest): Promise<Prepared> {
  const classes = request.recipe.build ? await compiled(request) : { path: request.folder }
  if ('problem' in classes) return { ok: false, message: classes.problem }
  const heap = [`-Xmx${request.recipe.heapMb ?? 256}m`]
  const junit = junitCommand(request)
  const launch = baseLaunch(request, { java: [request.tools['java'] ?? 'java', ...flags, ...heap, '-cp', classes.path], junit })
  return {
    ok: true,
    launch: {
      ...launch,
      loadFailure: [{ pattern: '^Error: (Could not find or load main class|Main method not found).*$', flags: 'm' }],
      ...(request.withTests ? { testTool: { command: junit, together: true, env: {} } } : {}),
    },
  }
}

/** javac once per content of the sources; the class folder is cached and shared between runs. */
async function compiled(request: PrepareRequest): Promise<{ path: string } | { problem: string }> {
  const sources = sourceFiles(join(request.folder, request.recipe.build?.[1] ?? 'src'), ['.java'])
  if (sources.length === 0) return { problem: 'there is no .java file in src/' }
  const compiler = request.tools['javac'] ?? 'javac'
  const key = sha256('1', compiler, ...sources.flatMap((s) => [relative(request.folder, s.path), s.text]))
  const target = join(request.cache, 'classes', key)
  if (existsSync(target)) return { path: target }
  const fresh = `${target}.${process.pid}-${Date.now()}`
  mkdirSync(fresh, { recursive: true })
  const options = ['-encoding', 'UTF-8', '-nowarn', '-proc:none', '-d', fresh]
  const result = await runCommand([compiler, '-J-XX:TieredStopAtLevel=1', '-J-Xshare:auto', ...options, ...sources.map((s) => s.path)], { cwd: request.folder, timeoutMs: 60_000 })
  if (result.code !== 0) {
    rmSync(fresh, { recursive: true, force: true })
    return { problem: compileProblem(request.folder, result.stderr) }
  }
  moveInto(fresh, target)
  return { path: target }
}

function moveInto(fresh: string, target: string): void {
  try {
    renameSync(fresh, target)
  } catch {
    rmSync(fresh, { recursive: true, force: true }) // Another runner was first; its classes are the same.
  }
}

function compileProblem(folder: string, stderr: string): string {
  const line = stderr.split('\n').find((l) => l.includes('error:')) ?? stderr.split('\n')[0] ?? ''
  return `it does not compile: ${line.replaceAll(`${folder}/`, '')}`
}

const launcherSource = join(import.meta.dirname, '../../harness/children/RunJUnit.java')

/** Where the pack `junit` keeps its one jar. */
export const junitJar = (cache: string): string => join(cache, 'packs', 'junit', 'junit-platform-console-standalone.jar')

/** The JVM compiles the runner by itself; it compiles and runs every variant in a class loader of its own. */
const junitCommand = (request: PrepareRequest): string[] =>
  [request.tools['java'] ?? 'java', ...flags, '-Xmx256m', '-cp', junitJar(request.cache), launcherSource]
