import type { Language } from '../domain/exercise/exercise.ts'
import { parseHead, trueHints } from '../domain/gate/mistake-head.ts'
import { judgeMistake, verdictProblem, type MistakeVerdict } from '../domain/gate/mistake-verdict.ts'
import { judge, type Judgement } from '../domain/judging/judge.ts'
import type { Missing } from '../domain/judging/verdict.ts'
import type { OpenDraft } from './mistake-draft.ts'
import type { CatalogSource, Readiness, Runs, Trees } from './ports.ts'

export interface MistakeRunPorts {
  source: CatalogSource
  trees: Trees
  readiness: Readiness
  runs: Runs
}

/** What the suite says about a mistake in one language. */
export type MistakeRun =
  | { language: Language; missing: Missing[] }
  | { language: Language; judgement: Judgement; verdict: MistakeVerdict; problem: string | null }

/** As the gate does: the same answer gets the same cases. */
const gateSeed = 1

/** Runs the suite on a draft's trees: on copies, so that nothing a run leaves is taken for the author's. */
export async function runDraft(
  ports: MistakeRunPorts,
  { exercise, id, draft }: OpenDraft,
  languages: readonly Language[],
): Promise<MistakeRun[]> {
  const missingIn = new Map(languages.map((l) => [l, ports.readiness.missing({ exercise, language: l })]))
  const ready = languages.filter((l) => missingIn.get(l)?.length === 0)
  const folders = ready.map((language) => ports.trees.copy(draft.tree(language)))
  const outcomes = await ports.runs.run(
    ready.map((language, i) => ({ exercise, language, folder: folders[i] ?? '', seed: gateSeed })),
  )
  for (const folder of folders) ports.trees.remove(folder)
  const hints = trueHints(id, parseHead(id, draft.head()).head)
  return languages.map((language): MistakeRun => {
    const outcome = outcomes[ready.indexOf(language)]
    if (!outcome) return { language, missing: missingIn.get(language) ?? [] }
    const judgement = judge(exercise.groups, outcome, ports.source.hints(exercise), new Map())
    const verdict = judgeMistake(judgement, hints)
    return { language, judgement, verdict, problem: verdictProblem(id, hints, verdict)?.message ?? null }
  })
}
