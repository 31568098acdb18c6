import { clip, note, type CaseRecord, type RunState } from '../../run/run-state.ts'
import type { Command } from './codec.ts'

/** How the commands of one server read in a transcript. */
export interface Words<C extends Command> {
  /** What the learner reads before a command: `its redis`. */
  label: string
  /** Name under which the first refusal of a case is told to hints. */
  evidence: string
  /** What a server does with a command. */
  done: 'done' | 'executed'
  /** A command on one line. */
  text: (command: C) => string
  /** Its answer in short. */
  outcome: (command: C) => string
  /** The server's code of a refusal. */
  refusal: (command: C) => string | null
}

/** Of a command that carries its own words. */
export interface WordedCommand extends Command {
  /** The answer in short. */
  outcome: string | null
  /** The server's code of a refusal. */
  refusal: string | null
}

/** A command when it is read, before anybody has answered it; its connection has no number until it is sent. */
export const unanswered = { session: 0, answered: false, outcome: null, refusal: null }

export const ownWords = <C extends WordedCommand>(label: string, evidence: string): Words<C> => ({
  label,
  evidence,
  done: 'done',
  text: (command) => clip(command.text, 300),
  outcome: (command) => command.outcome ?? 'answered',
  refusal: (command) => command.refusal,
})

export interface Recorder<C extends Command> {
  /** Commands of the present case, in the order in which they came. */
  commands: () => C[]
  sent: (connection: object, command: C) => void
  answered: (command: C) => void
  cut: (command: C) => void
}

interface Sent<C> {
  commands: C[]
  /** Those that spoke, in this order. */
  connections: object[]
}

/** A program that sends hundreds must not push everything else out of the transcript. */
const mostNoted = 40

/** Counts what is sent in each case, and writes the transcript. */
export function openRecorder<C extends Command>(run: RunState, words: Words<C>): Recorder<C> {
  const cases = new WeakMap<CaseRecord, Sent<C>>()
  const lineOf = new WeakMap<C, object>()
  const told = new WeakSet<C>()
  const now = (): Sent<C> => {
    const present = cases.get(run.current) ?? { commands: [], connections: [] }
    cases.set(run.current, present)
    return present
  }
  /** What an earlier case has sent says nothing about this one. */
  const isOfThisCase = (command: C): boolean => now().commands.includes(command)
  const say = (command: C, outcome: string): void => {
    if (!isOfThisCase(command) || now().commands.indexOf(command) >= mostNoted) return
    const line = run.current.transcript.at(-1)
    if (line && lineOf.get(command) === line) line.text += `   → ${outcome}`
    else note(run, `its answer${whose(command)}`, `${outcome}   (${clip(words.text(command), 80)})`)
  }
  return {
    commands: () => [...now().commands],
    sent: (connection, command) => {
      const { commands, connections } = now()
      if (!connections.includes(connection)) connections.push(connection)
      command.session = connections.indexOf(connection) + 1
      const count = commands.push(command)
      if (count === mostNoted + 1) note(run, words.label, `… and more; the first ${mostNoted} are shown`)
      if (count > mostNoted) return
      note(run, `${words.label}${whose(command)}`, words.text(command))
      lineOf.set(command, run.current.transcript.at(-1) ?? {})
    },
    answered: (command) => {
      if (told.has(command)) return
      told.add(command)
      const refusal = words.refusal(command)
      if (refusal !== null && isOfThisCase(command)) run.current.evidence[words.evidence] ??= refusal
      say(command, words.outcome(command))
    },
    cut: (command) =>
      say(
        command,
        command.answered
          ? `${words.done}, and the connection was cut before the answer`
          : `not ${words.done}: the connection was cut before`,
      ),
  }
}

const whose = ({ session }: Command): string => (session === 1 ? '' : `, session ${session}`)
