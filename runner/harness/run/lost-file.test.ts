import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lostFile } from './lost-file.ts'
import { runWith } from './run-fixtures.ts'

/** What is told of `words`, with `@` for the workspace, where the starter of `language` has these files and the learner those. */
function told(words: string, language: string, starter: readonly string[], own: readonly string[]): string | null {
  const files = [...starter.map((path) => `exercise/starter/${language}/${path}`), ...own]
  const { context } = runWith(Object.fromEntries(files.map((path) => [path, ''])))
  Object.assign(context, { language, exerciseFolder: join(context.workspace, 'exercise') })
  return lostFile(context, words.replaceAll('@', context.workspace))
}

const fromStarter = (path: string): string =>
  `The file ${path} is missing; it comes with the exercise. Bring it back: npm run undo, or npm run reset.`

test.each([
  ['ts', 'src/store.ts', "Cannot find module '@/src/store.ts' imported from @/src/main.ts"],
  [
    'ts',
    'src/store.ts',
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find module '@/src/store.ts' imported from @/src/main.ts",
  ],
  ['py', 'src/store.py', "ModuleNotFoundError: No module named 'src.store'"],
  ['py', 'src/store.py', "ImportError: cannot import name 'store' from 'src' (@/src/__init__.py)"],
  [
    'rb',
    'src/store.rb',
    "src/main.rb:1:in 'Kernel#require_relative': cannot load such file -- @/src/store (LoadError)",
  ],
  ['java', 'src/Store.java', 'it does not compile: src/Main.java:3: error: cannot find symbol: class Store'],
])('%s: a file of the starter that was deleted: %s', (language, path, words) => {
  expect(told(words, language, [path, 'src/other'], ['src/other'])).toBe(fromStarter(path))
})

test('a file of the learner’s own: who imports it, and the harness is not who', () => {
  const back = 'If it was there before, bring it back: npm run undo.'
  expect(told("Cannot find module '@/src/mine.ts' imported from @/src/main.ts", 'ts', [], [])).toBe(
    `There is no file src/mine.ts, and src/main.ts imports it. ${back}`,
  )
  expect(told("Cannot find module '@/src/mine.ts' imported from /gym/runner/harness/x.mjs", 'ts', [], [])).toBe(
    `There is no file src/mine.ts. ${back}`,
  )
})

test.each([
  ['a package', "Cannot find package 'left-pad' imported from @/src/main.ts"],
  ['another problem that names a file which is gone', 'SyntaxError: Unexpected token in store'],
  ['a name that only holds it', "No module named 'restored'"],
  ['a module outside of the workspace', "Cannot find module '/elsewhere/store2.ts' imported from @/src/main.ts"],
])('%s: the words stay as they are', (_, words) => {
  expect(told(words, 'py', ['src/store.py'], [])).toBeNull()
})
