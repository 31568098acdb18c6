import { copyFileSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findCommand } from '../process/find-command.ts'
import { runCommand } from '../process/run-command.ts'
import type { Pack, PackPlace } from './pack.ts'
import { packProblem, pinsOf } from './pins.ts'

/** Packages from npm in a `node_modules` of the pack's own, by its lockfile (each file's hash stands there). */
export function npmPack(id: string): Pick<Pack, 'pins' | 'fetch'> {
  const files = ['package.json', 'package-lock.json'].map((name) => pinsOf(id, name))
  return {
    pins: () => files.map((file) => readFileSync(file, 'utf8')),
    fetch: async (place) => {
      for (const file of files) copyFileSync(file, join(place.folder, file.slice(dirname(file).length + 1)))
      await install(place)
    },
  }
}

async function install({ id, folder }: PackPlace): Promise<void> {
  const npm = npmCommand()
  if (!npm) throw packProblem(id, 'npm is not on this machine.')
  // No install scripts: what npm unpacks is what its lockfile's hashes prove.
  const args = [
    'ci',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-progress',
    '--loglevel=error',
    '--fetch-retries=2',
    '--fetch-retry-mintimeout=1000',
    '--fetch-retry-maxtimeout=5000',
  ]
  const result = await runCommand([...npm, ...args], { cwd: folder, timeoutMs: 900_000 })
  if (result.code === 0) return
  const reason = result.stderr
    .split('\n')
    .map((line) => line.replace(/^npm (error|warn) /, ''))
    .find((line) => /\S/.test(line) && !line.startsWith('code'))
  throw packProblem(id, reason ?? 'npm ended without a word.')
}

/** The npm that started us, else the one on PATH. */
function npmCommand(): string[] | null {
  const started = process.env['npm_execpath'] ?? ''
  if (started.endsWith('npm-cli.js')) return [process.execPath, started]
  const found = findCommand('npm')
  return found && [found.path]
}
