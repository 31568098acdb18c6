import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLedger } from '../../adapters/process/group-ledger.ts'
import { findServer } from '../../adapters/services/find-server.ts'
import { openLeases, type Lease } from '../../adapters/services/leases.ts'
import type { ServiceId } from '../../domain/exercise/exercise.ts'
import { writeFiles } from '../../testing/write-files.ts'
import { runOf } from '../run/run-fixtures.ts'
import { closeRun, type RunState } from '../run/run-state.ts'
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
      const state = await leasedRun(join(folder, `run-${runs}`), lease, files)
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

async function leasedRun(workspace: string, lease: Lease, files: Record<string, string>): Promise<RunState> {
  mkdirSync(workspace)
  writeFiles(workspace, files)
  const run = runOf({ runId: `svc${process.pid}x${runs++}`, workspace, ...lease.addresses })
  await openServices(run)
  return run
}

/** What the transcript says of the program's commands. */
export const said = (run: RunState): string[] =>
  run.current.transcript.filter((line) => line.label.startsWith('its')).map((line) => `${line.label}: ${line.text}`)
