/**
 * Runtime evidence of a case: small named values that a driver or a suite saw, such as
 * `exitCode`, `sqlstate`, `status` or `inFlightPeak`. Hints match on them.
 */
export type RunEvidence = Record<string, string | number | boolean | null>
