type Ask = (frame: { t: string; iterator: number }, what: string) => Promise<unknown>

/** An async iterable of the child's, a step at a time; left early, it is told so. */
export async function* iterate(ask: Ask, iterator: number): AsyncGenerator<unknown> {
  let leftEarly = true
  try {
    for (;;) {
      const step = await nextStep(ask, iterator).catch((error: unknown) => {
        leftEarly = false
        throw error
      })
      leftEarly = step.done !== true
      if (!leftEarly) return
      yield step.value
    }
  } finally {
    if (leftEarly) await ask({ t: 'return', iterator }, 'the end of the async iterable')
  }
}

async function nextStep(ask: Ask, iterator: number): Promise<{ done?: unknown; value?: unknown }> {
  const step = await ask({ t: 'next', iterator }, 'the async iterable')
  if (typeof step !== 'object' || step === null) throw new Error('The async iterable gave something that is no step.')
  return step
}
