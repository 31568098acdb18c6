/** Files of a context or an image: path → what the file is made of. Equal values mean equal content. */
export type Files = ReadonlyMap<string, string>

/** An absolute path without `.`, `..` and a slash at its end. */
export function absolute(path: string, workdir: string): string {
  const parts: string[] = []
  for (const part of (path.startsWith('/') ? path : `${workdir}/${path}`).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

/** The path below a folder, `''` for the folder itself, null for another place. */
export function below(path: string, folder: string): string | null {
  if (path === folder || folder === '/') return path === folder ? '' : path.slice(1)
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : null
}

export const isFolder = (files: Files, path: string): boolean =>
  path === '/' || [...files.keys()].some((file) => file.startsWith(`${path}/`))

export function removeBelow(files: Map<string, string>, path: string): void {
  for (const file of files.keys()) if (below(file, path) !== null) files.delete(file)
}

/** A mount of RUN: `--mount=type=secret,id=npmrc,target=/root/.npmrc`. */
export interface Mount {
  type: string
  options: Readonly<Record<string, string>>
}

export function mountsOf(instruction: { flags: readonly { name: string; value: string | null }[] }): Mount[] {
  return instruction.flags
    .filter((flag) => flag.name === 'mount')
    .map((flag) => {
      const pairs = (flag.value ?? '').split(',').map((part) => {
        const at = part.indexOf('=')
        const name = at < 0 ? part : part.slice(0, at)
        return [aliases[name] ?? name, at < 0 ? 'true' : part.slice(at + 1)] as const
      })
      const options = Object.fromEntries(pairs)
      return { type: options['type'] ?? 'bind', options }
    })
}

const aliases: Readonly<Record<string, string>> = { dst: 'target', destination: 'target', src: 'source' }
