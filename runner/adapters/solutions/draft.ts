import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Draft } from '../../app/ports.ts'
import { languages, type Language } from '../../domain/exercise/exercise.ts'
import { filesBelow, hashFiles } from '../files/content-hash.ts'
import { headFile } from './read-mistakes.ts'

/** Remembers what was laid out, so that a change of the author's is never taken away. */
const laidFile = 'laid.json'

interface Laid {
  /** Of the draft's files. */
  hash: string
  /** Of what it was made from. */
  stamp: string
}

/** The draft in a folder. @param stampNow a hash of what a draft would be made from now */
export function draftIn(folder: string, stampNow: () => string): Draft {
  const at = (...path: string[]): string => join(folder, ...path)
  const laid = (): Laid => JSON.parse(readFileSync(at(laidFile), 'utf8')) as Laid
  const remember = (hash: string): void => {
    const now: Laid = { hash, stamp: stampNow() }
    writeFileSync(at(laidFile), JSON.stringify(now))
  }
  const add: Draft['add'] = (language, tree) => {
    mkdirSync(folder, { recursive: true })
    renameSync(tree, at(language))
  }
  return {
    folder,
    exists: () => existsSync(at(laidFile)),
    languages: () => languagesIn(folder),
    tree: (language) => at(language),
    head: () => (existsSync(at(headFile)) ? readFileSync(at(headFile), 'utf8') : ''),
    isEdited: () => laid().hash !== hashOf(folder),
    isOld: () => laid().stamp !== stampNow(),
    lay: (trees, head, state) => {
      rmSync(folder, { recursive: true, force: true })
      for (const [language, tree] of trees) add(language, tree)
      writeFileSync(at(headFile), head)
      remember(state === 'unsaved' ? 'not saved yet' : hashOf(folder))
    },
    add,
    settle: () => remember(hashOf(folder)),
  }
}

/** In the order of languages everywhere. */
function languagesIn(folder: string): Language[] {
  const names = new Set(existsSync(folder) ? readdirSync(folder) : [])
  return languages.filter((l) => names.has(l))
}

/** What tools leave beside an author's files, and git's own, is no change of theirs. */
const isLeft = (path: string): boolean => /\/(\.git|node_modules|__pycache__)\//.test(path)

const hashOf = (folder: string): string =>
  hashFiles(
    folder,
    filesBelow(folder).filter((file) => file !== join(folder, laidFile) && !isLeft(file)),
  )
