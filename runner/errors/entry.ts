/** Values that fill a message; all optional so that a missing one never hides the error itself. */
export type ErrorDetails = Readonly<Record<string, string | number | undefined>>

export interface CatalogueEntry {
  /** What happened, and why, in one or two plain sentences. */
  message: (d: ErrorDetails) => string
  /** What to do about it. */
  remedy: (d: ErrorDetails) => string
  /** 2 wrong usage, 3 machine not ready, 4 content invalid, 70 internal, 130 ended by the user. */
  exitCode: 2 | 3 | 4 | 70 | 130
}
