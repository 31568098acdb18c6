import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Language, PackId } from '../../domain/exercise.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { findCommand } from '../process/find-command.ts'
import { runCommand } from '../process/run-command.ts'
import { junitJar } from '../toolchains/java.ts'

/** A big optional part, pinned by hash, that works without a network once it is there. */
export interface Pack {
  title: string
  for: string
  size: string
  license: string
  version: string
  /** The language whose exercises need it. */
  language: Language
  ready: (cache: string) => boolean
  install: (cache: string) => Promise<void>
}

const junit = {
  version: '1.14.4',
  sha256: '7c6968cbcaf4301c729f202b23b7d736c5d88be625fc7d27ad5d746146a8bc28',
}

export const packs = {
  junit: {
    title: `JUnit 5 (console launcher ${junit.version})`,
    for: 'Java exercises in which the learner writes tests',
    size: '3.2 MB',
    license: 'EPL-2.0',
    version: junit.version,
    language: 'java',
    ready: (cache) => existsSync(junitJar(cache)),
    install: installJunit,
  },
} satisfies Record<PackId, Pack>

/** Maven fetches it from wherever it is set up to look; what arrives is checked against the pinned hash. */
async function installJunit(cache: string): Promise<void> {
  const maven = findCommand('mvn')
  if (!maven) throw new RunnerError('pack-failed', { pack: 'junit', reason: 'Maven (mvn) is not on this machine; it fetches the file (sudo apt-get install maven).' })
  const target = junitJar(cache)
  mkdirSync(dirname(target), { recursive: true })
  const folder = mkdtempSync(join(dirname(dirname(target)), '.fetching-'))
  try {
    renameSync(await fetchJar(maven.path, folder), target)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function fetchJar(maven: string, folder: string): Promise<string> {
  const artifact = `org.junit.platform:junit-platform-console-standalone:${junit.version}`
  // A project file of its own keeps the user's folders out of it.
  writeFileSync(join(folder, 'pom.xml'), '<project><modelVersion>4.0.0</modelVersion><groupId>gym</groupId><artifactId>gym</artifactId><version>1</version></project>')
  const copy = ['-q', '-B', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`]
  const result = await runCommand([maven, ...copy], { cwd: folder, timeoutMs: 300_000 })
  const jar = readdirSync(folder).find((name) => name.endsWith('.jar'))
  if (result.code !== 0 || !jar) {
    const reason = (result.stdout + result.stderr).split('\n').find((l) => l.includes('ERROR')) ?? 'Maven ended without the file.'
    throw new RunnerError('pack-failed', { pack: 'junit', reason: reason.slice(0, 300) })
  }
  const path = join(folder, jar)
  const hash = createHash('sha256').update(readFileSync(path)).digest('hex')
  if (hash !== junit.sha256) throw new RunnerError('pack-failed', { pack: 'junit', reason: `what arrived is not the pinned file (sha256 ${hash}).` })
  return path
}
