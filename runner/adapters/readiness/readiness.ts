import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import type { Readiness, ReadinessItem } from '../../app/ports.ts'
import type { Exercise, Language } from '../../domain/exercise.ts'
import type { Missing } from '../../domain/verdict.ts'
import { packs } from '../packs/packs.ts'
import { findCommand } from '../process/find-command.ts'
import { embeddedPostgres } from '../services/embedded-postgres.ts'
import { toolchainOf, toolchains } from '../toolchains/index.ts'
import type { ToolchainId, ToolchainProbe } from '../toolchains/types.ts'

export interface MachineReadiness extends Readiness {
  toolsOf: (id: ToolchainId) => Record<string, string>
}

type Probes = Record<ToolchainId, ToolchainProbe>

/**
 * What this machine offers. Probing a toolchain starts it once; the answer is remembered until the
 * commands on PATH change. `fresh` probes again (doctor).
 */
export async function openReadiness(cache: string, fresh = false): Promise<MachineReadiness> {
  const probes = await probeAll(cache, fresh)
  return {
    missing: (exercise, language) => missingOf(cache, probes, exercise, language),
    items: () => itemsOf(cache, probes),
    toolsOf: (id) => probes[id].tools,
  }
}

const ids = Object.keys(toolchains) as ToolchainId[]

async function probeAll(cache: string, fresh: boolean): Promise<Probes> {
  const file = join(cache, 'probes.json')
  const key = probeKey()
  const remembered = fresh ? null : readRemembered(file, key)
  if (remembered) return remembered
  const entries = await Promise.all(ids.map(async (id) => [id, await toolchains[id].probe()] as const))
  const probes = Object.fromEntries(entries) as Probes
  remember(file, key, probes)
  return probes
}

/** Changes whenever a tool on PATH, the PATH itself or a version manager's choice changes. */
function probeKey(): string {
  const stamps = ids.flatMap((id) => toolchains[id].commands).map((name) => findCommand(name)?.stamp ?? `${name}: none`)
  const managers = ['PYENV_VERSION', 'RBENV_VERSION', 'JAVA_HOME', 'VIRTUAL_ENV'].map((name) => process.env[name] ?? '')
  return JSON.stringify([process.execPath, process.version, ...stamps, ...managers])
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
    writeFileAtomic.sync(file, JSON.stringify({ key, probes }))
  } catch {
    // A read-only project still works; it probes each time.
  }
}

function missingOf(cache: string, probes: Probes, exercise: Exercise, language: Language): Missing[] {
  const id = toolchainOf[language]
  const toolchain = toolchains[id]
  const missing: Missing[] = []
  if (!probes[id].ready) missing.push({ id, needs: toolchain.needs, howToInstall: toolchain.howToInstall(process.platform) })
  if (exercise.services.includes('postgres') && !embeddedPostgres()) missing.push(postgresMissing)
  for (const pack of exercise.packs) {
    if (language === packs[pack].language && !packs[pack].ready(cache)) missing.push(packMissing(pack))
  }
  return missing
}

const postgresMissing: Missing = {
  id: 'postgres',
  needs: 'PostgreSQL, whose embedded binaries this platform lacks',
  howToInstall: 'Use Linux (glibc) or macOS on x64 or arm64',
}

const packMissing = (id: keyof typeof packs): Missing => ({ id, needs: packs[id].title, howToInstall: `npm run setup -- ${id}` })

async function itemsOf(cache: string, probes: Probes): Promise<ReadinessItem[]> {
  const tools = ids.filter((id) => id !== 'none').map((id): ReadinessItem => {
    const { ready, version } = probes[id]
    return { id, ready, version, needs: toolchains[id].needs, howToInstall: ready ? '' : toolchains[id].howToInstall(process.platform) }
  })
  return [...(await baseItems()), ...tools, postgresItem(), ...packItems(cache)]
}

async function baseItems(): Promise<ReadinessItem[]> {
  const { readGitVersion } = await import('../git/git-version.ts')
  const git = await readGitVersion().catch(() => null)
  const npm = process.env['npm_config_user_agent']?.split(' ')[0]?.split('/')[1] ?? null
  const installGit = process.platform === 'darwin' ? 'xcode-select --install' : 'sudo apt-get install git'
  return [
    { id: 'git', ready: git !== null, version: git, needs: 'git 2.30 or newer', howToInstall: git === null ? installGit : '' },
    { id: 'npm', ready: npm !== null || findCommand('npm') !== null, version: npm, needs: 'npm, to start the commands', howToInstall: '' },
  ]
}

function postgresItem(): ReadinessItem {
  const ready = embeddedPostgres() !== null
  return { id: 'postgres', ready, version: ready ? '18 (embedded)' : null, needs: postgresMissing.needs.split(',')[0] ?? '', howToInstall: ready ? '' : postgresMissing.howToInstall }
}

function packItems(cache: string): ReadinessItem[] {
  return (Object.keys(packs) as (keyof typeof packs)[]).map((id) => {
    const ready = packs[id].ready(cache)
    return { id: `pack:${id}`, ready, version: ready ? packs[id].version : null, needs: packs[id].title, howToInstall: ready ? '' : `npm run setup -- ${id}` }
  })
}
