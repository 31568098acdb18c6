/** Asks the database; slow, and many at once bring it down. `null`: there is no such thing. */
export type Loader<T> = () => Promise<T | null>

/** Times in milliseconds. */
export interface Options {
  /** How long a value is fresh. */
  ttlMs: number
  /** How long after that the old value may still be given out while a new one is loaded. */
  staleMs: number
  /** How long `null` is kept. */
  nullTtlMs: number
  /** How long the lease of a caller lasts that loads. */
  lockMs: number
}

export interface Cache {
  getOrLoad: <T>(key: string, options: Options, loader: Loader<T>) => Promise<T | null>
}
