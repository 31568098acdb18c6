import { storedPath } from '../../domain/submission/submission-paths.ts'

/**
 * Paths inside a workspace, relative to it and with "/". git and the file systems of Unix know names as
 * bytes, not as text, so each character of such a string stands for one byte (latin1): any name survives, in
 * UTF-8 or not.
 */
export type BytePath = string

/**
 * A BytePath as it is named inside a snapshot. git refuses ".git" in a tree, and a ".gitmodules" that is a
 * symbolic link, so these get a "%" before them; names that look like the result of this get one more, so it
 * can be undone.
 */
export type StoredPath = string

/** Marks an empty folder, which git cannot store; a real file of this name is stored with one "%" more. */
const emptyFolderMark = '%keep'

const isEscaped = /^%+\.git(modules)?$|^%%+keep$/i

export const toStoredPath = (path: BytePath): StoredPath => storedPath(path)

/** The opposite of `toStoredPath`; for the mark of an empty folder use `markedFolder` first. */
export function fromStoredPath(path: StoredPath): BytePath {
  return eachName(path, (name) => (isEscaped.test(name) ? name.slice(1) : name))
}

export function markEmptyFolder(folder: BytePath): StoredPath {
  return `${toStoredPath(folder)}/${emptyFolderMark}`
}

/** The empty folder that a stored path stands for, or undefined when it stands for a file. */
export function markedFolder(path: StoredPath): BytePath | undefined {
  const end = `/${emptyFolderMark}`
  return path.endsWith(end) ? fromStoredPath(path.slice(0, -end.length)) : undefined
}

export function fromText(text: string): BytePath {
  return Buffer.from(text).toString('latin1')
}

export function toText(path: BytePath): string {
  return Buffer.from(path, 'latin1').toString()
}

/** An absolute path that node:fs takes byte for byte. */
export function onDisk(root: string, path: BytePath): Buffer {
  return Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, 'latin1')])
}

export function isInside(path: BytePath, folders: readonly BytePath[]): boolean {
  return folders.some((folder) => path === folder || path.startsWith(`${folder}/`))
}

function eachName(path: string, change: (name: string) => string): string {
  return path.split('/').map(change).join('/')
}
