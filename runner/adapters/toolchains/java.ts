import { existsSync, readdirSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { jarsOf } from '../packs/places.ts'
import { findCommand } from '../process/find-command.ts'
import { runCommand } from '../process/run-command.ts'
import { compiledOnce, type Compiled } from './java-compile.ts'
import { baseLaunch } from './launch.ts'
import { sourceFiles } from './source-files.ts'
import { springArchive } from './spring-archive.ts'
import type { SubjectChild, TestTool } from '../../harness/run-context.ts'
import type { Prepared, PrepareRequest, Toolchain, ToolchainProbe } from './types.ts'

export const java: Toolchain = {
  id: 'java',
  title: 'Java',
  needs: 'a JDK 17 or newer (java and javac)',
  commands: ['java', 'javac'],
  probe,
  prepare,
  howToInstall: (platform) =>
    platform === 'darwin' ? 'brew install openjdk' : 'sudo apt-get install openjdk-17-jdk-headless',
}

/** Short-lived programs: no big compiler, one garbage-collector thread, the shared class archive. */
const flags = [
  '-Xshare:auto',
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  '-Dfile.encoding=UTF-8',
  '-Dstdout.encoding=UTF-8',
]

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
  const vm = [request.tools['java'] ?? 'java', ...flags, `-Xmx${request.recipe.heapMb ?? 256}m`]
  const junit = request.recipe.run[0] === 'junit' ? await junitCommand(request) : []
  // The jars stand first: the archive of their classes serves only a class path that begins like its own.
  const classPath = [...packJars(request), classes.path].join(delimiter)
  const launch = baseLaunch(request, { java: [...vm, ...(await archiveFlags(request)), '-cp', classPath], junit })
  return {
    ok: true,
    launch: {
      ...launch,
      loadFailure: [{ pattern: '^Error: (Could not find or load main class|Main method not found).*$', flags: 'm' }],
      ...(request.asModule ? { subject: await subjectChild(request, vm, classPath) } : {}),
      ...(request.withTests ? { testTool: junitTool(junit) } : {}),
    },
  }
}

async function compiled(request: PrepareRequest): Promise<Compiled> {
  const sources = sourceFiles(join(request.folder, request.recipe.build?.[1] ?? 'src'), ['.java'])
  if (sources.length === 0) return { problem: 'there is no .java file in src/' }
  return compiledOnce({
    folder: request.folder,
    sources,
    classPath: packJars(request).join(delimiter) || '.',
    cache: request.cache,
    tools: request.tools,
  })
}

/** Jars of the exercise's packs, each by name: javac's own "*" would also take what stands beside them. */
function packJars({ cache, packs }: PrepareRequest): string[] {
  return packs
    .filter((id) => id === 'java-spring')
    .flatMap((id) => {
      const folder = jarsOf(cache, id)
      return existsSync(folder)
        ? readdirSync(folder)
            .sort()
            .map((name) => join(folder, name))
        : []
    })
}

async function archiveFlags(request: PrepareRequest): Promise<string[]> {
  const { cache, tools } = request
  const jars = packJars(request)
  return jars.length === 0
    ? []
    : springArchive({ jars, flags, folder: dirname(jarsOf(cache, 'java-spring')), cache, tools })
}

/** The call protocol's classes stand before the learner's; fd 3 and 4 can be had only from inside java.io. */
async function subjectChild(request: PrepareRequest, vm: readonly string[], classPath: string): Promise<SubjectChild> {
  const { cache, tools } = request
  const protocol = await compiledOnce({
    folder: childFolder,
    sources: sourceFiles(childFolder, ['.java']),
    classPath: '.',
    cache,
    tools,
  })
  if ('problem' in protocol) throw new Error(`the call protocol's classes: ${protocol.problem}`)
  const paths = [protocol.path, classPath].join(delimiter)
  return {
    command: [...vm, '--add-opens=java.base/java.io=ALL-UNNAMED', '-cp', paths, 'gym.child.JavaModule'],
    loads: request.recipe.run[1] ?? '',
  }
}

const childFolder = join(import.meta.dirname, '../../harness/children/java/module')
const launcherFolder = join(import.meta.dirname, '../../harness/children/java/junit')

/** Where the pack `junit` keeps its one jar. */
export const junitJar = (cache: string): string => join(jarsOf(cache, 'junit'), 'junit-platform-console-standalone.jar')

/** It compiles and runs every variant in a class loader of its own. */
async function junitCommand({ cache, tools }: PrepareRequest): Promise<string[]> {
  const jar = junitJar(cache)
  const sources = sourceFiles(launcherFolder, ['.java'])
  const launcher = await compiledOnce({ folder: launcherFolder, sources, classPath: jar, cache, tools })
  if ('problem' in launcher) throw new Error(`the class that runs JUnit: ${launcher.problem}`)
  return [tools['java'] ?? 'java', ...flags, '-Xmx256m', '-cp', [jar, launcher.path].join(delimiter), 'RunJUnit']
}

function junitTool(command: readonly string[]): TestTool {
  const apart = { build: [...command, '--build'], run: [...command, '--built'] }
  return { command: [...command], apart, together: true, env: {} }
}
