import { mkdirSync, writeFileSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { catalogSource } from '../../adapters/files/catalog-source.ts'
import { treesIn } from '../../adapters/files/trees.ts'
import { buildRepository } from '../../adapters/repositories/build-repository.ts'
import { openLedger } from '../../adapters/process/group-ledger.ts'
import { openReadiness } from '../../adapters/readiness/readiness.ts'
import { openRuns } from '../../adapters/runs/runs.ts'
import type { SandboxPlace } from '../../adapters/sandbox/bubblewrap.ts'
import { watchMemory } from '../../adapters/sandbox/memory-watch.ts'
import { seenThrough, type SlotView } from '../../adapters/sandbox/slot-view.ts'
import type { CatalogSource } from '../../app/ports.ts'
import { planFor } from '../../app/plan.ts'
import type { Exercise, Language } from '../../domain/exercise/exercise.ts'
import { judge } from '../../domain/judging/judge.ts'
import type { SlotAnswer, SlotWork } from './grade-slot.ts'

/** Entry of the process in which the red team's works are graded, as those of a class are (cli/grading/slots.ts). */

const { root, cache, sandbox } = JSON.parse(process.argv[2] ?? '') as {
  root: string
  cache: string
  sandbox: Pick<SandboxPlace, 'bwrap' | 'prlimit' | 'drop' | 'toolFolders'> & { view: SlotView }
}

let bare = 0
const ledger = openLedger(cache)
const readiness = await openReadiness(cache)
const trees = treesIn({ cache, buildRepository })
const catalogs = [root, join(root, 'runner', 'testing', 'catalog')].map((folder) => {
  const source = catalogSource(folder)
  const { catalog } = source.load()
  const place = { ...sandbox, root, cache, seen: seenThrough(sandbox.view) }
  return {
    source,
    catalog,
    runs: openRuns({ root, cache, source, ledger, toolsOf: readiness.toolsOf, workers: 1, sandbox: place }),
  }
})

watchMemory()
tell({ pid: process.pid })
for await (const line of createInterface({ input: process.stdin })) {
  const work = JSON.parse(line) as SlotWork
  const answer = await graded(work).catch((error: unknown): SlotAnswer => ({
    problem: String((error as Error).stack ?? error),
  }))
  tell(answer)
}
for (const { runs } of catalogs) await runs.close()
trees.clear()
ledger.close()
process.exitCode = 0

async function graded({ exercise: slug, language, base, files, seed }: SlotWork): Promise<SlotAnswer> {
  const found = catalogs.find(({ catalog }) => catalog.bySlug.has(slug))
  if (!found) throw new Error(`there is no exercise "${slug}"`)
  const exercise = found.catalog.bySlug.get(slug) as Exercise
  const missing = readiness.missing({ exercise, language })
  if (missing.length > 0) return { missing: missing.map((m) => m.needs) }
  const folder = await treeOf(found.source, exercise, { exercise: slug, language, base, files, seed })
  try {
    const started = performance.now()
    const [outcome] = await found.runs.run([{ exercise, language, folder, seed }])
    if (!outcome) throw new Error('no outcome')
    const judgement = judge(exercise.groups, outcome, found.source.hints(exercise), new Map())
    return { judgement, elapsedMs: Math.round(performance.now() - started) }
  } finally {
    trees.remove(folder)
  }
}

async function treeOf(source: CatalogSource, exercise: Exercise, { language, base, files }: SlotWork): Promise<string> {
  const folder =
    base === 'nothing'
      ? join(cache, 'trees', String(process.pid), `bare-${bare++}`)
      : await laidOut(source, exercise, language, base)
  for (const [path, text] of Object.entries(files)) {
    const target = join(folder, path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, text)
  }
  return folder
}

function laidOut(
  source: CatalogSource,
  exercise: Exercise,
  language: Language,
  base: SlotWork['base'],
): Promise<string> {
  const overlays = base === 'reference' ? [join(source.solutionFolder(exercise), 'reference', language)] : []
  return trees.build(planFor(source, { exercise, language }, ''), overlays)
}

function tell(answer: SlotAnswer | { pid: number }): void {
  const line = Buffer.from(`${JSON.stringify(answer)}\n`)
  for (let at = 0; at < line.length;) at += writeSync(3, line, at)
}
