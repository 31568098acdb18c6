import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { openReadiness } from '../../adapters/readiness/readiness.ts'
import { findSandbox } from '../../adapters/sandbox/find-sandbox.ts'
import { openView, slotWords } from '../../adapters/sandbox/slot-view.ts'
import type { Judgement } from '../../domain/judging/judge.ts'
import { markers, type Attack } from './attack.ts'

/** A work to be graded: the part of an attack that a grader sees. */
export type SlotWork = Pick<Attack, 'exercise' | 'language' | 'base' | 'files'> & { seed: number }

export type SlotAnswer = Graded | { missing: string[] } | { problem: string }

export interface Graded {
  judgement: Judgement
  elapsedMs: number
}

export interface GradeSlot {
  grade: (work: SlotWork) => Promise<SlotAnswer>
  /** Processes of the works it graded that are still there. */
  learnersProcesses: () => string[]
  /** Everything that the slot's own process wrote, which no learner's text may reach. */
  said: () => string
  alive: () => boolean
  kill: () => void
  close: () => Promise<void>
}

const root = join(import.meta.dirname, '..', '..', '..')
const cache = join(root, '.cache')

/** Starts a process that grades in the sandbox, in a network of its own, with a canary in its environment. */
export async function openGradeSlot(): Promise<GradeSlot> {
  const readiness = await openReadiness(cache)
  const found = findSandbox(root, readiness.programs())
  const view = openView([root, ...found.toolFolders])
  const { bwrap, prlimit, drop, toolFolders } = found
  const options = { root, cache, sandbox: { bwrap, prlimit, drop, toolFolders, view: view.view } }
  mkdirSync(cache, { recursive: true })
  const [file = '', ...words] = [
    ...slotWords(bwrap, view),
    process.execPath,
    join(import.meta.dirname, 'grade-slot-main.ts'),
    JSON.stringify(options),
  ]
  const child = spawn(file, words, {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, GYM_CANARY: markers.environment },
  })
  const state = { alive: true, said: '' }
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => void (state.said = (state.said + chunk.toString('utf8')).slice(-200_000)))
  const waiting: ((answer: SlotAnswer) => void)[] = []
  const started = Promise.withResolvers<number>()
  createInterface({ input: child.stdio[3] as Readable }).on('line', (line) => {
    const answer = JSON.parse(line) as SlotAnswer | { pid: number }
    if ('pid' in answer) started.resolve(answer.pid)
    else waiting.shift()?.(answer)
  })
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      state.alive = false
      started.reject(new Error(`the slot did not start: ${state.said.slice(-2_000)}`))
      for (const settle of waiting.splice(0)) settle({ problem: `the slot ended: ${state.said.slice(-2_000)}` })
      resolve()
    })
  })
  child.stdin?.on('error', () => {})
  const pid = await started.promise
  return {
    grade: (work) =>
      new Promise((resolve) => {
        if (!state.alive) return resolve({ problem: `the slot has ended: ${state.said.slice(-2_000)}` })
        waiting.push(resolve)
        child.stdin?.write(`${JSON.stringify(work)}\n`)
      }),
    learnersProcesses: () => processesOf(pid),
    said: () => state.said,
    alive: () => state.alive,
    kill: () => process.kill(child.pid ?? -1, 'SIGKILL'),
    close: async () => {
      child.stdin?.end()
      await ended
      view.close()
    },
  }
}

/** What runs for a grading process carries the token of its runs in its environment, and bubblewrap in its words. */
function processesOf(grader: number): string[] {
  const token = new RegExp(`GYM_RUN[=\\0]r${grader}x`)
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && isLiving(pid) && token.test(wordsOf(pid)))
}

const isLiving = (pid: string): boolean => !/^State:\s+[ZX]/m.test(readOr('Z', `/proc/${pid}/status`))

const wordsOf = (pid: string): string => readOr('', `/proc/${pid}/environ`) + readOr('', `/proc/${pid}/cmdline`)

function readOr(fallback: string, path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return fallback // Gone, or another user's.
  }
}

export const canaryFile = join(cache, 'red-team-canary.txt')
export const removeCanary = (): void => rmSync(canaryFile, { force: true })
