import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLedger } from '../../adapters/process/group-ledger.ts'
import { findServer } from '../../adapters/services/find-server.ts'
import { openLeases, type Lease } from '../../adapters/services/leases.ts'
import type { ServiceId } from '../../domain/exercise/exercise.ts'
import { closeRun, emptyRecord, leaveCase, type RunState } from '../run/run-state.ts'
import { openServices } from './services.ts'

/** Real servers and runs for the tests of the fixtures that speak to them. */

const cache = join(import.meta.dirname, '../../../.cache')

/** A server that this machine lacks is no reason to fail, unless everything has to be there. */
export const lacksServer = (id: Parameters<typeof findServer>[0]): boolean =>
  findServer(id, cache) === null && process.env['GYM_REQUIRE_ALL'] !== '1'

export interface Stand {
  /** A run of its own; `files` lie in its workspace. */
  run: (files?: Record<string, string>) => Promise<RunState>
  close: () => Promise<void>
}

let runs = 0

export function openStand(service: ServiceId): Stand {
  const folder = mkdtempSync(join(tmpdir(), 'gym-service-'))
  const ledger = openLedger(folder)
  const leases = openLeases(ledger, cache)
  const open: { state: RunState; lease: Lease }[] = []
  return {
    run: async (files = {}) => {
      const lease = await leases.lease([service])
      const state = await runOf(join(folder, `run-${runs}`), lease, files)
      open.push({ state, lease })
      return state
    },
    close: async () => {
      for (const { state, lease } of open) {
        await closeRun(state)
        await lease.release()
      }
      await leases.close()
      ledger.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function runOf(folder: string, lease: Lease, files: Record<string, string>): Promise<RunState> {
  mkdirSync(folder)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const run: RunState = {
    context: {
      runId: `svc${process.pid}x${runs++}`,
      slug: 'unit',
      language: 'ts',
      workspace: folder,
      exerciseFolder: folder,
      scratch: folder,
      ledger: folder,
      seed: 1,
      budgetMs: 30_000,
      childEnv: {},
      ...lease.addresses,
      launch: { command: [], args: [], env: {}, stopSignal: 'SIGTERM', loadFailure: [] },
    },
    current: emptyRecord(),
    currentId: 'first',
    failures: 0,
    endsAt: Date.now() + 60_000,
    stop: null,
    warnings: new Set(),
    stderr: '',
    sockets: new Set(),
    cleanups: [],
  }
  await openServices(run)
  return run
}

export function nextCase(run: RunState): void {
  leaveCase(run)
  Object.assign(run, { current: emptyRecord(), currentId: 'next' })
}

/** What the transcript says of the program's commands. */
export const said = (run: RunState): string[] =>
  run.current.transcript.filter((line) => line.label.startsWith('its')).map((line) => `${line.label}: ${line.text}`)
