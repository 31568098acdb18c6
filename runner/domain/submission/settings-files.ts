/**
 * Settings that come with an exercise and are the same for everybody: a learner's changes of them are never handed in.
 *
 * @param own what stands in the workspace; null for no file that can be read
 * @returns what to tell a learner whose code may rest on a change; null where nothing of weight was changed
 */
export function changedSettings(path: string, planned: string, own: string | null): string | null {
  if (own === null || (path !== 'package.json' && path !== 'tsconfig.json')) return null
  const isSame = path === 'package.json' ? weightOf(own) === weightOf(planned) : own.trim() === planned.trim()
  if (isSame) return null
  return `${path} comes with the exercise: what you changed in it is not handed in, and the check ran without it.`
}

/** A manifest without its name and the commands that it forwards, on which no code can rest. */
function weightOf(manifest: string): string {
  try {
    const { name: _, scripts: __, ...rest } = JSON.parse(manifest) as Record<string, unknown>
    return JSON.stringify(rest)
  } catch {
    return manifest
  }
}
