/** How learning platforms, browsers and systems name what somebody downloads. */

/** What macOS and Windows leave in folders and archives: nobody handed it in. */
export const isClutter = (path: string): boolean =>
  /(^|\/)(__MACOSX(\/|$)|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._[^/]*$)/i.test(path)

const endings = /\.(bundle|zip|tar|tgz|tar\.gz)$/i

export const isBundleName = (path: string): boolean => /\.bundle$/i.test(path)
export const isArchiveName = (path: string): boolean => endings.test(path) && !isBundleName(path)

/** A file's name without its format, and without what is added to the second of two that are called alike. */
export const plainName = (name: string): string =>
  name.replace(endings, '').replace(/(?<=.)( \(\d+\)|\(\d+\)| - (copy|kopie|copie|copia)( \(\d+\))?)$/i, '')

/**
 * The person whom a platform's name names, as far as it does: `Ada Lovelace_4711_assignsubmission_file_` (Moodle),
 * `lovelaceada_LATE_123_456_ada.bundle` (Canvas), `Week 1_ada_attempt_2026-03-02-10-00-00_ada.bundle` (Blackboard). Null
 * for a name of nobody's making but the learner's or the instructor's.
 */
export function personIn(name: string): string | null {
  const found =
    /^(.+)_\d+_assignsubmission_[a-z]+_?/i.exec(name) ??
    /^([\p{L}\p{N}]+?)(?:_late)?_\d+_\d+_./iu.exec(name) ??
    /_([^_]+)_attempt_\d{4}-\d\d-\d\d/i.exec(name)
  return found?.[1] ?? null
}
