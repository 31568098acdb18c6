import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findPython, howToInstallPython } from '../process/find-python.ts'
import { runCommand, type CommandResult } from '../process/run-command.ts'
import type { Pack, PackPlace } from './pack.ts'
import { packProblem, pinsOf } from './pins.ts'

/** Packages from PyPI in a virtual environment of the pack's own; pip refuses what has not the pinned hash. */
export function pipPack(id: string): Pick<Pack, 'pins' | 'fetch'> {
  const requirements = pinsOf(id, 'requirements.txt')
  return {
    pins: () => [readFileSync(requirements, 'utf8')],
    fetch: async (place) => {
      const python = await findPython()
      if (!python) throw packProblem(id, `Python is not on this machine (${howToInstallPython(process.platform)}).`)
      await install(place, python.path, requirements)
    },
  }
}

async function install({ id, folder }: PackPlace, python: string, requirements: string): Promise<void> {
  const environment = join(folder, 'venv')
  const said = (result: CommandResult): string => result.stderr.trim().split('\n').at(-1) || 'it ended without a word.'
  // The interpreter's own pip fills the environment: Debian ships venv without the means to put a pip into it.
  const made = await runCommand([python, '-m', 'venv', '--without-pip', environment], { timeoutMs: 120_000 })
  if (made.code !== 0) throw packProblem(id, `no virtual environment: ${said(made)}`)
  const pip = [
    '-m',
    'pip',
    '--python',
    join(environment, 'bin', 'python'),
    'install',
    '--disable-pip-version-check',
    '--no-input',
    '--no-compile',
    '--only-binary=:all:',
    '--require-hashes',
    '-r',
    requirements,
  ]
  const filled = await runCommand([python, ...pip], {
    timeoutMs: 900_000,
    env: { PIP_REQUIRE_VIRTUALENV: '0', PIP_USER: '0' },
  })
  if (filled.code === 0) return
  const missing = /No module named pip/.test(filled.stderr)
  throw packProblem(
    id,
    missing ? 'Python has no pip; it fetches the packages (sudo apt-get install python3-pip).' : `pip: ${said(filled)}`,
  )
}
