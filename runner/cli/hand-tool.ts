import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { RunRecipe } from '../domain/exercise/exercise.ts'
import type { ToolchainId } from '../adapters/toolchains/types.ts'

/** A program of an exercise that is there to be started by hand: to try the work out, or to measure it. */
export interface HandTool {
  /** Below the workspace. */
  file: string
  toolchain: ToolchainId
  recipe: RunRecipe
}

/** What an exercise without a program of its own brings to try the work out. */
const usual = ['src/try.ts', 'src/try.py', 'src/try.rb', 'src/Try.java', 'simulate.mjs']

/** The one that `run` starts where nothing is named; null where there is none. */
export function usualTool(folder: string, recipe: RunRecipe): HandTool | null {
  const file = usual.find((path) => existsSync(join(folder, path)))
  return file === undefined ? null : toolAt(folder, file, recipe)
}

/** A file of the workspace as a program; null for what is none. */
export function toolAt(folder: string, file: string, recipe: RunRecipe): HandTool | null {
  const full = join(folder, file)
  const inside = relative(folder, full)
  const extension = /\.(ts|mts|mjs|js|py|rb|java)$/.exec(inside)?.[1]
  if (extension === undefined || inside.startsWith('..') || !statSync(full, { throwIfNoEntry: false })?.isFile())
    return null
  switch (extension) {
    case 'py':
      return { file: inside, toolchain: 'python', recipe: { ...recipe, run: ['python', inside] } }
    case 'rb':
      return { file: inside, toolchain: 'ruby', recipe: { ...recipe, run: ['ruby', inside] } }
    case 'java': {
      const build = recipe.build ?? ['javac', 'src']
      const name = relative(build[1] ?? 'src', inside)
        .replace(/\.java$/, '')
        .replaceAll(/[\\/]/g, '.')
      return { file: inside, toolchain: 'java', recipe: { ...recipe, build, run: ['java', name] } }
    }
    default:
      return { file: inside, toolchain: 'node', recipe: { ...recipe, run: ['node', inside] } }
  }
}

/** Programs in the folder `tools/`, which are named to be started. */
export const furtherTools = (folder: string): string[] =>
  existsSync(join(folder, 'tools'))
    ? readdirSync(join(folder, 'tools'))
        .filter((name) => /\.(ts|mjs|py|rb)$/.test(name))
        .sort()
        .map((name) => `tools/${name}`)
    : []
