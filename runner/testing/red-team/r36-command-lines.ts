import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { GradeSlot, SlotWork } from './grade-slot.ts'

/** Works that are leased a server with a password, which any other account of the machine could use while they run. */
export const leasedWorks: readonly SlotWork[] = [
  { exercise: 'pg-transfer-atomic', language: 'ts', base: 'reference', files: {}, seed: 7 },
  { exercise: 'redis-cache-stampede', language: 'ts', base: 'reference', files: {}, seed: 7 },
]

export interface SeenLines {
  /** Command lines of sandboxes: what was looked for was there to be seen. */
  sandboxes: number
  /** Those with a password in them. */
  telling: string[]
}

/** Reads every command line of the machine, as everybody may, while a work is graded. */
export async function lookOn(slot: GradeSlot, work: SlotWork): Promise<SeenLines> {
  const seen = new Set<string>()
  const state = { over: false }
  const graded = slot.grade(work).finally(() => (state.over = true))
  while (!state.over) {
    for (const line of commandLines()) seen.add(line)
    await pause(20)
  }
  await graded
  const lines = [...seen]
  return {
    sandboxes: lines.filter((line) => line.includes('GYM_RUN')).length,
    telling: lines.filter((line) => /:\/\/[^\0/]+:[^\0/]+@|--requirepass/.test(line)).map((line) => line.slice(0, 200)),
  }
}

function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'latin1')]
      } catch {
        return [] // Gone.
      }
    })
}
