import { absolute, isFolder, type Files } from './files.ts'
import { globExpression, parseDockerignore } from './dockerignore.ts'
import type { Instruction } from './dockerfile.ts'

export interface Copying {
  instruction: Instruction
  /** Paths without a slash in front; null for an image whose files are not known. */
  from: Files | null
  to: Map<string, string>
  workdir: string
  say: (problem: string) => void
}

/** Carries out a COPY or ADD; gives what it depends on, for the cache. */
export function copyFiles(copying: Copying): string {
  const { instruction, say } = copying
  const sources = instruction.words.slice(0, -1)
  const destination = instruction.words.at(-1)
  if (destination === undefined || sources.length === 0) {
    say(`${instruction.keyword} wants sources and a destination.`)
    return ''
  }
  const taken = sources.flatMap((source) => (isRemote(source) ? [] : take(copying, source)))
  const target = absolute(destination, copying.workdir)
  const intoFolder =
    sources.length > 1 ||
    /(^|\/)\.{0,2}$/.test(destination) ||
    isFolder(copying.to, target) ||
    target === copying.workdir
  for (const { inside, made } of taken)
    copying.to.set(inside.folder || intoFolder ? absolute(inside.path, target) : target, made)
  return taken
    .map(({ inside, made }) => `${inside.path} ${made}`)
    .sort()
    .join('\n')
}

/** What ADD fetches is not known here. */
const isRemote = (source: string): boolean => /^(https?:|git@|git:|ssh:)/.test(source)

interface Taken {
  /** Where below the destination it goes; a folder's content keeps its paths. */
  inside: { path: string; folder: boolean }
  made: string
}

function take({ instruction, from, say }: Copying, source: string): Taken[] {
  const heredoc = /^<<-?["']?([^"']+)["']?$/.exec(source)
  if (heredoc) {
    const content = instruction.heredocs.find((h) => h.name === heredoc[1])?.content ?? ''
    return [{ inside: { path: heredoc[1] ?? '', folder: false }, made: `text:${content}` }]
  }
  if (from === null) return []
  const keepParents = instruction.flags.some((f) => f.name === 'parents')
  const leftOut = parseDockerignore(
    instruction.flags
      .filter((f) => f.name === 'exclude')
      .map((f) => f.value ?? '')
      .join('\n'),
  )
  const pattern = absolute(source, '/').slice(1)
  const found = matching(from, pattern).filter(({ path }) => !leftOut.excludes(path))
  if (found.length === 0 && !/[*?[]/.test(source))
    say(
      `${instruction.keyword} finds no "${source}"${instruction.flags.some((f) => f.name === 'from') ? ' in the stage it copies from' : ' in what Docker is sent'}.`,
    )
  return found.map(({ path, base }) => {
    if (keepParents) return { inside: { path, folder: true }, made: from.get(path) ?? '' }
    const folder = path !== base
    return {
      inside: {
        path: folder ? path.slice(base === '' ? 0 : base.length + 1) : (path.split('/').at(-1) ?? path),
        folder,
      },
      made: from.get(path) ?? '',
    }
  })
}

/**
 * Files that a source names, and all files below the folders that it names; `base` is the part that the source names.
 */
function matching(files: Files, pattern: string): { path: string; base: string }[] {
  if (pattern === '') return [...files.keys()].map((path) => ({ path, base: '' }))
  const expression = globExpression(pattern)
  const depth = pattern.split('/').length
  return [...files.keys()].flatMap((path) => {
    const base = path.split('/').slice(0, depth).join('/')
    return base === pattern || expression?.test(base) ? [{ path, base }] : []
  })
}
