import { idOf, variantName, type Variant } from '../domain/exercise/variant.ts'
import type { CatalogSource, Clock, ProgressStore, Workspaces } from './ports.ts'
import { planFor } from './plan.ts'

export interface StartPorts {
  source: CatalogSource
  workspaces: Workspaces
  store: ProgressStore
  clock: Clock
}

/** Makes the workspace of a variant if it is not there; returns whether it was made. */
export async function startVariant(ports: StartPorts, variant: Variant): Promise<boolean> {
  const id = idOf(variant)
  if (ports.workspaces.exists(id)) return false
  return ports.store.withLock(variantName(id), async () => {
    if (ports.workspaces.exists(id)) return false
    await ports.workspaces.apply(planFor(ports.source, variant, ports.workspaces.folder(id)))
    ports.store.record({ event: 'started', at: ports.clock.now().toISOString(), ...id })
    return true
  })
}
