import type { GivenOverride } from './gradebook.ts'

type Asked = Pick<GivenOverride, 'learner' | 'slug' | 'score' | 'excused'>

export type OverrideRead = { ok: true; value: Asked } | { ok: false; problem: string }

const shape = /^(?<learner>[^/=]+)\/(?<slug>[^/=]+)=(?<word>[^=]*)$/

/** Reads `learner/slug=score`; `=excused` leaves the cell out of the total, `=none` takes an earlier override back. */
export function parseOverride(asked: string, learners: ReadonlySet<string>, slugs: readonly string[]): OverrideRead {
  const { learner = '', slug = '', word = '' } = shape.exec(asked)?.groups ?? {}
  if (learner === '') return wrong('must read learner/slug=score, such as ada/money-split=85')
  if (!slugs.includes(slug)) return wrong(`names "${slug}", which is not in this set: ${slugs.join(', ')}`)
  if (!learners.has(learner)) return wrong(`names "${learner}", who is neither in the roster nor handed anything in`)
  if (word === 'excused') return { ok: true, value: { learner, slug, score: null, excused: true } }
  if (word === 'none') return { ok: true, value: { learner, slug, score: null } }
  const score = word.trim() === '' ? Number.NaN : Number(word)
  return score >= 0 && score <= 100
    ? { ok: true, value: { learner, slug, score } }
    : wrong('must end in a score from 0 to 100, or in =excused or =none')
}

const wrong = (problem: string): OverrideRead => ({ ok: false, problem })
