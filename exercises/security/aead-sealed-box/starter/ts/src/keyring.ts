/** The keys that this service knows, by version. New boxes are sealed with the current one. */
export interface Keyring {
  current: number
  /** 32 bytes each. */
  keys: Map<number, Uint8Array>
}

/** MALFORMED: not a box at all. UNKNOWN_KEY: sealed with a key that is not in the ring. REFUSED: changed, or not for here. */
export type BoxErrorCode = 'MALFORMED' | 'UNKNOWN_KEY' | 'REFUSED'

export class BoxError extends Error {
  override readonly name = 'BoxError'
  readonly code: BoxErrorCode
  constructor(code: BoxErrorCode) {
    super(code)
    this.code = code
  }
}
