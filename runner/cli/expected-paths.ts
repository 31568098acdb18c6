import { planFor } from '../app/plan.ts'
import type { ExpectedPaths } from '../domain/submission/submission.ts'
import type { Context } from './context.ts'
import { expectedIn } from './handed-in.ts'

/** The learner's files that each exercise starts with. */
export function expectedPaths({ catalog, source }: Pick<Context, 'catalog' | 'source'>): ExpectedPaths {
  const known = new Map<string, ReadonlySet<string>>()
  return ({ slug, language }) => {
    const name = `${slug}@${language}`
    const exercise = catalog().bySlug.get(slug)
    const paths =
      known.get(name) ?? (exercise ? expectedIn(planFor(source, { exercise, language }, '')) : new Set<string>())
    known.set(name, paths)
    return paths
  }
}
