import { applyPatch, FILE_HEADERS_ONLY, formatPatch, parsePatch, structuredPatch, type StructuredPatch } from 'diff'
import { mistakeProblem, type MistakeProblem } from './mistake-problem.ts'

/** One file of a patch: `<language>/<path in the workspace>`, and whether it is there before and after. */
export interface FilePatch {
  path: string
  before: boolean
  after: boolean
  patch: StructuredPatch
}

/** What a patch does to one file; null where there is none. */
export interface FileChange {
  path: string
  before: string | null
  after: string | null
}

const nothing = '/dev/null'

/** Reads a diff of several files; what cannot be read comes back as problems, all of them. */
export function parseDiff(text: string): { files: FilePatch[]; problems: MistakeProblem[] } {
  const read = readPatches(text)
  if (typeof read === 'string') return { files: [], problems: [mistakeProblem('mistake-patch', read)] }
  const files = read.map(fileOf)
  const paths = files.flatMap((f) => (typeof f === 'string' ? [] : [f.path]))
  const twice = new Set(paths.filter((path, i) => paths.indexOf(path) !== i))
  return {
    files: files.filter((f) => typeof f !== 'string'),
    problems: [
      ...files.filter((f) => typeof f === 'string').map((message) => mistakeProblem('mistake-patch', message)),
      ...[...twice].map((path) => mistakeProblem('mistake-patch', `the file ${path} stands twice in the diff`)),
    ],
  }
}

/** The patches, or why they cannot be read. */
function readPatches(text: string): StructuredPatch[] | string {
  try {
    const patches = parsePatch(text).filter((p) => p.oldFileName !== undefined || p.hunks.length > 0)
    return patches.length > 0 ? (patches as StructuredPatch[]) : 'it holds no diff'
  } catch (error) {
    return `its diff cannot be read: ${(error as Error).message}`
  }
}

function fileOf(patch: StructuredPatch): FilePatch | string {
  const { oldFileName: from, newFileName: to } = patch
  if (from === undefined || to === undefined) return 'a piece of the diff does not name its file'
  const before = from !== nothing
  const after = to !== nothing
  if ((before && !from.startsWith('a/')) || (after && !to.startsWith('b/')) || (!before && !after))
    return `"--- ${from}" and "+++ ${to}" must name a/<language>/… and b/<language>/…, or ${nothing} for one of them`
  if (before && after && from.slice(2) !== to.slice(2)) return `a file may not be renamed: ${from} becomes ${to}`
  return { path: (before ? from : to).slice(2), before, after, patch }
}

/**
 * Applies the files of a patch, with no line guessed. Executable bits are no part of it.
 * @param base path → text; a file that is not there is in no entry
 */
export function applyDiff(
  files: readonly FilePatch[],
  base: ReadonlyMap<string, string>,
): { changes: FileChange[]; problems: MistakeProblem[] } {
  const results = files.map((file) => applyFile(file, base.get(file.path) ?? null))
  return {
    changes: results.filter((r) => typeof r !== 'string'),
    problems: results.filter((r) => typeof r === 'string').map((message) => mistakeProblem('mistake-patch', message)),
  }
}

function applyFile({ path, before, after, patch }: FilePatch, base: string | null): FileChange | string {
  if (before && base === null) return `it changes ${path}, which is not there`
  if (!before && base !== null) return `it makes ${path}, which is there already`
  const text = applyPatch(base ?? '', patch, { fuzzFactor: 0, autoConvertLineEndings: false })
  if (text === false) return `its diff does not fit ${path}`
  if (!after && text !== '') return `it deletes ${path}, but not all of its lines`
  if (before && after && text === base) return `it changes nothing in ${path}`
  return { path, before: base, after: after ? text : null }
}

/** Changes as a diff, the same bytes for the same changes: paths sorted, three lines of context, no time stamps. */
export function renderDiff(changes: readonly FileChange[]): string {
  return changes
    .filter(({ before, after }) => before !== after)
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, before, after }) => {
      const from = before === null ? nothing : `a/${path}`
      const to = after === null ? nothing : `b/${path}`
      const patch = structuredPatch(from, to, before ?? '', after ?? '', undefined, undefined, { context: 3 })
      return formatPatch(patch, FILE_HEADERS_ONLY)
    })
    .join('')
}
