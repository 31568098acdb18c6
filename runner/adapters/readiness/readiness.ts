import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { commandLine } from '../../errors/command-line.ts'
import { writeAtomic } from '../files/late-packages.ts'
import type { Readiness, ReadinessItem } from '../../app/ports.ts'
import { serviceIds, type Feature, type PackId, type ServiceId } from '../../domain/exercise/exercise.ts'
import type { Variant } from '../../domain/exercise/variant.ts'
import type { Missing } from '../../domain/judging/verdict.ts'
import { isInstalled, isReady, packIds, packOf } from '../packs/packs.ts'
import { packedRuby } from '../packs/places.ts'
import { findCommand } from '../process/find-command.ts'
import { embeddedPostgres } from '../services/embedded-postgres.ts'
import { findServer } from '../services/find-server.ts'
import { knownLacks } from '../services/mongodb-features.ts'
import { toolchainOf, toolchains } from '../toolchains/index.ts'
import { dockerItem } from './docker.ts'
import type { ToolchainId, ToolchainProbe } from '../toolchains/types.ts'

export interface MachineReadiness extends Readiness {
  toolsOf: (id: ToolchainId) => Record<string, string>
  /** Programs of all toolchains, as absolute paths. */
  programs: () => string[]
}

type Probes = Record<ToolchainId, ToolchainProbe>

/**
 * What this machine offers. Probing a toolchain starts it once; the answer is remembered until the
 * commands on PATH change. `fresh` probes again (doctor).
 */
export async function openReadiness(cache: string, fresh = false): Promise<MachineReadiness> {
  const probes = await probeAll(cache, fresh)
  return {
    missing: (variant) => missingOf(cache, probes, variant),
    items: () => itemsOf(cache, probes),
    toolsOf: (id) => probes[id].tools,
    programs: () => ids.flatMap((id) => Object.values(probes[id].tools)),
  }
}

const ids = Object.keys(toolchains) as ToolchainId[]

async function probeAll(cache: string, fresh: boolean): Promise<Probes> {
  const file = join(cache, 'probes.json')
  const key = probeKey(cache)
  const remembered = fresh ? null : readRemembered(file, key)
  if (remembered) return remembered
  const entries = await Promise.all(ids.map(async (id) => [id, await toolchains[id].probe(cache)] as const))
  const probes = Object.fromEntries(entries) as Probes
  remember(file, key, probes)
  return probes
}

/** Changes whenever a tool on PATH, the PATH itself or a version manager's choice changes. */
function probeKey(cache: string): string {
  const stamps = ids.flatMap((id) => toolchains[id].commands).map((name) => findCommand(name)?.stamp ?? `${name}: none`)
  const packed = existsSync(packedRuby(cache)) ? 'ruby pack' : ''
  const managers = ['PYENV_VERSION', 'RBENV_VERSION', 'JAVA_HOME', 'VIRTUAL_ENV'].map((name) => process.env[name] ?? '')
  return JSON.stringify([process.execPath, process.version, ...stamps, ...managers, packed])
}

function readRemembered(file: string, key: string): Probes | null {
  try {
    const stored = JSON.parse(readFileSync(file, 'utf8')) as { key: string; probes: Probes }
    return stored.key === key ? stored.probes : null
  } catch {
    return null // Never probed here, or not readable: probe now.
  }
}

function remember(file: string, key: string, probes: Probes): void {
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeAtomic(file, JSON.stringify({ key, probes }))
  } catch {
    // A read-only project still works; it probes each time.
  }
}

function missingOf(cache: string, probes: Probes, { exercise, language }: Variant): Missing[] {
  const id = toolchainOf[language]
  const toolchain = toolchains[id]
  const tools = !probes[id].ready
    ? [{ id, needs: toolchain.needs, howToInstall: toolchain.howToInstall(process.platform) }]
    : []
  const wanted = exercise.packs.filter(
    (pack) => [language, 'any'].includes(packOf(pack).language) && !isReady(cache, pack),
  )
  const services = exercise.services.flatMap((service) => serviceMissing(cache, service) ?? [])
  return [
    ...tools,
    ...wanted.map(packMissing),
    ...services.filter((m) => !wanted.includes(m.id as PackId)),
    ...featuresMissing(cache, exercise.needs ?? []),
  ]
}

/** What the server that would be started cannot do. */
function featuresMissing(cache: string, needs: readonly Feature[]): Missing[] {
  const server = needs.length === 0 ? null : findServer('mongodb', cache)
  if (!server) return []
  const lacking = knownLacks(server.name).filter((feature) => needs.includes(`mongodb:${feature}`))
  if (lacking.length === 0) return []
  const howToInstall =
    server.name === 'mongod'
      ? 'Not offered yet: mongod is started as a single server'
      : 'Put mongod, version 6 or newer, on PATH'
  return [{ id: 'mongodb', needs: `MongoDB with ${lacking.join(', ')}, which ${server.name} lacks here`, howToInstall }]
}

/** What a service lacks; null when it can be started. */
function serviceMissing(cache: string, service: ServiceId): Missing | null {
  if (service === 'postgres') return embeddedPostgres() ? null : postgresMissing
  if (service === 'azurite') return isReady(cache, 'azurite') ? null : packMissing('azurite')
  if (findServer(service, cache)) return null
  const needsJava = service === 'mongodb' && isReady(cache, 'mongodb')
  return needsJava
    ? {
        id: 'mongodb',
        needs: 'Java, in which mongo-java-server runs (or mongod on PATH)',
        howToInstall: toolchains.java.howToInstall(process.platform),
      }
    : packMissing(service)
}

const postgresMissing: Missing = {
  id: 'postgres',
  needs: 'PostgreSQL, whose embedded binaries this platform lacks',
  howToInstall: 'Use Linux (glibc) or macOS on x64 or arm64',
}

const packMissing = (id: PackId): Missing => ({ id, needs: packOf(id).title, howToInstall: commandLine('setup', id) })

async function itemsOf(cache: string, probes: Probes): Promise<ReadinessItem[]> {
  const tools = ids
    .filter((id) => id !== 'none')
    .map((id): ReadinessItem => {
      const { ready, version } = probes[id]
      return {
        id,
        ready,
        version,
        needs: toolchains[id].needs,
        howToInstall: ready ? '' : toolchains[id].howToInstall(process.platform),
      }
    })
  const services = serviceIds.map((id) => serviceItem(cache, id))
  return [
    ...(await baseItems()),
    ...tools,
    ...services,
    ...packIds.map((id) => packItem(cache, id)),
    await dockerItem(),
  ]
}

async function baseItems(): Promise<ReadinessItem[]> {
  const { readGitVersion } = await import('../git/git-version.ts')
  const git = await readGitVersion().catch(() => null)
  const npm = process.env['npm_config_user_agent']?.split(' ')[0]?.split('/')[1] ?? null
  const installGit = process.platform === 'darwin' ? 'xcode-select --install' : 'sudo apt-get install git'
  return [
    {
      id: 'git',
      ready: git !== null,
      version: git,
      needs: 'git 2.30 or newer',
      howToInstall: git === null ? installGit : '',
    },
    {
      id: 'npm',
      ready: npm !== null || findCommand('npm') !== null,
      version: npm,
      needs: 'npm, to start the commands',
      howToInstall: '',
    },
  ]
}

function serviceItem(cache: string, id: ServiceId): ReadinessItem {
  const missing = serviceMissing(cache, id)
  const needs = {
    postgres: 'PostgreSQL',
    redis: 'Redis or Valkey',
    mysql: 'MySQL 8 or MariaDB 10.11',
    mongodb: 'MongoDB, or mongo-java-server with Java',
    azurite: 'Azure Storage, as Azurite',
  }[id]
  return {
    id,
    ready: missing === null,
    version: missing === null ? originOf(cache, id) : null,
    needs,
    howToInstall: missing?.howToInstall ?? '',
  }
}

/** Which program serves it, and whose. */
function originOf(cache: string, id: ServiceId): string {
  if (id === 'postgres') return '18 (embedded)'
  if (id === 'azurite') return `${packOf('azurite').version} (pack)`
  const found = findServer(id, cache)
  return `${found?.name ?? ''} (${found?.root === null ? 'on this machine' : 'pack'})`
}

export function packItem(cache: string, id: PackId): ReadinessItem {
  const ready = isReady(cache, id)
  const { title, version } = packOf(id)
  // A server of the system's packages has the version of those; it is here by this pack all the same.
  const installed = version === 'the system’s' ? 'installed' : version
  const there = isInstalled(cache, id) ? installed : 'on this machine'
  return {
    id: `pack:${id}`,
    ready,
    version: ready ? there : null,
    needs: title,
    howToInstall: ready ? '' : commandLine('setup', id),
  }
}
