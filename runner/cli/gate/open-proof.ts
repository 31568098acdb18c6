import type { TrialStore } from '../../app/ports.ts'
import type { MutantsStanding } from '../../domain/gate/mutants-standing.ts'
import { recordOf, type MutantsOnRecord, type Proof, type Standing } from '../../domain/gate/record.ts'
import type { Exercise, Language } from '../../domain/exercise/exercise.ts'
import type { Context } from '../context.ts'

/** What was proved before, on this machine (outcomes of trials) and by anybody (records). */
export interface Proofs {
  trials: TrialStore
  standing: (exercise: Exercise) => Standing
  /** Writes the record of an exercise of which everything has held. */
  record: (exercise: Exercise, proof: Omit<Proof, 'content' | 'engine'>) => void
  mutants: (exercise: Exercise) => MutantsStanding
  /** Writes counts into the record; false where there is none yet. */
  recordMutants: (exercise: Exercise, mutants: Omit<MutantsOnRecord, 'content'>) => boolean
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
  const mutantsOf = (exercise: Exercise, language: Language): string =>
    records.mutantsContent(root, source, exercise, language)
  return {
    trials: openTrialStore(cache, keys),
    standing,
    record: (exercise, proof) => {
      const { record, content, engine } = standing(exercise)
      records.writeRecord(source, exercise, recordOf(record, { ...proof, content, engine }))
    },
    mutants: (exercise) => {
      const mutants = records.readRecord(source, exercise)?.mutants ?? null
      return { slug: exercise.slug, mutants, content: mutants && mutantsOf(exercise, mutants.language) }
    },
    recordMutants: (exercise, mutants) => {
      const record = records.readRecord(source, exercise)
      if (!record) return false
      const content = mutantsOf(exercise, mutants.language)
      records.writeRecord(source, exercise, { ...record, mutants: { ...mutants, content } })
      return true
    },
  }
}
