import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { recordProcess, type GroupLedger } from '../../adapters/process/group-ledger.ts'
import { endGroup } from '../../adapters/process/signals.ts'
import { isErrorCode, RunnerError } from '../../errors/runner-error.ts'
import type { SlotAnswer, SlotRequest } from './slot.ts'
import type { SlotOptions } from './slot-grader.ts'

/** A request without its number. */
export type SlotAsk = SlotRequest extends infer R ? (R extends { id: number } ? Omit<R, 'id'> : never) : never

export interface LentSlot {
  /** Rejects after `limitMs`, and the slot is ended then. */
  ask: (request: SlotAsk, limitMs: number) => Promise<unknown>
}

export interface Slots {
  /** Lends a slot for several questions; `fresh` asks for a new one. One that is called spoiled is ended and not lent again. */
  use: <T>(fresh: boolean, work: (slot: LentSlot, spoiled: () => void) => Promise<T>) => Promise<T>
  /** Asks a free slot once, as soon as there is one, and waits as long as it takes. Rejects in the catalogue's words when the slot says so or is lost. */
  ask: (request: SlotAsk) => Promise<unknown>
  close: () => Promise<void>
}

export interface SlotsOptions {
  command: readonly string[]
  options: SlotOptions
  count: number
  /** A grader that is killed leaves the groups of its slots there. */
  ledger: Pick<GroupLedger, 'folder'>
}

interface Slot {
  ask: (request: SlotAsk) => Promise<unknown>
  alive: () => boolean
  /** At once, with all that it has started. */
  end: () => void
  close: () => Promise<void>
}

/** Works after which a slot is started anew: what suites import stays in its memory. */
const asksPerSlot = 200

/** Starts slots when they are needed, gives each one request at a time, and starts a lost one anew. */
export function openSlots(options: SlotsOptions): Slots {
  const idle: { slot: Slot; asked: number }[] = []
  const waiting: (() => void)[] = []
  const living = new Set<Slot>()
  let busy = 0
  const freed = (): void => {
    busy -= 1
    waiting.shift()?.()
  }
  const taken = async (fresh = false): Promise<{ slot: Slot; asked: number }> => {
    while (busy >= options.count) await new Promise<void>((resolve) => waiting.push(resolve))
    busy += 1
    const found = idle.pop()
    if (!fresh && found?.slot.alive() && found.asked < asksPerSlot) return found
    if (found) void retire(found.slot)
    const slot = startSlot(options)
    living.add(slot)
    return { slot, asked: 0 }
  }
  const retire = async (slot: Slot): Promise<void> => {
    living.delete(slot)
    await slot.close()
  }
  const use: Slots['use'] = async (fresh, work) => {
    const { slot, asked } = await taken(fresh)
    const state = { spoiled: false }
    try {
      return await work(
        { ask: (request, limitMs) => withinLimit(slot, request, limitMs) },
        () => (state.spoiled = true),
      )
    } finally {
      if (state.spoiled) slot.end()
      if (slot.alive() && !state.spoiled) idle.push({ slot, asked: asked + 1 })
      else living.delete(slot)
      freed()
    }
  }
  return {
    use,
    ask: (request) => use(false, (slot) => slot.ask(request, Infinity)),
    close: async () => void (await Promise.all([...living].map(retire))),
  }
}

function startSlot({ command, options, ledger }: SlotsOptions): Slot {
  const [file = '', ...args] = command
  const child = spawn(file, [...args, JSON.stringify(options)], {
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, GYM_DATABASE_URL: '' },
  })
  const forget = child.pid === undefined ? () => {} : recordProcess(ledger, child.pid, 'slot')
  const state = { alive: child.pid !== undefined, said: '', next: 1 }
  const pending = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  const lost = (): void => {
    state.alive = false
    forget()
    const reason = state.said.trim().split('\n').at(-1)?.slice(0, 200) || 'it was killed'
    for (const { reject } of pending.values()) reject(new RunnerError('slot-lost', { reason }))
    pending.clear()
  }
  const exited = new Promise<void>((resolve) =>
    child.once('close', () => resolve()).once('error', () => resolve()),
  ).then(lost)
  child.stdin?.on('error', () => {})
  child.stderr?.on('data', (chunk: Buffer) => (state.said = (state.said + chunk.toString('utf8')).slice(-4_000)))
  createInterface({ input: child.stdio[3] as Readable }).on('line', (line) => {
    const answer = JSON.parse(line) as SlotAnswer
    const asked = pending.get(answer.id)
    pending.delete(answer.id)
    if (answer.ok) asked?.resolve(answer.value)
    else asked?.reject(errorOf(answer))
  })
  return {
    alive: () => state.alive,
    end: () => endGroup(child.pid),
    ask: (request) =>
      new Promise((resolve, reject) => {
        if (!state.alive) return reject(new RunnerError('slot-lost', { reason: 'it did not start' }))
        const id = state.next++
        pending.set(id, { resolve, reject })
        child.stdin?.write(`${JSON.stringify({ ...request, id })}\n`)
      }),
    close: async () => {
      child.stdin?.end()
      const timer = setTimeout(() => endGroup(child.pid), 10_000)
      await exited
      clearTimeout(timer)
    },
  }
}

async function withinLimit(slot: Slot, request: SlotAsk, limitMs: number): Promise<unknown> {
  const state = { tookTooLong: false }
  const tooLong = (): void => {
    state.tookTooLong = true
    slot.end()
  }
  const timer = limitMs === Infinity ? undefined : setTimeout(tooLong, limitMs)
  try {
    return await slot.ask(request)
  } catch (error) {
    throw state.tookTooLong ? new RunnerError('slot-too-long', { seconds: Math.round(limitMs / 1000) }) : error
  } finally {
    clearTimeout(timer)
  }
}

const errorOf = ({ code, details, message }: Extract<SlotAnswer, { ok: false }>): Error =>
  code !== null && isErrorCode(code) ? new RunnerError(code, details) : new Error(message)
