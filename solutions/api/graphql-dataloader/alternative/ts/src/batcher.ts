/** Collects keys until the resolvers of this moment have asked, then loads them in parts. One request, one batcher. */
export class Batcher<Key, Value> {
  readonly #known = new Map<Key, Promise<Value>>()
  readonly #load: (keys: Key[]) => Promise<Map<Key, Value | Error>>
  readonly #missing: Value
  #waiting: { key: Key; settle: PromiseWithResolvers<Value> }[] = []

  /** @param load gives what it found, an Error for a key that failed; `missing` stands for the others */
  constructor(load: (keys: Key[]) => Promise<Map<Key, Value | Error>>, missing: Value) {
    this.#load = load
    this.#missing = missing
  }

  get(key: Key): Promise<Value> {
    const known = this.#known.get(key)
    if (known) return known
    const settle = Promise.withResolvers<Value>()
    this.#known.set(key, settle.promise)
    // Timers and immediates run when all resolvers that can go on have gone on.
    if (this.#waiting.length === 0) setImmediate(() => this.#flush())
    this.#waiting.push({ key, settle })
    return settle.promise
  }

  forget(key: Key): void {
    this.#known.delete(key)
  }

  #flush(): void {
    const all = this.#waiting
    this.#waiting = []
    for (let at = 0; at < all.length; at += 100) void this.#settle(all.slice(at, at + 100))
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
