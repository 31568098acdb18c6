import { isSlug, languageName, languages, languagesOf, type Exercise, type Language } from './exercise.ts'

/** An exercise in one of its languages: what somebody works on, what a run runs and what a verdict is about. */
export interface Variant {
  exercise: Exercise
  language: Language
}

/** A variant by name, where its exercise is not at hand or no longer exists: in a journal, a receipt, a class folder. */
export interface VariantId {
  slug: string
  language: Language
}

export const idOf = ({ exercise, language }: Variant): VariantId => ({ slug: exercise.slug, language })

/** As a screen names it: with its language where the exercise has several. */
export const titleOf = ({ exercise, language }: Variant): string =>
  languagesOf(exercise).length > 1 ? `${exercise.slug} (${languageName(language)})` : exercise.slug

/** `<slug>@<language>`, for locks, refs and files. */
export const variantName = ({ slug, language }: VariantId): string => `${slug}@${language}`

/** What `variantName` made; null for any other text. */
export function parseVariantName(name: string): VariantId | null {
  const [slug = '', word, ...rest] = name.split('@')
  const language = languages.find((l) => l === word)
  return isSlug(slug) && language !== undefined && rest.length === 0 ? { slug, language } : null
}
