import { areaIds, type AreaId, type AreaManifest, type Exercise } from './exercise.ts'

export interface Area extends Omit<AreaManifest, 'exercises'> {
  id: AreaId
  exercises: Exercise[]
}

export interface Catalog {
  areas: Area[]
  /** Slug → exercise, in the catalog's order. */
  bySlug: ReadonlyMap<string, Exercise>
}

/** Puts loaded exercises into the order of their area.json; areas keep the order of `areaIds`. */
export function buildCatalog(areas: ReadonlyMap<AreaId, AreaManifest>, exercises: readonly Exercise[]): Catalog {
  const loaded = new Map(exercises.map((e) => [e.slug, e]))
  const ordered = areaIds.flatMap((id) => {
    const manifest = areas.get(id)
    if (!manifest) return []
    const inArea = manifest.exercises.map((slug) => loaded.get(slug)).filter((e) => e !== undefined)
    return [{ id, title: manifest.title, summary: manifest.summary, exercises: inArea }]
  })
  return { areas: ordered, bySlug: new Map(ordered.flatMap((a) => a.exercises).map((e) => [e.slug, e])) }
}

/** The closest known word, for "did you mean"; null where nothing is near. */
export function nearest(word: string, known: Iterable<string>): string | null {
  let best: { word: string; distance: number } | null = null
  for (const candidate of known) {
    const distance = editDistance(word, candidate)
    if (!best || distance < best.distance) best = { word: candidate, distance }
  }
  if (!best) return null
  const part = [...known].find((k) => word.length >= 3 && k.includes(word))
  return best.distance <= Math.max(2, word.length / 4) ? best.word : (part ?? null)
}

/** Levenshtein distance (Wagner and Fischer 1974), one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitute = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(substitute, (row[j] as number) + 1, (next[j - 1] as number) + 1))
    }
    row = next
  }
  return row[b.length] as number
}
