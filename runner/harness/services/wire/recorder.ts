import { clip, note, type CaseRecord, type RunState } from '../../run/run-state.ts'

/** One command that the learner's program has sent to a server. */
export interface Command {
  /** Which of the program's connections: numbered in each case, in the order in which they first speak. */
  session: number
  /** The command on one line, as patterns see it and the transcript shows it. */
  text: string
  /** The server has answered it, whether the program has got the answer or not. */
  answered: boolean
  /** The answer in short. */
  outcome: string | null
  /** The server's code of a refusal. */
  refusal: string | null
}

/** Of a connection that has not spoken yet, without an answer. */
export const unanswered = { session: 0, answered: false, outcome: null, refusal: null }

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

const shownCommands = 40

/**
 * Counts what is sent in each case, and writes the transcript.
 * @param label what the learner reads before a command: `its redis`
 * @param evidence name under which the first refusal of a case is told to hints
 */
export function openRecorder<C extends Command>(run: RunState, label: string, evidence: string): Recorder<C> {
  const cases = new WeakMap<CaseRecord, Sent<C>>()
  const lineOf = new WeakMap<C, object>()
  const now = (): Sent<C> => {
    const present = cases.get(run.current) ?? { commands: [], connections: [] }
    cases.set(run.current, present)
    return present
  }
  const say = (command: C, outcome: string): void => {
    const place = now().commands.indexOf(command)
    // What an earlier case has sent says nothing about this one.
    if (place < 0 || place >= shownCommands) return
    const line = run.current.transcript.at(-1)
    if (line && lineOf.get(command) === line) line.text += `   → ${outcome}`
    else note(run, `its answer${whose(command)}`, `${outcome}   (${clip(command.text, 80)})`)
  }
  return {
    commands: () => [...now().commands],
    sent: (connection, command) => {
      const { commands, connections } = now()
      if (!connections.includes(connection)) connections.push(connection)
      command.session = connections.indexOf(connection) + 1
      const count = commands.push(command)
      if (count === shownCommands + 1) note(run, label, `… and more; the first ${shownCommands} are shown`)
      if (count > shownCommands) return
      note(run, `${label}${whose(command)}`, clip(command.text, 300))
      lineOf.set(command, run.current.transcript.at(-1) ?? {})
    },
    answered: (command) => {
      if (command.refusal !== null && now().commands.includes(command))
        run.current.evidence[evidence] ??= command.refusal
      say(command, command.outcome ?? 'answered')
    },
    cut: (command) =>
      say(
        command,
        command.answered
          ? 'done, and the connection was cut before the answer'
          : 'not done: the connection was cut before',
      ),
  }
}

const whose = ({ session }: Command): string => (session === 1 ? '' : `, session ${session}`)
