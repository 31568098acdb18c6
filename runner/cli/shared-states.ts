import { readFileSync } from 'node:fs'
import { readWorks } from '../adapters/classroom/class-folder.ts'
import { treeName } from '../adapters/intake/entries.ts'
import { planFor } from '../app/plan.ts'
import { sharedStates, type SharedStates } from '../domain/class/shared-states.ts'
import { variantName, type VariantId } from '../domain/exercise/variant.ts'
import { isTaken, storedPath } from '../domain/submission/submission-paths.ts'
import type { Context } from './context.ts'

/** The states of a class folder that stand with more than one learner; what an exercise starts with is none. */
export function sharedIn(context: Pick<Context, 'catalog' | 'source'>, folder: string): SharedStates[] {
  const known = new Map<string, string | null>()
  return sharedStates(readWorks(folder), (variant) => {
    const name = variantName(variant)
    const tree = known.has(name) ? (known.get(name) ?? null) : starterTree(context, variant)
    known.set(name, tree)
    return tree
  })
}

/** Null for what is not in the catalog, and for repositories: each is made anew, with times of its own. */
function starterTree({ catalog, source }: Pick<Context, 'catalog' | 'source'>, variant: VariantId): string | null {
  const { slug, language } = variant
  const exercise = catalog().bySlug.get(slug)
  if (!exercise?.languages[language] || language === 'git') return null
  const files = planFor(source, { exercise, language }, '').files.map(({ to, source: from, executable }) => ({
    path: storedPath(to),
    executable,
    content: 'from' in from ? readFileSync(from.from) : Buffer.from(from.text),
  }))
  return treeName(files.filter(({ path }) => isTaken(path)))
}
