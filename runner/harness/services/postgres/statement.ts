import { show } from '../../run/difference.ts'
import { clip } from '../../run/run-state.ts'

/** Whether a session has a transaction open; `failed` takes nothing but a rollback. */
export type TransactionState = 'none' | 'open' | 'failed'

/**
 * One statement that the learner's program has sent: a Query message, or an Execute with the text it was prepared from.
 */
export interface Statement {
  /** Which of the program's connections: numbered in each case, in the order in which they first speak. */
  session: number
  text: string
  values: (string | null)[]
  kind: 'begin' | 'commit' | 'rollback' | 'savepoint' | 'other'
  /** Its session's transaction when it was sent. */
  before: TransactionState
  /** What the server answered: "UPDATE 1", one tag for each statement in the text. */
  tags: string[]
  /** SQLSTATE of a refusal. */
  sqlstate: string | null
  message: string | null
  /** The server has answered it, whether the program has got the answer or not. */
  answered: boolean
}

export const transactionState = (letter: string): TransactionState =>
  letter === 'T' ? 'open' : letter === 'E' ? 'failed' : 'none'

/** By the first words, after comments. */
export function kindOf(text: string): Statement['kind'] {
  const words = text.replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/, '')
  if (/^(begin|start\s+transaction)\b/i.test(words)) return 'begin'
  if (/^(commit|end)\b/i.test(words)) return 'commit'
  if (/^(savepoint|release)\b|^rollback\s+((work|transaction)\s+)?to\b/i.test(words)) return 'savepoint'
  return /^(rollback|abort)\b/i.test(words) ? 'rollback' : 'other'
}

/** On one line, with its values behind it. */
export function statementText({ text, values }: Pick<Statement, 'text' | 'values'>): string {
  const line = clip(text.trim().replace(/\s+/g, ' '), 300)
  return values.length === 0 ? line : `${line}   -- ${clip(values.map(shownValue).join(', '), 200)}`
}

const shownValue = (value: string | null): string =>
  value === null ? 'null' : /^-?\d+(\.\d+)?$/.test(value) ? value : show(value)
