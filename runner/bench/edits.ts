/** Which of the two exercises that bench makes. */
export type Kind = 'module' | 'http'

/** A wrong answer: a piece of the reference, what stands there instead, and the cases that it fails. */
export interface Fault {
  from: string
  to: string
  red: readonly string[]
}

/** The first one is what the starter gets wrong. */
export const faults: Record<Kind, readonly Fault[]> = {
  module: [
    { from: 'Math.max(0, days - limit)', to: 'Math.max(0, days)', red: ['fine'] },
    { from: '(number - 1) * size', to: 'number * size', red: ['page'] },
    { from: '(${loan.member})', to: '[${loan.member}]', red: ['label'] },
  ],
  http: [
    { from: "body.text === ''", to: "body.text === '-'", red: ['empty-text'] },
    { from: 'send(response, 404', to: 'send(response, 410', red: ['unknown', 'remove'] },
    { from: "{ allow: 'POST' }", to: "{ allow: 'GET' }", red: ['method'] },
  ],
}

/** One save of the learner's file. */
export interface Edit {
  text: string
  /** Ids of the cases that must be red afterwards. */
  red: readonly string[]
  /** Written beside and renamed over it, as many editors save. */
  atomic: boolean
}

export const wrongAnswer = (reference: string, { from, to }: Fault): string => reference.replace(from, () => to)

/**
 * `count` saves, alternately wrong and right, each third one atomic, no two with the same text: neither side may keep
 * what it made of an earlier one.
 */
export function editsOf(kind: Kind, reference: string, count: number): Edit[] {
  return Array.from({ length: count }, (_, i) => {
    const fault = i % 2 === 0 ? faults[kind][(i / 2) % faults[kind].length] : undefined
    const text = fault ? wrongAnswer(reference, fault) : reference
    return { text: `${text}// ${i}\n`, red: fault?.red ?? [], atomic: i % 3 === 2 }
  })
}

export const sameCases = (a: readonly string[], b: readonly string[]): boolean =>
  [...a].sort().join() === [...b].sort().join()
