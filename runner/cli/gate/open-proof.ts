import type { TrialStore } from '../../app/ports.ts'
import { recordOf, type Proof, type Standing } from '../../domain/gate/record.ts'
import type { Exercise } from '../../domain/exercise/exercise.ts'
import type { Context } from '../context.ts'

/** What was proved before, on this machine (outcomes of trials) and by anybody (records). */
export interface Proofs {
  trials: TrialStore
  standing: (exercise: Exercise) => Standing
  /** Writes the record of an exercise of which everything has held. */
  record: (exercise: Exercise, proof: Omit<Proof, 'content' | 'engine'>) => void
}

export async function openProofs(context: Context): Promise<Proofs> {
  const { root, cache } = context.settings
  const { source } = context
  const [{ readCode, readImportGraph }, { openKeys }, { openTrialStore }, records, { machineFor }] = await Promise.all([
    import('../../adapters/proof/source-graph.ts'),
    import('../../adapters/proof/trial-keys.ts'),
    import('../../adapters/proof/trial-store.ts'),
    import('../../adapters/proof/records.ts'),
    import('../../adapters/proof/machine.ts'),
  ])
  const readiness = await context.readiness()
  const [graph, code, items] = await Promise.all([readImportGraph(root), readCode(root), readiness.items()])
  const machineOf = machineFor({ cache, items, toolsOf: readiness.toolsOf })
  const keys = openKeys({ root, source, graph, code, machineOf })
  const standing = (exercise: Exercise): Standing => ({
    slug: exercise.slug,
    record: records.readRecord(source, exercise),
    content: records.proofContent(root, source, exercise),
    engine: keys.engineOf(exercise),
  })
  return {
    trials: openTrialStore(cache, keys),
    standing,
    record: (exercise, proof) => {
      const { record, content, engine } = standing(exercise)
      records.writeRecord(source, exercise, recordOf(record, { ...proof, content, engine }))
    },
  }
}
