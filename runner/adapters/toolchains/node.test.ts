import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeFolder, makeWorkspace } from '../git/git-fixtures.ts'
import { node } from './node.ts'
import type { PrepareRequest } from './types.ts'

const works = "import { word } from './words.ts'\nconsole.log(word)\n"
const words = "export const word = 'hello'\n"
const broken = 'const x = }\n'

const prepare = (files: Record<string, string>, more: Partial<PrepareRequest> = {}) => {
  const scratch = makeFolder()
  const recipe = { run: ['node', 'src/main.ts'] } as unknown as PrepareRequest['recipe']
  const folder = makeWorkspace(files)
  const cache = join(scratch, 'cache')
  return node.prepare({
    folder,
    recipe,
    cache,
    scratch,
    tools: {},
    packs: [],
    withTests: false,
    ...more,
  } as PrepareRequest)
}

test('a scratch file that nothing names and that does not parse: the program is judged all the same', async () => {
  const files = { 'src/main.ts': works, 'src/words.ts': words, 'src/scratch.ts': broken, 'old/attempt.ts': broken }
  expect(await prepare(files)).toMatchObject({ ok: true })
})

test.each([
  ['the file that is started', { 'src/main.ts': broken }, /^src\/main\.ts does not load: line 1/],
  ['a file that it imports', { 'src/main.ts': works, 'src/words.ts': broken }, /^src\/words\.ts does not load: line 1/],
])('%s does not parse: told with its line', async (_, files, message) => {
  expect(await prepare(files)).toMatchObject({ ok: false, message: expect.stringMatching(message) })
})

test('where tests are the work every file counts', async () => {
  const files = { 'src/main.ts': works, 'src/words.ts': words, 'tests/scratch.test.ts': broken }
  expect(await prepare(files, { withTests: true })).toMatchObject({ ok: false })
})
