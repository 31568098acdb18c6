import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { namesInUtf8 } from '../process/locale.ts'
import { runCommand } from '../process/run-command.ts'
import { moveUnlessThere } from '../files/beside.ts'
import { hashOfParts } from '../files/hash.ts'
import { wasUsed } from '../files/kept-files.ts'
import { sourceFiles, type SourceFile } from './source-files.ts'

export type Compiled = { path: string } | { problem: string }

export interface CompileRequest {
  /** Problems name files relative to it. */
  folder: string
  sources: readonly SourceFile[]
  /** Absolute paths of jars and folders. */
  classPath: string
  cache: string
  tools: Record<string, string>
}

const limitMs = 60_000
const mostTold = 5

/** javac once per content of the sources; the class folder is cached and shared between runs. */
export async function compiledOnce(request: CompileRequest): Promise<Compiled> {
  const { folder, sources, classPath, cache, tools } = request
  const key = hashOfParts(
    '2',
    tools['javac'] ?? 'javac',
    classPath,
    ...sources.flatMap((s) => [relative(folder, s.path), s.text]),
  )
  const target = join(cache, 'classes', key)
  if (wasUsed(target)) return { path: target }
  const fresh = `${target}.${process.pid}-${Date.now()}`
  mkdirSync(fresh, { recursive: true })
  const problem = await compile(request, fresh)
  if (problem !== '') {
    rmSync(fresh, { recursive: true, force: true })
    return { problem: problem.includes('\n') ? `it does not compile:\n${problem}` : `it does not compile: ${problem}` }
  }
  moveUnlessThere(fresh, target)
  return { path: target }
}

/** Servers by their Java: a process of its own per compile costs a second, a warm compiler a tenth. */
const servers = new Map<string, Promise<Server>>()

/** Empty when all is well, else the first errors, a line each. */
async function compile({ folder, sources, classPath, cache, tools }: CompileRequest, target: string): Promise<string> {
  const java = tools['java'] ?? 'java'
  const fields = [folder, classPath, target, ...sources.map((s) => s.path)]
  // A folder with a tab or a line break in its name would break the server's lines.
  if (fields.some((field) => /[\t\n\r]/.test(field))) return withJavac(tools, folder, classPath, target, sources)
  const server = servers.get(java) ?? startServer(java, tools, cache)
  servers.set(java, server)
  try {
    return await (await server).compile(fields)
  } catch (error) {
    servers.delete(java)
    throw error
  }
}

interface Server {
  compile: (fields: readonly string[]) => Promise<string>
}

/** Started with node's own spawn: each check of Java compiles, and would wait for execa to load. */
async function startServer(java: string, tools: Record<string, string>, cache: string): Promise<Server> {
  const classes = await serverClasses(tools, cache)
  const child = spawn(
    java,
    ['-XX:TieredStopAtLevel=1', '-Xshare:auto', '-XX:+UseSerialGC', '-Xmx512m', '-cp', classes, 'CompileServer'],
    { stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, ...namesInUtf8 } },
  )
  const waiting = new Map<string, { resolve: (problem: string) => void; reject: (error: Error) => void }>()
  const fail = (reason: string): void => {
    for (const { reject } of waiting.values()) reject(new Error(`the Java compiler ${reason}`))
    waiting.clear()
    servers.delete(java)
  }
  child.once('error', (error) => fail(`did not start: ${error.message}`))
  child.once('exit', () => fail('ended'))
  child.stdin.on('error', () => fail('ended'))
  createInterface(child.stdout).on('line', (line) => {
    const [id = '', problem = ''] = line.split('\t')
    waiting.get(id)?.resolve(problem.replaceAll('\u001e', '\n'))
    waiting.delete(id)
    if (waiting.size === 0) letGo(child)
  })
  let counter = 0
  return {
    compile: (fields) =>
      new Promise((resolve, reject) => {
        const id = String(counter++)
        const timer = setTimeout(() => child.kill('SIGKILL'), limitMs)
        const done =
          <T>(settle: (value: T) => void) =>
          (value: T): void => (clearTimeout(timer), settle(value))
        waiting.set(id, { resolve: done(resolve), reject: done(reject) })
        hold(child)
        child.stdin.write(`${[id, ...fields].join('\t')}\n`)
      }),
  }
}

/** It ends with our end of its stdin; while nobody waits for it, it does not keep us. */
function letGo(child: ChildProcess): void {
  for (const part of [child, child.stdin, child.stdout]) (part as unknown as { unref?: () => void } | null)?.unref?.()
}

function hold(child: ChildProcess): void {
  for (const part of [child, child.stdin, child.stdout]) (part as unknown as { ref?: () => void } | null)?.ref?.()
}

const serverSource = join(import.meta.dirname, 'CompileServer.java')

async function serverClasses(tools: Record<string, string>, cache: string): Promise<string> {
  const [source] = sourceFiles(dirname(serverSource), ['CompileServer.java'])
  if (!source) throw new Error(`${serverSource} is missing`)
  const target = join(cache, 'classes', hashOfParts('server', tools['javac'] ?? 'javac', source.text))
  if (wasUsed(target)) return target
  const fresh = `${target}.${process.pid}`
  mkdirSync(fresh, { recursive: true })
  const problem = await withJavac(tools, dirname(serverSource), '.', fresh, [source])
  if (problem !== '') throw new Error(`the Java compiler's server does not compile: ${problem}`)
  moveUnlessThere(fresh, target)
  return target
}

async function withJavac(
  tools: Record<string, string>,
  folder: string,
  classPath: string,
  target: string,
  sources: readonly SourceFile[],
): Promise<string> {
  const options = ['-encoding', 'UTF-8', '-nowarn', '-proc:none', '-parameters', '-cp', classPath, '-d', target]
  const command = [
    tools['javac'] ?? 'javac',
    '-J-XX:TieredStopAtLevel=1',
    '-J-Xshare:auto',
    ...options,
    ...sources.map((s) => s.path),
  ]
  const result = await runCommand(command, { cwd: folder, timeoutMs: limitMs, env: namesInUtf8 })
  if (result.code === 0) return ''
  const lines = result.stderr.split('\n')
  const errors = lines.filter((l) => l.includes('error:')).slice(0, mostTold)
  return (errors.length > 0 ? errors.join('\n') : (lines[0] ?? '')).replaceAll(`${folder}/`, '')
}
