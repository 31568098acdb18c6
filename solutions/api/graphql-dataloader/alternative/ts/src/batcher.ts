/** Collects keys until the resolvers of this moment have asked, then loads them in parts. One request, one batcher. */
export class Batcher<Key, Value> {
  readonly #known = new Map<Key, Promise<Value>>()
  readonly #load: (keys: Key[]) => Promise<Map<Key, Value | Error>>
  readonly #missing: Value
  #waiting: { key: Key; settle: PromiseWithResolvers<Value> }[] = []
  /** Ends when all who ask at this moment have their values. */
  #round: PromiseWithResolvers<void> | null = null

  /** @param load gives what it found, an Error for a key that failed; `missing` stands for the others */
  constructor(load: (keys: Key[]) => Promise<Map<Key, Value | Error>>, missing: Value) {
    this.#load = load
    this.#missing = missing
  }

  get(key: Key): Promise<Value> {
    // Timers and immediates run when all resolvers that can go on have gone on.
    if (this.#round === null) setImmediate(() => void this.#flush())
    this.#round ??= Promise.withResolvers()
    const known = this.#known.get(key)
    // It comes with the others of its moment, so that what hangs on all of them is asked for together.
    if (known) return this.#round.promise.then(() => known)
    const settle = Promise.withResolvers<Value>()
    this.#known.set(key, settle.promise)
    this.#waiting.push({ key, settle })
    return settle.promise
  }

  forget(key: Key): void {
    this.#known.delete(key)
  }

  async #flush(): Promise<void> {
    const [all, round] = [this.#waiting, this.#round]
    this.#waiting = []
    this.#round = null
    const parts = Array.from({ length: Math.ceil(all.length / 100) }, (_, i) => all.slice(i * 100, (i + 1) * 100))
    await Promise.all(parts.map((part) => this.#settle(part)))
    round?.resolve()
  }

  async #settle(part: { key: Key; settle: PromiseWithResolvers<Value> }[]): Promise<void> {
    try {
      const found = await this.#load(part.map(({ key }) => key))
      for (const { key, settle } of part) {
        const value = found.get(key)
        if (value instanceof Error) settle.reject(value)
        else settle.resolve(value ?? this.#missing)
      }
    } catch (error) {
      for (const { settle } of part) settle.reject(error)
    }
  }
}
