import type { GradeQueue } from '../../app/grading-ports.ts'
import { openGradeQueue, type QueueOptions } from '../../adapters/queue/grade-queue.ts'
import type { Context } from '../context.ts'

export interface QueuePlace {
  queue: GradeQueue
  close: () => Promise<void>
}

/** The queue on the server that was named, or on an embedded one that lives as long as this command. */
export async function openQueuePlace(context: Context, databaseUrl: string | undefined): Promise<QueuePlace> {
  if (databaseUrl !== undefined) {
    const queue = await openGradeQueue({ connection: { connectionString: databaseUrl } })
    return { queue, close: queue.close }
  }
  const { startPostgres } = await import('../../adapters/services/postgres.ts')
  const server = await startPostgres(context.ledger(), { cache: context.settings.cache })
  const { host, port, admin: user, password } = server.lease
  const connection: QueueOptions['connection'] = { host, port, user, password, database: 'postgres' }
  try {
    const queue = await openGradeQueue({ connection })
    return {
      queue,
      close: async () => {
        await queue.close()
        await server.stop()
      },
    }
  } catch (error) {
    await server.stop()
    throw error
  }
}
