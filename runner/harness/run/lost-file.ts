import { existsSync } from 'node:fs'
import { basename, extname, isAbsolute, join, relative } from 'node:path'
import type { RunContext } from '../run-context.ts'
import { filesIn } from './folder-files.ts'

/** How runtimes and compilers say that something is not there which a program asks for. */
const isNotThere =
  /Cannot find (?:module|package)|No module named|cannot import name|cannot load such file|cannot find symbol|package \S+ does not exist/
const nodes = /Cannot find module '([^'\n]+)'(?: imported from (\S.*))?/

/**
 * A runtime whose program lacks a file says so in words of its own, which name folders of ours and not what to do. Null
 * where it is about something else.
 * @param said by the runtime or the compiler
 */
export function lostFile(
  context: Pick<RunContext, 'workspace' | 'exerciseFolder' | 'language' | 'bringBack'>,
  said: string,
): string | null {
  if (!isNotThere.test(said)) return null
  const given = givenAndGone(context, said)
  if (given !== null)
    return `The file ${given} is missing; it comes with the exercise. Bring it back: ${context.bringBack.undo}, or ${context.bringBack.reset}.`
  const [, path = '', importer = ''] = nodes.exec(said) ?? []
  const lost = inside(context.workspace, path)
  if (lost === null) return null
  const asks = inside(context.workspace, importer.trim())
  const who = asks === null ? '' : `, and ${asks} imports it`
  return `There is no file ${lost}${who}. If it was there before, bring it back: ${context.bringBack.undo}.`
}

/** A file of the starter that is gone, and whose name is among the words. */
function givenAndGone(
  { workspace, exerciseFolder, language }: Pick<RunContext, 'workspace' | 'exerciseFolder' | 'language'>,
  said: string,
): string | null {
  const starter = join(exerciseFolder, 'starter', language)
  if (!existsSync(starter)) return null
  const isNamed = (path: string): boolean =>
    new RegExp(`(?<![\\w-])${RegExp.escape(basename(path, extname(path)))}(?![\\w-])`).test(said)
  return filesIn(starter).find((path) => !existsSync(join(workspace, path)) && isNamed(path)) ?? null
}

/** A path of the workspace as a learner knows it; null for any other. */
function inside(workspace: string, path: string): string | null {
  if (!isAbsolute(path)) return null
  const own = relative(workspace, path)
  return own === '' || own.startsWith('..') || isAbsolute(own) ? null : own.replaceAll('\\', '/')
}
