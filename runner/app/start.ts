import type { Exercise, Language } from '../domain/exercise/exercise.ts'
import type { CatalogSource, Clock, ProgressStore, Workspaces } from './ports.ts'
import { planFor } from './plan.ts'

export interface StartPorts {
  source: CatalogSource
  workspaces: Workspaces
  store: ProgressStore
  clock: Clock
}

/** Makes the workspace of a variant if it is not there; returns whether it was made. */
export async function startVariant(ports: StartPorts, exercise: Exercise, language: Language): Promise<boolean> {
  const { slug } = exercise
  if (ports.workspaces.exists(slug, language)) return false
  return ports.store.withLock(`${slug}@${language}`, async () => {
    if (ports.workspaces.exists(slug, language)) return false
    const folder = ports.workspaces.folder(slug, language)
    await ports.workspaces.apply(planFor(ports.source, exercise, language, folder))
    ports.store.record({ event: 'started', at: ports.clock.now().toISOString(), slug, language })
    return true
  })
}
