import { catalogue, type ErrorCode } from './catalogue.ts'
import type { ErrorDetails } from './entry.ts'

/**
 * A fault of ours or of the machine's, never of the learner's code (that is a verdict).
 * Everything shown to a person comes from the catalogue; `details` fill its sentences.
 */
export class RunnerError extends Error {
  override readonly name = 'RunnerError'
  readonly code: ErrorCode
  /** What filled its sentences, so that another process can tell the same. */
  readonly details: ErrorDetails
  readonly remedy: string
  readonly exitCode: number

  constructor(code: ErrorCode, details: ErrorDetails = {}, options?: ErrorOptions) {
    const entry = catalogue[code]
    super(entry.message(details), options)
    this.code = code
    this.details = details
    this.remedy = entry.remedy(details)
    this.exitCode = entry.exitCode
  }
}

export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(catalogue, code)
