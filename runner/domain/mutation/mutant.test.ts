import { expect, test } from 'vitest'
import { openParser } from '../../adapters/mutation/parser.ts'
import { grammars, type Grammar } from './grammar.ts'
import { mutantsOf, type Mutant } from './mutant.ts'

async function mutants(source: string): Promise<Mutant[]> {
  const parser = await openParser('ts')
  return mutantsOf('src/a.ts', source, parser?.parse(source).root as never, grammars.ts as Grammar)
}

test('a mutant is told by its line as it was and as it is, and where it stands', async () => {
  const [first] = await mutants('const ä = 1\n\n  if (a < b) f(ä)\n').then((all) =>
    all.filter((m) => m.operator === 'boundary'),
  )
  expect(first).toEqual({
    file: 'src/a.ts',
    operator: 'boundary',
    was: 'if (a < b) f(ä)',
    now: 'if (a <= b) f(ä)',
    nth: 1,
    line: 3,
    text: 'const ä = 1\n\n  if (a <= b) f(ä)\n',
  })
})

test('those that look alike are counted', async () => {
  const all = await mutants('if (a < b) f()\nif (a < b) f()\n')
  expect(all.filter((m) => m.operator === 'boundary').map((m) => [m.line, m.nth])).toEqual([
    [1, 1],
    [2, 2],
  ])
})

test('another line above changes no mutant’s name', async () => {
  const name = ({ operator, was, now, nth }: Mutant): unknown => [operator, was, now, nth]
  const source = 'if (a < 2) f()\n'
  expect((await mutants(`// a comment\n${source}`)).map(name)).toEqual((await mutants(source)).map(name))
})

test('what takes several lines out is told by the first of them', async () => {
  const [branch] = (await mutants('if (a) {\n  f()\n} else {\n  g()\n  h()\n}\n')).filter(
    (m) => m.operator === 'branch',
  )
  expect(branch).toMatchObject({ line: 3, was: '} else {', now: '}' })
})

test('no text is made twice, and none is the source', async () => {
  const source = 'if (true) f(0)\nf = [0][0]\n'
  const texts = (await mutants(source)).map((m) => m.text)
  expect(new Set(texts).size).toBe(texts.length)
  expect(texts).not.toContain(source)
  expect(texts).toContain('if (false) f(0)\nf = [0][0]\n')
})
