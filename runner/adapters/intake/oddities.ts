import { languageName, type Language } from '../../domain/exercise/exercise.ts'
import type { Oddity } from '../../domain/submission/submission.ts'
import type { VariantId } from '../../domain/exercise/variant.ts'
import { IntakeRefusal } from './refusal.ts'

/** Does something with one variant: what refuses it is noted under its slug, and the others go on. */
export async function refusedAsOddity(
  oddities: Oddity[],
  slug: string,
  work: () => Promise<void> | void,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof IntakeRefusal)) throw error
    oddities.push({ slug, rule: error.rule, message: error.message })
  }
}

export function refuseLanguage({ language }: VariantId, allowed: readonly Language[]): void {
  if (allowed.includes(language)) return
  throw new IntakeRefusal(
    'language-not-allowed',
    `It is in ${languageName(language)}; allowed: ${allowed.map(languageName).join(', ')}.`,
  )
}
