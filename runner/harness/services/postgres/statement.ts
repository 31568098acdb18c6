import type { StatementKind } from '../wire/sql-text.ts'

/** Whether a session has a transaction open; `failed` takes nothing but a rollback. */
export type TransactionState = 'none' | 'open' | 'failed'

/**
 * One statement that the learner's program has sent: a Query message, or an Execute with the text it was prepared from.
 */
export interface SentStatement {
  /** Which of the program's connections: numbered in each case, in the order in which they first speak. */
  session: number
  text: string
  values: (string | null)[]
  kind: StatementKind
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
