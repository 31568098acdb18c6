import { patience } from '../../run/patience.ts'
import type { Command } from './codec.ts'

/** Which commands are meant: a pattern on the text, or a look at the whole. */
export type CommandMatch<C> = RegExp | ((command: C) => boolean)

export interface FaultOptions {
  /**
   * `before`: the server never gets it (yet). `after`, the default: the server has done it, and its answer is kept
   * back.
   */
  when?: 'before' | 'after'
  /** The how many-th that fits, from 1. */
  nth?: number
}

export interface Held {
  /**
   * Waits until a command stands there: true. False when `otherwise` (the call or request that should send it) has
   * settled first; without it, after two seconds. It is then no longer waited for.
   */
  reached: (otherwise?: Promise<unknown>) => Promise<boolean>
  /** Lets it go on; before it was reached, lets it pass. What is still held when a case ends goes on by itself. */
  release: () => void
}

export interface Cut {
  /** A connection was cut here. */
  happened: () => boolean
  /** No longer waits for its command. */
  release: () => void
}

/** What a connection sees of a fault. */
export interface Fault {
  act: 'hold' | 'cut'
  when: 'before' | 'after'
  /** The command stands there; `go` lets it go on. */
  arrive: (go: () => void) => void
}

interface Armed<C> extends Fault {
  match: CommandMatch<C>
  left: number
  disarm: () => void
}

export interface Faults<C extends Command> {
  hold: (match: CommandMatch<C>, options?: FaultOptions) => Held
  cut: (match: CommandMatch<C>, options?: FaultOptions) => Cut
  /** The fault that this command meets, which is then used up. */
  of: (command: C) => Fault | null
  /** Nothing is held or waited for any more. */
  clear: () => void
}

const reachedMs = 2_000

export function openFaults<C extends Command>(): Faults<C> {
  let armed: Armed<C>[] = []
  let releases: (() => void)[] = []
  const arm = (
    act: Fault['act'],
    match: CommandMatch<C>,
    { when = 'after', nth = 1 }: FaultOptions,
    arrive: Fault['arrive'],
  ): (() => void) => {
    const disarm = (): void => void (armed = armed.filter((a) => a !== fault))
    const fault: Armed<C> = { act, when, match, left: nth, arrive, disarm }
    armed.push(fault)
    return disarm
  }
  return {
    hold: (match, options = {}) => {
      const held = gate()
      const disarm = arm('hold', match, options, held.arrive)
      const release = (): void => (disarm(), held.release())
      releases.push(release)
      const reached = async (otherwise?: Promise<unknown>): Promise<boolean> => {
        const stands = await held.reached(otherwise)
        if (!stands) release()
        return stands
      }
      return { reached, release }
    },
    cut: (match, options = {}) => {
      let happened = false
      const release = arm('cut', match, options, () => void (happened = true))
      return { happened: () => happened, release }
    },
    of: (command) => {
      const met = armed.find((fault) => fits(fault.match, command) && --fault.left === 0)
      met?.disarm()
      return met ?? null
    },
    clear: () => {
      for (const release of releases) release()
      armed = []
      releases = []
    },
  }
}

const fits = <C extends Command>(match: CommandMatch<C>, command: C): boolean =>
  match instanceof RegExp ? command.text.search(match) >= 0 : match(command)

function gate() {
  const arrival = Promise.withResolvers<true>()
  let go: (() => void) | null = null
  let open = false
  return {
    arrive: (onward: () => void): void => {
      if (open) return onward()
      go = onward
      arrival.resolve(true)
    },
    release: (): void => {
      open = true
      go?.()
      go = null
    },
    reached: (otherwise: Promise<unknown> = elapsed()): Promise<boolean> => {
      const never = otherwise.then(
        () => false,
        () => false,
      )
      return Promise.race([arrival.promise, never])
    },
  }
}

const elapsed = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, reachedMs * patience()).unref())
