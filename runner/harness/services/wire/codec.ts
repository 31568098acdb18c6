import type { Socket } from 'node:net'

/**
 * How one server speaks. The rest of wire/ is the same for all servers: it counts, holds, cuts and tells; a codec only
 * cuts the two streams of one connection into pieces and says which command is which.
 *
 * What differs between the servers, and has to:
 * - MySQL, Redis and MongoDB let the program log in by itself, and its login passes like everything else. PostgreSQL's
 *   password would lead around the relay on the server's own socket, so there the relay logs in, on both sides (`reach`).
 * - PostgreSQL's clients send several statements and one Sync, and a Bind already fixes what its SELECT will see: the
 *   whole batch is one piece with several commands, held as one. The others send one command a piece.
 * - PostgreSQL tells of an error before the answer is over, and one end may answer several batches (what was skipped
 *   behind an error). So a piece of the server's names the commands that it has answered (`answered`) apart from those
 *   whose answer ends with it (`ends`).
 */

/** One command that the learner's program has sent, as far as every server has to know it. */
export interface Command {
  /** Which of the program's connections: numbered in each case, in the order in which they first speak. */
  session: number
  /** As patterns see it. */
  text: string
  /** The server has answered it, whether the program has got the answer or not. */
  answered: boolean
}

/** What a client has sent in one go: it counts, waits and goes on as one. */
export interface ClientPiece<C extends Command> {
  bytes: Buffer
  /** What it says; empty for logins and the like, which nobody counts. */
  commands: readonly C[]
  /** Given back at once; the server never gets the piece. */
  refusal?: Buffer
}

export interface ServerPiece<C extends Command> {
  bytes: Buffer
  /** Of whose answer it is a part; null for what the server says unasked. */
  of: ClientPiece<C> | null
  /** What the server has answered by now. A command may be named again. */
  answered: readonly C[]
  /** Whose answer is complete with it. */
  ends: readonly ClientPiece<C>[]
}

/** One for each connection. Either direction throws at what is not its protocol. */
export interface Codec<C extends Command> {
  /** Cuts the client's bytes where a piece begins. */
  fromClient: (chunk: Buffer) => ClientPiece<C>[]
  /** Cuts the server's bytes where an answer ends. */
  fromServer: (chunk: Buffer) => ServerPiece<C>[]
  /** It is this piece's turn: it counts now, and may meet a fault. */
  announced?: (piece: ClientPiece<C>) => void
  /** It goes to the server. */
  sent?: (piece: ClientPiece<C>) => void
  /** What a client is told that does not keep to the protocol, before it is hung up on. */
  nonsense?: Buffer
}

/** One connection of the program, as its driver takes it. */
export interface Taken<C extends Command> {
  codec: Codec<C>
  /**
   * The server's side of it, as soon as the run's part of the server is ready. Null when the client was turned away, or
   * has got all it wanted, and the driver ends it.
   */
  reach: (client: Socket) => Promise<Socket | null>
  closed?: () => void
}

/** What the server says unasked, and what nobody counts. */
export const passing = (bytes: Buffer): ServerPiece<never> => ({ bytes, of: null, answered: [], ends: [] })

/** The whole of an answer, or its end. */
export function answerTo<C extends Command>(piece: ClientPiece<C>, bytes: Buffer): ServerPiece<C> {
  for (const command of piece.commands) command.answered = true
  return { bytes, of: piece, answered: piece.commands, ends: [piece] }
}
