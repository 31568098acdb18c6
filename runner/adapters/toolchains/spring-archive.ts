import { existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { namesInUtf8 } from '../process/locale.ts'
import { runCommand } from '../process/run-command.ts'
import { compiledOnce } from './java-compile.ts'
import { hashOfParts } from '../files/hash.ts'
import { sourceFiles } from './source-files.ts'

export interface ArchiveRequest {
  /** The jars in the order of the class path that will use the archive; folders may follow them there. */
  jars: readonly string[]
  /** Flags of the JVM that will use it. */
  flags: readonly string[]
  /** Where the archive is kept, beside the jars it belongs to. */
  folder: string
  cache: string
  tools: Record<string, string>
}

/** Each of the two steps may take so long: a busy machine needs many times what it usually takes. */
const limitMs = 180_000
const making = new Map<string, Promise<void>>()

/**
 * The flags that give a JVM Spring's classes as one memory-mapped file, parsed and verified (class-data sharing).
 * Measured with an application of one controller, until its first answer: 2.6 s of CPU without, 1.6 s with it; 50 MB
 * on disk, 7 s to make. None of `spring.main.lazy-initialization`, `-Dspring.backgroundpreinitializer.ignore` and
 * a quiet log moved it by more than the noise. Without an archive a program starts as well, only later.
 */
export async function springArchive(request: ArchiveRequest): Promise<string[]> {
  const { jars, flags, folder, tools } = request
  const files = [tools['java'] ?? '', ...jars].filter((file) => file !== '')
  const key = hashOfParts('1', ...flags, ...files.flatMap((file) => [file, String(statSync(file).mtimeMs)]))
  const archive = join(folder, `classes-${key.slice(0, 16)}.jsa`)
  if (!existsSync(archive)) {
    if (!making.has(archive)) making.set(archive, make(request, archive))
    await making.get(archive)
  }
  // Should it not fit after all, the JVM goes on without it and without a word.
  return existsSync(archive) ? [`-XX:SharedArchiveFile=${archive}`, '-Xlog:cds=off', '-Xlog:class+path=off'] : []
}

/**
 * A small application is run to learn which classes Spring loads; those of the jars are then written to the archive.
 */
async function make({ jars, flags, cache, tools }: ArchiveRequest, archive: string): Promise<void> {
  const sources = sourceFiles(import.meta.dirname, ['SpringTraining.java'])
  const classPath = jars.join(delimiter)
  const training = await compiledOnce({ folder: import.meta.dirname, sources, classPath, cache, tools })
  if ('problem' in training) throw new Error(`the training application of Spring's class archive: ${training.problem}`)
  const java = [tools['java'] ?? 'java', ...flags]
  const [list, fresh] = [`${archive}.${process.pid}.list`, `${archive}.${process.pid}`]
  const learn = [
    ...java,
    `-XX:DumpLoadedClassList=${list}`,
    '-cp',
    [classPath, training.path].join(delimiter),
    'gym.training.SpringTraining',
  ]
  const write = [
    ...java,
    '-Xshare:dump',
    `-XX:SharedClassListFile=${list}`,
    `-XX:SharedArchiveFile=${fresh}`,
    '-cp',
    classPath,
  ]
  try {
    const learned = await runCommand(learn, { timeoutMs: limitMs, env: namesInUtf8 })
    const written = learned.code === 0 && (await runCommand(write, { timeoutMs: limitMs, env: namesInUtf8 })).code === 0
    if (written) renameSync(fresh, archive)
  } finally {
    for (const left of [list, fresh]) rmSync(left, { force: true })
  }
}
