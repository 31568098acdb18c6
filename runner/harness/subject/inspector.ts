/**
 * The protocol by which debuggers speak to Node: answered by V8 itself in a thread of its own, so that nothing which a
 * program patches changes an answer. One connection, made before the program is loaded and never made again: by then
 * anybody may answer at that address.
 */
export interface Inspector {
  /** Rejects when the connection is gone, or the protocol says no. */
  post: (method: string, params?: object) => Promise<Answer>
  /** How many events of this name came. */
  heard: (event: string) => number
  close: () => void
}

export type Answer = Record<string, unknown>

/** What Node prints on stderr when it is connected to. */
export const saidByNode = 'Debugger attached.\n'

export async function openInspector(address: string): Promise<Inspector> {
  const socket = new WebSocket(address)
  const waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>()
  const events = new Map<string, number>()
  const state = { next: 1, gone: false }
  const lost = (): void => {
    state.gone = true
    for (const { reject } of waiting.values()) reject(gone())
    waiting.clear()
  }
  socket.addEventListener('close', lost)
  socket.addEventListener('error', lost)
  socket.addEventListener('message', ({ data }) => {
    const told = JSON.parse(String(data)) as { id?: number; method?: string; result?: Answer; error?: Answer }
    if (told.method !== undefined) events.set(told.method, (events.get(told.method) ?? 0) + 1)
    const waiter = waiting.get(told.id ?? 0)
    waiting.delete(told.id ?? 0)
    if (told.result) waiter?.resolve(told.result)
    else waiter?.reject(new Error(`It could not be measured: ${String(told.error?.['message'])}`))
  })
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve())
    socket.addEventListener('close', () => reject(gone()))
  })
  return {
    post: (method, params = {}) =>
      new Promise((resolve, reject) => {
        if (state.gone) return reject(gone())
        const id = state.next++
        waiting.set(id, { resolve, reject })
        socket.send(JSON.stringify({ id, method, params }))
      }),
    heard: (event) => events.get(event) ?? 0,
    close: () => socket.close(),
  }
}

const gone = (): Error => new Error('The program cannot be measured any more: it has closed the way to its inspector.')
