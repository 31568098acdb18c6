import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { catalogSource } from '../adapters/files/catalog-source.ts'
import { openLedger } from '../adapters/process/group-ledger.ts'
import { openRuns } from '../adapters/runs/runs.ts'
import type { Exercise } from '../domain/exercise/exercise.ts'
import { patience } from '../harness/run/patience.ts'
import { judge, type Judgement } from '../domain/judging/judge.ts'

/** Runs learner code against the fixture exercises with everything real: engine, harness, children. */
export interface FixtureRunner {
  run: (slug: string, files: Record<string, string>) => Promise<FixtureResult>
  close: () => Promise<void>
}

export interface FixtureResult {
  judgement: Judgement
  /** Wall clock of the whole run in ms, the engine being warm. */
  elapsedMs: number
  /** The exercise's budget and two seconds, stretched by the machine's load as the harness does it. */
  allowedMs: number
  /** Process ids with this runner's token that are still there. */
  leftProcesses: string[]
}

const root = join(import.meta.dirname, '..', '..')

export function openFixtureRunner(): FixtureRunner {
  const cache = join(root, '.cache', `fixtures-${process.pid}`)
  mkdirSync(cache, { recursive: true })
  const source = catalogSource(join(import.meta.dirname, 'catalog'))
  const { catalog } = source.load()
  const ledger = openLedger(cache)
  const runs = openRuns({ root, cache, source, ledger, toolsOf: () => ({}), workers: 1 })
  return {
    run: async (slug, files) => {
      const exercise = catalog.bySlug.get(slug) as Exercise
      const folder = mkdtempSync(join(cache, 'tree-'))
      for (const [path, text] of Object.entries(files)) write(join(folder, path), text)
      const before = patience()
      const started = performance.now()
      const [outcome] = await runs.run([{ exercise, language: 'ts', folder, seed: 7 }])
      const elapsedMs = performance.now() - started
      if (!outcome) throw new Error('no outcome')
      return {
        judgement: judge(exercise.groups, outcome, [], new Map()),
        elapsedMs,
        allowedMs: (exercise.budgetMs + 2_000) * Math.max(before, patience()),
        leftProcesses: processesIn(folder),
      }
    },
    close: async () => {
      await runs.close()
      ledger.close()
      rmSync(cache, { recursive: true, force: true })
    },
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

/** Living processes that were started in this folder or name it (Linux). */
function processesIn(folder: string): string[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && mentions(pid, folder))
}

function mentions(pid: string, folder: string): boolean {
  try {
    const dead = /^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'))
    return !dead && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`PWD=${folder}`)
  } catch {
    return false
  }
}
