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

type AnyLease = NonNullable<Addresses[ServiceId]>

/** A server's use by one run. */
interface Share {
  lease: AnyLease
  /** Ends what belongs to this run alone. */
  release: () => Promise<void>
}

interface Started {
  /** Null: no more runs can be kept apart on it; another server is to be started. */
  share: () => Promise<Share | null>
  stop: () => Promise<void>
}

/**
 * Servers stay up for the runner's life and are shared by its runs, which keep apart by databases and accounts of their
 * own. Redis, where one command ends all that there is, serves one run alone.
 *
 * @param others programs of other people may look for servers (grading): one that listens on a port where everybody finds
 *   it ends with the last run that has it
 */
export function openLeases(ledger: GroupLedger, cache: string, { others = false } = {}): Leases {
  const shared = new Map<ServiceId, Promise<Started>>()
  const usedUp: Started[] = []
  const sharedServer = (id: Exclude<ServiceId, 'redis'>): Promise<Started> => {
    const server = shared.get(id) ?? starters[id](ledger, cache, others)
    shared.set(id, server)
    return server
  }
  const shareOf = async (id: ServiceId): Promise<Share> => {
    if (id === 'redis') return ownRedis(ledger, cache)
    const server = await sharedServer(id)
    const share = await server.share()
    if (share) return share
    if (!usedUp.includes(server)) {
      usedUp.push(server)
      shared.delete(id)
    }
    return shareOf(id)
  }
  return {
    lease: async (services) => {
      const own: Share[] = []
      const addresses: Record<string, unknown> = {}
      for (const id of services) {
        const share = await shareOf(id)
        own.push(share)
        addresses[id] = share.lease
      }
      return {
        addresses: addresses as Addresses,
        release: async () => void (await Promise.all(own.map((share) => share.release()))),
      }
    },
    close: async () => {
      const servers = await Promise.allSettled(shared.values())
      const running = servers.flatMap((s) => (s.status === 'fulfilled' ? [s.value] : []))
      await Promise.all([...running, ...usedUp].map((server) => server.stop()))
    },
  }
}

const nothing = async (): Promise<void> => {}

/** Each run makes a database and a role of its own in it. */
const forAll = ({ lease, stop }: { lease: AnyLease; stop: () => Promise<void> }): Started => ({
  share: async () => ({ lease, release: nothing }),
  stop,
})

async function ownRedis(ledger: GroupLedger, cache: string): Promise<Share> {
  const { lease, stop } = await (await import('./redis.ts')).startRedis(ledger, found('redis', cache))
  return { lease, release: stop }
}

/** Shares of one server; `whenLast` is heard each time that no run has one any more. */
function untilLast(whenLast: () => Promise<void>): (lease: AnyLease) => Share {
  let runs = 0
  return (lease) => {
    runs += 1
    return {
      lease,
      release: async () => {
        runs -= 1
        if (runs === 0) await whenLast()
      },
    }
  }
}

/** It has no accounts: whatever a program has put anywhere in it goes when the last run that is there ends. */
async function mongodb(ledger: GroupLedger, cache: string): Promise<Started> {
  const { lease, empty, stop } = await (await import('./mongodb.ts')).startMongodb(ledger, found('mongodb', cache))
  let emptied: Promise<boolean> = Promise.resolve(true)
  const shareOf = untilLast(async () => {
    emptied = empty().then(
      () => true,
      () => false,
    )
    await emptied
  })
  const share = async (): Promise<Share | null> => {
    const own = shareOf(lease)
    // One that could not be emptied is nobody's any more.
    return (await emptied) ? own : null
  }
  return { share, stop }
}

/** It has no socket, and no relay stands before it: where others look for it, it ends with the last run. */
async function azurite(ledger: GroupLedger, cache: string, others: boolean): Promise<Started> {
  const { account, stop } = await (await import('./azurite.ts')).startAzurite(ledger, cache)
  let isOver = false
  const shareOf = untilLast(async () => {
    if (!others) return
    isOver = true
    await stop()
  })
  const share = async (): Promise<Share | null> => {
    const lease = isOver ? null : account()
    return lease && shareOf(lease)
  }
  return { share, stop: () => (isOver ? nothing() : stop()) }
}

type Start = (ledger: GroupLedger, cache: string, others: boolean) => Promise<Started>

// Each adapter is imported at first use: most exercises need no server.
const starters = {
  postgres: async (ledger, cache) => forAll(await (await import('./postgres.ts')).startPostgres(ledger, { cache })),
  mysql: async (ledger, cache) => forAll(await (await import('./mysql.ts')).startMysql(ledger, found('mysql', cache))),
  mongodb,
  azurite,
} satisfies Record<Exclude<ServiceId, 'redis'>, Start>

function found(id: Parameters<typeof findServer>[0], cache: string): FoundServer {
  const server = findServer(id, cache)
  if (!server)
    throw new RunnerError('service-failed', {
      service: id,
      reason: `it is not on this machine (${commandLine('setup', id)})`,
    })
  return server
}
