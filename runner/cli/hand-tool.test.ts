import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { furtherTools, toolAt, usualTool } from './hand-tool.ts'

function workspace(...files: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'gym-tools-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), '')
  }
  return folder
}
const none = { run: ['none'] }

test.each([
  ['src/try.ts', 'node', ['node', 'src/try.ts']],
  ['src/try.py', 'python', ['python', 'src/try.py']],
  ['src/try.rb', 'ruby', ['ruby', 'src/try.rb']],
  ['src/Try.java', 'java', ['java', 'Try']],
  ['simulate.mjs', 'node', ['node', 'simulate.mjs']],
])('%s is what there is to try the work out: started by %s', (file, toolchain, run) => {
  expect(usualTool(workspace(file), none)).toMatchObject({ file, toolchain, recipe: { run } })
})

test('a Java class in a package, built as the recipe says; the recipe’s environment stays', () => {
  const recipe = { build: ['javac', 'src'], run: ['java', 'Main'], env: { A: '1' } }
  expect(toolAt(workspace('src/shop/Demo.java'), 'src/shop/Demo.java', recipe)?.recipe).toEqual({
    ...recipe,
    run: ['java', 'shop.Demo'],
  })
})

test('what is no program of the workspace: none', () => {
  const folder = workspace('notes.md', 'src/a.ts')
  for (const word of ['notes.md', 'src', 'src/b.ts', '../a.ts', 'hello-gym'])
    expect(toolAt(folder, word, none)).toBeNull()
  expect([usualTool(folder, none), furtherTools(folder)]).toEqual([null, []])
  expect(furtherTools(workspace('tools/load.ts', 'tools/README.md', 'tools/a.ts'))).toEqual([
    'tools/a.ts',
    'tools/load.ts',
  ])
})
