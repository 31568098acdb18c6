import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { findCommand } from '../process/find-command.ts'
import { runCommand, type CommandResult } from '../process/run-command.ts'
import type { Pack, PackPlace } from './pack.ts'
import { packProblem } from './pins.ts'
import { ensureFolder, removeTree } from '../files/late-packages.ts'

export interface SystemPackages {
  debian: readonly string[]
  brew: string
}

/**
 * A part of the system's own packages, without root: Debian's packages are downloaded (apt checks them against its
 * signed lists) and unpacked into the pack's folder; elsewhere Homebrew installs it.
 */
export function systemPack(id: string, packages: SystemPackages): Pick<Pack, 'pins' | 'fetch'> {
  return {
    pins: () => ['1', ...packages.debian],
    fetch: async (place) => {
      const [apt, dpkg, brew] = ['apt-get', 'dpkg-deb', 'brew'].map((name) => findCommand(name)?.path)
      if (apt !== undefined && dpkg !== undefined) return fromDebian(place, packages.debian, { apt, dpkg })
      if (brew !== undefined) return fromBrew(place, packages.brew, brew)
      throw packProblem(
        id,
        `this system has neither apt-get nor brew; install ${packages.debian.join(' and ')} its own way, so that it is on PATH.`,
      )
    },
  }
}

interface Tools {
  apt: string
  dpkg: string
}

async function fromDebian(place: PackPlace, names: readonly string[], tools: Tools): Promise<void> {
  const downloads = join(place.cache, 'downloads', 'debian')
  ensureFolder(downloads)
  const files = await download(place, names, tools, downloads)
  for (const file of files) {
    const unpacked = await runCommand([tools.dpkg, '-x', join(downloads, file), join(place.folder, 'root')], {
      timeoutMs: 120_000,
    })
    if (unpacked.code !== 0) throw packProblem(place.id, `${file} cannot be unpacked: ${lastLine(unpacked)}`)
  }
  removeTree(downloads)
}

/** The packages and what they need beyond what is installed; what an interrupted attempt brought is there already. */
async function download(
  place: PackPlace,
  names: readonly string[],
  { apt }: Tools,
  downloads: string,
): Promise<string[]> {
  const lists = await usableLists(place, names, apt)
  const wanted = await listed(apt, names, lists)
  if (wanted.length === 0)
    throw packProblem(place.id, `apt-get says that ${names.join(' and ')} is installed, but it is not on PATH.`)
  const before = new Set(readdirSync(downloads))
  const lacking = wanted.filter((w) => !before.has(w.file)).map((w) => w.spec)
  if (lacking.length > 0) {
    const result = await runCommand([apt, ...lists, '-o', 'APT::Sandbox::User=', '-q', 'download', ...lacking], {
      cwd: downloads,
      timeoutMs: 600_000,
    })
    if (result.code !== 0) throw packProblem(place.id, `apt-get download: ${lastLine(result)}`)
  }
  return wanted.map((w) => w.file)
}

/** apt's own lists; where those are absent (small images), lists of the project's own, fetched without root. */
async function usableLists(place: PackPlace, names: readonly string[], apt: string): Promise<string[]> {
  if ((await listed(apt, names, [])).length > 0) return []
  const own = join(place.cache, 'downloads', 'apt')
  ensureFolder(join(own, 'lists', 'partial'))
  ensureFolder(join(own, 'archives', 'partial'))
  const lists = [
    '-o',
    `Dir::State::Lists=${join(own, 'lists')}`,
    '-o',
    `Dir::Cache=${own}`,
    '-o',
    'APT::Sandbox::User=',
  ]
  const result = await runCommand([apt, ...lists, '-q', 'update'], { timeoutMs: 300_000 })
  if (result.code !== 0) throw packProblem(place.id, `apt-get update: ${lastLine(result)}`)
  return lists
}

interface WantedPackage {
  file: string
  /** name=version */
  spec: string
}

/**
 * Lines of apt-get --print-uris: 'uri' file size hash. The file's name is name_version_arch.deb, with %3a for a colon.
 */
async function listed(apt: string, names: readonly string[], lists: string[]): Promise<WantedPackage[]> {
  const result = await runCommand(
    [apt, ...lists, '-qq', '-y', '--no-install-recommends', '--print-uris', 'install', ...names],
    { timeoutMs: 60_000 },
  )
  const files = result.stdout
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((file) => file.endsWith('.deb'))
  return files.map((file) => {
    const [pkg = '', version = ''] = file.split('_')
    return { file, spec: `${pkg}=${decodeURIComponent(version)}` }
  })
}

async function fromBrew(place: PackPlace, formula: string, brew: string): Promise<void> {
  const result = await runCommand([brew, 'install', '--quiet', formula], {
    timeoutMs: 1_800_000,
    env: { HOMEBREW_NO_AUTO_UPDATE: '1' },
  })
  if (result.code !== 0) throw packProblem(place.id, `brew install ${formula}: ${lastLine(result)}`)
}

const lastLine = (result: CommandResult): string => (result.stderr || result.stdout).trim().split('\n').at(-1) ?? ''
