import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openCheckLoop } from './check-loop.ts'

describe('the loop of checks', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  /** A check that ends when the test says so. */
  function held() {
    const ends: (() => void)[] = []
    const state = { started: 0, running: 0, most: 0 }
    const check = async (): Promise<void> => {
      state.started += 1
      state.most = Math.max(state.most, ++state.running)
      await new Promise<void>((resolve) => ends.push(resolve))
      state.running -= 1
    }
    return { check, state, end: async () => (ends.shift()?.(), await vi.advanceTimersByTimeAsync(0)) }
  }

  it('waits until saving is quiet', async () => {
    const { check, state } = held()
    const loop = openCheckLoop({ check, debounceMs: 10 })
    for (let i = 0; i < 5; i++) {
      loop.saved()
      await vi.advanceTimersByTimeAsync(9)
    }
    expect(state.started).toBe(0)
    await vi.advanceTimersByTimeAsync(1)
    expect(state.started).toBe(1)
  })

  it('many saves during a check: one more check, never two at once', async () => {
    const { check, state, end } = held()
    const loop = openCheckLoop({ check, debounceMs: 10 })
    loop.now()
    for (let i = 0; i < 3; i++) {
      loop.saved()
      await vi.advanceTimersByTimeAsync(20)
    }
    expect(state).toMatchObject({ started: 1, most: 1 })
    await end()
    expect(state.started).toBe(2)
    await end()
    await vi.advanceTimersByTimeAsync(100)
    expect(state).toMatchObject({ started: 2, running: 0, most: 1 })
  })

  it('closing waits for the check under way and starts none', async () => {
    const { check, state, end } = held()
    const loop = openCheckLoop({ check, debounceMs: 10 })
    loop.now()
    loop.saved()
    let closed = false
    const closing = loop.close().then(() => (closed = true))
    await vi.advanceTimersByTimeAsync(50)
    expect(closed).toBe(false)
    await end()
    await closing
    loop.saved()
    await vi.advanceTimersByTimeAsync(50)
    expect(state.started).toBe(1)
  })
})
