import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sha256Of } from '../files/hash.ts'
import { findCommand } from '../process/find-command.ts'
import { namesInUtf8 } from '../process/locale.ts'
import { runCommand } from '../process/run-command.ts'
import type { Pack, PackPlace } from './pack.ts'
import { packProblem, pinsOf } from './pins.ts'
import { removeTree } from '../files/late-packages.ts'

/**
 * Jars by a project file of the pack's own. Maven fetches them from wherever it is set up to look;
 * each must have the hash that `SHA256SUMS` names, and no other may come along.
 */
export function mavenPack(id: string): Pick<Pack, 'pins' | 'fetch'> {
  const [pom, sums] = [pinsOf(id, 'pom.xml'), pinsOf(id, 'SHA256SUMS')]
  return {
    pins: () => [readFileSync(pom, 'utf8'), readFileSync(sums, 'utf8')],
    fetch: async (place) => {
      copyFileSync(pom, join(place.folder, 'pom.xml'))
      await copyJars(place)
      checkJars(place, readSums(readFileSync(sums, 'utf8')))
    },
  }
}

async function copyJars({ id, folder }: PackPlace): Promise<void> {
  const maven = findCommand('mvn')
  if (!maven)
    throw packProblem(
      id,
      'Maven (mvn) is not on this machine; it fetches the files (sudo apt-get install maven, or brew install maven).',
    )
  mkdirSync(join(folder, 'lib'))
  const copy = [
    '-q',
    '-B',
    'dependency:copy-dependencies',
    '-DoutputDirectory=lib',
    '-Dmdep.stripVersion=true',
    '-DincludeScope=runtime',
  ]
  const result = await runCommand([maven.path, ...copy], { cwd: folder, timeoutMs: 900_000, env: namesInUtf8 })
  removeTree(join(folder, 'target'))
  if (result.code === 0) return
  throw packProblem(
    id,
    (result.stdout + result.stderr).split('\n').find((line) => line.includes('ERROR')) ?? 'Maven ended without a word.',
  )
}

/** Lines of `<sha256>  <file>`, as sha256sum writes them. */
function readSums(text: string): Map<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return new Map(lines.map((line) => [line.slice(66).trim(), line.slice(0, 64)]))
}

function checkJars({ id, folder }: PackPlace, sums: Map<string, string>): void {
  const jars = readdirSync(join(folder, 'lib')).sort()
  const lacking = [...sums.keys()].find((name) => !jars.includes(name))
  if (lacking !== undefined) throw packProblem(id, `Maven brought no ${lacking}.`)
  for (const jar of jars) {
    const hash = sha256Of(readFileSync(join(folder, 'lib', jar)))
    if (sums.get(jar) !== hash) throw packProblem(id, `${jar} is not the pinned file (its sha256 is ${hash}).`)
  }
}
