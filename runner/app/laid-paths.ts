/**
 * What came of a run, told in the paths that the learner knows: it ran where their work was laid out, which is gone by
 * now, and editors open the files of the workspace.
 */
export function asInWorkspace<T>(value: T, laid: string, workspace: string): T {
  if (laid === workspace) return value
  const pairs = [
    [inUrl(laid), inUrl(workspace)],
    [laid, workspace],
  ] as const
  return mapTexts(value, (text) => pairs.reduce((told, [from, to]) => told.replaceAll(from, to), text)) as T
}

/** As a path stands in a file URL, which runtimes print for modules. */
const inUrl = (path: string): string => encodeURI(path).replaceAll('#', '%23').replaceAll('?', '%3F')

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((one) => mapTexts(one, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapTexts(one, change)]))
}
