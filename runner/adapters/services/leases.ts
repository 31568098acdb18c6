import type { ServiceId } from '../../domain/exercise/exercise.ts'
import { commandLine } from '../../errors/command-line.ts'
import type { RunContext } from '../../harness/run-context.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import type { GroupLedger } from '../process/group-ledger.ts'
import { findServer, type FoundServer } from './find-server.ts'

/** How a run reaches each of its servers. */
type Addresses = Pick<RunContext, ServiceId>

export interface Lease {
  addresses: Addresses
  /** Ends what belongs to this run alone. */
  release: () => Promise<void>
}

export interface Leases {
  /** Starts what is not running yet. Rejects when a server does not start. */
  lease: (services: readonly ServiceId[]) => Promise<Lease>
  close: () => Promise<void>
}

interface Started {
  lease: NonNullable<Addresses[ServiceId]>
  stop: () => Promise<void>
}

/**
 * Servers stay up for the runner's life and are shared by its runs, which keep apart by databases and accounts of their
 * own.
 */
export function openLeases(ledger: GroupLedger, cache: string): Leases {
  const shared = new Map<ServiceId, Promise<Started>>()
  const sharedServer = (id: ServiceId): Promise<Started> => {
    const server = shared.get(id) ?? starters[id](ledger, cache)
    shared.set(id, server)
    return server
  }
  return {
    lease: async (services) => {
      const own: Started[] = []
      const addresses: Record<string, unknown> = {}
      for (const id of services) {
        const server = await (id === 'redis' ? starters.redis(ledger, cache) : sharedServer(id))
        if (id === 'redis') own.push(server)
        addresses[id] = server.lease
      }
      return {
        addresses: addresses as Addresses,
        release: async () => void (await Promise.all(own.map((s) => s.stop()))),
      }
    },
    close: async () => {
      const servers = await Promise.allSettled(shared.values())
      await Promise.all(servers.map((s) => (s.status === 'fulfilled' ? s.value.stop() : undefined)))
    },
  }
}

type Start = (ledger: GroupLedger, cache: string) => Promise<Started>

// Each adapter is imported at first use: most exercises need no server.
const starters = {
  postgres: async (ledger, cache) => (await import('./postgres.ts')).startPostgres(ledger, { cache }),
  redis: async (ledger, cache) => (await import('./redis.ts')).startRedis(ledger, found('redis', cache)),
  mysql: async (ledger, cache) => (await import('./mysql.ts')).startMysql(ledger, found('mysql', cache)),
  mongodb: async (ledger, cache) => (await import('./mongodb.ts')).startMongodb(ledger, found('mongodb', cache)),
  azurite: async (ledger, cache) => (await import('./azurite.ts')).startAzurite(ledger, cache),
} satisfies Record<ServiceId, Start>

function found(id: Parameters<typeof findServer>[0], cache: string): FoundServer {
  const server = findServer(id, cache)
  if (!server)
    throw new RunnerError('service-failed', {
      service: id,
      reason: `it is not on this machine (${commandLine('setup', id)})`,
    })
  return server
}
