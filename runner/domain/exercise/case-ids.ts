/**
 * The ids of the cases that a suite declares, read from its text in the order of the suite, probes excepted. Where an id
 * stands behind a variable, every id that the text writes down may be one.
 */
export function caseIdsIn(texts: readonly string[]): string[] {
  const metas = texts.flatMap((text) => [...text.matchAll(/\bmeta: *\{([^}]*)/g)].map(([, meta = '']) => meta))
  const scored = metas.filter((meta) => !/\bprobe: *true\b/.test(meta))
  const ids = scored.flatMap(literalIds)
  return [...new Set(ids.length === scored.length ? ids : [...ids, ...texts.flatMap(literalIds)])]
}

const literalIds = (text: string): string[] =>
  [...text.matchAll(/\bid: *(['"`])([\w.-]+)\1/g)].map(([, , id = '']) => id)
