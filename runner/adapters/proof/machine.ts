import type { ReadinessItem } from '../../app/ports.ts'
import type { Exercise, Language, ServiceId } from '../../domain/exercise/exercise.ts'
import { stampOf } from '../files/file-stamp.ts'
import { findServer } from '../services/find-server.ts'
import { toolchainOf, type toolchains } from '../toolchains/index.ts'

export interface MachineOptions {
  cache: string
  items: readonly ReadinessItem[]
  toolsOf: (id: keyof typeof toolchains) => Record<string, string>
}

/** What this machine brings for a variant, with versions: another one may give another outcome. */
export function machineFor({ cache, items, toolsOf }: MachineOptions) {
  const versionOf = (id: string): string => `${id} ${items.find((item) => item.id === id)?.version ?? 'unknown'}`
  return (exercise: Exercise, language: Language): string[] => {
    const toolchain = toolchainOf[language]
    return [
      versionOf(toolchain),
      JSON.stringify(toolsOf(toolchain)),
      ...exercise.services.flatMap((id) => [versionOf(id), serverStamp(id, cache)]),
      ...exercise.packs.map((id) => versionOf(`pack:${id}`)),
      ...(exercise.driver === 'git' ? [versionOf('git')] : []),
    ]
  }
}

/** Servers of this machine do not tell their version without being started; their file tells when it changed. */
function serverStamp(id: ServiceId, cache: string): string {
  if (id === 'postgres' || id === 'azurite') return ''
  const found = findServer(id, cache)
  return found === null ? '' : `${found.path} ${stampOf(found.root ?? found.path)}`
}
